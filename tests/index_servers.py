"""Servers that hold a search index, as processes of their own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import chromadb
import httpx
from chromadb.api import ClientAPI
from chromadb.config import Settings

from kb.index import Space, read_address
from kb.index_milvus_client import MilvusCollection

_SECONDS = 60


class _Server:
    """A command that serves on a port of this machine; ``setting`` is what ZHICE_INDEX is to be."""

    engine: str

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.setting = f"{self.engine}+{self.url}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*map(str, self._command()), "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _SECONDS
        while not self._answers():
            assert time.monotonic() < until and self._process.poll() is None, f"{self.engine} did not start"
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _command(self) -> list[str | Path]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError


class ChromaServer(_Server):
    """``chroma run`` on a folder."""

    engine = "chroma"
    _client: ClientAPI | None = None

    def client(self) -> ClientAPI:
        if self._client is None:
            settings = Settings(anonymized_telemetry=False)
            self._client = chromadb.HttpClient("127.0.0.1", self.port, settings=settings)
        return self._client

    def close(self) -> None:
        if self._client is not None:
            self._client.close()  # type: ignore[attr-defined]
        self.stop()

    def _command(self) -> list[str | Path]:
        return [Path(sys.executable).with_name("chroma"), "run", "--path", self.folder]

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat", timeout=1).is_success
        except httpx.HTTPError:
            return False


class MilvusServer(_Server):
    """milvus-lite's server on a folder: the interface of Milvus, over the network."""

    engine = "milvus"

    def _command(self) -> list[str | Path]:
        return [sys.executable, "-m", "milvus_lite", "server", "--data-dir", self.folder]

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True


@contextmanager
def running_chroma(folder: Path) -> Iterator[ChromaServer]:
    server = ChromaServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.close()


@contextmanager
def milvus_file(folder: Path) -> Iterator[str]:
    """A file of milvus-lite, kept open: what ZHICE_INDEX is to be. Each base has a collection of its own in it."""
    setting = f"milvus+{folder / 'index.db'}"
    keeper = MilvusCollection(read_address(setting), "keeper", Space("none", 2))
    try:
        keeper.exists()
        yield setting
    finally:
        keeper.close()
