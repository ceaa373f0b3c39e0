"""Imports point one way, and no library module loads a heavy package before it is needed."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kb", "ingest", "eval", "ui")

# A module may import from its own room and from rooms before it. A new module of kb is placed here by its name.
KB_ROOMS: tuple[tuple[str, ...], ...] = (
    ("model", "errors"),
    ("text", "regions"),
    ("tuning", "turns", "parts", "config"),
    # storage
    (
        "catalog",
        "locks",
        "embedding",
        "vectors",
        "exact",
        "projection",
        "dense",
        "lexical",
        "index",
        "snapshot",
        "store",
    ),
    (
        "asks",
        "courtesy",
        "classes",
        "terms",
        "places",
        "whereabouts",
        "spelling",
        "query",
        "followup",
        "coordinates",
        "sides",
        "validity",
        "library",
        "timing",
        "kinship",
        "fusion",
        "wording",
        "rerank",
        "retrieve",
    ),
    # from hits to an answer
    (
        "tabular",
        "basis",
        "view",
        "scope",
        "matching",
        "values",
        "evidence",
        "select",
        "persons",
        "lacks",
        "passage",
        "pairing",
        "judge",
        "verdict",
        "gate",
        "choice",
        "compose",
        "verify",
        "direct",
        "article",
        "succession",
        "attempt",
        "draft",
        "answer",
    ),
    ("support",),
    ("match",),
    ("llm",),
    ("llama",),
    ("ask", "holdings", "base"),
    # what users make, in user.db
    ("userdata",),
    ("accounts",),
    ("letters", "reply"),
    ("conversations",),
    ("doctor", "backup", "commands"),
)
ALLOWED = {
    "kb": {"kb"},
    "ingest": {"ingest", "kb"},
    "eval": {"eval", "ingest", "kb"},
    "ui": {"ui", "eval", "ingest", "kb"},
}
HEAVY = {
    "torch",
    "transformers",
    "sentence_transformers",
    "chromadb",
    "gradio",
    "jieba",
    "llama_index",
    "fastapi",
    "mcp",
    "docx",
    "pymilvus",
    "milvus_lite",
    "ray",
    "pyarrow",
}
# Subclassing a framework's class needs the framework: these modules are themselves imported only inside functions.
ADAPTERS = {
    "kb.embedding.llama": {"llama_index"},
    "kb.llama": {"llama_index"},
    "ingest.node_parser": {"llama_index"},
    "ui.api.mcp_server": {"mcp"},
    "ui.api.openai_routes": {"fastapi"},
    "ui.api.routes": {"fastapi"},
    "eval.training.network": {"torch"},
    "eval.training.judge": {"torch"},
    "eval.training.encoder": {"torch"},
    "eval.training.trainer": {"torch"},
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def library_modules() -> dict[str, ast.Module]:
    """Every module except the composition roots, parsed."""
    paths = [p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py")) if p.name != "__main__.py"]
    return {module_name(p): ast.parse(p.read_text("utf-8"), str(p)) for p in paths}


def imports(tree: ast.Module, of: str, *, top_only: bool = False) -> set[str]:
    """Full names imported by a module, anywhere in it or only by its top-level statements."""
    nodes = tree.body if top_only else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{of}: relative import, use the full name"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(name: str) -> int | None:
    """The room of a kb module by its second name (``kb.index_local`` is in the room of ``index``)."""
    second = name.split(".")[1] if "." in name else ""
    rooms = (i for i, names in enumerate(KB_ROOMS) for n in names if second == n or second.startswith(n + "_"))
    return next(rooms, None)


MODULES = library_modules()


def test_every_module_of_kb_has_a_room() -> None:
    assert [n for n in MODULES if n.startswith("kb.") and room(n) is None] == []


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_one_way(name: str) -> None:
    own = name.split(".")[0]
    wrong = []
    for imported in sorted(imports(MODULES[name], name)):
        top = imported.split(".")[0]
        if (top in PACKAGES or top == "chat_app") and top not in ALLOWED[own]:
            wrong.append(imported)
        if own == top == "kb" and name != "kb" and imported.count(".") >= 1:
            mine, theirs = room(name), room(imported)
            if mine is not None and theirs is not None and theirs > mine:
                wrong.append(imported)
    assert wrong == []


@pytest.mark.parametrize("name", MODULES)
def test_no_module_imports_a_heavy_package_at_its_top(name: str) -> None:
    tops = {i.split(".")[0] for i in imports(MODULES[name], name, top_only=True)}
    assert tops & HEAVY - ADAPTERS.get(name, set()) == set()


def test_the_adapters_are_there() -> None:
    assert set(ADAPTERS) <= set(MODULES)


def test_importing_everything_loads_no_heavy_package() -> None:
    names = [n for n in MODULES if n not in ADAPTERS] + ["chat_app", "kb.__main__", "ingest.__main__"]
    code = (
        f"import importlib, json, sys\nfor n in {names!r}: importlib.import_module(n)\n"
        f"print(json.dumps(sorted({HEAVY!r} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stderr, done.returncode) == ("", 0)
    assert json.loads(done.stdout) == []


def test_a_command_on_the_base_loads_no_reader_and_no_desk_before_it_needs_them() -> None:
    code = (
        "import json, sys\nimport kb.__main__\n"
        "print(json.dumps([n for n in sys.modules if n.startswith(('ingest', 'kb.match', 'kb.support.desk'))]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stderr, done.returncode, done.stdout) == ("", 0, "[]\n")
