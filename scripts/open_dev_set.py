"""Sets for tuning when to refuse, of the open questions that may be used to train.

``python scripts/open_dev_set.py --shared ../shared --out DIR`` writes ``DIR/cmrc2018_trial`` and ``DIR/drcd_dev``: the
documents without two in five of them, and a sample of the questions; those whose document is gone are unanswerable.
The data stays outside the repository.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

_NAMES = ("cmrc2018_trial", "drcd_dev")
_GONE = 0.4  # of the documents
_SEED = 0


def main() -> None:
    """Write both sets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=310)
    args = parser.parse_args()
    for name in _NAMES:
        _write(args.shared / "data" / name, args.out / name, args.questions)


def _write(source: Path, out: Path, most: int) -> None:
    documents, queries = _lines(source / "corpus.jsonl"), _lines(source / "queries.jsonl")
    rows = [line.split("\t") for line in (source / "qrels.tsv").read_text("utf-8").splitlines()[1:]]
    document_of = {row[0]: row[1] for row in rows}
    rng = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    ids = sorted(str(d["_id"]) for d in documents)
    gone = set(rng.sample(ids, int(len(ids) * _GONE)))
    asked = rng.sample(sorted(queries, key=lambda q: str(q["_id"])), min(most, len(queries)))
    out.mkdir(parents=True, exist_ok=True)
    _put(out / "corpus.jsonl", [d for d in documents if d["_id"] not in gone])
    _put(out / "queries.jsonl", [_question(q, document_of.get(str(q["_id"])) in gone) for q in asked])
    kept = [(str(q["_id"]), document_of[str(q["_id"])]) for q in asked if document_of.get(str(q["_id"])) not in gone]
    lines = ["query-id\tcorpus-id\tscore", *(f"{query}\t{document}\t1" for query, document in kept)]
    (out / "qrels.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{out}：{len(documents) - len(gone)} 篇，{len(kept)} 题可答，{len(asked) - len(kept)} 题不可答")


def _question(query: dict[str, Any], unanswerable: bool) -> dict[str, Any]:
    return {"_id": query["_id"], "text": query["text"], "answerable": False} if unanswerable else query


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _put(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
