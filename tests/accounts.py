"""Hashes that cost nothing, for tests about anything but the hash."""

from __future__ import annotations

from argon2 import PasswordHasher

#: The least that argon2id can be asked for.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
