"""What a person or company can claim, over the interfaces: read from a sentence or a profile, from one snapshot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from kb.base import KnowledgeBase
from kb.match import as_json, match, read_profile, read_sentence, text_of
from ui.api.errors import ApiError, Fault
from ui.api.models import Day, Strict, told
from ui.markup import document_url

LONGEST_SENTENCE = 2000
PROFILE = "画像：地区（必填）、行业、主体、成立、人数、营业收入、情况（列表）、想要（列表）、截至"
_ONE = Fault(422, "invalid", "text 和 profile 写一个，不能都写或都不写。")
Sentence = Annotated[str | None, Field(max_length=LONGEST_SENTENCE, description="一句话：地区、主体、情况、想要的支持")]
Given = Annotated[dict[str, Any] | None, Field(description=PROFILE)]
Some = list[dict[str, Any]]


class MatchRequest(Strict):
    """Who asks for support."""

    model_config = told("某人或某企业：`text` 和 `profile` 写一个。")
    text: Sentence = None
    profile: Given = None
    as_of: Day | None = Field(default=None, description="按该日判断，默认取画像里的截至，再默认今天")


class MatchOut(BaseModel):
    """What can be claimed."""

    model_config = told("可以申请的扶持，同 `python -m kb match --json`；引文另有 `url`。")
    profile: dict[str, Any] = Field(description="读出的画像")
    as_of: str = Field(description="判断的日期")
    levels: list[str] = Field(description="由近到远的各级地区")
    groups: Some = Field(description="符合与待确认的扶持，按种类分组，逐条对照条件")
    near: Some = Field(description="差一条的")
    apart: Some = Field(description="已失效、草案等")
    citations: Some = Field(description="引文")
    held: Some = Field(description="各级收录多少文件")
    left_out: dict[str, Any] = Field(description="没有列出的各有多少")
    summary: Some = Field(description="一句一项的概述")
    comparison: None = None
    not_understood: list[str] = Field(description="一句话里没有读懂的部分")


@dataclass(frozen=True, slots=True)
class Matched:
    """An answer: for programs, and for who reads."""

    values: dict[str, Any]
    text: str


def matched(base: KnowledgeBase, asked: MatchRequest) -> Matched:
    """What the one that is asked for can claim. Raises ApiError, ProfileError, KBError."""
    if (asked.text is None) == (asked.profile is None):
        raise ApiError(_ONE)
    today = asked.as_of or date.today()
    read = read_sentence(asked.text, today) if asked.text is not None else None
    profile = read.profile if read else read_profile(asked.profile)
    day = asked.as_of or profile.as_of or today
    found = base.on_snapshot(lambda snapshot: match(snapshot.view, profile, day))
    left = read.left if read else ()
    values = as_json(found, None, left)
    for citation in values["citations"]:
        citation["url"] = document_url(citation["policy_id"], citation["revision"], citation["start"], citation["end"])
    unread = f"没有读懂的部分：{'；'.join(left)}\n" if left else ""
    return Matched(values, unread + text_of(found))
