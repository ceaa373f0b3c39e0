"""Where the language model is, and how long and how much it may answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kb.config import Settings
from kb.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible address: ``stall`` seconds without a sign, ``total`` for a whole answer of ``tokens``."""

    url: str
    model: str
    key: str = field(default="", repr=False)
    stall: float = 20.0
    total: float = 60.0
    tokens: int = 4096

    @property
    def address(self) -> str:
        """The address of chat completions."""
        bare = self.url.strip().rstrip("/")
        return bare if bare.endswith("/chat/completions") else f"{bare}/chat/completions"

    @property
    def shown(self) -> str:
        """The address without user, password and query, which may hold a key."""
        head, mark, rest = self.address.partition("://")
        host, slash, path = rest.partition("?")[0].partition("/")
        return f"{head}{mark}{host.rpartition('@')[2]}{slash}{path}"

    def within(self, seconds: float) -> Endpoint:
        """The same endpoint with less time for the whole answer."""
        return replace(self, total=seconds, stall=min(self.stall, seconds))

    def without_key(self, text: str) -> str:
        """A text of the server's on one line, the key left out should the server repeat it."""
        hidden = text.replace(self.key, "…") if self.key else text
        return " ".join(hidden.split())


def endpoint_of(settings: Settings) -> Endpoint | None:
    """The endpoint of the settings; None where none is set. Raises SettingsError for an address without a model."""
    url, model = (settings.llm_base_url or "").strip(), (settings.llm_model or "").strip()
    if not url:
        return None
    if not model:
        raise SettingsError("设了 ZHICE_LLM_BASE_URL，还要用 ZHICE_LLM_MODEL 写明模型名，例如 qwen3-32b。")
    return Endpoint(
        url=url,
        model=model,
        key=settings.llm_api_key.get_secret_value().strip() if settings.llm_api_key else "",
        stall=settings.llm_stall_seconds,
        total=settings.llm_total_seconds,
        tokens=settings.llm_max_tokens,
    )
