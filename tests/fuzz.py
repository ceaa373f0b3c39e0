"""``python -m tests.fuzz --minutes 30 --findings DIR``: damaged files for the readers, made-up text for the functions.

Files of ``corpus/`` (and of ``--more``) are cut, joined and changed at random and read, parsed and chunked; texts of
their pieces go through the functions for 文号, dates, numbers, questions and verification. Each input has a limit in
seconds; what raises anything but a refusal, dies or goes on is kept in the folder of findings with its reason.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import resource
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.chunk import chunk_document
from ingest.parse import parse_document
from ingest.readers import read_bytes
from kb.errors import UnreadableFile
from kb.model import AnswerSentence, Citation
from kb.query import analyse
from kb.text import find_dates, find_doc_numbers, find_quantities, index_tokens, shadow, split_sentences, squash
from kb.verify import unsupported

_CORPUS = Path(__file__).parents[1] / "corpus"
_SECONDS = 60.0  # of the processor, for one input: a page may be recognised from its picture
_PATIENCE = 10 * _SECONDS  # the same by the clock: the machine may be busy, but a process that sleeps must end
_MEMORY = 4 << 30
_BATCH = 10
_FINE = ("read", "refused", "looked through")
_LARGEST = 600_000  # bytes of a file that is changed
_STAMPS = (
    "〔2024〕7号",
    "2025年13月40日",
    "第九百九十九条",
    "12.5%",
    "1,600万元",
    "《",
    "（",
    "\u202e",
    "\x00",
    "９９",
    "𠮷",
)


@dataclass
class Tally:
    """What came of the inputs, and what is wrong: (reason, name, data)."""

    ended: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[str, str, bytes]] = field(default_factory=list)


def changed(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """A file with a few accidents."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(made) + 1)
        size = chance.choice((1, 2, 4, 64, 1024))
        match chance.randrange(6):
            case 0:
                made[at : at + size] = chance.randbytes(size)
            case 1:
                del made[at : at + size]
            case 2:
                made[at:at] = made[at : at + size] * chance.choice((1, 2, 50))
            case 3:
                start = chance.randrange(len(other) + 1)
                made[at:at] = other[start : start + size]
            case 4:
                del made[at:]
            case _:
                made[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"9999"))
    return bytes(made)


