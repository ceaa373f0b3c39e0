"""The five real inputs of ../shared/seeds: structure, places and hashes are kept here, their sentences are not.

``seeds.json`` holds what parsing gives today, for every document: kind, flags, line ranges of its paragraphs (physical
lines of the file, by the source map), section levels and offsets with a SHA-256 each, counts. The facts that matter
are asserted one by one below it. ``pytest --regenerate`` rewrites the file; it is refused in CI.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from ingest.chunk import chunk_document
from ingest.parse import parse_text
from kb.model import Kind, PolicyDocument, Section

GOLDEN = Path(__file__).with_name("seeds.json")
SEEDS = ("000_2cc1d4656a5eb297", "001_9a83babd85fb013e", "002_2c232a9917e77a90", "003_ae63d19f3d94e930",
         "004_a11267c35cce99ef")  # fmt: skip


@lru_cache(maxsize=8)
def _read(path: Path) -> tuple[str, tuple[PolicyDocument, ...]]:
    text = path.read_text("utf-8")
    return text, parse_text(text, path.name)


@pytest.fixture
def seed(shared: Path):  # type: ignore[no-untyped-def]
    """A function from a seed's number to its documents."""
    return lambda number: _read(shared / "seeds" / f"{SEEDS[number]}.txt")[1]


@pytest.fixture
def raw(shared: Path):  # type: ignore[no-untyped-def]
    """A function from a seed's number to its text as found."""
    return lambda number: _read(shared / "seeds" / f"{SEEDS[number]}.txt")[0]


def lines_of(doc: PolicyDocument, text: str, start: int = 0, end: int | None = None) -> list[int]:
    """First and last physical line that a range of a document was made from."""
    end = len(doc.text) if end is None else end
    spans = [s for s in doc.source_map if s.start < end and start < s.end]
    begin = min(s.raw_start + max(0, start - s.start) for s in spans)
    stop = max(s.raw_end - max(0, s.end - end) for s in spans)
    return [text.count("\n", 0, begin) + 1, text.count("\n", 0, stop - 1) + 1]


def paragraph_lines(doc: PolicyDocument, text: str) -> list[list[int]]:
    """The physical lines of each paragraph, in reading order."""
    return [lines_of(doc, text, m.start(), m.end()) for m in re.finditer(r"[^\n]+", doc.text)]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _structure(doc: PolicyDocument, text: str) -> dict[str, Any]:
    return {
        "kind": doc.kind.value,
        "flags": list(doc.flags),
        "parent": doc.parent,
        "length": len(doc.text),
        "sha256": _hash(doc.text),
        "title_sha256": _hash(doc.title) if doc.title else None,
        "paragraphs": paragraph_lines(doc, text),
        "sections": [[s.level, s.start, s.end, _hash(doc.text[s.start : s.end])] for s in doc.sections],
        "chunks": [[c.start, c.end] for c in chunk_document(doc)],
        "assignments": [[a.start, a.end, len(a.lead), len(a.others)] for a in doc.assignments],
        "targets": [[t.value, t.kind, len(t.mentions)] for t in doc.targets],
        "references": [[r.start, r.end, r.relation, bool(r.doc_number)] for r in doc.references],
    }


@pytest.mark.parametrize("number", range(5))
def test_structure_is_as_recorded(shared: Path, number: int, regenerate: bool) -> None:
    text, documents = _read(shared / "seeds" / f"{SEEDS[number]}.txt")
    found = json.loads(json.dumps([_structure(d, text) for d in documents]))
    if regenerate:
        recorded = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
        recorded[SEEDS[number]] = found
        GOLDEN.write_text(_compact(recorded) + "\n", "utf-8")
    assert found == json.loads(GOLDEN.read_text())[SEEDS[number]]


def _compact(value: Any) -> str:
    """JSON with lists of numbers on one line."""
    return re.sub(r"\[\s+((?:[^\[\]{}]+?))\s+\]", lambda m: f"[{' '.join(m[1].split())}]", json.dumps(value, indent=1))


def _section(doc: PolicyDocument, *labels: str) -> Section:
    """The section reached by these labels, outermost first."""
    inside = list(doc.sections)
    found = None
    for label in labels:
        found = next(s for s in inside if (s.label or s.title) == label)
        inside = [s for s in inside if found.start < s.start < found.end]
    assert found is not None
    return found


