"""Packages that only evaluation needs, imported when they are used."""

from __future__ import annotations

import importlib
from types import ModuleType

from eval.errors import EvalError


def require(module: str, package: str) -> ModuleType:
    """An optional module. Raises EvalError saying how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise EvalError(f"评测需要 {package} 包，现在没有安装。请运行 make setup。") from error
