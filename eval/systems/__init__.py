"""Systems under test, by name. A system finds spans for a question; some also answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from eval.errors import EvalError
from eval.model import Dataset, Question, Said, Span
from kb.config import Settings
from kb.parts import Parts

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Context:
    """What a system is opened with. ``work`` keeps what can be kept between runs; validity is judged on ``as_of``."""

    dataset: Dataset
    settings: Settings
    work: Path
    as_of: date


class System(Protocol):
    """One system, opened on one set. ``answers`` says whether ``ask`` may be called."""

    answers: bool

    def search(self, question: Question, k: int) -> list[Span]:
        """At most ``k`` spans, best first."""

    def ask(self, question: Question) -> Said:
        """An answer with citations, or a refusal."""

    def close(self) -> None:
        """Give up files and locks."""


class SearchOnly:
    """What systems that do not answer share."""

    answers = False

    def ask(self, question: Question) -> Said:
        """Not offered."""
        raise TypeError("this system only searches")

    def close(self) -> None:
        """Nothing to give up."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of system: ``prepare`` makes what can be kept (its own process does it), ``open`` uses it.

    ``answers`` says whether it answers, ``files`` are those of an evaluator's that it is made of. ``check`` raises
    EvalError where it cannot be had, before any system runs.
    """

    name: str
    about: str
    open: Callable[[Context], System]
    prepare: Callable[[Context, Progress], None] = lambda context, progress: None
    answers: bool = False
    files: tuple[Path, ...] = ()
    check: Callable[[], None] = lambda: None


_OFF = {
    "spelling": "不改错别字",
    "lane": "不查文号和标题直达",
    "rerank": "不细看找到的片段",
    "timing": "不看有效性：问的时候没有施行的文件不往后排",
    "context": "关键词检索不看标题、文号和小标题",
    "lexical": "不用关键词检索",
    "dense": "不用向量检索",
    "gate": "不设拒答门槛",
    "verify": "不做最后核对",
}


def known_systems() -> dict[str, Kind]:
    """All named systems."""
    from eval.systems import bm25s_jieba, controls, llamaindex, product

    bare = {"spelling": False, "lane": False, "rerank": False, "timing": False}
    kinds = [
        product.kind("hybrid", "知策的检索和回答"),
        product.kind("bm25", "知策的关键词检索一路，不加任何别的", product.KEYWORDS, answers=False),
        product.kind("dense", "知策的向量检索一路，不加任何别的", Parts(**bare, lexical=False), answers=False),
        product.kind("weighted", "两路加权融合，不加任何别的", Parts(**bare), answers=False),
        product.rrf("rrf", "两路按名次融合（RRF）"),
        *(product.without(name, about) for name, about in _OFF.items()),
        llamaindex.KIND,
        bm25s_jieba.KIND,
        *controls.KINDS,
    ]
    return {kind.name: kind for kind in kinds}


def absolute(name: str) -> str:
    """A system's name with the path in it made absolute, without ``..`` or links, so that a file has one name."""
    where, colon, function = name.rpartition(":")
    if name.endswith(".trec"):
        return str(Path(name).resolve())
    return f"{Path(where).resolve()}:{function}" if colon and where.endswith(".py") else name


def find_system(name: str) -> Kind:
    """The system of a name, of a ``.trec`` file, or of ``file.py:function`` or ``module:function``.

    Raises EvalError for an unknown one.
    """
    if ":" in name or name.endswith(".trec"):
        from eval.systems import custom, trec_file

        return trec_file.kind(name) if name.endswith(".trec") else custom.kind(name)
    kinds = known_systems()
    if name not in kinds:
        listed = "\n".join(f"  {kind.name}：{kind.about}" for kind in kinds.values())
        raise EvalError(
            f"没有叫 {name} 的系统。可用的有：\n{listed}\n自己的检索器写作 文件.py:函数，已有的结果写作 文件.trec。"
        )
    return kinds[name]
