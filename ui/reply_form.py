"""The form of a reply's settings: between what is typed and the engine's settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kb.errors import KBError
from kb.reply import CLASS_MEANING, JOINT, MAIN, Draft, LetterSettings
from kb.text.dates import find_dates

#: The fields, in order
FIELDS = (
    "issuer", "region", "role", "main_body", "result", "doc_number", "signed_on", "contact", "phone", "copies", "as_of",
)  # fmt: skip
LABELS = dict(
    zip(
        FIELDS,
        (
            "发函机关全称", "所在地区", "办理方式", "主办单位", "办理结果", "发文字号", "成文日期", "联系人",
            "联系电话", "抄送", "判断文件效力的日期",
        ),
        strict=True,
    )
)  # fmt: skip
#: Those that the next letter is likely to share
KEPT = ("issuer", "region", "contact", "phone")
ROLES = ((f"{MAIN}（答复代表、委员）", MAIN), (f"{JOINT}（意见送主办单位）", JOINT))
RESULTS = (("还没有定", ""), *((f"{name} {meaning}", name) for name, meaning in CLASS_MEANING.items()))


class FormInvalid(KBError):
    """A field of the form cannot be read; the message says which and how to write it."""


def settings_of(form: Sequence[str | None]) -> tuple[LetterSettings, date]:
    """The settings typed, and the day to judge validity by (today where none is). Raises FormInvalid."""
    given = {name: (typed or "").strip() or None for name, typed in zip(FIELDS, form, strict=True)}
    role, result = given["role"] or MAIN, given["result"]
    if role not in (MAIN, JOINT) or result not in (None, *CLASS_MEANING):
        raise FormInvalid("办理方式或办理结果不在可选范围内，请重新选择。")
    settings = LetterSettings(
        issuer=given["issuer"],
        region=given["region"],
        result=result,
        role=role,
        main_body=given["main_body"],
        doc_number=given["doc_number"],
        contact=given["contact"],
        phone=given["phone"],
        signed_on=_day("成文日期", given["signed_on"]),
        copies=tuple(c.strip() for c in re.split(r"[\n，,；;]+", given["copies"] or "") if c.strip()),
    )
    return settings, date.fromisoformat(_day("判断有效性的日期", given["as_of"]) or date.today().isoformat())


def form_of(draft: Draft) -> tuple[str, ...]:
    """The fields as a draft has them, in the order of ``FIELDS``."""
    s = draft.settings
    values = (
        s.issuer, s.region, s.role, s.main_body, s.result, s.doc_number, s.signed_on, s.contact, s.phone,
        "\n".join(s.copies), draft.as_of,
    )  # fmt: skip
    return tuple(value or "" for value in values)


def joined(form: Sequence[str | None], seen: Sequence[str], draft: Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the form with what was typed here, the rest as the draft has it now; what to tell of fields changed elsewhere).

    ``seen`` is the form as it was last shown: a field that is still so was not typed in.
    """
    made: list[str] = []
    told: list[str] = []
    for name, typed, before, now in zip(FIELDS, form, seen, form_of(draft), strict=True):
        here = (typed or "").strip()
        made.append(now if here == before.strip() else here)
        if here not in (before.strip(), now) and now != before:
            told.append(f"“{LABELS[name]}”在别处改成了“{now or '空'}”，已按这里写的“{here or '空'}”保存")
    return tuple(made), tuple(told)


def _day(label: str, text: str | None) -> str | None:
    """A day as ISO: 2026-06-30 and 2026年6月30日 are read."""
    if text is None:
        return None
    found = find_dates(text)
    if len(found) != 1 or not found[0].first_day or found[0].first_day != found[0].last_day:
        raise FormInvalid(f"看不懂{label}“{text}”。请写成 2026-06-30 或 2026年6月30日。")
    return found[0].first_day
