"""A small base for tests of the page: answers by looking for a question's bigrams, from documents written here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from kb.errors import QuestionInvalid, UnknownDocument
from kb.model import (
    Answer,
    AnswerSentence,
    Citation,
    DocumentHeader,
    Filters,
    Kind,
    PolicyDocument,
    Section,
    SourceRef,
    Status,
    Table,
    Target,
)

PLAN_TEXT = (
    "云栖县小微企业园提升三年行动计划\n"
    "\n"
    "一、总体目标\n"
    "到2027年，全县新增园区面积80万平方米，入园企业达到900家，每年举办对接活动不少于40场。\n"
    "二、主要任务\n"
    "（一）扩大空间供给\n"
    "　　盘活闲置厂房，对改造面积超过5000平方米的项目，按每平方米200元给予补助，单个项目最高300万元。\n"
    "（二）提升服务能力\n"
    "指标 | 2026年 | 2027年\n"
    "入园企业 | 600家 | 900家\n"
    "三、附则\n"
    "本计划自2025年3月1日起施行。\n"
)
HOSTILE_TEXT = (
    "关于<script>alert(1)</script>的通知\n"
    "企业可填写<img src=x onerror=\"fetch('http://evil.example/')\">表格，"
    "详见<区委人才办>，${alert(2)} 与 {{3*3}} 均照录。\n"
)


def _section(text: str, label: str, title: str, level: int, path: str, until: str | None) -> Section:
    start = text.index(label + title)
    return Section(label, title, path, level, start, text.index(until) if until else len(text))


def plan() -> PolicyDocument:
    """A plan with sections, a table, a target."""
    text = PLAN_TEXT
    table_start = text.index("指标 |")
    return PolicyDocument(
        text=text,
        policy_id="p1",
        title="云栖县小微企业园提升三年行动计划",
        kind=Kind.ACTION_PLAN,
        doc_number="云政办〔2025〕7号",
        issuer="云栖县人民政府办公室",
        issuer_region="330100",
        written_on="2025-02-10",
        effective_from="2025-03-01",
        status=Status.IN_FORCE,
        sources=(SourceRef("r", "plan.md"),),
        sections=(
            _section(text, "一、", "总体目标", 1, "一、总体目标", "二、"),
            _section(text, "二、", "主要任务", 1, "二、主要任务", "三、"),
            _section(text, "（一）", "扩大空间供给", 2, "二、主要任务 > （一）扩大空间供给", "（二）"),
            _section(text, "（二）", "提升服务能力", 2, "二、主要任务 > （二）提升服务能力", "三、"),
            _section(text, "三、", "附则", 1, "三、附则", None),
        ),
        tables=(Table(None, ("指标", "2026年", "2027年"), (), table_start, text.index("三、附则")),),
        targets=(Target("新增园区面积", 80, "万平方米"),),
    )


def hostile() -> PolicyDocument:
    """A document that would run scripts if it were not escaped."""
    return PolicyDocument(
        text=HOSTILE_TEXT,
        policy_id="x/<b>",
        title="关于<script>alert(1)</script>的通知",
        kind=Kind.NOTICE,
        issuer='<img src=x onerror="alert(3)">',
        written_on="2024-05-06",
    )


def header(document: PolicyDocument) -> DocumentHeader:
    """A document's header."""
    return DocumentHeader(
        policy_id=document.policy_id,
        revision=document.revision,
        title=document.display_title,
        kind=document.kind,
        doc_number=document.doc_number,
        issuer=document.issuer,
        issuer_region=document.issuer_region,
        subject_regions=document.subject_regions,
        status=document.status,
        written_on=document.written_on,
        source=document.source,
    )


@dataclass
class FakeBase:
    """Answers with the sentences that share four characters with the question; abstains where there are none."""

    held: list[PolicyDocument] = field(default_factory=lambda: [plan(), hostile()])
    former: list[PolicyDocument] = field(default_factory=list)
    asked: list[tuple[str, Filters, tuple[str, ...]]] = field(default_factory=list)
    failure: Exception | None = None

    def documents(self) -> list[DocumentHeader]:
        return [header(d) for d in self.held]

    def document(self, policy_id: str, revision: str | None = None) -> PolicyDocument:
        for document in [*self.held, *(self.former if revision else [])]:
            if document.policy_id == policy_id and revision in (None, document.revision):
                return document
        raise UnknownDocument(policy_id)

    def ask_stream(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        as_of: date | None = None,
        history: Sequence[str] = (),
    ) -> Iterator[Answer]:
        yield self.ask(question, filters=filters, history=history)

    def ask(
        self, question: str, *, filters: Filters | None = None, history: Sequence[str] = (), model: bool = True
    ) -> Answer:
        filters = filters or Filters()
        self.asked.append((question, filters, tuple(history)))
        if self.failure:
            raise self.failure
        if not question.strip() or len(question) > 2000:
            raise QuestionInvalid("问题是空的，请写上要问的内容。" if not question.strip() else "问题太长。")
        citations = [
            c for d in self.held if not filters.kinds or d.kind in filters.kinds for c in self._cite(question, d)
        ]
        numbered = tuple(_numbered(i, c) for i, c in enumerate(citations[:3], start=1))
        if not numbered:
            nearest = tuple(self.documents()[:1])
            return Answer(question, abstained=True, reason="没有文件提到所问的事项。", nearest=nearest)
        return Answer(question, tuple(AnswerSentence(c.quote, (c.n,)) for c in numbered), numbered)

    def _cite(self, question: str, document: PolicyDocument) -> list[Citation]:
        grams = {question[i : i + 4] for i in range(len(question) - 3)}
        found = []
        start = 0
        for line in document.text.splitlines(keepends=True):
            quote = line.strip()
            if any(g in quote for g in grams) and quote.endswith("。"):
                at = start + line.index(quote)
                section = next((s.path for s in reversed(document.sections) if s.start <= at < s.end), None)
                found.append(
                    Citation(
                        0,
                        document.policy_id,
                        document.revision,
                        document.display_title,
                        document.doc_number,
                        section,
                        at,
                        at + len(quote),
                        quote,
                    )
                )
            start += len(line)
        return found


def _numbered(n: int, c: Citation) -> Citation:
    return Citation(n, c.policy_id, c.revision, c.title, c.doc_number, c.section, c.start, c.end, c.quote, c.source)
