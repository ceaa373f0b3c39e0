"""kb.regions: division names to codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.regions import ancestors, find_regions, region_name, related, resolve


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("温州市鹿城区", ["330300", "330302"]),
        ("杭州高新区（滨江）", ["330100", "330108"]),
        ("上海市浦东新区", ["310000", "310115"]),
        ("安徽到2029年", ["340000"]),
        ("和平与长安", []),  # short names of counties are words when they stand alone
        ("大同小异，办好南京大学和中山公园", []),  # a place's name inside a word or another name
        ("内蒙古自治区呼和浩特市", ["150000", "150100"]),
    ],
)
def test_names_become_codes(text: str, codes: list[str]) -> None:
    assert [m.code for m in find_regions(text)] == codes


def test_an_ambiguous_county_is_settled_by_its_city() -> None:
    assert find_regions("鼓楼区")[0].codes == ("320106", "320302", "350102", "410204")
    assert [m.codes for m in find_regions("福州市鼓楼区")][-1] == ("350102",)


def test_ancestors_and_names() -> None:
    assert ancestors("330302") == ("330300", "330000")
    assert ancestors("310115") == ("310000",)
    assert ancestors("330000") == ()
    assert region_name("330302") == "浙江省温州市鹿城区"
    assert region_name("999999") == "999999"
    assert resolve("浙江省温州市鹿城区") == "330302"
    assert resolve("月球") is None
    assert related("330302", "330000")
    assert not related("330302", "330303")


@given(st.text(alphabet="北京上海市区县省温州鹿城和平中山东西南河", max_size=30))
def test_mentions_are_slices_in_order(text: str) -> None:
    found = find_regions(text)
    assert all(text[m.start : m.end] == m.name for m in found)
    assert all(found[i].end <= found[i + 1].start for i in range(len(found) - 1))
