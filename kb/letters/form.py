"""The letter around its body: title, number, salutation, summary of the asks; thanks, contact, signature."""

from __future__ import annotations

from kb.letters.draft import JOINT, Draft
from kb.letters.letter import Paragraph, Part, Run, Voice, gap
from kb.letters.suggestion import PROPOSAL, Ask, Suggestion
from kb.letters.wording import date_words, numeral

_SUMMED_UP = 5
_NAMED = 3
_LONGEST_SUMMARY = 26


def short_name(ask: Ask) -> str:
    """What an ask is called in the letter: its first words, a slice of the suggestion."""
    return ask.heading or ask.text[:20]


def opening(draft: Draft) -> list[Paragraph]:
    """Number, result class, title, salutation, first paragraph."""
    settings, suggestion = draft.settings, draft.suggestion
    number = Run(settings.doc_number) if settings.doc_number else gap("发文字号")
    result = Run(f"（办理结果：{settings.result}）") if settings.result else gap("办理结果类别A/B/C")
    parts = [Paragraph(Part.NUMBER, (number,))]
    if settings.role != JOINT:
        parts.append(Paragraph(Part.RESULT, (result,)))
    parts.append(Paragraph(Part.TITLE, _title(draft)))
    parts.append(Paragraph(Part.SALUTATION, _salutation(draft)))
    parts.append(Paragraph(Part.BODY, _received(suggestion, settings.role)))
    return parts


def _title(draft: Draft) -> tuple[Run, ...]:
    settings, suggestion = draft.settings, draft.suggestion
    issuer = Run(settings.issuer) if settings.issuer else gap("发文机关")
    which = _which(suggestion)
    tail = "的会办意见（函）" if settings.role == JOINT else "的答复"
    return (issuer, Run("关于"), *which, Run(tail))


def _which(suggestion: Suggestion) -> tuple[Run, ...]:
    """市十届人大三次会议第45号建议."""
    session = Run(suggestion.session, Voice.SUGGESTION) if suggestion.session else gap("届次")
    number = Run(suggestion.number, Voice.SUGGESTION) if suggestion.number else gap("编号")
    return (session, Run("第"), number, Run(f"号{suggestion.kind}"))


def _salutation(draft: Draft) -> tuple[Run, ...]:
    settings, suggestion = draft.settings, draft.suggestion
    if settings.role == JOINT:
        return (Run(settings.main_body) if settings.main_body else gap("主办单位"), Run("："))
    who = "委员" if suggestion.kind == PROPOSAL else "代表"
    if not suggestion.deputies:
        return (gap(f"{who}姓名"), Run(f"{who}："))
    return (*_names(suggestion), Run(f"{who}："))


def _received(suggestion: Suggestion, role: str) -> tuple[Run, ...]:
    you = _you(suggestion)
    title = Run(f"《{suggestion.title}》", Voice.SUGGESTION) if suggestion.title else gap("建议标题")
    number = (
        (Run("（第"), Run(suggestion.number, Voice.SUGGESTION), Run("号）"))
        if suggestion.number
        else (Run("（"), gap("编号"), Run("）"))
    )
    if role == JOINT:
        head: tuple[Run, ...] = (Run("现就"), *_whose(suggestion), title, *number, Run("提出会办意见如下。"))
        return (*head, *_summary(suggestion, True))
    session = (
        (Run("在"), Run(suggestion.session, Voice.SUGGESTION), Run("期间"))
        if suggestion.session
        else (Run("在"), gap("届次"), Run("期间"))
    )
    return (
        Run(you),
        *session,
        Run("提出的"),
        title,
        *number,
        Run("收悉。"),
        *_summary(suggestion, False),
        Run("现答复如下："),
    )


def _whose(suggestion: Suggestion) -> tuple[Run, ...]:
    if not suggestion.deputies:
        return ()
    who = "委员" if suggestion.kind == PROPOSAL else "代表"
    return (*_names(suggestion), Run(f"{who}提出的"))


def _names(suggestion: Suggestion) -> tuple[Run, ...]:
    """The first three names, and how many there are: as the suggestion says it, else as many as it names."""
    names = Run("、".join(suggestion.deputies[:_NAMED]), Voice.SUGGESTION)
    if suggestion.more:
        return names, Run(suggestion.more, Voice.SUGGESTION)
    count = len(suggestion.deputies)
    return (names, Run(f"等{count}位")) if count > _NAMED else (names,)


def _you(suggestion: Suggestion) -> str:
    return "您" if len(suggestion.deputies) <= 1 and not suggestion.more else "你们"


def _summary(suggestion: Suggestion, joint: bool) -> tuple[Run, ...]:
    """您在建议中提出了A、B、C等三方面建议.  in the suggestion's own words, the first five of them."""
    asks = suggestion.asks
    if not asks:
        return (gap("所提要求的概括"),)
    you = _you(suggestion)
    subject = suggestion.kind if joint else f"{you}在{suggestion.kind}中"
    names = [short_name(a) for a in asks[:_SUMMED_UP]]
    if any(len(n) > _LONGEST_SUMMARY or set(n) & set("，,、") for n in names) or len(names) == 1:
        shown = "".join(f"“{n}”" for n in names)
    else:
        shown = "、".join(names)
    tail = f"等{'两' if len(asks) == 2 else numeral(len(asks))}方面意见。" if len(asks) > 1 else "的意见。"
    return (Run(f"{subject}提出了"), Run(shown, Voice.SUGGESTION), Run(tail))


def closing(draft: Draft) -> list[Paragraph]:
    """Thanks, signature, date, contact, copies, imprint."""
    settings, suggestion = draft.settings, draft.suggestion
    you = _you(suggestion)
    thanks = (
        "以上意见供参考。" if settings.role == JOINT else f"感谢{you}对我们工作的关心和支持，欢迎继续提出宝贵意见。"
    )
    issuer = Run(settings.issuer) if settings.issuer else gap("发文机关")
    day = Run(date_words(settings.signed_on)) if settings.signed_on else gap("成文日期")
    contact = Run(settings.contact) if settings.contact else gap("联系人")
    phone = Run(settings.phone) if settings.phone else gap("联系电话")
    copies = Run("，".join(settings.copies)) if settings.copies else gap("抄送机关")
    return [
        Paragraph(Part.BODY, (Run(thanks),)),
        Paragraph(Part.SIGNATURE, (issuer,)),
        Paragraph(Part.DATE, (day,)),
        Paragraph(Part.CONTACT, (Run("（联系人："), contact, Run("，联系电话："), phone, Run("）"))),
        Paragraph(Part.COPIES, (Run("抄送："), copies, Run("。"))),
        Paragraph(Part.PRINTED, (issuer, Run("　　"), day, Run("印发"))),
    ]
