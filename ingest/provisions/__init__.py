"""The supports and services a document offers (扶持条款、办事事项), found in its labels, sections and sentences."""

from ingest.provisions.assemble import find_provisions

__all__ = ["find_provisions"]
