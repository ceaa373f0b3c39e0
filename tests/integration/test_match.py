"""The match command over the documents of corpus/: text, JSON, files, bad input, and the labelled profiles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest.scan import scan
from ingest.sync import sync
from kb.catalog import Catalog, CatalogView
from kb.commands import main
from kb.match import match, read_profile
from tests.bases import open_base
from tests.support_scores import load, score

PROFILE = {
    "地区": "云溪市河湾区",
    "行业": "餐饮",
    "主体": "个体工商户",
    "成立": "2026-03-10",
    "人数": 2,
    "情况": ["经营者38周岁，第一次创业", "租用沿街门面60平方米，房东不是亲戚"],
    "想要": ["一次性创业补贴", "租金补贴"],
    "截至": "2026-11-27",
}
PARTS = ("云溪示例", "摘要/公共服务", "摘要/就业创业", "摘要/住房公积金")
LABELS = Path(__file__).resolve().parents[1] / "data" / "match"


@pytest.fixture(scope="module")
def home(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base of the documents shipped that profiles are labelled over, with fake vectors: the desk needs none."""
    folder = tmp_path_factory.mktemp("match")
    for part in PARTS:
        shutil.copytree(root / "corpus" / part, folder / "corpus" / part)
    with open_base(folder / "home") as base:
        assert sync(base, scan(folder / "corpus")).failed == []
    return folder / "home"


@pytest.fixture
def view(home: Path) -> Iterator[CatalogView]:
    with Catalog(home).view() as snapshot:
        yield snapshot


