"""A question and a passage as one row of tokens: the same for training the judge and for judging."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.embedding.protocol import encodable
from kb.text import simplify

if TYPE_CHECKING:
    from tokenizers import Tokenizer

QUESTION, CONTEXT, PASSAGE = 64, 48, 144  # tokens kept of each part


def paired(tokenizer: Tokenizer, question: str, passages: Sequence[tuple[str, str]]) -> list[list[int]]:
    """``<s> question </s> context </s> passage </s>`` for each (context, passage); longer parts are cut.

    Of the context the end goes (the headings nearest the passage tell less than the title), of a passage too.
    """
    texts = [question, *(part for passage in passages for part in passage)]
    encoded = [e.ids for e in tokenizer.encode_batch([encodable(simplify(t)) for t in texts])]
    asked, rest = _cut(encoded[0], QUESTION), encoded[1:]
    rows = []
    for context, passage in zip(rest[::2], rest[1::2], strict=True):
        rows.append([*asked, *_cut(context, CONTEXT)[1:], *_cut(passage, PASSAGE)[1:]])
    return rows


def _cut(ids: Sequence[int], most: int) -> list[int]:
    """Token ids (with ``<s>`` and ``</s>``) cut to a length, the last one kept."""
    return [*ids] if len(ids) <= most else [*ids[: most - 1], ids[-1]]
