"""What a reader gives for a file to the events of the page: files that were sent are read, and no others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio.processing_utils
import pytest
from gradio.utils import get_upload_folder
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from tests.site import Site, event, served_site
from ui.sent_files import Bounded, NoFolder, NotSent, check, own_folder

SECRET = "sk-tell-nobody-4711"
LETTER = "关于加快养老床位建设的建议\n\n建议市政府加大对养老床位的补助力度。\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served_site(tmp_path_factory.mktemp("sent") / "home") as site:
        yield site


def uploaded(site: Site, path: Any) -> Any:  # noqa: ANN401
    """What the event of the reply desk's upload button ends with."""
    client = site.client("读者")
    config = client.get("/config").json()
    button = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "reply-upload")
    upload = next(d for d in config["dependencies"] if [button, "upload"] in d["targets"])
    given = {"path": path, "meta": {"_type": "gradio.FileData"}}
    if path is None:
        (sent,) = client.post("/gradio_api/upload", files={"files": ("建议.txt", LETTER.encode())}).json()
        given["path"] = sent
    return event(client, upload["id"], [given, ""])


def test_a_file_that_was_sent_is_read(site: Site) -> None:
    message = uploaded(site, None)
    assert message["success"] is True
    assert "建议市政府加大对养老床位的补助力度。" in str(message["output"]["data"])


def test_no_other_file_is_opened_or_copied_to_where_it_could_be_fetched(site: Site) -> None:
    home = site.base.settings.home
    (home / "kb.toml").write_text(f'# llm_api_key = "{SECRET}"\n', "utf-8")
    link = Path(get_upload_folder(), os.path.relpath(home / "kb.toml", get_upload_folder()))
    for path in (home / "kb.toml", home / "accounts.db", "/etc/passwd", "pyproject.toml", link):
        message = uploaded(site, str(path))
        assert message["success"] is False, path
        assert SECRET not in str(message)
    copied = [p for p in Path(get_upload_folder()).rglob("*") if p.name in ("kb.toml", "accounts.db", "passwd")]
    assert copied == []


def test_no_address_is_fetched(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched: list[str] = []

    async def fetch(url: str, **options: Any) -> str:  # noqa: ANN401
        fetched.append(url)
        return "/etc/passwd"

    monkeypatch.setattr(gradio.processing_utils, "async_ssrf_protected_download", fetch)
    assert uploaded(site, "https://policies.example/a.txt")["success"] is False
    assert fetched == []


def test_no_more_is_sent_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    inner = Starlette()
    inner.add_route("/{path:path}", lambda request: PlainTextResponse("taken"), methods=["POST"])
    client = TestClient(Bounded(inner, max_mb=1))

    def send(size: int, path: str = "/gradio_api/upload") -> tuple[int, str]:
        answer = client.post(path, headers={"Content-Length": str(size)})
        return answer.status_code, answer.text

    refused = (413, "文件太大，或刚传来的文件太多。请过十分钟再传。")
    assert [send(3_064_000), send(3_064_001), send(9_000_000, "/library/uploads")] == [
        (200, "taken"),
        refused,
        (200, "taken"),
    ]
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "held").write_bytes(bytes(18_000_000))
    assert [send(2_000_000), send(2_000_001), send(2_000_001, "/gradio_api/upload/")] == [
        (200, "taken"),
        refused,
        refused,
    ]


@pytest.mark.parametrize(
    "values",
    [
        ["a", {"path": "/etc/passwd"}],
        [{"deep": [{"path": "/sent/../etc/passwd", "meta": {"_type": "gradio.FileData"}}]}],
        [{"path": None}],
        [{"path": "/sent\0"}],
        [{"path": "file:///sent/a"}],
        [{"path": "https://policies.example/sent/a"}],
    ],
)
def test_whatever_could_be_taken_for_another_file_is_refused(values: list[Any]) -> None:
    with pytest.raises(NotSent):
        check(values, Path("/sent"))


def test_what_was_sent_and_other_values_pass() -> None:
    check(["/etc/passwd", None, 3, {"do": "open", "id": "x"}, {"path": "/sent/a/b.txt"}], Path("/sent"))


def test_a_folder_of_its_own_is_there_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    with own_folder():
        folder = Path(get_upload_folder())
        assert (folder.is_dir(), folder.stat().st_mode & 0o777) == (True, 0o700)
    assert (folder.exists(), get_upload_folder() == str(folder)) == (False, False)


def test_without_a_place_for_files_it_is_said_how_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(**options: Any) -> Any:  # noqa: ANN401
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryDirectory", nowhere)
    with pytest.raises(NoFolder, match="TMPDIR"), own_folder():
        pass
