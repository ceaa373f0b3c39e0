"""The interface keeps to its own description, whatever is sent: the requests are made from the description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from kb.base import KnowledgeBase
from tests.served import ASKED, ID, REFUSED, served_base, warmed
from tests.uploaded import OLD
from ui.api.holdings import Holdings
from ui.api.pool import Pool
from ui.api.questions import Questions
from ui.api.routes import rest

MULTIPART = "multipart/form-data"
# A schema cannot say that a region must exist or a file be readable: such a request is as described, and refused.
UNSAID = [positive_data_acceptance]
EXAMPLES = 20  # of each way in, of each kind
PATIENCE = 120  # seconds: nothing is judged by the clock, the machine may be busy
WAYS = [
    ("POST", "/ask"),
    ("POST", "/search"),
    ("POST", "/match"),
    ("GET", "/documents"),
    ("POST", "/documents"),
    ("GET", "/documents/{policy_id}"),
    ("DELETE", "/documents/{policy_id}"),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    with served_base(tmp_path_factory.mktemp("description") / "home") as base:
        yield base


@pytest.fixture(scope="module")
def described(base: KnowledgeBase) -> Any:  # noqa: ANN401
    app = rest(Questions(warmed(base), base), Holdings(base), Pool())
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def test_every_way_is_tried(described: Any) -> None:  # noqa: ANN401
    assert {(o.ok().method.upper(), o.ok().path) for o in described.get_all_operations()} == set(WAYS)


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("method", "path"), WAYS)
def test_every_answer_is_as_described(
    described: Any,  # noqa: ANN401
    method: str,
    path: str,
    mode: schemathesis.GenerationMode,
) -> None:
    @seed(20260301)
    @settings(max_examples=EXAMPLES, database=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def as_described(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=UNSAID, timeout=PATIENCE)

    as_described()


@pytest.mark.parametrize(
    ("method", "path", "given"),
    [
        ("POST", "/ask", {"body": {"question": ASKED}}),
        ("POST", "/ask", {"body": {"question": REFUSED}}),
        ("POST", "/ask", {"body": {"question": ASKED, "stream": True}}),
        ("POST", "/search", {"body": {"question": ASKED, "k": 3.0}}),
        ("POST", "/match", {"body": {"text": "云溪市的个体工商户，摆夜市摊位"}}),
        ("GET", "/documents", {"query": {"q": "夜市"}}),
        ("POST", "/documents", {"body": {"file": OLD.encode()}, "query": {"replace": True}}),
        ("GET", "/documents/{policy_id}", {"path_parameters": {"policy_id": ID}}),
    ],
)
def test_what_is_found_is_as_described(described: Any, method: str, path: str, given: Any) -> None:  # noqa: ANN401
    case = described[path][method].Case(media_type=MULTIPART if "file" in given.get("body", {}) else None, **given)
    assert case.call_and_validate(timeout=PATIENCE).status_code in (200, 201)
