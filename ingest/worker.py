"""A process that reads files for another: ``python -m ingest.worker MEGABYTES``. Requests on stdin, outcomes on stdout.

What a hostile file does to it (crash, loop, memory) ends this process, not the one that writes to the base.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from ingest import pulse
from ingest.reading import read_request

#: Sent when the process is ready, and while a file is being read, each time a part of it is done.
BEAT = "beat"


def serve(read: Callable[[Any], Any]) -> None:
    """Read files as asked until stdin is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    requests, outcomes = _connections()
    _limit_memory(int(sys.argv[1]))
    pulse.listen(lambda: outcomes.send(BEAT))
    pulse.beat()
    while True:
        try:
            request = requests.recv()
        except EOFError:
            return
        outcomes.send(read(request))


def _connections() -> tuple[Connection, Connection]:
    """The pipes of stdin and stdout; what a library prints goes to stderr, what it reads is nothing."""
    requests = Connection(os.dup(0), writable=False)
    outcomes = Connection(os.dup(1), readable=False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, outcomes


def _limit_memory(megabytes: int) -> None:
    """Cap what may be allocated (private writable memory, not mapped files)."""
    import resource

    limit = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


if __name__ == "__main__":
    serve(read_request)
