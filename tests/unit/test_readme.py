"""The README names only commands and settings that exist, and all settings."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from kb.config import Settings
from tests.processes import forked

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = sorted(set(re.findall(r"`(python (?:-m \w+|\w+\.py)[^`]*)`", README)))


@lru_cache
def help_of(*arguments: str) -> str:
    if arguments[0] == "-m":
        done = forked(arguments[1], (*arguments[2:], "--help"), {**os.environ})
    else:
        done = subprocess.run([sys.executable, *arguments, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def usage_lines() -> list[tuple[str, ...]]:
    """Each command of the README as (module or script, subcommands…, options…), alternatives taken apart."""
    lines: set[tuple[str, ...]] = set()
    for command in COMMANDS:
        words = shlex.split(command)[1:]
        target = tuple(words[:2]) if words[0] == "-m" else (words[0],)
        rest = words[len(target) :]
        subcommands = [w for w in rest if re.fullmatch(r"[a-z]+", w)] if words[0] == "-m" else [""]
        options = tuple(w for w in rest if w.startswith("-"))
        lines |= {(*target, *([s] if s else []), *options) for s in subcommands}
    return sorted(lines)


@pytest.mark.parametrize("line", usage_lines(), ids=" ".join)
def test_a_command_of_the_readme_exists(line: tuple[str, ...]) -> None:
    command = [w for i, w in enumerate(line) if i < 2 or not w.startswith("-")]
    text = help_of(*[w for w in command if w == "-m" or not w.startswith("-")])
    assert [o for o in line if o.startswith("--") and o not in text] == []


def test_the_readme_has_the_commands_of_the_design() -> None:
    named = {line[1:3] if line[0] == "-m" else line[:1] for line in usage_lines()}
    assert named >= {("kb", c) for c in ("ask", "search", "show", "list", "doctor")} | {
        *(("eval", c) for c in ("run", "compare", "report", "tune", "suite")),
        ("ingest", "sync"),
        ("ingest", "rebuild"),
        ("ingest", "report"),
        ("chat_app.py",),
    }


def test_every_setting_has_its_row_with_its_default() -> None:
    rows = re.findall(r"^\| (?:`(\w+)`|（不可用）) \| `ZHICE_(\w+)` \| (.*?) \| (.*?) \|$", README, re.M)
    found = {variable.lower(): (key, default, meaning) for key, variable, default, meaning in rows}
    expected = {}
    for name, field in Settings.model_fields.items():
        known_default = field.default_factory is None and field.default is not None
        default = f"`{field.default}`" if known_default else found.get(name, ("", "", ""))[1]
        expected[name] = ("" if name == "home" else name, default, field.description)
    assert {n: (k, d, m.replace("`", "")) for n, (k, d, m) in found.items()} == expected


def test_every_make_target_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.M)) <= targets


def test_every_file_the_readme_links_exists() -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links != []
    headings = {f"#{title}" for title in re.findall(r"^#+ (.+)$", README, re.M)}
    assert [link for link in links if link not in headings and not (ROOT / link).is_file()] == []


def test_the_retriever_of_the_readme_runs_as_it_stands(tmp_path: Path) -> None:
    from eval.dataset import Selection, load
    from eval.systems.custom import load_function
    from tests.eval_sets import write_set

    (code,) = re.findall(r"^```python\n(# 我的数据集/mine\.py.*?)^```$", README, re.M | re.S)
    folder = write_set(tmp_path / "我的数据集")
    (folder / "mine.py").write_text(code, "utf-8")
    dataset = load(Selection(folder))
    found = load_function(f"{folder / 'mine.py'}:retrieve")([q.text for q in dataset.questions])
    assert [hits[0][0] for hits in found[:4]] == ["yunxi", "linhe", "zhufang", "peixun"]
    assert all(0 < end <= len(dataset.records[i].text) for hits in found for i, (_, end) in hits)


def test_the_evaluation_commands_of_the_readme_exist() -> None:
    (block,) = re.findall(r"^```bash\n(python -m eval .*?)^```$", README, re.M | re.S)
    for line in block.splitlines():
        words = shlex.split(line)
        shown = help_of("-m", "eval", words[3])
        assert [w for w in words if w.startswith("--") and w not in shown] == []
