"""Makes BEIR folders of our own development and held-out questions on the real documents of the shared data.

``python scripts/own_dev_set.py --shared ../shared --out DIR`` writes ``DIR/dev`` (seeds_a, seeds_c, gov_noise: used
for tuning) and ``DIR/heldout`` (seeds_b, gov_noise_b). The documents are the five seeds and 200 others as noise; none
of their text stays in the project.
"""

from __future__ import annotations

import argparse
import gzip
import json
from itertools import islice
from pathlib import Path
from typing import Any

from ingest.parse import parse_text

QUESTIONS = Path(__file__).resolve().parents[1] / "tests" / "data" / "questions"
PARTS = {"dev": ("seeds_a", "seeds_c", "gov_noise"), "heldout": ("seeds_b", "gov_noise_b")}
NOISE = 200


def main() -> None:
    """Write the folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    records = {r["_id"]: r for r in [*_seeds(given.shared / "seeds"), *_noise(given.shared / "data" / "gov_corpus")]}
    for part, names in PARTS.items():
        questions = [q for name in names for q in _lines((QUESTIONS / f"{name}.jsonl").read_text("utf-8"))]
        _write(given.out / part, records, questions)
        print(f"{part}: {len(records)} documents, {len(questions)} questions")


def _seeds(folder: Path) -> list[dict[str, str]]:
    """Each article of each seed as a record; its id begins with the file's name."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        for number, document in enumerate(parse_text(path.read_text("utf-8"), path.name)):
            found.append({"_id": f"{path.name}#{number}", "title": document.display_title, "text": document.text})
    return found


def _noise(folder: Path) -> list[dict[str, str]]:
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, NOISE)]
    return [{"_id": f"{row['_id']}.txt#0", "title": row["title"], "text": row["text"]} for row in rows]


def _write(folder: Path, records: dict[str, dict[str, str]], questions: list[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "corpus.jsonl").write_text(_jsonl(list(records.values())), "utf-8")
    keep = ("_id", "text", "must", "type", "answerable")
    (folder / "queries.jsonl").write_text(_jsonl([{k: q[k] for k in keep if k in q} for q in questions]), "utf-8")
    judged = ["query-id\tcorpus-id\tscore"]
    for question in questions:
        judged += [f"{question['_id']}\t{record_id}\t1" for record_id in _relevant(question, records)]
    (folder / "qrels.tsv").write_text("\n".join(judged) + "\n", "utf-8")


def _relevant(question: dict[str, Any], records: dict[str, dict[str, str]]) -> list[str]:
    """The articles of the question's sources that hold most of its gold strings."""
    if not question["answerable"]:
        return []
    sources = {question["source"], *question.get("also", ())}
    held = {
        i: sum("".join(m.split()) in "".join(r["text"].split()) for m in question["must"])
        for i, r in records.items()
        if i.partition("#")[0] in sources
    }
    most = max(held.values(), default=0)
    return [i for i, number in held.items() if number == most] if most else list(held)


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def _jsonl(rows: list[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
