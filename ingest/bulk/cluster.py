"""Ray for one command: a local one, started and stopped with it, or a cluster that is joined and left."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import shutil
import signal
import socket
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kb.errors import KBError

#: The address that stands for a Ray of this machine alone.
LOCAL = "local"
_SECONDS = 5.0
_OBJECTS = 1_000_000_000  # bytes that wait between stages; what is more waits on disk
_LONGEST = 40  # sockets lie below the folder, and their paths are limited to 107 bytes
# Read when Ray is imported; its processes inherit them.
_ENVIRONMENT = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
    "RAY_DEDUP_LOGS": "0",
    "RAY_worker_niceness": "0",  # 15 by default, and any other program would come first
    "RAY_ENABLE_AUTO_CONNECT": "0",  # what still runs when Ray is left must not join it again
    "RAY_enable_metrics_collection": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


def require_ray() -> None:
    """Raise KBError naming the extra where Ray is not installed."""
    if importlib.util.find_spec("ray") is None or importlib.util.find_spec("pyarrow") is None:
        raise KBError(
            "--ray 需要 Ray，这里没有装。请运行 pip install 'zhice[ray]'（源码目录里：pip install '.[ray]'）。"
        )


@contextmanager
def cluster(address: str) -> Iterator[list[dict[str, float]]]:
    """Ray while it is needed, at ``LOCAL`` or ``host:port``; gives what each machine has.

    Raises KBError where it cannot be started or reached.
    """
    require_ray()
    os.environ.update(_ENVIRONMENT)
    import ray

    folder = None
    try:
        if address == LOCAL:
            folder = tempfile.mkdtemp(prefix="zhice-", dir=_short_folder())
            _connect(_local(folder), "启动不了本机的 Ray（{}）。请检查磁盘空间、内存和权限，或不用 --ray。")
        else:
            _reach(address)
            _connect(
                {"address": address},
                f"连不上 Ray 集群 {address}（{{}}）。本机也要是集群的一台机器：先运行 ray start --address={address}"
                "（只提交任务的机器加 --num-cpus=0），各机的 Ray 和 Python 须同一版本。",
            )
        _silence()
        yield [node["Resources"] for node in ray.nodes() if node["Alive"]]
    finally:
        with suppress(Exception):  # a daemon that is gone already: what was done is done
            ray.shutdown()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def host_and_port(address: str) -> tuple[str, int]:
    """The parts of ``host:port``. Raises ValueError."""
    host, _, port = address.rpartition(":")
    if not host or "/" in host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(address)
    return host.strip("[]"), int(port)


def _local(folder: str) -> dict[str, Any]:
    """A Ray that lets in who has its token; a core more than there is, for what waits more than it works."""
    return {
        "address": LOCAL,
        "num_cpus": len(os.sched_getaffinity(0)) + 1,
        "object_store_memory": _OBJECTS,
        "include_dashboard": False,
        "_temp_dir": folder,
    }


def _reach(address: str) -> None:
    """Knock, since Ray itself tries for a minute. Raises KBError."""
    try:
        socket.create_connection(host_and_port(address), _SECONDS).close()
    except OSError as error:
        raise KBError(
            f"连不上 Ray 集群 {address}（{error.strerror or error}）。请确认地址和端口，以及集群已经启动。"
        ) from error


def _connect(options: dict[str, Any], message: str) -> None:
    """Start or join. What ends this process stays as it was: Ray's own handler would hide the signal."""
    import ray

    in_main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(**options, log_to_driver=False, logging_level=logging.CRITICAL)
    except Exception as error:  # Ray raises its own errors, RuntimeError, ConnectionError, ValueError and others
        first = (str(error) or type(error).__name__).strip().splitlines()[0]
        raise KBError(message.format(first)) from error
    finally:
        if in_main:
            signal.signal(signal.SIGTERM, before)


def _silence() -> None:
    """Keep Ray Data's reports out of the terminal; they are in Ray's own folder of logs."""
    importlib.import_module("ray.data")  # it sets up its loggers
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"ray\.")
    data = logging.getLogger("ray.data")
    for handler in list(data.handlers):
        if handler.name == "console":
            data.removeHandler(handler)


def _short_folder() -> str | None:
    return "/tmp" if len(tempfile.gettempdir()) > _LONGEST else None
