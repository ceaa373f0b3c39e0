"""Which document took the place of a named one, or repealed it? Said with the words that state it, or refused."""

from __future__ import annotations

from kb.direct import Desk, said_ended
from kb.kinship import is_list, successors_asked, taker, taker_asked
from kb.query import Query


def succession(desk: Desk) -> str | None:
    """Say what took the place of the document named; why not, where nothing is known to have done so."""
    query, found = desk.question.query, desk.retrieved
    if found.kin or not taker_asked(query.turn or query.text):
        return None
    ended = [(view, relation) for view in desk.named() if (relation := taker(view.document, desk.as_of))]
    for view, relation in sorted(ended, key=lambda pair: is_list(pair[1])):
        if said_ended(desk, view, relation):
            return None
    return _none_known(_named(query)) if desk.named() else None


def no_successor(desk: Desk) -> str | None:
    """Why a question about the document that ended another has no answer: no document is known to have."""
    found = desk.retrieved
    elsewhere = {*found.kin, *found.cited, *found.unknown}
    missing = [number for number in successors_asked(desk.question.query) if number not in elsewhere]
    return _none_known("、".join(missing)) if missing else None


def _named(query: Query) -> str:
    return "、".join([*(n.canonical for n in query.doc_numbers), *(f"《{title}》" for title in query.titles)]) or "它"


def _none_known(what: str) -> str:
    return f"知识库里没有找到废止或者取代{what}的文件。"
