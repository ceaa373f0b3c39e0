"""Texts to vectors: the bundled offline model, any sentence-transformers model, or an OpenAI-compatible endpoint.

``open_embedding(settings)`` gives an Embedder; nothing is imported or loaded before its first use.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb.config import Settings
from kb.embedding.protocol import REMEMBERED_QUERIES, Embedder
from kb.errors import SettingsError

if TYPE_CHECKING:
    from kb.embedding.llama import LlamaIndexEmbedding

__all__ = ["Embedder", "LlamaIndexEmbedding", "open_embedding"]


def open_embedding(settings: Settings, remember: int = REMEMBERED_QUERIES) -> Embedder:
    """The embedder that ``settings.embedding`` names; cheap, since models load at their first use.

    ``bundled`` is the offline model; a .safetensors file is what training added to it (``python -m eval train``);
    ``openai:MODEL`` an endpoint at ``embedding_url``; anything else, with or without ``st:`` before it, a
    sentence-transformers folder or hub name. An embedder's ``name`` is accepted too.
    ``remember`` is how many questions' vectors are kept; measuring wants 0.
    Raises SettingsError for a bundled model that does not exist and where a model's name is missing.
    """
    setting = settings.embedding.strip()
    kind, _, rest = setting.partition(":")
    if kind == "bundled" or not setting:
        from kb.embedding.bundled import NAME, BundledEmbedder

        if setting not in ("", "bundled", NAME):
            raise SettingsError(f"没有叫 {setting} 的内置模型。可用的是 bundled（即 {NAME}）。")
        return BundledEmbedder(settings.cache, remember=remember)
    if kind == "openai":
        from kb.embedding.remote import RemoteEmbedder

        if not rest:
            raise SettingsError("embedding 设为 openai: 时要写上模型名，例如 openai:text-embedding-3-small。")
        key = settings.embedding_key.get_secret_value() if settings.embedding_key else None
        return RemoteEmbedder(rest, settings.embedding_url, key, remember=remember)
    if setting.endswith(".safetensors"):
        from kb.embedding.bundled import BundledEmbedder

        adapter = Path(setting).expanduser().resolve()
        return BundledEmbedder(settings.cache, remember=remember, adapter=adapter, name=str(adapter))
    from kb.embedding.local import SentenceTransformersEmbedder

    if setting == "st:":
        raise SettingsError("embedding 设为 st: 时要写上 sentence-transformers 模型的名称或目录。")
    return SentenceTransformersEmbedder(rest if kind == "st" else setting, remember=remember)


def __getattr__(name: str) -> object:
    """Import the LlamaIndex adapter, and with it LlamaIndex, only when it is asked for."""
    if name == "LlamaIndexEmbedding":
        from kb.embedding.llama import LlamaIndexEmbedding

        return LlamaIndexEmbedding
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
