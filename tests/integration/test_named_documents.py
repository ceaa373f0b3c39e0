"""Questions about a document named: an article it has or has not, and what took its place until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kb.base import KnowledgeBase
from kb.model import Kind, Reference, Section, Span, Submission
from tests.bases import open_base, submission

DAY = date(2031, 6, 1)
OLD, NEW = "云政办〔2027〕6号", "云政办〔2030〕9号"
RULES = [
    ("第一条", "为规范夜市，制定本办法。"),
    ("第九条", "摊位补贴按每月200元发放。"),
    ("第十条", "本办法自2027年1月1日起施行。"),
]
MEASURES = [
    ("一、", "摊位"),
    ("1．", "摊位补贴。每月补贴300元。"),
    ("2．", "设摊登记。由市商务局负责。"),
    ("二、", "附则"),
    ("3．", "期限。本措施有效期至2033年12月31日。"),
]
REPEAL = f"《云溪市夜市办法》（{OLD}）自2031年1月1日起废止。"
NOTICE = (
    "云溪市人民政府办公室关于印发《云溪市夜市措施》的通知\n"
    f"现将《云溪市夜市措施》印发给你们，自2031年1月1日起施行。{REPEAL}"
)


def _sections(text: str, rows: list[tuple[str, str]]) -> tuple[Section, ...]:
    starts = [text.index(label + said) for label, said in rows]
    ends = [*starts[1:], len(text)]
    return tuple(Section(row[0], row[1], row[0], 1, a, b) for row, a, b in zip(rows, starts, ends, strict=True))


def _rules(title: str, rows: list[tuple[str, str]]) -> str:
    return "\n".join([title, *(label + said for label, said in rows)])


def documents() -> list[Submission]:
    old, new = _rules("云溪市夜市办法", RULES), _rules("云溪市夜市措施", MEASURES)
    at, since = NOTICE.index("《云溪市夜市办法》"), NOTICE.index("现将")
    end = new.index("本措施有效期")
    fields = {"issuer": "云溪市人民政府办公室", "size": 200}
    return [
        submission(
            "old.txt",
            old,
            policy_id="old",
            title="云溪市夜市办法",
            doc_number=OLD,
            kind=Kind.MEASURES,
            effective_from="2027-01-01",
            sections=_sections(old, RULES),
            **fields,
        ),
        submission(
            "new.txt",
            NOTICE,
            policy_id="notice",
            title="云溪市人民政府办公室关于印发《云溪市夜市措施》的通知",
            doc_number=NEW,
            kind=Kind.NOTICE,
            written_on="2030-12-01",
            effective_from="2031-01-01",
            status_evidence=Span(since, at),
            references=(Reference("云溪市夜市办法", OLD, "废止", at, at + len(f"《云溪市夜市办法》（{OLD}）")),),
            **fields,
        ),
        submission(
            "new.txt",
            new,
            article=1,
            policy_id="new",
            title="云溪市夜市措施",
            doc_number=NEW,
            kind=Kind.NORMATIVE,
            parent="#0",
            effective_from="2031-01-01",
            expires_on="2033-12-31",
            status_evidence=Span(end, len(new)),
            sections=_sections(new, MEASURES),
            **fields,
        ),
    ]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with open_base(Path(tmp_path_factory.mktemp("named"))) as base:
        base.put_many(documents())
        yield base


@pytest.mark.parametrize(
    ("question", "history", "quotes"),
    [
        (f"{OLD}第九条怎么规定？", [], ["第九条摊位补贴按每月200元发放。"]),
        ("《云溪市夜市办法》第9条是什么？", [], ["第九条摊位补贴按每月200元发放。"]),
        (f"{NEW}第2条是什么？", [], ["2．设摊登记。由市商务局负责。"]),
        (
            "《云溪市人民政府办公室关于印发〈云溪市夜市措施〉的通知》第2条是什么？",
            [],
            ["2．设摊登记。由市商务局负责。"],
        ),
        ("第九条呢？", [f"{OLD}第一条怎么规定？"], ["第九条摊位补贴按每月200元发放。"]),
    ],
)
def test_an_article_is_quoted_as_the_document_numbers_it(
    base: KnowledgeBase, question: str, history: list[str], quotes: list[str]
) -> None:
    answer = base.ask(question, as_of=DAY, history=history)
    assert [c.quote for c in answer.citations] == quotes, answer.reason


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (f"{OLD}第九十九条怎么规定？", f"《云溪市夜市办法》（{OLD}）没有第九十九条。"),
        ("云溪市夜市办法第一百条是什么？", f"《云溪市夜市办法》（{OLD}）没有第一百条。"),
        (f"{NEW}第20条是什么？", f"《云溪市夜市措施》（{NEW}）没有第20条。"),
        ("《临澜市早市规定》第一条是什么？", "知识库里没有收录《临澜市早市规定》，找到的文件也没有提到它。"),
        (f"废止了{NEW}的那份文件什么时候印发的？", f"知识库里没有找到废止或者取代{NEW}的文件。"),
        (f"{NEW}被哪份文件取代了？", f"知识库里没有找到废止或者取代{NEW}的文件。"),
    ],
)
def test_what_there_is_not_is_refused(base: KnowledgeBase, question: str, reason: str) -> None:
    answer = base.ask(question, as_of=DAY)
    assert (answer.abstained, answer.reason) == (True, reason), answer.text


def test_an_article_among_others_that_there_is_not_is_noted(base: KnowledgeBase) -> None:
    answer = base.ask(f"{OLD}第九条和第九十九条怎么规定？", as_of=DAY)
    assert [c.quote for c in answer.citations] == ["第九条摊位补贴按每月200元发放。"]
    assert f"《云溪市夜市办法》（{OLD}）没有第九十九条。" in answer.warnings


@pytest.mark.parametrize(
    ("question", "history"),
    [
        (f"{OLD}被哪份文件取代了？", []),
        (f"哪份文件代替了{OLD}？", []),
        (f"{OLD}换成了哪个文件？", []),
        ("《云溪市夜市办法》被什么文件废止了？", []),
        ("被什么替代了？", [f"{OLD}是什么文件？"]),
    ],
)
def test_what_took_its_place_is_named_with_its_evidence(base: KnowledgeBase, question: str, history: list[str]) -> None:
    answer = base.ask(question, as_of=DAY, history=history)
    assert [(c.policy_id, c.quote) for c in answer.citations] == [("notice", REPEAL)], answer.reason
    assert f"已被《云溪市人民政府办公室关于印发《云溪市夜市措施》的通知》（{NEW}）废止。" in answer.text


@pytest.mark.parametrize(
    "question",
    [
        f"取代{OLD}的那份文件的有效期到哪天？",
        "《云溪市人民政府办公室关于印发〈云溪市夜市措施〉的通知》的有效期到什么时候？",
    ],
)
def test_where_a_notice_states_no_end_what_it_issues_does(base: KnowledgeBase, question: str) -> None:
    answer = base.ask(question, as_of=DAY)
    assert [(c.policy_id, c.quote) for c in answer.citations] == [("new", "本措施有效期至2033年12月31日。")]


def test_what_took_its_place_answers_with_what_it_issues(base: KnowledgeBase) -> None:
    answer = base.ask(f"取代{OLD}的那份文件里，摊位补贴每月多少元？", as_of=DAY)
    assert {c.policy_id for c in answer.citations} == {"new"}, answer.reason
    assert "300元" in answer.text
