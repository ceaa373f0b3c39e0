"""Everything at question time, and storage."""
