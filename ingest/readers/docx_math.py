"""Formulas of a .docx (Office Math) as one line: what stands as a line or a place on paper becomes a sign."""

from __future__ import annotations

import re
from typing import Any

from ingest.readers.docx_package import M, W

_SUPERSCRIPTS = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
_POWER = re.compile(r"[+\-−–]?[0-9]*")
_OPERATORS = frozenset("+-−—*/×÷=±·＋－＝／ ")
_GONE = frozenset({f"{W}del", f"{W}moveFrom", f"{W}rPr", f"{M}ctrlPr", f"{M}rPr"})


def formula(node: Any) -> str:  # noqa: ANN401 - an lxml element
    """The text of an m:oMath or of a part of it: ``(甲+乙)/丙``, ``m²``."""
    write = _WRITERS.get(node.tag)
    return write(node) if write else "".join(map(formula, _shown(node)))


def superscript(text: str) -> str:
    """A raised number in the characters there are for it: 10 to the -4 as 10⁻⁴. Other text as it is."""
    return text.translate(_SUPERSCRIPTS) if _POWER.fullmatch(text.strip()) else text


def _shown(node: Any) -> list[Any]:  # noqa: ANN401 - lxml elements
    return [child for child in node if child.tag not in _GONE]


def _part(node: Any, name: str) -> str:  # noqa: ANN401 - an lxml element
    child = node.find(f"{M}{name}")
    return "" if child is None else formula(child)


def _setting(node: Any, path: str, default: str) -> str:  # noqa: ANN401 - an lxml element
    found = node.find("/".join(f"{M}{step}" for step in path.split("/")))
    return default if found is None else found.get(f"{M}val") or ""


def _grouped(text: str) -> str:
    """In brackets if it would fall apart beside another sign."""
    whole = text.startswith("(") and text.find(")") == len(text) - 1
    return text if whole or not _OPERATORS.intersection(text) else f"({text})"


def _fraction(node: Any) -> str:  # noqa: ANN401 - an lxml element
    return f"{_grouped(_part(node, 'num'))}/{_grouped(_part(node, 'den'))}"


def _raised(node: Any) -> str:  # noqa: ANN401 - an lxml element
    power = _part(node, "sup")
    raised = superscript(power)
    sign = raised if raised != power else f"^{_grouped(power)}"
    return _grouped(_part(node, "e")) + _part(node, "sub") + (sign if power else "")


def _root(node: Any) -> str:  # noqa: ANN401 - an lxml element
    return f"{_part(node, 'deg')}√{_grouped(_part(node, 'e'))}"


def _delimited(node: Any) -> str:  # noqa: ANN401 - an lxml element
    inside = _setting(node, "dPr/sepChr", "|").join(formula(part) for part in node.findall(f"{M}e"))
    return _setting(node, "dPr/begChr", "(") + inside + _setting(node, "dPr/endChr", ")")


def _n_ary(node: Any) -> str:  # noqa: ANN401 - an lxml element
    limits = "～".join(filter(None, (_part(node, "sub"), _part(node, "sup"))))
    return _setting(node, "naryPr/chr", "∫") + (f"[{limits}]" if limits else "") + _part(node, "e")


_WRITERS = {
    f"{M}t": lambda node: node.text or "",
    f"{W}t": lambda node: node.text or "",
    f"{M}f": _fraction,
    f"{M}sSup": _raised,
    f"{M}sSubSup": _raised,
    f"{M}rad": _root,
    f"{M}d": _delimited,
    f"{M}nary": _n_ary,
}
