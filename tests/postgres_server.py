"""A PostgreSQL server of this machine's own, started for tests, with a fresh database for whoever asks."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

PASSWORD = "p@ss/w:0 %知"  # noqa: S105 - what a URL must not break on, nor a message show
QUOTED = "p%40ss%2Fw%3A0%20%25%E7%9F%A5"
_NUMBERS = count()


class PostgresServer:
    """Where the server listens; ``database`` makes a new one and gives its URL."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, name: str, *, user: str = "zhice", password: str = QUOTED) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{name}"

    def database(self, encoding: str = "UTF8") -> str:
        """The URL of a new, empty database, which of itself orders text as Chinese dictionaries do."""
        name = f"base{next(_NUMBERS)}"
        order = "LOCALE_PROVIDER icu ICU_LOCALE 'zh'" if encoding == "UTF8" else "LOCALE 'C'"
        self.sql(f"CREATE DATABASE {name} OWNER zhice TEMPLATE template0 ENCODING '{encoding}' {order}")
        return self.url(name)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What a statement of the server's owner gives."""
        import pg8000.dbapi

        socket_path = f"{self.folder}/.s.PGSQL.{self.port}"
        connection = pg8000.dbapi.connect("owner", unix_sock=socket_path, database=database)
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(statement)
        found = repr(cursor.fetchall()) if cursor.description else ""
        connection.close()
        return found

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        options = ["-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                _command("postgres", "-D", "data", *options),
                cwd=self.folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        state = self.folder / "data" / "postmaster.pid"
        for _ in range(600):
            if state.exists() and "ready" in state.read_text():
                return
            assert self._process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)
        raise TimeoutError((self.folder / "log").read_text())

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(60)
            self._process = None


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Start a server; it is gone afterwards, with all it held. Skips where PostgreSQL is not installed."""
    if _tool("initdb") is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="zhice-pg-"))  # short: a socket's path is at most 107 bytes
    if owner:
        shutil.chown(folder, owner)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    server = PostgresServer(folder, port)
    try:
        made = subprocess.run(
            _command("initdb", "-D", "data", "-U", "owner", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            cwd=folder,
            env=_environment(),
            capture_output=True,
            text=True,
        )
        assert made.returncode == 0, made.stderr
        # Who comes over the network must give the password, the tests' owner of the server comes by its socket.
        (folder / "data" / "pg_hba.conf").write_text("local all owner trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        server.start()
        server.sql(f"CREATE ROLE zhice LOGIN PASSWORD '{PASSWORD}'")
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> str | None:
    """Who is to run the server: root may not."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    pytest.skip("there is no user to run PostgreSQL as (postgres, nobody)")


def _tool(name: str) -> str | None:
    """Debian keeps the server's programs off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def _command(tool: str, *arguments: str) -> list[str]:
    program, owner = _tool(tool), _owner()
    assert program is not None
    return [*(["setpriv", f"--reuid={owner}", "--clear-groups"] if owner else []), program, *arguments]


def _environment() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
