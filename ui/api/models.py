"""What the REST interface takes and gives, as its description tells it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.config import ExtraValues

from kb.model import Kind, Status

LONGEST_TEXT = 20_000  # characters of a question that are read at all; the setting's limit is lower
MOST_HITS = 100
MOST_TURNS = 50
Text = Annotated[str, Field(max_length=200)]


def _day(text: object) -> object:
    if text is None or isinstance(text, date):
        return text
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("日期应写作 2025-07-01")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"没有 {text} 这一天") from error


def _whole(number: object) -> object:
    return int(number) if isinstance(number, float) and number.is_integer() else number


Whole = Annotated[int, BeforeValidator(_whole), Field(strict=True)]  # 3.0 is a whole number in JSON
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


def told(description: str, extra: ExtraValues | None = None) -> ConfigDict:
    """A configuration with what the description says of a model."""
    config = ConfigDict(json_schema_extra={"description": description})
    return ConfigDict(extra=extra, **config) if extra else config


class Strict(BaseModel):
    """Takes no field that it does not know: a mistyped name must not be passed over."""

    model_config = ConfigDict(extra="forbid")


class Restrictions(Strict):
    """Which documents are searched."""

    model_config = told("只在这些文件里找；写了几项的，要同时符合。")
    region: Text | None = Field(default=None, description="地区名称或六位代码，如 温州市鹿城区；含其上级地区的文件")
    issuer: Text | None = Field(default=None, description="发文机关，名称的一部分即可")
    kinds: list[Kind] = Field(default=[], max_length=30, description="文种，符合其一即可")
    statuses: list[Status] = Field(default=[], max_length=10, description="有效性，符合其一即可")
    date_from: Day | None = Field(default=None, description="成文（或发布）不早于该日")
    date_to: Day | None = Field(default=None, description="成文（或发布）不晚于该日")
    policy_ids: list[Text] = Field(default=[], max_length=200, description="只查这些编号的文件")


class Asked(Strict):
    """A question."""

    model_config = told("一个问题。")
    question: str = Field(min_length=1, max_length=LONGEST_TEXT, description="问题")
    history: list[Annotated[str, Field(max_length=LONGEST_TEXT)]] = Field(
        default=[], max_length=MOST_TURNS, description="此前问过的问题，先问的在前；追问没说完的部分从这里承接"
    )
    filters: Restrictions = Restrictions()
    as_of: Day | None = Field(default=None, description="按该日判断有效性，默认今天")


class AskRequest(Asked):
    """A question to be answered."""

    model_config = told("要回答的问题。")
    model: bool = Field(default=True, strict=True, description="设了大模型时由它组织语言；false 则只摘录原文")
    stream: bool = Field(default=False, strict=True, description="true 则以事件流（text/event-stream）给出")


class SearchRequest(Asked):
    """A question to be searched for."""

    model_config = told("要检索的问题。")
    k: Whole = Field(default=10, ge=1, le=MOST_HITS, description="最多返回多少个片段")


class CitationOut(BaseModel):
    """A citation."""

    model_config = told("一处引文：`quote` 就是该修订的全文的第 `start` 到 `end` 字。")
    n: int = Field(description="回答里的编号 [n]，从 1 起")
    policy_id: str = Field(description="文件编号")
    revision: str = Field(description="修订号")
    title: str
    doc_number: str | None = Field(description="发文字号")
    section: str | None = Field(description="所在的章节")
    quote: str = Field(description="引文原文")
    start: int
    end: int
    source: str | None = Field(description="来源文件的路径")
    url: str = Field(description="打开原文并高亮引文的地址，相对于本服务")


class SentenceOut(BaseModel):
    """A sentence of an answer."""

    model_config = told("回答的一句。")
    text: str
    citations: list[int] = Field(description="支持这一句的引文的编号")


class NearDocument(BaseModel):
    """A document near to what was asked."""

    model_config = told("拒答时最接近的文件。")
    policy_id: str
    title: str
    doc_number: str | None
    url: str


class AnswerOut(BaseModel):
    """An answer, or a refusal."""

    model_config = told("回答，或带原因的拒答。")
    status: Literal["answered", "refused"] = Field(description="answered：有依据的回答；refused：没有依据，拒答")
    abstained: bool = Field(description="是否拒答")
    answer: str = Field(description="回答全文，句末有 [n]；拒答时为原因")
    sentences: list[SentenceOut] = Field(description="逐句；拒答时为空")
    reason: str | None = Field(description="拒答的原因")
    citations: list[CitationOut]
    nearest: list[NearDocument] = Field(description="拒答时最接近的文件")
    warnings: list[str] = Field(description="要注意的，如引用了已失效的文件")
    mode: str = Field(description="extractive：摘录原文；model:名称：由大模型组织语言")
    understood: str | None = Field(description="问题按什么理解（改正错字、补全追问）；与原文相同时为 null")
    timings_ms: dict[str, float] = Field(description="各步用时，毫秒")


class HitOut(BaseModel):
    """A chunk that was found."""

    model_config = told("一个片段：`text` 就是文件全文的第 `start` 到 `end` 字。")
    policy_id: str
    revision: str
    chunk_id: str
    title: str
    doc_number: str | None
    section: str | None
    text: str
    start: int
    end: int
    score: float
    url: str


class SearchOut(BaseModel):
    """What was found."""

    model_config = told("检索的结果，最相关的在前。")
    hits: list[HitOut]


class ErrorDetail(BaseModel):
    """What went wrong."""

    model_config = told("哪里不对。", extra="allow")
    code: str = Field(description="给程序看的代号")
    message: str = Field(description="给人看的说明，写明怎么办")


class ErrorOut(BaseModel):
    """The one form of all failures."""

    model_config = told("任何失败都是这个形式。")
    error: ErrorDetail


class DocumentRow(BaseModel):
    """A document in short."""

    model_config = told("一份文件的概况。")
    policy_id: str
    title: str
    doc_number: str | None
    issuer: str | None
    kind: Kind
    status: Status = Field(description="今天的有效性")
    written_on: str | None
    published_on: str | None
    source: str | None
    flags: list[str] = Field(description="质量标记")
    chunks: int = Field(description="片段数")


class Listed(DocumentRow):
    """A document in a list."""

    model_config = told("列表里的一份文件。")
    passage: str | None = Field(description="正文里与 q 相符的一段")
    url: str


class DocumentList(BaseModel):
    """A page of documents."""

    model_config = told("一页文件。")
    documents: list[Listed]
    total: int = Field(description="符合条件的共有多少份")
    page: int
    pages: int
    notice: str | None = Field(description="正文没有搜索成时说明原因")


class DocumentOut(BaseModel):
    """A document in full."""

    model_config = told("一份文件的全部字段，同 `python -m kb show --json`（不含读取时的位置表）。", extra="allow")
    policy_id: str
    revision: str
    title: str
    kind: Kind
    status: Status
    doc_number: str | None
    issuer: str | None
    text: str = Field(description="全文")
    sections: list[dict[str, Any]]
    relations: list[dict[str, Any]] = Field(description="与其他文件的废止、修订、依据等关系，各有原句")
    sources: list[str] = Field(description="来源文件的路径")
    url: str


class ShownOut(DocumentOut):
    """A piece of a document."""

    model_config = told("一份文件的全部字段，`text` 只是其中一段。", extra="allow")
    text_start: int = Field(description="这一段从全文的第几个字起")
    total_chars: int = Field(description="全文有多少字")


class UploadOut(BaseModel):
    """An upload that is in the base."""

    model_config = told("收录的结果。")
    outcome: Literal["added", "replaced", "unchanged"] = Field(description="新收录、替换了同名的、与库里的相同")
    file: str = Field(description="保存的文件名")
    state: str = Field(description="读得怎样：正常、待核对")
    flags: list[str] = Field(description="要核对的，如 文字识别")
    documents: list[DocumentRow] = Field(description="读出的文件")


class ChangeOut(BaseModel):
    """What replacing would change."""

    model_config = told("替换会改动什么；行是正文的行，只列前几行。")
    before: list[str] = Field(description="会被替换的文件的编号")
    added: list[str]
    dropped: list[str]
    added_count: int
    dropped_count: int


class ConflictDetail(ErrorDetail):
    """What went wrong, and what would change."""

    model_config = told("同名的文件已经在库里。")
    change: ChangeOut


class ConflictOut(BaseModel):
    """A document of the name is there."""

    model_config = told("没有收录：要替换请加 ?replace=true 再传。")
    error: ConflictDetail


class RemovalOut(BaseModel):
    """A document that was removed."""

    model_config = told("移除的结果；30 天内可以在网页的“政策库”里撤销。")
    policy_id: str
    title: str
    undo: str = Field(description="撤销用的编号")
