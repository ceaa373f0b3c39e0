"""The form of a profile, and what answers to conditions add to it."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from kb.match import KEYS, ProfileError, read_profile
from ui.support_form import answered, day_of, export_address, form_of, values_of, with_answer

VALUES = {
    "地区": "云栖县",
    "行业": "文旅",
    "主体": "个体工商户",
    "成立": "2025-06",
    "人数": "3",
    "营业收入": "80万元",
    "情况": ["毕业3年内的高校毕业生", "租用场地60平方米"],
    "想要": ["租金补贴", "贷款"],
    "截至": "2026-11-27",
}


def test_a_profile_fills_the_form_and_the_form_gives_the_profile_again() -> None:
    profile = read_profile(VALUES)
    form = form_of(profile)
    assert dict(zip(KEYS, form, strict=True)) == VALUES | {
        "情况": "毕业3年内的高校毕业生\n租用场地60平方米",
        "想要": "租金补贴\n贷款",
    }
    assert values_of(form) == VALUES
    assert read_profile(values_of(form)) == profile


def test_what_is_left_empty_is_not_said() -> None:
    assert values_of((" 云栖县 ", "", None, "", " ", "", "\n \n", "租金补贴、贷款；", None)) == {
        "地区": "云栖县",
        "想要": ["租金补贴", "贷款"],
    }


def test_the_day_is_the_one_typed_or_today() -> None:
    assert (day_of("2026年6月1日"), day_of(" "), day_of(None)) == (date(2026, 6, 1), date.today(), date.today())
    with pytest.raises(ProfileError, match="看不懂“截至：明年”里的日期"):
        day_of("明年")


def test_an_answer_takes_the_earlier_one_back() -> None:
    yes = with_answer("高校毕业生\n", "租用场地", bars=False, yes=True)
    no = with_answer(yes, "租用场地", bars=False, yes=False)
    assert (yes, no) == ("高校毕业生\n符合“租用场地”这一条件", "高校毕业生\n不符合“租用场地”这一条件")
    given = [answered(read_profile({"地区": "云栖县", "情况": f.split("\n")}), "租用场地") for f in (yes, no)]
    assert [*given, answered(read_profile({"地区": "云栖县"}), "租用场地")] == [True, False, None]


def test_the_address_of_a_file_says_the_whole_profile() -> None:
    address = urlsplit(export_address(read_profile(VALUES), ".xlsx", "年度"))
    given = parse_qs(address.query)
    assert (address.path, given["by"]) == ("/support.xlsx", ["年度"])
    assert json.loads(given["profile"][0]) == VALUES


def test_a_profile_too_long_for_an_address_has_none() -> None:
    assert (
        export_address(read_profile({"地区": "云栖县", "情况": [f"{n}{'长' * 190}" for n in range(50)]}), ".docx") == ""
    )
