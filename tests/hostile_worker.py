"""A worker whose files misbehave by their names, to try what happens to the process that asked."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from ingest import pulse, reading
from ingest.reading import Outcome, Request, read_request
from ingest.worker import serve


def misbehave(request: Request) -> Outcome:
    name = request.file.stem
    if name == "hang":
        time.sleep(600)
    elif name == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif name == "memory":
        reading.read_bytes = lambda data, path: bytearray(10**10)  # type: ignore[assignment, return-value]
    elif name in {"slow", "endless"}:
        for _ in range(6 if name == "slow" else 10_000):
            time.sleep(0.5)
            pulse.beat()
    elif name == "child":
        child = subprocess.Popen(["sleep", "600"])
        request.file.with_name("child.pid").write_text(str(child.pid))
        time.sleep(600)
    elif name == "print":
        print("a library that prints", flush=True)
    return read_request(request)


if __name__ == "__main__":
    serve(misbehave)
