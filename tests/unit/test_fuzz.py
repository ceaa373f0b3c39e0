"""The fuzzer: what it makes, and that it keeps what is wrong. It is run by ``python -m tests.fuzz``."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

from tests import fuzz

CHILD = """
import sys, time
from pathlib import Path
from tests import fuzz

def read(data, name):
    if data == b"hang":
        while True: pass
    if data == b"sleep":
        time.sleep(60)
    if data == b"raise":
        raise ValueError("a finding")
    if data == b"die":
        import os
        os.abort()
    return "read"

fuzz.read, fuzz._SECONDS, fuzz._PATIENCE = read, 0.5, 5
tally = fuzz.check([("a.txt", d) for d in (b"fine", b"hang", b"sleep", b"raise", b"die", b"fine")], Path(sys.argv[1]))
print(dict(tally.ended), [(reason.strip().splitlines()[-1], data) for reason, _, data in tally.findings])
"""


def test_what_raises_hangs_or_dies_is_kept_and_the_rest_is_tried(tmp_path: Path, root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path)], cwd=root, capture_output=True, text=True)
    assert done.stdout.strip() == (
        "{'read': 2, 'wrong': 4} "
        "[('ended by SIGPROF', b'hang'), ('ended by SIGALRM', b'sleep'), "
        "('ValueError: a finding', b'raise'), ('ended by SIGABRT', b'die')]"
    )


def test_the_same_seed_makes_the_same_inputs_and_archives_stay_archives() -> None:
    seeds = fuzz.seeds_of([Path(__file__).parents[2] / "corpus"])
    assert {Path(name).suffix for name, _ in seeds} >= {".txt", ".md", ".html", ".docx", ".pdf", ".xlsx", ".ofd"}
    made = [fuzz.inputs(seeds, ["一、目标。", "云溪市"], random.Random(5)) for _ in range(2)]
    assert [next(made[0]) for _ in range(12)] == [next(made[1]) for _ in range(12)]
    docx = next(data for name, data in seeds if name.endswith(".docx"))
    inside = fuzz.changed_inside(docx, b"", random.Random(1))
    assert inside != docx
    with zipfile.ZipFile(io.BytesIO(inside)) as archive, zipfile.ZipFile(io.BytesIO(docx)) as whole:
        assert (archive.testzip(), archive.namelist()) == (None, whole.namelist())
