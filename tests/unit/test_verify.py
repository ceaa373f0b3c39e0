"""kb.verify: nothing is shown that its citations do not hold."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

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


RULES = """第三条 对首次创办小微企业的高校毕业生，给予一次性创业补贴8000元；\
对吸纳就业的，按每人每年3000元给予补贴，期限不超过3年。
第四条 市级“云创杯”大赛设一等奖12万元、二等奖6万元、三等奖3万元。
第五条 申请人应当在每年9月30日前向市人力资源和社会保障局提交申请表，可以委托他人代办；已享受同类补贴的，不得重复申请。
到2026年底，在孵企业达到1500家；到2028年底，在孵企业达到2200家，孵化面积不少于90万平方米。
综合孵化器面积不少于5000平方米，专业孵化器面积不少于3000平方米。
"""


def _said(text: str) -> list[str]:
    values = Citation(1, "p", "r", "云溪市支持创业若干措施", "云政办发〔2026〕7号", None, 0, len(RULES), RULES)
    return unsupported(AnswerSentence(text, (1,)), [values])


@pytest.mark.parametrize(
    "text",
    [
        "高校毕业生首次创办小微企业，可领一次性创业补贴8000元。",
        "毕业生第一次创业的小微企业补贴8000元。",
        "招人的企业，每人每年补贴3000元，最长3年。",
        "吸纳就业补贴的标准是每人每年3000元。",
        "“云创杯”一等奖奖金12万元，二等奖6万元，三等奖3万元。",
        "大赛二等奖的奖金是六万元。",
        "申请表要在每年9月30日前交到市人社局。",
        "申请要向市人力资源和社会保障局提出，截止每年9月30日。",
        "可以委托他人代办申请。",
        "已经享受过同类补贴的不得重复申请。",
        "2026年底在孵企业目标为1500家。",
        "到2028年底，在孵企业要达到2200家。",
        "孵化面积到2028年底不少于90万平方米。",
        "专业孵化器的面积要求是不少于3000平方米。",
        "综合孵化器面积至少5000平方米。",
        "依据云政办发〔2026〕7号第三条，补贴为8000元。",
        "一等奖12万元。",
    ],
)
def test_faithful_paraphrases_pass(text: str) -> None:
    assert _said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "高校毕业生首次创办小微企业，给予一次性创业补贴3000元。",
        "吸纳就业的，按每人每年8000元给予补贴。",
        "“云创杯”一等奖奖金6万元。",
        "二等奖12万元。",
        "到2026年底，在孵企业达到2200家。",
        "到2028年底，在孵企业达到1500家。",
        "专业孵化器面积不少于5000平方米。",
        "综合孵化器面积不少于3000平方米。",
        "综合孵化器面积不超过5000平方米。",
        "孵化面积不超过90万平方米。",
        "申请人可以在每年9月30日前提交申请表。",
        "申请人应当在每年9月30日前向市科学技术局提交申请表。",
        "申请人应当在每年10月30日前提交申请表。",
        "已享受同类补贴的，可以重复申请。",
        "按照第九条，给予一次性创业补贴8000元。",
        "依据云政办发〔2026〕8号，补贴8000元。",
        "对吸纳就业的，期限不超过5年。",
    ],
)
def test_what_is_twisted_is_caught(text: str) -> None:
    assert _said(text) != []


CLAUSES = [m.start() for m in re.finditer(r"(?<=[，。；：、\n])[^，。；：、\n]", RULES)]


@given(st.sampled_from(CLAUSES), st.integers(1, 6))
def test_the_documents_own_clauses_always_pass(start: int, count: int) -> None:
    ends = [m.start() for m in re.finditer(r"[，。；：、\n]", RULES[start:])]
    piece = RULES[start : start + ends[min(count, len(ends)) - 1]]
    assume(len(piece) >= 4)
    assert _said(piece) == []


@given(st.sampled_from([s for s in RULES.split("。") if any(c.isdigit() for c in s)]), st.data())
def test_another_digit_never_passes(sentence: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([i for i, c in enumerate(sentence) if c.isdigit()]))
    new = data.draw(st.sampled_from([d for d in "123456789" if d != sentence[at]]))
    changed = sentence[:at] + new + sentence[at + 1 :]
    numbers = re.findall(r"[\d.]+", changed)
    assume(any(n not in re.findall(r"[\d.]+", RULES) for n in numbers))
    assert _said(changed) != []
