"""Errors of an evaluation. Every message is Chinese and says what to do."""

from __future__ import annotations

from kb.errors import KBError


class EvalError(KBError):
    """Anything the evaluator can mend."""


class DatasetInvalid(EvalError):
    """A set is not what it should be; the first few faults are named, with where they stand."""

    def __init__(self, where: str, faults: list[str], shown: int = 5) -> None:
        self.where, self.faults = where, faults
        more = f"\n……另有 {len(faults) - shown} 处。" if len(faults) > shown else ""
        super().__init__(f"{where} 不能用于评测，请改正后重试：\n" + "\n".join(faults[:shown]) + more)


class RunMismatch(EvalError):
    """The output folder holds another run."""
