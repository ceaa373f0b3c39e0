"""Numbered citations of exact slices, each once."""

from __future__ import annotations

from kb.model import Citation, PolicyDocument
from kb.support.pieces import locate
from kb.support.results import Slice


class Citing:
    """Collects citations and numbers them in the order they are asked for."""

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[tuple[str, int, int], Citation] = {}

    def cite(self, document: PolicyDocument, start: int, end: int) -> int:
        """The number of the citation of ``text[start:end]``; one that holds it whole serves as well."""
        for (policy_id, first, last), citation in self._found.items():
            if policy_id == document.policy_id and first <= start and end <= last:
                return citation.n
        within = [s for s in document.sections if s.start <= start < s.end]
        section = max(within, key=lambda s: (s.level, s.start), default=None)
        n = len(self._found) + 1
        self._found[document.policy_id, start, end] = Citation(
            n=n,
            policy_id=document.policy_id,
            revision=document.revision,
            title=document.display_title,
            doc_number=document.doc_number,
            section=section.path if section else None,
            start=start,
            end=end,
            quote=document.text[start:end],
            source=document.source,
        )
        return n

    def slices(self, document: PolicyDocument, pieces: tuple[str, ...], start: int, end: int) -> tuple[Slice, ...]:
        """The pieces that stand in the document, the nearest to a range of it, with their citations."""
        found = []
        for piece in pieces:
            span = locate(document.text, piece, start, end) if piece else None
            if span:
                found.append(Slice(piece, self.cite(document, *span)))
        return tuple(dict.fromkeys(found))

    @property
    def all(self) -> tuple[Citation, ...]:
        """All citations by number."""
        return tuple(self._found.values())
