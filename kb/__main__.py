"""``python -m kb ask | search | show | list | doctor | …``: see ``kb.commands``."""

from __future__ import annotations

import sys

from ingest.plain import text_of
from kb.commands import main

if __name__ == "__main__":
    sys.exit(main(read_text=text_of))
