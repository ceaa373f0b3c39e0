"""What a document's container states of it under labels, by field name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ingest import labels as known
from ingest.lines import iso_date
from kb.text.dates import find_dates

_NOT_STATED = re.compile(r"(?:无|暂无|未载明.*|未知|不详|[-—/－]+)$")
_YES_OR_NO = {"是": "有效", "否": "失效"}  # 是否有效：否
_VALIDITY = "(?:现行|继续|长期)?有效|已?(?:失效|废止)"
#: What is said of all documents in a file: a plan shares it with the notice that issues it.
_OF_ALL = ("effective_from", "expires_on", "term", "validity", "site")


@dataclass(slots=True)
class Stated:
    """What the container's labels state, by field name; the first statement of a field counts."""

    values: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, *sources: Mapping[str, str]) -> Stated:
        """From label -> value mappings, most trusted first."""
        stated = cls()
        for source in sources:
            for label, value in source.items():
                name = known.field_of(label)
                if name and value.strip() and not _NOT_STATED.match(value.strip()):
                    stated._put(name, value.strip(), label)
        stated._read_term()
        return stated

    def get(self, name: str) -> str | None:
        """The value of a field, None where it is not stated."""
        return self.values.get(name)

    def label(self, name: str) -> str | None:
        """The label under which a field is stated, as the container writes it."""
        return self.labels.get(name)

    def date(self, *names: str) -> str | None:
        """The first of the fields that holds a date to the day, as ISO 8601."""
        for name in names:
            found = iso_date(self.values.get(name, ""))
            if found:
                return found
        return None

    def without(self, names: Iterable[str]) -> Stated:
        """The statements but for some fields."""
        kept = self.values.keys() - set(names)
        return Stated({k: v for k, v in self.values.items() if k in kept}, {k: self.labels[k] for k in kept})

    def of_all(self) -> Stated:
        """Only what is said of every document in the file: the validity, and the site it is on."""
        return self.without(self.values.keys() - _OF_ALL)

    def _put(self, name: str, value: str, label: str) -> None:
        if name == "validity":
            value = _YES_OR_NO.get(value, value)
        if name not in self.values:
            self.values[name], self.labels[name] = value, label

    def _read_term(self) -> None:
        """A 有效期 that is a day or a span of days (2031-03-01至2034-02-28), or a word of validity (有效).

        One in years (3年) stays ``term``: it counts from the day the document takes effect.
        """
        term, label = self.get("term"), self.label("term")
        if term is None or label is None:
            return
        days = [d.iso for d in find_dates(term) if d.precision == "day"]
        if len(days) > 1 or (days and re.search("起|开始", term)):
            self._put("effective_from", days.pop(0), label)
        if days:
            self._put("expires_on", days[-1], label)
        elif re.fullmatch(_VALIDITY, term):
            self._put("validity", term, label)
