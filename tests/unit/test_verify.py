"""kb.verify: nothing is shown that its citations do not hold."""

from dataclasses import replace

import pytest

from kb.model import AnswerSentence, Citation
from kb.verify import exact, unsupported

TEXT = "到2027年，新增孵化空间160万平方米，新培育企业一百五十家。有效期至2027年12月31日。"


def _cite(quote: str, n: int = 1, **changes: object) -> Citation:
    start = TEXT.index(quote)
    values: dict[str, object] = {
        "n": n,
        "policy_id": "p",
        "revision": "r",
        "title": "某区行动计划（2025-2027年）",
        "doc_number": "某政办〔2025〕21号",
        "section": "二、工作目标",
        "start": start,
        "end": start + len(quote),
        "quote": quote,
    }
    return Citation(**(values | changes))  # type: ignore[arg-type]


FIRST = _cite("到2027年，新增孵化空间160万平方米，新培育企业一百五十家。")
SECOND = _cite("有效期至2027年12月31日。", n=2)


def test_a_quote_is_the_very_slice() -> None:
    texts = {("p", "r"): TEXT}
    assert exact(FIRST, texts)
    assert not exact(_cite("有效期", start=0), texts)
    assert not exact(replace(FIRST, quote="", end=FIRST.start), texts)
    assert not exact(FIRST, {})


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("新增160万平方米。", []),
        ("新增1600000平方米，培育150家。", []),  # compared by value
        ("新增161万平方米。", ["161万平方米"]),
        ("新增160万元。", ["160万元"]),  # another unit
        ("培育1500家。", ["1500家"]),
        ("依据某政办〔2025〕21号。", []),
        ("依据某政办〔2025〕12号。", ["某政办〔2025〕12号"]),
        ("到2028年完成。", ["2028年"]),
        ("2026年完成过半。", []),  # inside the range of the title
    ],
)
def test_figures_must_stand_in_what_is_cited(sentence: str, missing: list[str]) -> None:
    assert unsupported(AnswerSentence(sentence, (1,)), [FIRST, SECOND]) == missing


def test_only_the_sentence_s_own_citations_count() -> None:
    said = AnswerSentence("有效期至2027年12月31日。", (1,))
    assert unsupported(said, [FIRST, SECOND]) == ["2027年12月31日"]
    assert unsupported(AnswerSentence("有效期至2027年12月31日。", (2,)), [FIRST, SECOND]) == []
    assert unsupported(AnswerSentence("没有引文。"), [FIRST]) == ["没有引文。"]