def run(home: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["match", "--home", str(home), *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def written(folder: Path, values: object, name: str = "画像.json") -> str:
    path = folder / name
    path.write_text(values if isinstance(values, str) else json.dumps(values, ensure_ascii=False), "utf-8")
    return str(path)


def supports(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [s for group in answer["groups"] for s in group["supports"]] + answer["near"] + answer["apart"]


def test_text(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(home, capsys, "--profile", written(tmp_path, PROFILE))
    assert (code, err) == (0, "")
    wanted = (
        "主体：个体工商户",
        "河湾区、云溪市、全国",
        "一次性创业补贴",
        "✓ 年龄在18周岁至59周岁之间",
        "6000元",
        "8472036",
    )
    assert [part for part in wanted if part not in out] == []
    assert out.index("【") < out.index("—— 已失效") < out.index("依据：")
    eligible = out[: out.index("——")]
    assert "5000元" not in eligible and "松口县" not in eligible and "青岩区" not in eligible


def test_json_holds_only_exact_slices(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], view: CatalogView
) -> None:
    code, out, _ = run(home, capsys, "--json", "--compare", "年度", "--profile", written(tmp_path, PROFILE))
    answer = json.loads(out)
    assert code == 0 and supports(answer) and answer["summary"] and answer["comparison"]["rows"]
    for citation in (*answer["citations"], *answer["comparison"]["citations"]):
        text = view.document(citation["policy_id"], citation["revision"]).text
        assert text[citation["start"] : citation["end"]] == citation["quote"]
    quotes = {c["n"]: c["quote"] for c in answer["citations"]}
    for one in supports(answer):
        slices = [s for part in ("gets", "how", "where", "phone", "until", "who", "materials") for s in one[part]]
        assert [s for s in (*slices, *one["conditions"]) if s["text"] not in quotes[s["n"]]] == []
        assert [c for c in one["conditions"] if (c["mark"] == "unknown") == bool(c["because"])] == []
        marks = [c["mark"] for c in one["conditions"]]
        if one["verdict"] == "符合":
            assert set(marks) == {"met"}
        assert marks.count("not_met") == (one["verdict"] == "差一条")
    assert all(s["out"] is None for g in answer["groups"] for s in g["supports"])
    assert all(s["out"] for s in answer["apart"])


def test_files(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from docx import Document
    from openpyxl import load_workbook

    given = written(tmp_path, PROFILE)
    assert run(home, capsys, "--profile", given, "-o", str(tmp_path / "出.xlsx"), "--compare", "地区")[0] == 0
    assert run(home, capsys, "--profile", given, "-o", str(tmp_path / "出.docx"))[0] == 0
    book = load_workbook(tmp_path / "出.xlsx")
    names = ["符合与待确认", "差一条", "已失效与草案", "引用", "按地区对比", "对比的引用"]
    assert book.sheetnames == names
    heads = [c.value for c in book["符合与待确认"][1]]
    rows = [dict(zip(heads, [c.value for c in row], strict=True)) for row in book["符合与待确认"].iter_rows(min_row=2)]
    assert ("一次性创业补贴", "河湾区支持创业若干措施") in [(r["支持"], r["依据文件"]) for r in rows]
    assert {c.data_type for sheet in book for row in sheet.iter_rows() for c in row if c.value} == {"s"}
    said = [p.text for p in Document(str(tmp_path / "出.docx")).paragraphs]
    assert "概述" in said and any("一次性创业补贴" in text for text in said)


def test_a_sentence(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "我在云溪市河湾区开了家小吃店，是个体工商户，2026年3月10日领的执照，第一次创业，想要租金补贴"
    for given in (("--text", text), ("--profile", written(tmp_path, text, "一句话.txt"))):
        code, out, _ = run(home, capsys, "--as-of", "2026-11-27", *given)
        assert code == 0 and "主体：个体工商户" in out and "成立：2026-03-10" in out and "租金补贴" in out


def test_nothing_found_is_an_answer(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(home, capsys, "--text", "我在云溪市河湾区开了一家宠物殡葬公司，想申请焚化炉环保改造的补贴")
    assert code == 0 and "没有依据" in out and "河湾区：文件" in out
    code, out, _ = run(home, capsys, "--text", "我们公司在西藏自治区那曲市，想要租金补贴")
    assert code == 0 and "没有依据" in out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("不是 JSON", "不是 JSON"),
        ("{", "第 1 行"),
        ("[" * 100_000, "括号套得太深"),
        ("[]", "JSON 对象"),
        ('{"地区": "云溪市河湾区", "人数": Infinity}', "有限的数"),
        ('{"地区": "云溪市河湾区", "人数": 1e400}', "有限的数"),
        ('{"地区": "云溪市河湾区", "营业收入": NaN}', "有限的数"),
        (f'{{"地区": "云溪市河湾区", "营业收入": {"9" * 5000}}}', "有限的数"),
        ({"地区": "云溪市河湾区", "人数": -1}, "负数"),
        ({"地区": "云溪市河湾区、临澜市"}, "两个地方"),
        ({"地区": "云溪市河湾区", "成立": "2030-01-01", "截至": "2026-11-27"}, "截至：2026-11-27"),
    ],
)
def test_bad_profiles(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: object, said: str
) -> None:
    target = tmp_path / "出.xlsx"
    target.write_text("旧", "utf-8")
    code, out, err = run(home, capsys, "--profile", written(tmp_path, content), "-o", str(target))
    assert (code, out) == (1, "") and said in err
    assert target.read_text("utf-8") == "旧"


def test_bad_arguments(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, capsys, "--profile", str(tmp_path / "没有.json"))[0] == 1
    for wrong in (
        ["--text", "x", "-o", "a.pdf"],
        ["--text", "x", "--compare", "月"],
        [],
        ["--text", "x", "--as-of", "昨"],
    ):
        with pytest.raises(SystemExit) as caught:
            run(home, capsys, *wrong)
        assert caught.value.code == 2


def test_the_same_day_decides_what_is_in_force(view: CatalogView) -> None:
    profile = read_profile(PROFILE | {"成立": "2024-03-10"})
    before = match(view, profile, date(2025, 6, 1))
    after = match(view, profile, date(2026, 11, 27))
    amounts = [{s.text for one in m.supports for s in one.gets} for m in (before, after)]
    assert "6000元" not in amounts[0] and "6000元" in amounts[1]


@pytest.mark.parametrize(
    ("labels", "recall", "accuracy"),
    [("dev.json", 1, 0.94), ("dev2.json", 1, 0.95), ("dev3.json", 1, 0.87), ("dev4.json", 0.88, 0.93)],
)
def test_labelled_profiles(view: CatalogView, labels: str, recall: float, accuracy: float) -> None:
    """All sets were developed on: what they reach is held, and says little of profiles nobody has seen."""
    scores = score(view, load(LABELS / labels))
    assert (scores.out_of_force, scores.forbidden, scores.wrongly_eligible) == (0, 0, 0), scores.misses
    assert scores.eligible > 0
    assert scores.recall >= recall and scores.precision >= 0.94, scores.misses
    assert scores.accuracy >= accuracy, scores.misses
