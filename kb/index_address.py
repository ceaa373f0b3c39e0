"""Reading the setting ``index``: which engine holds the search index, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from kb.config import Settings
from kb.errors import SettingsError

LOCAL = "local"
_FORMS = "local、chroma+http://主机:端口、milvus+http://主机:端口（https 亦可）或 milvus+文件.db"


@dataclass(frozen=True, slots=True)
class Address:
    """An engine and its place: ``url`` is a server's (http://host:port) or the path of a milvus-lite file."""

    engine: Literal["local", "chroma", "milvus"]
    url: str = ""
    key: str | None = field(default=None, repr=False)

    @property
    def host(self) -> str:
        """The server's name or number."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The server's port."""
        return urlsplit(self.url).port or 0

    @property
    def secure(self) -> bool:
        """Whether the server is spoken to by TLS."""
        return self.url.startswith("https:")

    @property
    def is_file(self) -> bool:
        """Whether it is a file of milvus-lite, which one process at a time may open."""
        return self.engine == "milvus" and "://" not in self.url


def read_address(setting: str, key: str | None = None, home: Path = Path()) -> Address:
    """What the setting names; ``key`` is the server's. A file is found from the home. Raises SettingsError."""
    text = setting.strip()
    if text in ("", LOCAL):
        return Address("local")
    if "@" in text or "?" in text:  # not repeated: it may hold a password
        raise SettingsError("设置 index 的地址里不能写用户名、密码和参数，请用 index_key（ZHICE_INDEX_KEY）。")
    scheme, _, rest = text.partition("+")
    if scheme in ("chroma", "milvus") and rest.startswith(("http://", "https://")):
        return Address("chroma" if scheme == "chroma" else "milvus", _server(text, rest), key)
    if scheme == "milvus" and rest.endswith(".db") and "://" not in rest:
        return Address("milvus", str((home / Path(rest).expanduser()).resolve()))
    raise SettingsError(f"设置 index 的值 {text} 不可用：应为 {_FORMS}。")


def address_of(settings: Settings) -> Address:
    """Where the settings say that the index is. Raises SettingsError."""
    key = settings.index_key.get_secret_value() if settings.index_key else None
    return read_address(settings.index, key, settings.home)


def _server(text: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port = None
    if port is None or not parts.hostname or parts.path.strip("/") or parts.fragment:
        raise SettingsError(f"设置 index 的值 {text} 不可用：应为 {_FORMS}。")
    return f"{parts.scheme}://{parts.netloc}"
