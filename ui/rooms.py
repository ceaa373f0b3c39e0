"""The conversations of each account, in a folder of its own; those of a home without accounts are in the home."""

from __future__ import annotations

import threading
from pathlib import Path

from kb.base import KnowledgeBase
from ui.answering import Answering, open_answering
from ui.caller import caller
from ui.desk import Desk
from ui.places import Room, places


class Rooms:
    """Answers for whoever asks. Threads share it; all answer in one queue."""

    def __init__(self, desk: Desk, base: KnowledgeBase | None) -> None:
        """Take the desk; without a base conversations live as long as the program."""
        self._desk, self._base = desk, base
        self._room = Room(places(base.settings)) if base is not None else Room()
        self._open: dict[str, Answering] = {}
        self._guard = threading.Lock()

    def mine(self) -> Answering:
        """The conversations of who asks in this thread or task. Raises Forbidden."""
        folder = caller().folder
        with self._guard:
            found = self._open.get(folder)
            if found is None:
                found = self._open[folder] = open_answering(self._desk, self._base, folder, self._room)
            return found

    def close(self) -> None:
        """Stop answering."""
        with self._guard:
            rooms = list(self._open.values())
        for room in rooms:
            room.close()


def folder_of(base: KnowledgeBase) -> Path:
    """Where what the caller writes is kept. Raises Forbidden."""
    return base.settings.home / caller().folder
