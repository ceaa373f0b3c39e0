"""How long the next login has to wait after failed ones, by name, by address and by both.

Kept in memory, bounded: a restart forgives, and nobody can fill the disk or the memory with made-up names.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network

from kb.accounts.model import Throttled

_MOST = 10_000  # counters kept
_FORGIVEN = 15 * 60.0  # seconds after the last failure
_LONGEST = 15 * 60.0
_HOUSEHOLD = 64  # bits of an IPv6 address that tell networks apart


@dataclass(slots=True)
class _Count:
    failures: int = 0
    last: float = 0.0


# Failures that cost nothing. A name alone waits late and little, or a stranger could lock its owner out.
_FREE = {"both": 4, "address": 20, "name": 50}
_CAP = {"both": _LONGEST, "address": _LONGEST, "name": 10.0}


class Throttle:
    """The failed logins of one server. Threads share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str, str], _Count] = OrderedDict()
        self._guard = threading.Lock()

    def wait(self, name: str, address: str) -> float:
        """Seconds until the next try is looked at; 0 where it is at once."""
        now = self._clock()
        with self._guard:
            return max(self._left(at, now) for at in _counters(name, address))

    def check(self, name: str, address: str) -> None:
        """Raises Throttled where the next try has to wait."""
        wait = self.wait(name, address)
        if wait > 0:
            raise Throttled(wait)

    def failed(self, name: str, address: str) -> None:
        """Count a failure."""
        now = self._clock()
        with self._guard:
            for at in _counters(name, address):
                count = self._counts.pop(at, None)
                if count is None or now - count.last > _FORGIVEN:
                    count = _Count()
                count.failures += 1
                count.last = now
                self._counts[at] = count
            while len(self._counts) > _MOST:
                self._counts.popitem(last=False)

    def passed(self, name: str, address: str) -> None:
        """Forget the failures of a name from an address: its owner is in."""
        with self._guard:
            self._counts.pop(_counters(name, address)[0], None)

    def _left(self, at: tuple[str, str, str], now: float) -> float:
        count = self._counts.get(at)
        over = count.failures - _FREE[at[0]] if count else 0
        if count is None or over <= 0:
            return 0.0
        pause = min(_CAP[at[0]], 2.0 ** min(over, 20))
        return max(0.0, count.last + pause - now)


def _counters(name: str, address: str) -> tuple[tuple[str, str, str], ...]:
    address = _household(address)
    return ("both", name, address), ("address", "", address), ("name", name, "")


def _household(address: str) -> str:
    """What one household has: of IPv6 not an address but a network of them, each as good as another."""
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((int(found), _HOUSEHOLD), strict=False))
