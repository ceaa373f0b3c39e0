"""Every metadata value says where it stands: in the text, or under which label of the page."""

from __future__ import annotations

from hypothesis import given

from ingest.parse import line_blocks, parse_document, parse_text
from ingest.raw import RawDocument
from kb.model import PolicyDocument
from tests.strategies import policy_texts

NOTICE = (
    "云溪市人民政府办公室文件\n云政办〔2031〕7号\n关于做好养老床位建设的通知\n各街道办事处：\n"
    "经市政府第9次常务会议审议通过，现通知如下。\n一、到2033年建成床位1200张。\n"
    "本通知自2031年4月1日起施行，有效期3年。\n联系人：王小溪，电话：61234567\n云溪市人民政府办公室\n2031年3月4日\n"
)


def said(doc: PolicyDocument) -> dict[str, str | None]:
    """The text each origin points at, or ``<label>``."""
    return {o.field: f"<{o.label}>" if o.start is None else doc.text[o.start : o.end] for o in doc.origins}


def test_values_point_at_the_text_that_states_them() -> None:
    (doc,) = parse_text(NOTICE)
    assert said(doc) == {
        "title": "关于做好养老床位建设的通知",
        "doc_number": "云政办〔2031〕7号",
        "issuer": "云溪市人民政府办公室",
        "contact": "王小溪，电话：61234567",
        "approved_by": "市政府第9次常务会议",
        "written_on": "2031年3月4日",
        "effective_from": "本通知自2031年4月1日起施行，有效期3年。",
        "expires_on": "本通知自2031年4月1日起施行，有效期3年。",
    }


def test_values_of_the_page_name_its_labels() -> None:
    meta = {"发布日期": "2031-03-09", "索引号": "001-2031-7", "发文字号": "云政办〔2031〕7号"}
    text = "关于做好养老床位建设的通知\n各街道办事处：\n请认真做好。\n"
    (doc,) = parse_document(RawDocument(text, line_blocks(text), "html", meta), "")
    assert said(doc) == {
        "title": "关于做好养老床位建设的通知",
        "doc_number": "<发文字号>",
        "index_number": "<索引号>",
        "published_on": "<发布日期>",
    }


def test_a_day_the_page_states_is_the_pages_and_one_the_text_contradicts_is_flagged() -> None:
    labels = {"失效日期": "2039-04-01"}
    (doc,) = parse_document(RawDocument(NOTICE, line_blocks(NOTICE), "html", labels), "")
    assert (doc.expires_on, said(doc)["expires_on"], doc.flags) == ("2039-04-01", "<失效日期>", ("date_conflict",))
    for same in ("2034-03-31", "2034-04-01"):
        (doc,) = parse_document(RawDocument(NOTICE, line_blocks(NOTICE), "html", {"失效日期": same}), "")
        assert (doc.expires_on, doc.flags) == (same, ())


def test_what_a_plan_takes_from_its_notice_has_no_origin_of_its_own() -> None:
    text = (
        NOTICE.replace("现通知如下", "现将《云溪市床位建设方案》印发给你们")
        + "云溪市床位建设方案\n一、总体要求\n建好床位。\n"
    )
    notice, plan = parse_text(text)
    assert (notice.doc_number, plan.doc_number, said(plan)) == (
        "云政办〔2031〕7号",
        "云政办〔2031〕7号",
        {"title": "云溪市床位建设方案"},
    )


@given(policy_texts)
def test_spans_lie_in_the_text_and_fields_are_stated_once(text: str) -> None:
    for doc in parse_text(text):
        assert len({o.field for o in doc.origins}) == len(doc.origins)
        for origin in doc.origins:
            assert getattr(doc, origin.field)
            assert (origin.start is None) == (origin.label is not None)
            assert origin.start is None or 0 <= origin.start < (origin.end or 0) <= len(doc.text)
