"""The form of a reply's settings."""

from __future__ import annotations

from datetime import date

import pytest

from kb.reply import Draft, EvidenceSet, LetterSettings, Picks, Suggestion
from ui.reply_form import FIELDS, FormInvalid, form_of, settings_of

SETTINGS = LetterSettings(
    issuer="云栖县科学技术局", region="云栖县", result="B", role="会办", main_body="县发改局",
    doc_number="云科函〔2026〕3号", contact="李明", phone="1234567", signed_on="2026-06-30",
    copies=("县人大代表工委", "县府办"),
)  # fmt: skip


def form(**typed: str) -> list[str]:
    return [typed.get(name, "") for name in FIELDS]


def test_settings_fill_the_form_and_the_form_gives_them_again() -> None:
    draft = Draft(Suggestion("正文"), SETTINGS, "2026-11-27", (EvidenceSet(),), (Picks(),))
    assert settings_of(form_of(draft)) == (SETTINGS, date(2026, 11, 27))


def test_what_is_left_empty_stays_open_and_the_day_is_today() -> None:
    assert settings_of(form(issuer="  ", role="主办")) == (LetterSettings(), date.today())


def test_a_day_may_be_written_in_chinese() -> None:
    assert settings_of(form(signed_on="2026年6月30日"))[0].signed_on == "2026-06-30"


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"signed_on": "六月底"}, "看不懂成文日期“六月底”。请写成 2026-06-30 或 2026年6月30日。"),
        ({"as_of": "2026-02-30"}, "看不懂判断有效性的日期“2026-02-30”。请写成 2026-06-30 或 2026年6月30日。"),
        ({"result": "D"}, "办理方式或办理结果不在可选范围内，请重新选择。"),
    ],
)
def test_what_cannot_be_read_is_said(typed: dict[str, str], message: str) -> None:
    with pytest.raises(FormInvalid) as raised:
        settings_of(form(**typed))
    assert str(raised.value) == message
