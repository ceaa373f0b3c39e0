"""``python -m kb ask | search | show | list | doctor | …``: see ``kb.commands``."""

from __future__ import annotations

import sys
from pathlib import Path

from kb.commands import main
from kb.config import Settings


def _text_of(path: Path, settings: Settings) -> str:
    # Loading the readers takes longer than most commands do, and one command in one of its uses needs them.
    from ingest.plain import text_of

    return text_of(path, settings)


if __name__ == "__main__":
    sys.exit(main(read_text=_text_of))