def test_seed_000_two_articles_with_their_columns_in_order(seed, raw) -> None:  # type: ignore[no-untyped-def]
    first, second = seed(0)
    assert [d.title for d in (first, second)] == ["发挥优势，做大做强孵化器", "抢抓机遇，打造汽车零部件百亿产业"]
    assert [d.signatory for d in (first, second)] == ["杭州滨江区政协经济科技委员会", "龙泉市政协调研组"]
    assert {d.kind for d in (first, second)} == {Kind.RESEARCH}
    for doc in (first, second):
        assert (doc.doc_number, doc.written_on, doc.published_on, doc.issuer) == (None, None, None, None)
    parts = {s.title: lines_of(first, raw(0), s.start + len(s.title) + 1, s.end) for s in first.sections if not s.label}
    assert parts == {"基本情况": [83, 120], "薄弱环节": [122, 148], "对策建议": [12, 81]}
    assert paragraph_lines(first, raw(0))[:3] == [[7, 7], [8, 8], [1, 5]]
    places = paragraph_lines(second, raw(0))
    assert places[:5] == [[177, 177], [10, 10], [171, 175], [179, 185], [187, 196]]
    assert [s.title for s in second.sections if not s.label] == ["当前需要克服的困难", "抓住历史性发展机遇的对策"]
    assert places[6:11] == [[198, 211], [213, 227], [229, 240], [242, 250], [252, 265]]
    assert places[12:] == [[150, 162], [164, 285], [287, 321], [323, 353], [355, 375]]
    assert "stitched" in second.flags and "stitched" not in first.flags
    assert "龙头带动作用，尽快促成" in second.text
    assert "数量共有229家，投融资总额约13.9亿元。" in first.text


def test_seed_001_four_articles_and_a_caption(seed, raw) -> None:  # type: ignore[no-untyped-def]
    *articles, caption = seed(1)
    assert [d.title for d in articles] == [
        None,
        "齐齐哈尔高新区“筑巢”培育新质生产力",
        "九部门支持建设数字人才孵化器",
        "武汉市数字化转型服务中心揭牌 助力中小企业“上云用数赋智”",
    ]
    assert [d.signatory for d in articles] == ["本报记者 邓淑华", "王静阳", "王丹萍", "邓淑华"]
    assert [d.flags for d in articles] == [("headline_missing",), (), (), ()]
    bodies = [[lines for lines in paragraph_lines(d, raw(1)) if lines[1] > lines[0]] for d in articles]
    assert [[b[0][0], b[-1][1]] for b in bodies] == [[1, 242], [244, 381], [387, 460], [462, 536]]
    assert [lines_of(articles[0], raw(1), s.start, s.end)[0] for s in articles[0].sections] == [41, 113, 196]
    assert (caption.kind, caption.title, lines_of(caption, raw(1))) == (Kind.CAPTION, None, [543, 551])
    assert "Maworde" in articles[1].text and "⁃" not in articles[1].text
    assert "围绕装备制造产业发展，2023年5月，" in articles[1].text
    assert "1.3万平方米的" in articles[1].text and "4月17日，" in articles[2].text
    assert all(d.written_on is None and d.published_on is None for d in articles)


def test_seed_001_a_short_form_means_the_nearest_plan(seed) -> None:  # type: ignore[no-untyped-def]
    _, _, talents, wuhan, _ = seed(1)
    assert {r.title for r in talents.references} == {"加快数字人才培育支撑数字经济发展行动方案（2024-2026年）"}
    assert "武汉江岸岱家山科创城实施“中小企业数字化转型服务年”行动方案" in {r.title for r in wuhan.references}
    assert "行动方案" not in {r.title for r in wuhan.references}


def test_seed_002_notice_and_plan(seed) -> None:  # type: ignore[no-untyped-def]
    notice, plan = seed(2)
    assert (notice.title, notice.kind, notice.parent) == (None, Kind.NOTICE, None)
    assert notice.recipients == ("各街道办事处", "镇人民政府", "区政府直属各单位")
    assert (plan.kind, plan.parent) == (Kind.ACTION_PLAN, "#0")
    for doc in (notice, plan):
        assert doc.doc_number == "温鹿政办〔2025〕21号"
        assert doc.index_number == "001008003001001/2025-54008"
        assert (doc.published_on, doc.written_on) == ("2025-06-19", "2025-06-12")
        assert doc.issuer == "温州市鹿城区人民政府办公室"
        assert (doc.issuer_region, doc.level, doc.subject_regions) == ("330302", "县级", ("330302",))
        assert doc.approved_by == "十届区政府第51次常务会议"
    (basis,) = plan.references
    assert (basis.doc_number, basis.relation) == ("温政办〔2025〕30号", "依据")
    assert plan.attachments == ("大孵化器集群建设任务指标(2025-2027年)",)
    assert plan.flags == ("annex_missing",)
    assert "下载阅读版本" not in notice.text and "|" not in notice.text + plan.text
    assert plan.text.count("<区委人才办>") == 4


def test_seed_002_sections_and_responsible_units(seed) -> None:  # type: ignore[no-untyped-def]
    _, plan = seed(2)
    assert [len([s for s in plan.sections if s.level == n]) for n in (1, 2, 3)] == [4, 11, 21]
    assert len(plan.sections) == 36
    assert len(plan.assignments) == 21
    tasks = [s.path for s in plan.sections if s.level == 3]
    assert [a.section for a in plan.assignments] == tasks
    without_lead = [i for i, a in enumerate(plan.assignments) if not a.lead]
    chosen = [("(四)", "1."), ("(四)", "3."), ("(七)", "2."), ("(八)", "2."), ("(八)", "3.")]
    assert [tasks[i] for i in without_lead] == [_section(plan, "三、", *c).path for c in chosen]
    assert plan.assignments[0].lead == ("区科技局",)
    assert plan.assignments[0].others == ("鹿城经开区管委会", "各街镇")
    talents = next(a for a in plan.assignments if a.section == _section(plan, "三、", "(四)", "2.").path)
    assert (talents.lead, talents.others) == (
        ("区委组织部<区委人才办>", "区科技局"),
        ("区人力社保局", "区科协"),
    )


