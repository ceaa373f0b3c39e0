"""A base of sample documents for tests of the reply desk, and the suggestions written for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from ingest.reading import Reading, Request, read_request
from kb.base import KnowledgeBase
from kb.config import Settings
from kb.letters.draft import LetterSettings
from kb.model import Submission
from tests.fakes import HashEmbedder

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "云溪示例"
SUGGESTIONS = Path(__file__).parent / "data" / "suggestions"
DAY = date(2026, 11, 27)
#: Each suggestion with the body that answers it.
BODIES = {
    "孵化空间": "云溪市科学技术局",
    "创业补贴": "云溪市人力资源和社会保障局",
    "数字化转型": "云溪市经济和信息化局",
    "笼统意见": "云溪市人民政府办公室",
    "冰雪场馆": "云溪市体育局",
}
_FILES = (
    "孵化器/*.docx",
    "孵化器/*.pdf",
    "孵化器/*.html",
    "创业/*.docx",
    "创业/*.html",
    "数字化/*.docx",
    "数字化/2024*.pdf",
    "数字化/*.html",
    "综合/*工作报告*",
    "法规规章/*废止*",
)


def make_base(home: Path, salt: str = "") -> KnowledgeBase:
    """The base, with a fake model: what is found must not hang on the real one's weights.

    Nor on where the project lies: ids are made of the files' names, since equal scores are put in the order of ids.
    """
    files = sorted({path for pattern in _FILES for path in CORPUS.glob(pattern)})
    readings = [read_request(Request(path, str(CORPUS), str(path.relative_to(CORPUS)), 100)) for path in files]
    base = KnowledgeBase.open(Settings(home=home), create=True, write=True, embedder=HashEmbedder())
    held = (s for reading in readings if isinstance(reading, Reading) for s in reading.submissions)
    base.put_many(replace(s, policy_id=_id_of(s, salt)) for s in held)
    return base


def _id_of(submission: Submission, salt: str) -> str | None:
    """The file's name; with a salt, something that puts the documents in another order."""
    if submission.source is None:
        return None
    name = f"{submission.source.path}#{submission.source.article}"
    return sha256(f"{salt}{name}".encode()).hexdigest()[:16] if salt else name


def text_of(name: str) -> str:
    """A suggestion's text."""
    return (SUGGESTIONS / f"{name}.txt").read_text("utf-8")


def settings_of(name: str) -> LetterSettings:
    """How its reply is written."""
    return LetterSettings(issuer=BODIES[name])
