"""What is measured, in a registry of its own; every label has few values: templates of routes, never paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
STAGES = ("analyse", "embed", "retrieve", "answer", "model", "total")
OUTCOMES = ("answered", "refused", "invalid", "failed", "stopped")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_FAST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """The measures of one application."""

    def __init__(self, documents: Callable[[], int] = lambda: 0) -> None:
        """``documents`` counts the documents when asked for."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "zhice_http_requests",
            "HTTP requests by route template and status",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._latency = Histogram(
            "zhice_http_request_seconds",
            "Time to the end of the response, streams included",
            ("route",),
            buckets=_FAST,
            registry=self.registry,
        )
        self._answers = Counter("zhice_answers", "Answers by outcome", ("outcome",), registry=self.registry)
        self._stages = Histogram(
            "zhice_answer_stage_seconds",
            "Time of an answer's stages",
            ("stage",),
            buckets=_FAST,
            registry=self.registry,
        )
        self.running = Gauge("zhice_answers_running", "Answers being made now", registry=self.registry)
        held = Gauge("zhice_documents", "Documents in the base", registry=self.registry)
        held.set_function(documents)
        for outcome in OUTCOMES:
            self._answers.labels(outcome)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request is over."""
        shown = method if method in METHODS else "other"
        self._requests.labels(shown, route, str(status)).inc()
        self._latency.labels(route).observe(seconds)

    def answer(self, outcome: str, stages_ms: Mapping[str, float]) -> None:
        """An answer is over; only stages that are known are told apart."""
        self._answers.labels(outcome).inc()
        for stage, took in stages_ms.items():
            if stage in STAGES:
                self._stages.labels(stage).observe(took / 1000)

    def exposed(self) -> bytes:
        """All measures in Prometheus's text format."""
        return generate_latest(self.registry)
