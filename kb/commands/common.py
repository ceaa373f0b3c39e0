"""What the commands share."""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from kb.config import load_settings
from kb.model import to_json

if TYPE_CHECKING:
    from kb.base import KnowledgeBase
    from kb.catalog import CatalogView

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_common(parser: argparse.ArgumentParser) -> None:
    """Arguments every command has."""
    parser.add_argument("--home", metavar="目录", help="数据目录（默认见 ZHICE_HOME）")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def open_base(given: argparse.Namespace) -> KnowledgeBase:
    """The base in the home that was asked for. Raises HomeMissing."""
    from kb.base import KnowledgeBase

    return KnowledgeBase.open(load_settings(home=given.home))


@contextmanager
def reading(given: argparse.Namespace) -> Iterator[CatalogView]:
    """The catalog alone, for commands that must answer at once: no index, no model. Raises HomeMissing."""
    from kb.catalog import Catalog

    with closing(Catalog(load_settings(home=given.home).home)) as catalog, catalog.view() as view:
        yield view


def print_json(value: Any) -> None:  # noqa: ANN401 - any dataclass tree
    """Print a value as one JSON text, Chinese as it is."""
    print(json.dumps(to_json(value), ensure_ascii=False, indent=2))


def printable(text: str) -> str:
    """Text for a terminal: control characters of a document must not steer it."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "\ufffd" for c in text)
