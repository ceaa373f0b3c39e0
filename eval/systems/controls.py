"""Controls that leave a part out: what they score is what a measure gives away to a system that does not do the work.

``title`` never looks at a document's body, ``random`` not at the question, and ``echo`` has no answer: it says the
question's own words back.
"""

from __future__ import annotations

from random import Random

from eval.model import Cited, Question, Said, Span
from eval.systems import Context, Kind, SearchOnly
from eval.systems.bm25s_jieba import SLICE, Bm25sSystem, slices
from eval.systems.product import KEYWORDS, ProductSearch, open_base, prepare
from kb.text import find_doc_numbers


def open_titles(context: Context) -> Bm25sSystem:
    """BM25 over titles and 文号 (the first that a document's opening has); what is found is the opening."""
    entries = []
    for record in context.dataset.records.values():
        opening = record.text[:SLICE]
        number = next((n.canonical for n in find_doc_numbers(opening)), "")
        entries.append((Span(record.record_id, 0, len(opening)), f"{record.title}\n{number}"))
    return Bm25sSystem(entries)


class RandomSystem(SearchOnly):
    """The documents in a random order, of each a random slice; the same for the same question's id."""

    def __init__(self, context: Context) -> None:
        self._slices = {i: tuple(slices(record)) for i, record in context.dataset.records.items()}

    def search(self, question: Question, k: int) -> list[Span]:
        """Slices of k documents, drawn without a look at the question."""
        random = Random(question.question_id)
        documents = [question.context_id] if question.context_id else list(self._slices)
        random.shuffle(documents)
        return [random.choice(self._slices[policy_id]) for policy_id in documents[:k]]


class EchoSystem(ProductSearch):
    """Finds what ``bm25`` finds, says the question's own words, cites the first find and never refuses."""

    answers = True

    def __init__(self, context: Context) -> None:
        super().__init__(open_base(context, KEYWORDS), context)
        self._records = context.dataset.records

    def ask(self, question: Question) -> Said:
        """The question."""
        cited = []
        for span in self.search(question, 1):
            record = self._records[span.policy_id]
            quote = record.text[span.start : span.end]
            cited.append(Cited(span.policy_id, span.start or 0, span.end or len(record.text), quote, record.title))
        return Said(question.text, abstained=False, citations=tuple(cited))


KINDS = (
    Kind("title", "对照：只凭标题和文号检索，给出的是文件开头", open_titles),
    Kind("random", "对照：随机的文件、随机的片段", RandomSystem),
    Kind("echo", "对照：回答是问题自己的话，从不拒答，引文是 bm25 的第一条", EchoSystem, prepare, answers=True),
)
