"""How many questions are answered at once and how many wait, by the page and by the interfaces each."""

from __future__ import annotations

import threading
from collections import Counter

from kb.config import Settings
from kb.errors import KBError

ALONE = 4  # a processor's work from beginning to end: more at once would only be slower together
WAITING = 64  # a roomful of readers who ask at once is answered, not turned away
_WITH_MODEL = 16  # these mostly wait for the model: slow answers must not hold up those who come after


def places(settings: Settings) -> int:
    """How many; the others wait in line."""
    return _WITH_MODEL if settings.llm_base_url else ALONE


class Crowded(KBError):
    """As many questions wait as can."""

    def __init__(self, why: str = "现在提问的人太多，排不上队，没有开始回答。请过一会儿再问。") -> None:
        """Say what to do."""
        super().__init__(why)


class Share:
    """What one account may take of a line's places: half, or the others would find none. Threads share it."""

    def __init__(self, places: int) -> None:
        """Of so many places; who has no account, for there are none, may take them all."""
        self.most = max(1, places // 2)
        self._taken: Counter[str] = Counter()
        self._guard = threading.Lock()

    def enter(self, account: str) -> bool:
        """Take a place, until ``leave``; False where the account has its share."""
        with self._guard:
            if account and self._taken[account] >= self.most:
                return False
            self._taken[account] += 1
            return True

    def leave(self, account: str) -> None:
        """Give a place up."""
        with self._guard:
            self._taken[account] -= 1
            if not self._taken[account]:
                del self._taken[account]


class ShareTaken(Crowded):
    """One account asks as much at once as it may."""

    def __init__(self, most: int) -> None:
        """Say what to do."""
        super().__init__(f"您的账号已有 {most} 个问题在回答或排队，没有再开始。请等其中一个答完。")


class Room:
    """How many are answered at once, and how many wait; conversations of different accounts share it."""

    def __init__(self, at_once: int = ALONE, waiting: int = WAITING) -> None:
        """``at_once`` answers are made; so many more wait in line."""
        self.answers = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._share = Share(at_once + waiting)
        self.follow_ups = threading.Lock()  # they must not slow those who ask

    def enter(self, account: str = "") -> None:
        """Take a place for an account, until ``leave``. Raises Crowded where there is none for it."""
        if not self._share.enter(account):
            raise ShareTaken(self._share.most)
        if not self._places.acquire(blocking=False):
            self._share.leave(account)
            raise Crowded

    def leave(self, account: str = "") -> None:
        """Give a place up."""
        self._places.release()
        self._share.leave(account)