def changed_inside(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """An archive (.docx, .xlsx, .ofd) with an accident in one of its members, else sound: its sums are right."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as to:
            hit = chance.choice(archive.namelist())
            for name in archive.namelist():
                member = archive.read(name)
                to.writestr(name, changed(member, other, chance) if name == hit else member)
    except zipfile.BadZipFile:
        return changed(data, other, chance)
    return made.getvalue()


def text_of_pieces(texts: list[str], chance: random.Random) -> str:
    """A text of pieces of others, with what is read specially strewn in."""
    pieces = []
    for _ in range(chance.randint(1, 12)):
        text = chance.choice(texts)
        start = chance.randrange(len(text))
        pieces.append(text[start : start + chance.choice((1, 3, 12, 60, 400))])
        pieces.append(chance.choice(_STAMPS) * chance.choice((0, 0, 1, 1, 3, 40)))
    return "".join(pieces)


def read(data: bytes, name: str) -> str:
    """Read, parse and chunk a file: what came of it."""
    try:
        raw = read_bytes(data, name)
        documents = parse_document(raw, name)
    except UnreadableFile:
        return "refused"
    for document in documents:
        chunks = chunk_document(document)
        assert all(a.end <= b.start for a, b in zip(chunks, chunks[1:], strict=False)), "chunks overlap"
        assert all(0 <= c.start < c.end <= len(document.text) for c in chunks), "a chunk is no slice"
    return "read"


def looked_through(text: str) -> str:
    """Put a text through all functions that read text."""
    for found in (find_doc_numbers(text), find_dates(text), find_quantities(text)):
        assert all(0 <= one.start < one.end <= len(text) for one in found), "a span is no slice"
    assert shadow(text).key == squash(text), "the shadow is not the key"
    assert all(a < b for a, b in split_sentences(text))
    index_tokens(text)
    analyse(text[:2000])
    half = len(text) // 2
    cited = Citation(1, "a", "r", "题", None, None, half, len(text), text[half:], None)
    unsupported(AnswerSentence(text[:half], (1,)), [cited])
    return "looked through"


def inputs(seeds: list[tuple[str, bytes]], texts: list[str], chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Inputs without end: a file's name and bytes, or ``text`` and a text."""
    while True:
        if chance.random() < 0.5:
            yield "text", text_of_pieces(texts, chance).encode("utf-8", "surrogatepass")
        else:
            (name, data), (_, other) = chance.choice(seeds), chance.choice(seeds)
            inside = data.startswith(b"PK") and chance.random() < 0.8
            yield name, (changed_inside if inside else changed)(data, other, chance)


def check(batch: list[tuple[str, bytes]], folder: Path) -> Tally:
    """Try inputs in a child; one that ends it is what it was at, and the rest is tried by another."""
    tally, log = Tally(), folder / "log.jsonl"
    while batch:
        log.write_text("", "utf-8")
        status = _in_child(lambda batch=batch: _try_all(batch, log))
        lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        for (name, data), said in zip(batch, lines, strict=False):
            tally.ended[said if said in _FINE else "wrong"] += 1
            if said not in _FINE:
                tally.findings.append((said, name, data))
        if status and len(lines) < len(batch):
            name, data = batch[len(lines)]
            tally.ended["wrong"] += 1
            tally.findings.append((f"ended by {signal.Signals(-status).name if status < 0 else status}", name, data))
        batch = batch[len(lines) + bool(status) :] if len(lines) < len(batch) else []
    return tally


def _try_all(batch: list[tuple[str, bytes]], log: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - libraries complain of damaged files
    with log.open("a", encoding="utf-8") as file:
        for name, data in batch:
            signal.setitimer(signal.ITIMER_PROF, _SECONDS)  # whose signals end the process
            signal.setitimer(signal.ITIMER_REAL, _PATIENCE)
            try:
                said = looked_through(data.decode("utf-8", "surrogatepass")) if name == "text" else read(data, name)
            except Exception:  # noqa: BLE001 - whatever it is, it is a finding
                said = traceback.format_exc()
            print(json.dumps(said), file=file, flush=True)


def _in_child(work: Callable[[], None]) -> int:
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # noqa: BLE001 - the child ends here
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def seeds_of(folders: list[Path]) -> list[tuple[str, bytes]]:
    """The files that are changed, by name."""
    paths = sorted(
        p for folder in folders for p in folder.rglob("*") if p.is_file() and p.suffix not in (".py", ".tsv")
    )
    return [(p.name, p.read_bytes()) for p in paths if 0 < p.stat().st_size <= _LARGEST]


def main() -> int:
    """Run from the command line: 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--findings", type=Path, required=True)
    parser.add_argument("--more", type=Path, action="append", default=[])
    given = parser.parse_args()
    given.findings.mkdir(parents=True, exist_ok=True)
    chance, seeds = random.Random(given.seed), seeds_of([_CORPUS, *given.more])
    texts = [data.decode("utf-8", "replace") for name, data in seeds if name.endswith((".txt", ".md"))]
    looked_through("云溪市2025年补助20万元")  # dictionaries are loaded once, before the children are forked
    total, source = Tally(), inputs(seeds, texts, chance)
    until = time.monotonic() + given.minutes * 60
    while time.monotonic() < until:
        tally = check([next(source) for _ in range(_BATCH)], given.findings)
        total.ended += tally.ended
        for reason, name, data in tally.findings:
            number = len(total.findings)
            total.findings.append((reason, name, data))
            (given.findings / f"{number:03d}-{name}").write_bytes(data)
            (given.findings / f"{number:03d}-{name}.why").write_text(reason, "utf-8")
        print(f"{dict(total.ended)}", end="\r", file=sys.stderr)
    (given.findings / "log.jsonl").unlink(missing_ok=True)
    print(json.dumps({"ended": total.ended, "findings": [r for r, _, _ in total.findings]}, ensure_ascii=False))
    return 1 if total.findings else 0


if __name__ == "__main__":
    sys.exit(main())
