"""Why a sentence should not go into a letter without a person's look, in Chinese, and what is good to know of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kb.letters.reach import BINDING, Reach
from kb.letters.roles import LONGEST, Piece, Role
from kb.model import DocumentHeader, Kind, Status
from kb.tabular import years_in
from kb.validity import amendments, ending, newer_versions, status_on, told

_OURS = re.compile(r"我局|我委|我办|我厅|我部|我中心|我院|本局|我们|我市|我区|我县|我省")
_OUR_PLACE = re.compile(r"我[市区县省]")
_PENALTY = re.compile(
    r"追回|追缴|涉嫌犯罪|责令|罚款|骗取|弄虚作假|虚假材料|移送司法|列入失信|处分|不重复(?:享受|补贴|奖励|补助)"
)
_TERMED = (Kind.NOTICE, Kind.ANNOUNCEMENT, Kind.OTHER, Kind.DIGEST)


@dataclass(frozen=True, slots=True)
class Cautioned:
    """What is judged of a sentence: its words, what they serve for, and where they are from."""

    text: str
    piece: Piece
    reach: Reach

    @property
    def role(self) -> Role:
        """What it serves for."""
        return self.piece.role


def cautions_of(
    one: Cautioned, header: DocumentHeader, issuer: str | None, as_of: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(what stands against picking it, what else to know)."""
    against = [*_of_document(one, header, as_of), *_of_words(one, header, issuer, as_of)]
    notes = []
    if one.role is Role.MEASURE and status_on(header, as_of) is Status.UNKNOWN:
        notes.append("有效性未标明，请核对是否现行")
    notes += [told(a) for a in amendments(header, as_of)]
    if one.reach is Reach.LOWER:
        notes.append("下级地区的文件，只能说是该地的安排")
    if header.kind is Kind.NEWS and one.role is Role.ACTUAL:
        notes.append("出自新闻报道，请核对正式数据")
    return tuple(dict.fromkeys(against)), tuple(dict.fromkeys(notes))


def _of_document(one: Cautioned, header: DocumentHeader, as_of: date) -> list[str]:
    status = status_on(header, as_of)
    found = []
    if status in (Status.EXPIRED, Status.REPEALED, Status.DRAFT, Status.NOT_YET):
        by = ending(header, as_of)
        stated = one.role is Role.ACTUAL and status is Status.EXPIRED and header.kind is Kind.REPLY
        if not stated:
            found.append(f"文件{status.value}{f'：{told(by)}' if by else ''}{_term(header, status)}")
    elif one.role is Role.MEASURE and newer_versions(header, as_of):
        newer = newer_versions(header, as_of)[0]
        found.append(f"有更新的版本《{newer.title}》")
    if header.kind is Kind.DIGEST:
        found.append("是摘要，不是原文，请核对原文后引用")
    if header.kind is Kind.INTERPRETATION and one.role is Role.MEASURE:
        found.append("是解读，请引用所解读的文件")
    if one.reach is Reach.OTHER or (one.reach is Reach.OPEN and one.role is Role.ACTUAL):
        found.append("外地情况，只供参考" if one.reach is Reach.OTHER else "没有标明是哪里的情况")
    if one.reach not in BINDING and one.role is Role.MEASURE and one.reach is not Reach.OTHER:
        found.append("不能确定是不是本级或上级的文件（没有填发函机关和地区，或文件没有标明地区）")
    return found


def _term(header: DocumentHeader, status: Status) -> str:
    if status is Status.EXPIRED and header.expires_on:
        return f"（至{header.expires_on}）"
    return f"（自{header.effective_from}起施行）" if status is Status.NOT_YET and header.effective_from else ""


def _of_words(one: Cautioned, header: DocumentHeader, issuer: str | None, as_of: date) -> list[str]:
    found = []
    if one.piece.due and _is_past(one.piece.due, as_of):
        found.append(f"期限（{one.piece.due}）已过，请补充完成情况")
    years = years_in(header.title or "")
    if one.role is Role.MEASURE and header.kind in _TERMED and years and max(years) < as_of.year:
        found.append(f"是{max(years)}年度的安排")
    if one.piece.relative and not _same_year(header, as_of):
        found.append("含“目前”“今年”一类只在成文时成立的说法")
    ours = _OURS.search(one.text)
    if (
        ours
        and not (header.issuer and header.issuer == issuer)
        and not (_OUR_PLACE.match(ours.group()) and one.reach is Reach.OWN)
    ):
        found.append(f"含“{ours.group()}”，是别的机关说的")
    if one.role is Role.MEASURE and _PENALTY.search(one.text):
        found.append("是罚则或限制，不是措施")
    if one.piece.leaning:
        found.append("主语在上文，请连同上文截取")
    if len(one.text) > LONGEST:
        found.append("句子过长，请截取后引用")
    return found


def _is_past(due: str, as_of: date) -> bool:
    return due < as_of.isoformat()[: len(due)]


def _same_year(header: DocumentHeader, as_of: date) -> bool:
    day = header.written_on or header.published_on
    return bool(day) and (day or "")[:4] == str(as_of.year)
