"""The reply desk behind the page: every change is made to the draft on disk and saved before anything is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from ingest.plain import text_of
from kb import reply
from kb.base import KnowledgeBase
from kb.errors import UnreadableFile
from kb.reply import Check, Draft, DraftChanged, DraftRow, DraftStore, EvidenceSet, Letter, LetterSettings, Role
from ui.events import Told
from ui.reply_form import FormInvalid

_TRIES = 3


class ReplyDesk:
    """The drafts of who asks. Threads may share it; nothing is kept in memory."""

    def __init__(self, base: KnowledgeBase, folder: Callable[[], Path]) -> None:
        """Take an open base; ``folder`` gives where the drafts are."""
        self.base, self._folder = base, folder

    def rows(self) -> tuple[DraftRow, ...]:
        """All drafts, the last saved first."""
        with self._store() as store:
            return store.list()

    def load(self, draft_id: str) -> Draft:
        """A draft as saved. Raises UnknownDraft."""
        with self._store() as store:
            return store.load(draft_id)

    def delete(self, draft_id: str) -> None:
        """Delete a draft. Raises UnknownDraft."""
        with self._store() as store:
            store.delete(draft_id)

    def copy(self, draft_id: str) -> Draft:
        """The same draft under a new id."""
        return self._saved(replace(self.load(draft_id), draft_id="", edition=0, saved_on=None))

    def read_file(self, path: Path) -> str:
        """The text of an uploaded file, which is gone afterwards. Raises UnreadableFile."""
        try:
            return text_of(path, self.base.settings).strip()
        except UnreadableFile as error:
            raise UnreadableFile(path.name, error.why) from error  # without the folder it was kept in
        finally:
            path.unlink(missing_ok=True)

    def begin(self, text: str, settings: LetterSettings, day: date, told: Told) -> Draft:
        """Read a suggestion, gather evidence, save the draft. Raises SuggestionInvalid."""
        told(0.02, "正在读取建议……")
        suggestion = reply.read(text)
        draft = reply.start(self.base, suggestion, settings, day, _counting(len(suggestion.asks), told))
        told(0.95, "正在保存草稿……")
        return self._saved(draft)

    def change(self, draft_id: str, how: Callable[[Draft], Draft]) -> Draft:
        """Change a draft as it is on disk now, and save it; changes made elsewhere meanwhile are kept."""
        for _ in range(_TRIES):
            before = self.load(draft_id)
            after = how(before)
            if after == before:
                return before
            try:
                return self._saved(after)
            except DraftChanged:
                continue
        raise DraftChanged(draft_id)

    def gather_again(
        self, draft_id: str, asked_of: Callable[[Draft], tuple[LetterSettings, date]], told: Told
    ) -> Draft:
        """Gather evidence anew for a draft under settings and a day, told by the draft as it is then; picks stay."""

        def anew(draft: Draft) -> Draft:
            settings, day = asked_of(draft)
            asked = replace(draft, settings=settings, as_of=day.isoformat())
            return reply.refreshed(self.base, asked, _counting(len(draft.suggestion.asks), told))

        return self.change(draft_id, anew)

    def mark_ask(self, draft_id: str, words: str, told: Told) -> Draft:
        """Make words of the suggestion an ask of their own, and gather evidence for it. Raises FormInvalid."""
        words = words.strip()

        def with_it(draft: Draft) -> Draft:
            at = draft.suggestion.text.find(words) if words else -1
            if at < 0:
                raise FormInvalid("建议原文里没有这句话。请从原文里原样复制一句，再补为要求。")
            try:
                more = reply.with_ask(draft, at, at + len(words))
                return reply.refreshed(self.base, more, _counting(len(more.suggestion.asks), told))
            except ValueError as error:
                raise FormInvalid(f"{error}。请另选一句。") from error

        return self.change(draft_id, with_it)

    def find(self, draft_id: str, words: str) -> EvidenceSet:
        """Evidence for the writer's own words. Raises QuestionInvalid."""
        return reply.search_evidence(self.base, self.load(draft_id), words.strip())

    def add(self, draft_id: str, ask_id: str, policy_id: str, start: int, end: int, role: str) -> Draft:
        """Put a slice of a document into an ask. Raises UnknownDocument, UnknownAsk."""

        def with_it(draft: Draft) -> Draft:
            n = draft.number_of(ask_id)
            return reply.add(draft, n, reply.cite(self.base, draft, policy_id, start, end, Role(role)))

        return self.change(draft_id, with_it)

    def letter(self, draft: Draft) -> tuple[Letter, tuple[Check, ...]]:
        """The letter of a saved draft with its check list."""
        letter = reply.letter_of(draft)
        with self._store() as store:
            return letter, reply.check(self.base, draft, letter, store)

    def file(self, draft_id: str, *, review: bool) -> tuple[bytes, str]:
        """The letter of a draft as .docx, and the file's name."""
        draft = self.load(draft_id)
        number = f"-第{draft.suggestion.number}号" if draft.suggestion.number else ""
        name = f"答复{number}-{'审阅稿' if review else '清稿'}.docx"
        return reply.export(reply.letter_of(draft), review=review), name

    def _saved(self, draft: Draft) -> Draft:
        with self._store() as store:
            return reply.save(self.base, store, draft)

    def _store(self) -> DraftStore:
        return DraftStore(self._folder())


def _counting(asks: int, told: Told) -> Callable[[int], object]:
    """Tells how many of the asks have their evidence."""
    return lambda done: told(0.05 + 0.9 * done / max(1, asks), f"正在查找依据：第 {done + 1} 条要求，共 {asks} 条")
