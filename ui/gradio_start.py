"""Gradio without two things it does when it starts, which nobody here uses and which take half of its time.

Importing it writes type stubs beside its components, for whoever writes code, and parses its own source for each of
them. Building a page makes an application of its own for it three times, which mounting the page makes once more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_MODULE = "gradio.component_meta"
_WRITES = "create_or_modify_pyi"


class _WithoutStubs(MetaPathFinder):
    """Finds the module that writes them, and takes the writing from it once it is loaded."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        found = PathFinder.find_spec(fullname, path, target)
        if found is None or found.loader is None:
            return None
        load = found.loader.exec_module

        def without(module: ModuleType) -> None:
            load(module)
            if hasattr(module, _WRITES):
                setattr(module, _WRITES, lambda *_: None)

        found.loader.exec_module = without  # type: ignore[method-assign]
        return found


def leave_out_stubs() -> None:
    """Call before Gradio is imported for the first time; later it does nothing."""
    if _MODULE not in sys.modules and not any(isinstance(finder, _WithoutStubs) for finder in sys.meta_path):
        sys.meta_path.insert(0, _WithoutStubs())


@contextmanager
def without_applications() -> Iterator[None]:
    """Build a page in it that is mounted afterwards: no application is made but that of mounting."""
    from gradio.routes import App

    made = App.__dict__["create_app"]
    App.create_app = staticmethod(lambda *_, **__: None)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        App.create_app = made  # type: ignore[method-assign]
