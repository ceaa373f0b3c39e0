"""What Gradio does for nobody when it starts is left out, and the page is served all the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from gradio.routes import App
from starlette.testclient import TestClient

from tests.fake_base import FakeBase
from ui.desk import Desk
from ui.gradio_start import without_applications
from ui.server import application

_IMPORT = """
from ui.gradio_start import leave_out_stubs
leave_out_stubs()
leave_out_stubs()
import gradio, gradio.component_meta, sys
print(gradio.component_meta.create_or_modify_pyi.__module__, sum("Stubs" in type(f).__name__ for f in sys.meta_path))
with gradio.Blocks() as page:
    gradio.Button("x").click(lambda: None)
print(len(page.fns))
"""


def test_no_stubs_are_written(root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _IMPORT], cwd=root, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("ui.gradio_start 1\n1\n", 0), done.stderr


def test_one_application_is_made_for_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    create = App.create_app

    def counted(*given: object, **named: object) -> App:
        made.append(given)
        return create(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(App, "create_app", staticmethod(counted))
    with TestClient(application(Desk(FakeBase()))) as client:
        title = client.get("/config").json()["title"]
    assert (len(made), title) == (1, "知策 · 政策问答")


def test_what_was_taken_from_gradio_is_given_back() -> None:
    before = App.__dict__["create_app"]
    with pytest.raises(ZeroDivisionError), without_applications():
        assert App.__dict__["create_app"] is not before
        raise ZeroDivisionError
    assert App.__dict__["create_app"] is before
