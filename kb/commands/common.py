"""What the commands share."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from kb.config import load_settings
from kb.errors import KBError
from kb.model import to_json

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.catalog import CatalogView

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
_INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """A parser whose complaints say in Chinese where help is, and repeat no control characters."""

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong; exit with 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}：用法不对：{printable(message)}。加上 --help 查看说明。\n")


def guarded(run: Callable[[], int], interrupted: str) -> int:
    """The exit code of a command: 1 with a message for what a user can mend, 130 for Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # what a terminal cannot show must not stop a command
    try:
        code = run()
        sys.stdout.flush()
        return code
    except KBError as error:
        print(printable(str(error)), file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader (head, less) has seen enough
        _drop_output()
        return 0
    except OSError as error:
        where = f"{error.filename}：" if error.filename else ""
        print(printable(f"读写失败（{where}{error.strerror or error}）。请检查磁盘空间和权限后重试。"), file=sys.stderr)
        _drop_output()
        return 1
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return _INTERRUPTED


def _drop_output() -> None:
    """Keep Python from complaining when it flushes an output at exit that takes no more."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def words(text: str) -> str:
    """An argument that is text: bytes of another encoding are refused."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise argparse.ArgumentTypeError("不是 UTF-8 编码的文字") from error
    return text


def folder(text: str) -> str:
    """An argument that names a folder: an empty one, as of an unset variable, must not mean the current one."""
    if not text:
        raise argparse.ArgumentTypeError("目录是空的")
    return text


def add_common(parser: argparse.ArgumentParser) -> None:
    """Arguments every command has."""
    parser.add_argument("--home", type=folder, metavar="目录", help="数据目录（默认见 ZHICE_HOME）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def open_base(given: argparse.Namespace) -> KnowledgeBase:
    """The base in the home that was asked for. Raises HomeMissing."""
    from kb.base import KnowledgeBase

    return KnowledgeBase.open(load_settings(home=given.home))


@contextmanager
def reading(given: argparse.Namespace) -> Iterator[CatalogView]:
    """The catalog alone, for commands that must answer at once: no index, no model. Raises HomeMissing."""
    from kb.catalog import Catalog

    settings = load_settings(home=given.home)
    with closing(Catalog(settings.home, settings.catalog_url)) as catalog, catalog.view() as view:
        yield view


def print_json(value: Any) -> None:  # noqa: ANN401 - any dataclass tree
    """Print a value as one JSON text, Chinese as it is."""
    print(json.dumps(to_json(value), ensure_ascii=False, indent=2))


def printable(text: str) -> str:
    """Text for a terminal: control characters of a document must not steer it."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "\ufffd" for c in text)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, suffix=f"{path.suffix}.part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
