"""The support desk's front door (政策匹配): what a profile can claim, under which conditions, from which documents.

``read_profile`` takes the JSON form, ``read_sentence`` one sentence; ``match`` answers from one snapshot of the
catalog, without a model. ``compare`` lays one kind of support side by side, ``summarise`` says the answer in plain
sentences with citations, ``write`` saves it as .xlsx or .docx.
"""

from __future__ import annotations

from kb.support.answering import answer_line, answer_to, answers
from kb.support.compare import Cell, Comparison, Row, compare
from kb.support.desk import match
from kb.support.export import write
from kb.support.kinds import SupportKind
from kb.support.marks import Mark
from kb.support.options import BY_REGION, BY_YEAR, SUFFIXES
from kb.support.plain import as_json
from kb.support.profile import KEYS, KINDS, Profile, ProfileError, Statement, read_profile
from kb.support.reading import State
from kb.support.results import Group, Held, Judged, LeftOut, Matches, Slice, Source, Support, Verdict
from kb.support.sentence import Understood, read_sentence
from kb.support.summary import summarise
from kb.support.wording import comparison_text, others_of, text_of

__all__ = [
    "BY_REGION",
    "BY_YEAR",
    "KEYS",
    "KINDS",
    "SUFFIXES",
    "Cell",
    "Comparison",
    "Group",
    "Held",
    "Judged",
    "LeftOut",
    "Mark",
    "Matches",
    "Profile",
    "ProfileError",
    "Row",
    "Slice",
    "Source",
    "State",
    "Statement",
    "Support",
    "SupportKind",
    "Understood",
    "Verdict",
    "answer_line",
    "answer_to",
    "answers",
    "as_json",
    "compare",
    "comparison_text",
    "match",
    "others_of",
    "read_profile",
    "read_sentence",
    "summarise",
    "text_of",
    "write",
]
