"""Answers as OpenAI's chat has them: the text with its sources, annotations, and all of it in a field of ours.

No ``usage``: quotations are made of no tokens, and a number that is made up would be charged for.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kb.model import Answer, Citation
from ui.api.errors import Fault
from ui.api.replies import answer_values
from ui.markup import document_url


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer in the making; ``server`` is the address of this server, before a path."""

    model: str
    server: str
    made: int = field(default_factory=lambda: int(time.time()))
    name: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(12)}")

    def whole(self, answer: Answer) -> dict[str, Any]:
        """The answer as one object."""
        message = {"role": "assistant", **self._said(answer)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._head("chat.completion") | {"choices": [choice], "zhice": answer_values(answer)}

    def pieces(self, answer: Answer) -> Iterator[dict[str, Any]]:
        """The answer as the chunks of a stream: line by line, then what belongs to it as a whole."""
        said = self._said(answer)
        yield self._chunk({"role": "assistant", "content": ""})
        for line in said.pop("content").splitlines(keepends=True):
            yield self._chunk({"content": line})
        yield self._chunk(said, "stop") | {"zhice": answer_values(answer)}

    def _said(self, answer: Answer) -> dict[str, Any]:
        return {
            "content": answer.text + self._sources(answer),
            "refusal": answer.text if answer.abstained else None,
            "annotations": list(self._annotations(answer)),
        }

    def _annotations(self, answer: Answer) -> Iterator[dict[str, Any]]:
        """The citations at their marks: ``[n]``, as the answer's text has them behind each sentence."""
        cited = {c.n: c for c in answer.citations}
        at = 0
        for sentence in answer.sentences:
            at += len(sentence.text)
            for n in sentence.citations:
                end = at + len(f"[{n}]")
                place = {"start_index": at, "end_index": end, "title": cited[n].title, "url": self._url(cited[n])}
                yield {"type": "url_citation", "url_citation": place}
                at = end
            at += 1  # the line's end

    def _sources(self, answer: Answer) -> str:
        numbered = ((c, f"（{c.doc_number}）" if c.doc_number else "") for c in answer.citations)
        lines = [f"[{c.n}] {c.title}{number} {self._url(c)}" for c, number in numbered]
        notes = [f"注意：{warning}" for warning in answer.warnings]
        parts = [f"依据：\n{chr(10).join(lines)}"] if lines else []
        return "".join(f"\n\n{part}" for part in [*parts, *notes])

    def _url(self, citation: Citation) -> str:
        return self.server + document_url(citation.policy_id, citation.revision, citation.start, citation.end)

    def _chunk(self, delta: dict[str, Any], end: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": end}
        return self._head("chat.completion.chunk") | {"choices": [choice]}

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.name, "object": kind, "created": self.made, "model": self.model}


def fault_body(fault: Fault) -> dict[str, Any]:
    """A fault as OpenAI tells it."""
    kinds = {429: "rate_limit_error", 401: "authentication_error", 403: "permission_error"}
    kind = kinds.get(fault.status, "server_error" if fault.status >= 500 else "invalid_request_error")
    return {
        "error": {"message": fault.message, "type": kind, "param": fault.more.get("param"), "code": fault.code},
    }