def test_seed_002_targets(seed) -> None:  # type: ignore[no-untyped-def]
    _, plan = seed(2)
    at = {path: _section(plan, "三、", *path).path for path in (("(一)", "1."), ("(一)", "3."), ("(三)", "1."),
          ("(三)", "2."), ("(四)", "2."), ("(五)", "1."), ("(七)", "1."))}  # fmt: skip
    found = {(t.indicator, t.value, t.unit, t.deadline, t.kind, t.section, len(t.mentions)) for t in plan.targets}
    assert found == {
        ("新增孵化空间", 160, "万平方米", "2027", "target", at["(一)", "1."], 2),
        ("省级及以上孵化器", 6, "家", "2027", "target", at["(一)", "3."], 2),
        ("市级“20”示范孵化器", 6, "家", "2027", "target", at["(一)", "3."], 2),
        ("在孵企业(项目)", 1600, "家", "2027", "target", at["(三)", "1."], 2),
        ("省级及以上科技企业", 150, "家", "2027", "target", at["(三)", "2."], 2),
        ("创业创新人才", 16000, "人", "2027", "target", at["(四)", "2."], 2),
        ("专业运营机构", 6, "家", "2027", "target", at["(五)", "1."], 2),
        ("创新创业活动", 100, "场次", "每年", "recurring", at["(七)", "1."], 1),
    }


def test_seed_003_reply(seed) -> None:  # type: ignore[no-untyped-def]
    (doc,) = seed(3)
    assert (doc.kind, doc.doc_number, doc.written_on) == (Kind.REPLY, "温科提复〔2024〕89号", "2024-06-20")
    assert doc.title == "关于市十四届人大四次会议692号建议的答复函"
    assert (doc.issuer, doc.issuer_region, doc.recipients) == ("温州市科学技术局", "330300", ("应辉辉代表",))
    assert (doc.contact, doc.cc) == ("林忠华 88287012", ("市人大常委会代表工委", "市府办", "瑞安市人大常委会"))
    assert doc.reply is not None
    assert (doc.reply.suggestion_number, doc.reply.session) == ("692", "市十四届人大四次会议")
    assert doc.reply.deputies == ("应辉辉",)
    assert doc.reply.asks == ("强化国有孵化重要支撑", "深化孵化主体合作渠道", "加强双创生态要素保障")
    assert len(doc.reply.parts) == 3
    assert doc.flags == ("numbering_error",)
    assert [s.label for s in doc.sections if s.level == 1] == ["一、", "二、", "三、"]
    assert [s.label for s in doc.sections][-3:] == ["一是", "二是", "二是"]
    assert "bookmark" not in doc.text
    actuals = {(t.value, t.unit) for t in doc.targets}
    assert {(542, "万方"), (6600, "个"), (5, "万人"), (42, "家"), (12, "家"), (25, "家"), (156, "家"), (200, "亿元"),
            (120, "家"), (16, "亿元"), (6.7, "亿元")} <= actuals  # fmt: skip


def test_seed_004_three_articles_and_a_caption(seed, raw) -> None:  # type: ignore[no-untyped-def]
    *articles, caption = seed(4)
    assert [d.title for d in articles] == ["四方面加力推进孵化器高质量发展", "有个奇幻小镇，在北京10号线“青创村”", None]
    bodies = [paragraph_lines(d, raw(4))[1 if d.title else 0 :] for d in articles]
    assert [[b[0][0], b[-1][1]] for b in bodies] == [[2, 170], [172, 348], [350, 439]]
    assert articles[2].flags == ("headline_missing",) and articles[2].signatory == "邓淑华"
    assert (caption.kind, lines_of(caption, raw(4))) == (Kind.CAPTION, [441, 446])
    assert "提出到2029年，在安徽省建设10家顶尖孵化器，" in articles[2].text
    goal = next(t for t in articles[2].targets if t.kind == "target")
    assert (goal.indicator, goal.value, goal.unit, goal.deadline) == ("顶尖孵化器", 10, "家", "2029")


@pytest.mark.parametrize("number", range(5))
def test_every_character_comes_from_where_the_map_says(seed, raw, number: int) -> None:  # type: ignore[no-untyped-def]
    for doc in seed(number):
        covered = 0
        for span in doc.source_map:
            assert doc.text[span.start : span.end] == raw(number)[span.raw_start : span.raw_end]
            covered += span.end - span.start
        missing = len(doc.text) - covered
        # Only the breaks between paragraphs and the colons of metadata rows are ours.
        assert missing <= doc.text.count("\n") + 10
