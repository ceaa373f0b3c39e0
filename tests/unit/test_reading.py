"""One file from its bytes to documents: what goes wrong is a reason, for the file or for a member of its archive."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from ingest import reading
from ingest.raw import RawDocument
from ingest.readers.detect import NotADocument
from ingest.reading import Reading, Refusal, Request, read_request
from kb.errors import UnreadableFile

TEXT = "云溪市关于托育补贴的通知\n各街道办事处：\n一、到2033年，全市托位达到1200个。\n"
REASONS = {
    "memory": (MemoryError(), "读取所需的内存超过上限（设置 read_memory_mb）。请拆分文件后再试"),
    "disk": (OSError(28, "No space left on device"), "无法打开（No space left on device）"),
    "bug": (IndexError("list index out of range"), "解析出错（IndexError: list index out of range）。请报告这个文件"),
    "icon": (NotADocument("x", "不是文档（小图标）"), "不是文档（小图标）"),
    "damaged": (UnreadableFile("x", "PDF 已损坏"), "PDF 已损坏"),
}


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers fail as the name of a file says."""
    real = reading.read_bytes

    def read_bytes(data: bytes, path: str) -> RawDocument:
        if Path(path).stem in REASONS:
            raise REASONS[Path(path).stem][0]
        return real(data, path)

    monkeypatch.setattr(reading, "read_bytes", read_bytes)


def request(folder: Path, name: str, data: bytes) -> Request:
    (folder / name).write_bytes(data)
    return Request(folder / name, str(folder), name, 1)


def test_every_failure_of_a_file_has_its_reason(tmp_path: Path, failing: None) -> None:
    outcomes = {name: read_request(request(tmp_path, f"{name}.txt", TEXT.encode())) for name in REASONS}
    assert outcomes == {name: Refusal(why, document=name != "icon") for name, (_, why) in REASONS.items()}


def test_every_failure_of_a_member_has_the_same_and_the_others_go_on(tmp_path: Path, failing: None) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in (*REASONS, "通知"):
            archive.writestr(f"{name}.txt", TEXT)
        archive.writestr("脚本.js", "load()")
    outcome = read_request(request(tmp_path, "包.zip", buffer.getvalue()))
    assert isinstance(outcome, Reading)
    assert [s.source.member for s in outcome.submissions] == ["通知.txt"]
    assert outcome.note.refused == (
        *(f"{name}.txt：{why}" for name, (_, why) in REASONS.items()),
        "脚本.js：不支持的文件类型（.js）",
    )
