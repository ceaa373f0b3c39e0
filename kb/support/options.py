"""What may be asked of the support desk, apart from its rules: a command names these without loading them."""

from __future__ import annotations

BY_REGION, BY_YEAR = "地区", "年度"  # what a comparison is laid out by
SUFFIXES = (".xlsx", ".docx")  # of a saved answer
