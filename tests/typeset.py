"""Sets our own texts as newspapers do and takes them apart as extraction does: columns, doubled heads, lost order."""

from __future__ import annotations

_NO_LINE_START = "，。；：！？、”’）》】"


def column(paragraphs: list[str], width: int, *, indent: int = 2) -> list[str]:
    """Physical lines of a justified column ``width`` Han characters wide (Latin and digits take half).

    First lines are indented, which extraction drops; no line begins with a stop.
    """
    lines: list[str] = []
    for paragraph in paragraphs:
        line, room = "", width - indent
        for char in paragraph:
            if _size(line) + _size(char) > room and char not in _NO_LINE_START:
                lines.append(line)
                line, room = "", width
            line += char
        lines.append(line)
    return lines


def _size(text: str) -> float:
    return sum(0.5 if char.isascii() else 1.0 for char in text)


def doubled(headline: str) -> str:
    """A headline printed twice by extraction, run by run."""
    return "".join(part * 2 for part in headline.replace("，", "|，|").split("|") if part)


def spaced(lines: list[str]) -> str:
    """Lines as a file, a blank line behind each."""
    return "\n\n".join(lines) + "\n"
