"""Imported by the process that commands are forked from: what takes a command seconds to load."""

import chromadb
import tantivy

import eval.commands
import ingest.cli
import ingest.sync
import kb.base
import kb.commands
from kb.regions import find_regions
from kb.text import squash
from kb.text.tokens import warm

__all__ = ["chromadb", "eval", "ingest", "kb", "tantivy"]  # imported to be there

warm()
find_regions("云溪市")
squash("雲溪市")
