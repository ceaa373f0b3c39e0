"""``python -m tests.kills --times 1000``: kill -9 at random moments of sync and rebuild, and see that nothing is lost.

Before each run some files of a folder are written anew, added or deleted; then a process syncs the folder or rebuilds
the base and is killed (or, now and then, left to end). Another process then looks: every file that had been taken in
and was not touched is there with its text, one that was touched is there as it was or as it is, no text is there
twice, and both indexes give each chunk once. With the fake model, so that the storing takes the time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ingest.reading import read_request
from ingest.scan import scan
from ingest.sync import sync
from kb.base import KnowledgeBase
from kb.text import query_tokens
from tests.bases import body, dump, open_base

_FILES = 24
_SLOW = 60.0  # seconds after which a run that was not killed counts as hanging


@dataclass
class Outcome:
    """What was seen: runs by how they ended, and what was wrong after them."""

    ended: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Folder:
    """The files: their texts now, and what the base may say of each (None: nothing)."""

    path: Path
    chance: random.Random
    version: int = 0
    allowed: dict[str, set[str | None]] = field(default_factory=dict)

    def change(self) -> None:
        """Write some files anew, add or delete some; what the base said of them before stays allowed until it ends."""
        self.version += 1
        for number in self.chance.sample(range(_FILES), self.chance.randint(1, 6)):
            name = f"{number:02d}.txt"
            text = None if self.chance.random() < 0.25 and len(self.texts()) > _FILES // 2 else self._text(number)
            if text is None:
                (self.path / name).unlink(missing_ok=True)
            else:
                (self.path / name).write_text(text, "utf-8")
            self.allowed.setdefault(name, {None}).add(text)

    def settle(self, seen: dict[str, str]) -> None:
        """From here on the base must say what it says now, or what the file will say."""
        texts = self.texts()
        for name in self.allowed:
            self.allowed[name] = {seen.get(name), texts.get(name)}

    def texts(self) -> dict[str, str]:
        """The text of each file."""
        return {path.name: path.read_text("utf-8") for path in sorted(self.path.iterdir())}

    def _text(self, number: int) -> str:
        more = "".join(f"\n{body(number, self.version + n)}" for n in range(self.chance.randint(0, 5)))
        return f"云溪市第{number}号方案\n{body(number, self.version)}{more}\n"


def kill(folder: Path, times: int, seed: int, said: Callable[[str], None]) -> Outcome:
    """Kill so many runs; everything is done in forked processes, as Chroma's threads do not survive a fork."""
    chance = random.Random(seed)
    home, files = folder / "home", Folder(folder / "files", chance)
    files.path.mkdir(parents=True)
    outcome = Outcome()
    lasted = {_sync: 0.5, _rebuild: 0.5}
    for number in range(times):
        work = _rebuild if chance.random() < 0.2 and number else _sync
        if work is _sync:
            files.change()
        began = time.monotonic()
        spared = chance.random() < 0.1 or not number
        code = _forked(lambda work=work: work(home, files.path), _SLOW if spared else chance.uniform(0, lasted[work]))
        if code == 0:
            lasted[work] = 0.7 * lasted[work] + 0.3 * 1.2 * (time.monotonic() - began)
        outcome.ended[f"{work.__name__[1:]} {'killed' if code is None else 'ended' if code == 0 else 'failed'}"] += 1
        if code or (spared and code is None):
            outcome.wrong.append(f"run {number}: {work.__name__} ended with {code}")
        found = _look(home, folder / "seen.json")
        outcome.wrong += [
            f"run {number}: {what}" for what in _compared(found, files, whole=code == 0 and work is _sync)
        ]
        files.settle(found.get("texts", {}))
        said(f"{number + 1}/{times} {dict(outcome.ended)} wrong: {len(outcome.wrong)}")
    return outcome


def _sync(home: Path, files: Path) -> None:
    with open_base(home) as base:
        report = sync(base, scan(files), allow_removal=True, reader=lambda asked, _stop: map(read_request, asked))
        assert not report.failed, report.failed


def _rebuild(home: Path, _files: Path) -> None:
    with open_base(home) as base:
        base.rebuild()


def _look(home: Path, path: Path) -> dict[str, object]:
    """What the base says, as seen by a process of its own."""
    path.unlink(missing_ok=True)
    code = _forked(lambda: path.write_text(json.dumps(_seen(home), ensure_ascii=False), "utf-8"), _SLOW)
    return json.loads(path.read_text("utf-8")) if code == 0 else {"fault": f"unreadable: {code}"}


def _seen(home: Path) -> dict[str, object]:
    with open_base(home) as base:  # as somebody sees it who only asks
        texts = {h.source: base.document(h.policy_id).text for h in base.documents()}
        doubled = [s for s, n in Counter(h.source for h in base.documents()).items() if n > 1]
        found = _found(base)
    with open_base(home, write=True) as base:
        return {"texts": texts, "doubled": doubled, "consistent": dump(base)["consistent"], "found": found}


def _found(base: KnowledgeBase) -> bool:
    """Whether the words of each chunk find it, and the vectors of Chroma all chunks, each once, and nothing else."""
    base.store.index.vectors._asked = True  # else the first question does without Chroma
    chunks = {c.chunk_id: c.text for h in base.documents() for c in base.chunks(h.policy_id)}
    vector = base.query_vector("项目补助")
    near = base.on_snapshot(lambda s: s.dense(vector, 2 * len(chunks) + 10))
    by_words = [
        base.on_snapshot(lambda s, text=text: s.lexical(query_tokens(text), len(chunks))) for text in chunks.values()
    ]
    return sorted(chunk_id for chunk_id, _ in near) == sorted(chunks) and all(
        chunk_id in dict(found) and dict(found).keys() <= chunks.keys()
        for chunk_id, found in zip(chunks, by_words, strict=True)
    )


def _compared(found: dict[str, object], files: Folder, *, whole: bool) -> list[str]:
    """What is wrong with what was seen; after a run that went to its ``whole`` end, only the files' texts will do."""
    if "fault" in found:
        return [str(found["fault"])]
    seen = {str(name): str(text).strip() for name, text in dict(found["texts"]).items()}  # type: ignore[call-overload]
    texts = files.texts()
    wrong = [f"{name} is there twice" for name in found["doubled"]]  # type: ignore[attr-defined]
    for name in sorted({*files.allowed, *seen}):
        allowed = {texts.get(name)} if whole else files.allowed.get(name, set())
        if seen.get(name) not in {text and text.strip() for text in allowed}:
            wrong.append(f"{name} is lost" if name not in seen else f"{name} says what it never said")
    return wrong + [f"{what} is not so" for what in ("consistent", "found") if not found[what]]


def _forked(work: Callable[[], object], seconds: float) -> int | None:
    """Do it in a child; its exit code, None where it was killed after so many seconds."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        except BaseException as error:  # noqa: BLE001 - the child ends here, whatever it is
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
        finally:
            os._exit(code)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def main() -> int:
    """Run from the command line: 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills")
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    import tests.preloaded  # noqa: F401 - what the forked processes need

    with tempfile.TemporaryDirectory() as folder:
        outcome = kill(Path(folder), given.times, given.seed, lambda line: print(line, end="\r", file=sys.stderr))
    print()
    print(json.dumps({"ended": outcome.ended, "wrong": outcome.wrong}, ensure_ascii=False, indent=1))
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
