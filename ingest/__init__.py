"""Files to documents in the base: readers, cleaning, parsing, facts, chunks, sync."""
