"""Text functions shared by the index side and the question side: one implementation for both.

Offsets are code-point indices into the text given. Nothing here changes text that is shown.
"""

from kb.text.dates import DateMention, find_dates
from kb.text.docnumber import DocNumber, find_doc_numbers
from kb.text.normal import Shadow, fold, holds_whole, shadow, simplify, squash, squash_lines, whole_word
from kb.text.quantity import Quantity, find_quantities
from kb.text.sentences import split_clauses, split_sentences
from kb.text.tokens import index_tokens, query_tokens, tagged_words, words

__all__ = [
    "DateMention",
    "DocNumber",
    "Quantity",
    "Shadow",
    "find_dates",
    "find_doc_numbers",
    "find_quantities",
    "fold",
    "holds_whole",
    "index_tokens",
    "query_tokens",
    "shadow",
    "simplify",
    "split_clauses",
    "split_sentences",
    "squash",
    "squash_lines",
    "tagged_words",
    "whole_word",
    "words",
]
