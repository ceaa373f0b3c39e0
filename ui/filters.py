"""The filters of the page: what can be chosen, from the documents there are, and what was chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kb.errors import QuestionInvalid
from kb.model import DocumentHeader, Filters, Kind
from kb.regions import region_name

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What each filter offers, as (shown, value)."""

    regions: tuple[Choice, ...] = ()
    issuers: tuple[Choice, ...] = ()
    kinds: tuple[Choice, ...] = ()


def choices(documents: Iterable[DocumentHeader]) -> Choices:
    """The regions, issuers and kinds that occur; kinds in the order of the vocabulary, the others sorted."""
    regions: set[str] = set()
    issuers: set[str] = set()
    kinds: set[Kind] = set()
    for document in documents:
        regions.update(document.subject_regions)
        if document.issuer_region:
            regions.add(document.issuer_region)
        if document.issuer:
            issuers.add(document.issuer)
        kinds.add(document.kind)
    return Choices(
        tuple((region_name(code), code) for code in sorted(regions)),
        tuple((name, name) for name in sorted(issuers)),
        tuple((kind.value, kind.value) for kind in Kind if kind in kinds),
    )


def chosen(
    region: str | None, issuer: str | None, kinds: Iterable[str] | None, date_from: str | None, date_to: str | None
) -> Filters:
    """The filters of a form.

    Raises QuestionInvalid where a value is none the form offers, or the dates are no dates or the wrong way round.
    """
    first, last = _day(date_from, "起始日期"), _day(date_to, "截止日期")
    if first and last and first > last:
        raise QuestionInvalid(f"起始日期 {first} 晚于截止日期 {last}，请改正后再问。")
    try:
        wanted = tuple(Kind(k) for k in kinds or ())
    except ValueError as error:
        raise QuestionInvalid("文种不在可选范围内，请重新选择。") from error
    return Filters(region=region or None, issuer=issuer or None, kinds=wanted, date_from=first, date_to=last)


def _day(text: str | None, label: str) -> str | None:
    if not text or not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat()
    except ValueError as error:
        raise QuestionInvalid(f"{label}“{text.strip()[:20]}”不是日期，请写成 2025-06-12 这样。") from error


def described(filters: Filters) -> str:
    """The restrictions in words, for the reader to see beside the question; empty where there are none."""
    parts = [region_name(filters.region)] if filters.region else []
    if filters.issuer:
        parts.append(filters.issuer)
    if filters.kinds:
        parts.append("、".join(filters.kinds))
    if filters.date_from or filters.date_to:
        parts.append(f"{filters.date_from or '不限'} 至 {filters.date_to or '不限'}")
    return "筛选：" + " · ".join(parts) if parts else ""
