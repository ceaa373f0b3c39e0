"""Settings: defaults < ``kb.toml`` in the home < environment ``ZHICE_*`` < arguments. Unknown keys are refused."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args

from platformdirs import user_cache_dir, user_data_dir
from pydantic import Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from kb.errors import SettingsError

_PREFIX = "ZHICE_"


class Settings(BaseSettings):
    """What can be set. Each field is also ``ZHICE_<NAME>`` in the environment and a key of ``kb.toml``."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    home: Path = Field(default_factory=lambda: Path(user_data_dir("zhice")), description="数据目录")
    cache: Path = Field(
        default_factory=lambda: Path(user_cache_dir("zhice")), description="模型等可再生成内容的缓存目录"
    )
    catalog: SecretStr | None = Field(
        default=None,
        description="多台机器共用的目录和向量所在的 PostgreSQL 数据库，"
        "postgresql://用户:密码@主机:5432/数据库；不设时用数据目录里的 SQLite",
    )
    embedding: str = Field(
        default="bundled",
        description="bundled（内置离线模型）、python -m eval train 写出的 .safetensors、"
        "sentence-transformers 的名称或目录、或 openai:模型名",
    )
    embedding_url: str | None = Field(default=None, description="OpenAI 兼容向量接口的地址")
    embedding_key: SecretStr | None = Field(default=None, description="OpenAI 兼容向量接口的密钥")
    index: str = Field(
        default="local",
        description="检索索引放在哪里：local（数据目录里）、chroma+http://主机:端口（向量在 Chroma 服务里）、"
        "milvus+http://主机:端口（都在 Milvus 里）、milvus+文件.db（试用）",
    )
    index_key: SecretStr | None = Field(default=None, description="检索索引服务的令牌")
    judge: str = Field(
        default="off",
        description="判断段落是否答了问题的模型：off（不用）、CrossEncoder 模型的名称或目录、"
        "或 python -m eval train 写出的 .safetensors",
    )
    tuning: Path | None = Field(default=None, description="python -m eval tune 写出的调参文件；不设时用随程序附带的")
    dense_weight: float | None = Field(
        default=None, ge=0, le=1, description="融合时向量得分的权重，其余归关键词得分和对候选的细看；不设时按调参文件"
    )
    llm_base_url: str | None = Field(
        default=None, description="OpenAI 兼容对话接口的地址，例如 http://127.0.0.1:11434/v1；不设时不用大模型"
    )
    llm_model: str | None = Field(default=None, description="对话接口里的模型名")
    llm_api_key: SecretStr | None = Field(default=None, description="对话接口的密钥")
    llm_stall_seconds: float = Field(default=20, gt=0, description="大模型多久没有回应就改用摘录的回答，秒")
    llm_total_seconds: float = Field(default=60, gt=0, description="大模型答完一个问题最多多久，秒")
    llm_max_tokens: int = Field(
        default=4096, ge=64, description="大模型一次最多生成多少 token，先思考再作答的模型连思考一起算"
    )
    max_question_chars: int = Field(default=2000, ge=1, description="问题的最大字数")
    max_file_mb: int = Field(default=100, ge=1, description="单个文件的最大体积，MB")
    read_seconds: int = Field(default=120, ge=1, description="读取一个文件时最长多久没有进展就放弃，秒")
    read_memory_mb: int = Field(default=3000, ge=500, description="读取文件的进程最多可用的内存，MB")
    stop_seconds: float = Field(default=30, ge=0, description="停止网页时，最多等正在做的回答多久，秒")
    log: Literal["auto", "json", "text"] = Field(
        default="auto",
        description="网页的日志：json（每个请求一行）、text（只有警告）、auto（在终端里是 text，否则 json）",
    )
    log_questions: bool = Field(default=False, description="日志里是否记下问题原文和异常的说明；设为 1 才记")
    max_removed_share: float = Field(default=0.5, gt=0, le=1, description="一次同步最多可移除的文件比例")

    @property
    def catalog_url(self) -> str | None:
        """The catalog's URL with its password, for opening it."""
        return self.catalog.get_secret_value() or None if self.catalog else None

    def apart(self, home: Path) -> Settings:
        """The same for a base of its own in another home: never for the catalog and the index that others share."""
        return self.model_copy(update={"home": home, "catalog": None, "index": "local", "index_key": None})


def load_settings(**arguments: Any) -> Settings:  # noqa: ANN401 - any setting
    """Settings for one command. Arguments that are None count as not given.

    Raises SettingsError naming the key and where it was set.
    """
    given = {k: v for k, v in arguments.items() if v is not None}
    known = Settings.model_fields
    for name in os.environ:
        if name.startswith(_PREFIX) and name[len(_PREFIX) :].lower() not in known:
            raise SettingsError(f"环境变量 {name} 不是知策的设置。可用的有：{_names(known, _PREFIX)}")
    try:
        home = Path(given["home"]) if "home" in given else Settings().home
        from_file = _read_toml(home / "kb.toml")
        for key in from_file:
            if key not in known or key == "home":
                raise SettingsError(f"{home / 'kb.toml'} 里的 {key} 不是可用的设置。可用的有：{_names(known, '')}")
        in_environment = {k for k in known if _PREFIX + k.upper() in {n.upper() for n in os.environ}}
        return Settings(**{k: v for k, v in from_file.items() if k not in in_environment} | given)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"设置 {'.'.join(map(str, first['loc']))} 的值不可用：{_in_chinese(first)}") from error


def _in_chinese(error: ErrorDetails) -> str:
    """What pydantic has against a value."""
    kind, limits = error["type"], error.get("ctx", {})
    field = Settings.model_fields.get(str(error["loc"][0])) if error["loc"] else None
    if kind == "string_type":
        return "应为文字"
    if kind.startswith("bool_"):
        return "应为 1 或 0"
    if kind == "literal_error":
        return f"应为 {limits.get('expected', '').replace(' or ', ', ').replace(', ', '、')} 之一".replace("'", "")
    if kind.startswith("path_"):
        return "应为路径"
    types = (field.annotation, *get_args(field.annotation)) if field is not None else ()
    if field is not None and (int in types or float in types):
        noun = "整数" if int in types else "数"
        return _range({type(m).__name__.lower(): m for m in field.metadata}, noun)
    return f"{error['msg']}{limits or ''}"


def _range(bounds: dict[str, Any], noun: str) -> str:
    """The numbers a field takes (应为 0 到 1 之间的数)."""
    least, over, most = (getattr(bounds.get(name), name, None) for name in ("ge", "gt", "le"))
    if least is not None and most is not None:
        return f"应为 {least} 到 {most} 之间的{noun}"
    if over is not None and most is not None:
        return f"应为大于 {over}、不超过 {most} 的{noun}"
    if least is not None:
        return f"应为不小于 {least} 的{noun}"
    return f"应为{noun}"


def _names(known: dict[str, Any], prefix: str) -> str:
    return "、".join(prefix + (k.upper() if prefix else k) for k in known)


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} 不是有效的 TOML：{error}") from error
