"""Reading suggestions: where the asks are, each an exact slice, and what is stated of deputies, number, session."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.letters.points import MOST, points_of
from kb.letters.suggestion import (
    LONGEST,
    Ask,
    Suggestion,
    SuggestionInvalid,
    heading_of,
    own_words,
    parse_suggestion,
)
from kb.text import find_doc_numbers


def asks(text: str) -> list[tuple[str, str]]:
    return [(a.label, a.heading) for a in parse_suggestion(text).asks]


def test_a_headed_part_with_numbered_asks() -> None:
    read = parse_suggestion(
        "关于加快养老床位建设的建议\n市九届人大二次会议第17号建议\n领衔代表：周明 李 想\n"
        "一、现状\n1.床位少。\n2.护工少。\n二、具体建议\n（一）新建床位。每年不少于200张。\n另设临时床位。\n"
        "（二）培训护工。\n三、其他\n感谢支持。\n2026年3月1日\n"
    )
    assert [(a.label, a.text) for a in read.asks] == [
        ("（一）", "新建床位。每年不少于200张。\n另设临时床位。"),
        ("（二）", "培训护工。"),
    ]
    assert (read.number, read.session, read.title) == ("17", "市九届人大二次会议", "关于加快养老床位建设的建议")
    assert (read.deputies, read.kind, read.year, read.flags) == (("周明", "李想"), "建议", 2026, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("情况不好。建议：一是增设路灯；二是修补路面，三是清理沟渠。", ["增设路灯", "修补路面", "清理沟渠"]),
        ("为此，建议如下：\n1、增设路灯。\n2、修补路面。", ["增设路灯", "修补路面"]),
        ("为此我建议：第一，增设路灯。第二，修补路面。", ["增设路灯", "修补路面"]),
        ("一、加大路灯建设力度。二、完善路面养护。", ["加大路灯建设力度", "完善路面养护"]),
        ("路灯少。希望有关部门增设路灯。另外应当修补路面。", ["增设路灯", "另外应当修补路面"]),
        ("对策建议\n增设路灯，照亮小巷。\n修补路面，方便出行。", ["增设路灯，照亮小巷", "修补路面，方便出行"]),
        (
            "背景\n路灯少。\n一、加强路灯建设\n多装。\n二、用好社区力量\n多问。\n三、培养电工\n多教。",
            ["加强路灯建设", "用好社区力量", "培养电工"],
        ),
        ("今天天气很好。", []),
    ],
)
def test_ways_to_ask(text: str, expected: list[str]) -> None:
    assert [heading for _, heading in asks(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("按照《甲市公园管理办法》，增设公园。", "增设公园"),
        ("按照《甲市公园管理办法》（甲政发〔2024〕3号）的要求，建议增设公园。", "增设公园"),
        ("根据《甲市公园管理办法》规定：增设公园。", "增设公园"),
        ("按照《甲市公园管理办法》", "按照《甲市公园管理办法》"),
        ("修订《甲市公园管理办法》，增设公园。", "修订《甲市公园管理办法》，增设公园"),
        ("按照先易后难增设公园。", "按照先易后难增设公园"),
    ],
)
def test_what_an_ask_rests_on_is_no_heading(text: str, expected: str) -> None:
    assert heading_of(text) == expected
    assert expected in text


def test_background_is_no_ask() -> None:
    text = "一、存在问题\n设施旧。\n二、原因分析\n钱少。\n三、加大投入\n多给钱。\n四、完善机制\n多管。"
    assert asks(text) == [("三、", "加大投入"), ("四、", "完善机制")]


def test_a_proposal_by_its_members() -> None:
    read = parse_suggestion(
        "政协甲市第五届委员会第三次会议提案\n案由：关于增设公园的提案\n提案编号：0042\n提案人：王一、赵二三\n建议：增设公园。"
    )
    assert (read.kind, read.number, read.title, read.deputies) == (
        "提案",
        "0042",
        "关于增设公园的提案",
        ("王一", "赵二三"),
    )
    assert read.session == "政协甲市第五届委员会第三次会议"


@pytest.mark.parametrize(
    ("line", "names", "more"),
    [
        ("代表：王 伟", ("王伟",), ""),
        ("代表：王 伟代表", ("王伟",), ""),
        ("领衔代表：王一等12名代表", ("王一",), "等12名"),
        ("领衔代表：王 伟等 12 名代表", ("王伟",), "等12名"),
        ("代表：王一、李 二等十二位", ("王一", "李二"), "等十二位"),
        ("代表：王 小 明", ("王小明",), ""),
        ("代表：王 伟 李 明", ("王伟", "李明"), ""),
        ("代表：周明 李 想", ("周明", "李想"), ""),
        ("代表：李 想 王 小明", ("李想", "王小明"), ""),
        ("代表：欧阳 娜、王一", ("欧阳娜", "王一"), ""),
        ("提案人：阿卜杜拉·买买提艾力·吐尔逊江、王一", ("阿卜杜拉·买买提艾力·吐尔逊江", "王一"), ""),
        ("提案人：古丽•阿依", ("古丽•阿依",), ""),
        ("王 伟 代表", ("王伟",), ""),
        ("王一、李二等12名代表", ("王一", "李二"), "等12名"),
        ("阿卜杜拉·买买提艾力 委员", ("阿卜杜拉·买买提艾力",), ""),
        ("市人大代表", (), ""),
        ("代表：王一 电话：13800000000", ("王一",), ""),
    ],
)
def test_deputies_are_read_as_they_are_written(line: str, names: tuple[str, ...], more: str) -> None:
    read = parse_suggestion(f"关于修路的建议\n{line}\n建议：\n1.修补路面。\n")
    assert (read.deputies, read.more) == (names, more)


def test_what_is_missing_is_flagged() -> None:
    assert parse_suggestion("关于加强绿化的建议").flags == (
        "没有读出编号、届次、代表或委员姓名，草稿里留了空，请补上。",
        "没有读出具体要求（如“一、…”“建议：一是…”“希望…”）。请在要求前加上序号，或手工指定要求。",
        "全文只有 9 字，像是只贴了一行。请核对是否粘贴完整。",
    )


@pytest.mark.parametrize("text", ["", " \n\t", "……", "\x00\x01"])
def test_no_text_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(SuggestionInvalid, match="没有读到文字。若是扫描件或图片，请先做文字识别，或直接粘贴"):
        parse_suggestion(text)


def test_sixty_pages_are_read_and_more_than_a_book_is_refused() -> None:
    page = "我们走访了许多地方，情况大体如此。" * 40
    long = "关于公园的建议\n" + f"{page}\n" * 60 + "建议：\n1.增设公园。\n2.开放校园。\n"
    read = parse_suggestion(long)
    assert [a.heading for a in read.asks] == ["增设公园", "开放校园"]
    assert any("比一般的建议长得多" in flag for flag in read.flags)
    with pytest.raises(SuggestionInvalid, match=f"超过 {LONGEST} 字"):
        parse_suggestion("字" * (LONGEST + 1))


@contextmanager
def counting_calls() -> Iterator[Callable[[], int]]:
    """Counts the calls of functions, which the clock of a busy machine does not change."""
    count = 0

    def seen(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        yield lambda: count
    finally:
        sys.setprofile(before)


HOSTILE = (
    (
        "建议",
        "建议：",
        "建议一是",
        "希望，一是",
        "一是",
        "1.",
        "（",
        "字",
        "。",
        " ",
        "\u3000",
        "\n",
        "\r\n",
        "\n一",
        "号 ",
    )
    + (
        "一、加强建设\n多装灯\n",
        "一、建议\n（一）增设\n1.修路灯\n（1）补路面\n",
        "代表：王一、李二\n",
        "关于修路的建议\n",
    )
    + (
        "建议：\n1.增设路灯。\n",
        "案由 ",
        "代表 ：",
        "《关于修路的建议》",
        "为此，",
        "云政发〔2020〕1号很好。",
        "加强路灯建设和道路养护",
    )
)


@pytest.mark.parametrize(
    "piece", ["建议", "建议：一是", "希望，一是", "建议：\n1.增设路灯。\n", "云政发〔2020〕1号很好。"]
)
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    def work(length: int) -> int:
        text = (piece * (length // len(piece) + 1))[:length]
        with counting_calls() as calls:
            try:
                read = parse_suggestion("建议" + text)
            except SuggestionInvalid:
                return 1
            for ask in read.asks:
                assert len(points_of(ask)) <= MOST
            find_doc_numbers(text)
            return calls()

    work(100)  # dictionaries are loaded at the first use
    short, long = work(1_000), work(8_000)
    assert long <= 16 * short + 1000


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_pattern_hangs(piece: str) -> None:
    def too_long(signum: int, frame: object) -> None:
        raise TimeoutError("longer than any machine needs")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(60)  # a hang took hours
    try:
        assert parse_suggestion(("建议" + piece * 40_000)[:40_000] + "路").text
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_of_too_many_asks_the_first_are_taken_and_it_is_said() -> None:
    read = parse_suggestion("建议：\n" + "".join(f"{n % 99 + 1}.增设第{n}处路灯。\n" for n in range(3000)))
    assert [a.heading for a in read.asks] == [f"增设第{n}处路灯" for n in range(40)]
    assert "读出 3000 条要求，只取前 40 条。请核对；若不止一件建议，请分开答复。" in read.flags


def test_an_ask_that_names_nothing_has_no_points() -> None:
    read = parse_suggestion("一、建议\n一、建议\n建议\n")
    assert [points_of(a) for a in read.asks] == [() for _ in read.asks]
    assert points_of(Ask("", "建议", 0, 2)) == ()


_WORDS = (
    "关于绿化的建议 一、 二、 （一） （二） 1. 2、 一是 二是 第一， 第二， "
    "建议： 建议如下： 希望 应当 增设公园 修路 。 ； ， "
    "① ② 问题 背景 2026年 代表：张三 为此， 第3号建议"
)
PIECES = st.sampled_from([*_WORDS.split(), "\n", "\r\n", " ", "\u3000", "\x0b", "\u2028"])


def holds(read: Suggestion) -> None:
    for ask in read.asks:
        assert read.text[ask.start : ask.end] == ask.text
        assert ask.text.strip()
        assert ask.heading in ask.text
    assert all(a.end <= b.start for a, b in zip(read.asks, read.asks[1:], strict=False))


@given(st.lists(PIECES, min_size=1, max_size=40).map("".join))
def test_asks_are_slices_in_order(text: str) -> None:
    try:
        holds(parse_suggestion(text))
    except SuggestionInvalid:
        assert not any("\u3400" <= c <= "\u9fff" for c in text)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        holds(parse_suggestion(text))
    except SuggestionInvalid as error:
        assert "请" in str(error)


@pytest.mark.parametrize(
    ("title", "kind"), [("关于修补道路的提案", "提案"), ("关于修补道路的议案", "建议"), ("关于修补道路的建议", "建议")]
)
def test_only_a_proposal_is_called_one(title: str, kind: str) -> None:
    assert parse_suggestion(f"{title}\n代表：王一\n建议：\n1.修补路面。\n").kind == kind


@pytest.mark.parametrize(
    ("ask", "title", "words"),
    [
        ("给毕业生提供免租的创业孵化场地", "关于支持高校毕业生创业的建议", {"免租", "孵化", "场地"}),
        ("增设公园", "关于多建公园的建议", set()),
        ("修建停车场，方便老旧小区居民", "关于停车难的建议", {"停车场", "小区", "居民"}),
    ],
)
def test_an_ask_is_set_apart_by_what_its_title_does_not_say(ask: str, title: str, words: set[str]) -> None:
    assert own_words(ask, title) == words
