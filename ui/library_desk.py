"""The library as the page asks for it: kept in memory while the base and the day stay the same."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kb.base import KnowledgeBase
from kb.errors import KBError
from kb.library import PAGE_SIZE, LibraryPage, Passage, Shelved, Wanted, look, passages_of, shelved

_LOG = logging.getLogger(__name__)
_DEEP = 60  # chunks looked at for documents whose text answers the words
_KEPT = 64  # searches


@dataclass(frozen=True, slots=True)
class Answered:
    """A page of the library. ``held`` is how many documents there are; ``notice`` says what could not be searched."""

    wanted: Wanted
    page: LibraryPage
    held: int
    notice: str = ""


class LibraryDesk:
    """Looks documents up. Threads may share it."""

    def __init__(self, base: KnowledgeBase, today: Callable[[], date] = date.today) -> None:
        """Take an open base."""
        self.base = base
        self._today = today
        self._guard = threading.Lock()
        self._shelf: tuple[tuple[int, date], tuple[Shelved, ...]] | None = None
        self._found: dict[tuple[int, str], dict[str, Passage]] = {}

    def look(self, wanted: Wanted, size: int = PAGE_SIZE) -> Answered:
        """The page that is wanted, of so many documents. Raises KBError where the base cannot be read."""
        shelf = self.shelf()
        passages, notice = self._passages(wanted.words) if wanted.words.strip() and shelf else ({}, "")
        return Answered(wanted, look(shelf, wanted, passages, size), len(shelf), notice)

    def shelf(self) -> tuple[Shelved, ...]:
        """All documents as they stand today."""
        with self._guard:
            key = (self.base.generation, self._today())
            if self._shelf is None or self._shelf[0] != key:
                self._shelf = (key, shelved(self.base.documents(), key[1]))
                self._found.clear()
            return self._shelf[1]

    def _passages(self, words: str) -> tuple[dict[str, Passage], str]:
        """What the search finds in texts; where it cannot search, what to tell of that."""
        key = (self.base.generation, words)
        with self._guard:
            kept = self._found.get(key)
        if kept is not None:
            return kept, ""
        try:
            found = passages_of(self.base.search(words, k=_DEEP), words)
        except KBError as error:
            return {}, f"没有搜索正文，只按标题、文号和发文机关查找：{error}"
        except Exception:
            _LOG.exception("the texts cannot be searched")
            return {}, "正文搜索出错，只按标题、文号和发文机关查找。"
        with self._guard:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[key] = found
        return found, ""
