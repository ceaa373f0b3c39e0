"""Records of a dataset enter unchanged: every span that parsing finds lies on the text as given."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.parse import parse_text
from ingest.records import record_document, record_submission
from kb.model import Kind, PolicyDocument
from tests.strategies import any_texts, policy_texts

NOTICE = (
    "各县（市、区）人民政府：《甲市孵化器管理办法》已经市政府同意，现印发给你们。甲市人民政府办公室2024年1月9日"
    "甲市孵化器管理办法第一条　为规范管理，制定本办法。第二条　到2027年，新增孵化空间160万平方米。"
    "第三条　本办法自2024年2月1日起施行，有效期5年。"
)


def spans(document: PolicyDocument) -> list[tuple[int, int]]:
    found = [(x.start, x.end) for x in (*document.sections, *document.assignments, *document.references)]
    found += [(m.start, m.end) for t in document.targets for m in t.mentions]
    return found + (
        [(document.status_evidence.start, document.status_evidence.end)] if document.status_evidence else []
    )


def test_a_notice_with_its_plan_stays_one_document_with_its_structure() -> None:
    document = record_document("d1", "甲市关于印发《甲市孵化器管理办法》的通知", NOTICE)
    assert (document.policy_id, document.text, document.parent) == ("d1", NOTICE, None)
    assert (document.title, document.kind) == ("甲市关于印发《甲市孵化器管理办法》的通知", Kind.NOTICE)
    assert [s.label for s in document.sections] == ["第一条", "第二条", "第三条"]
    assert [NOTICE[s.start : s.start + 3] for s in document.sections] == ["第一条", "第二条", "第三条"]
    assert (document.effective_from, document.expires_on) == ("2024-02-01", "2029-01-31")


def test_what_cleaning_drops_or_joins_does_not_shift_spans() -> None:
    text = (
        "  甲市人民政府办公室\n\n\n　　一、 目标\n到2027年，新增 孵化空间160万平方米，\n新增企业300家。\n"
        "（责任单位：市科技局、市人社局）\n"
    )
    document = record_document("d", "甲市行动计划", text)
    assert document.text == text
    assert [text[a.start : a.end] for a in document.assignments] == ["责任单位：市科技局、市人社局"]
    assert parse_text(text)[0].text != text, "cleaning would have changed this text"


@given(st.one_of(policy_texts, any_texts))
def test_text_is_kept_spans_are_inside_and_chunks_cover_it(text: str) -> None:
    submission = record_submission("r", "标题", text)
    assert submission.document.text == text
    assert submission.policy_id == "r"
    assert [(a, b) for a, b in spans(submission.document) if not 0 <= a < b <= len(text)] == []
    covered = {i for draft in submission.chunks for i in range(draft.start, draft.end)}
    assert [i for i, c in enumerate(text) if not c.isspace() and i not in covered] == []


@given(st.text(max_size=40))
def test_any_title_is_taken(title: str) -> None:
    assert record_document("r", title, "到2027年新增160万平方米。").text == "到2027年新增160万平方米。"
