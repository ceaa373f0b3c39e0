"""With what a run is done: versions, commit, model, processor. Whoever reads a figure later needs it."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ingest.chunk import CHUNKER
from ingest.parse import PARSER
from ingest.records import RECORDS
from kb.config import Settings
from kb.embedding import open_embedding
from kb.tuning import SHIPPED, load_tuning

_PACKAGES = (
    "zhice",
    "torch",
    "chromadb",
    "tantivy",
    "jieba",
    "llama-index-core",
    "bm25s",
    "ir-measures",
    "numpy",
)
RULES = {"records": RECORDS, "parser": PARSER, "chunker": CHUNKER}
_ROOT = Path(__file__).resolve().parents[1]


def environment(settings: Settings) -> dict[str, Any]:
    """Versions, commit, model fingerprint, tuning and processor, as JSON types."""
    return {
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in _PACKAGES},
        "rules": RULES,
        "commit": _commit(),
        "model": model_fingerprint(settings),
        "tuning": {"version": load_tuning(settings.tuning).version, "sha256": tuning_digest(settings.tuning)},
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "system": platform.system()},
    }


def tuning_digest(path: Path | None) -> str:
    """SHA-256 of a tuning file, by default the shipped one, 16 hex digits."""
    return hashlib.sha256((path or SHIPPED).read_bytes()).hexdigest()[:16]


def model_fingerprint(settings: Settings) -> dict[str, Any]:
    """The model's name and dimension, with a hash of its files where they are on this machine."""
    embedder = open_embedding(settings)
    found: dict[str, Any] = {"name": embedder.name, "dimension": embedder.dimension}
    folder = _model_folder(settings)
    if folder is not None:
        found["files_sha256"] = _files_digest(folder)
    return found


def model_identity(settings: Settings) -> str:
    """What tells a model's vectors from another's: its name, with a folder's files or an endpoint's address."""
    name = open_embedding(settings).name
    if name.startswith("bundled:"):
        return name  # its weights come with a pinned package
    if name.startswith("openai:"):
        return f"{name}\0{settings.embedding_url}"
    adapter = Path(name)
    if adapter.suffix == ".safetensors" and adapter.is_file():
        return f"{name}\0{hashlib.sha256(adapter.read_bytes()).hexdigest()[:16]}"
    folder = _model_folder(settings)
    return f"{name}\0{_files_digest(folder)}" if folder else name


def _files_digest(folder: Path) -> str:
    """SHA-256 over a model's files with their names, 16 hex digits."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def _model_folder(settings: Settings) -> Path | None:
    kind, _, rest = settings.embedding.strip().partition(":")
    if kind in ("bundled", ""):
        from kb.embedding import store

        return store.model_folder(settings.cache)
    folder = Path(rest if kind == "st" else settings.embedding).expanduser()
    return folder if kind != "openai" and folder.is_dir() else None


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of the checkout this module is in, with + where it was changed; None outside a checkout."""
    try:
        git = ["git", "-C", str(_ROOT)]
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=True)
        changed = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return head.stdout.strip()[:12] + ("+" if changed.stdout.strip() else "")


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
