"""One kind of support side by side: across regions, or across years and editions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from kb.catalog import CatalogView
from kb.errors import KBError
from kb.model import Citation
from kb.support.candidates import Candidate, Library
from kb.support.citing import Citing
from kb.support.kinds import kind_of, wanted
from kb.support.options import BY_REGION, BY_YEAR
from kb.support.profile import Profile
from kb.support.rank import names_alike, reading_order, states_same
from kb.support.results import Slice
from kb.tabular import years_in

_MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Cell:
    """What one document says of a support: its sums, its source's number, and why it is out of force, if it is.

    ``others`` are supports of a like name and the same column that state something else, and are not shown.
    """

    gets: tuple[Slice, ...]
    n: int
    title: str
    out: str | None = None
    others: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One support; a cell for each column, None where no document of the base states it."""

    benefit: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A table of supports by region or year; ``left_out`` rows beyond the most shown are not in it."""

    by: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    citations: tuple[Citation, ...]
    left_out: int = 0


def compare(view: CatalogView, profile: Profile, as_of: date, by: str) -> Comparison:
    """The supports that are wanted, side by side. Raises KBError for another ``by`` than 地区 and 年度.

    By region all places of the base are laid beside each other, with what is in force on the day; by year all
    editions of the documents of the profile's region and the levels above, each marked where it is out of force.
    """
    if by not in (BY_REGION, BY_YEAR):
        raise KBError(f"不能按“{by}”对比。请写 {BY_REGION} 或 {BY_YEAR}。")
    library = Library(view, as_of)
    scope = library.scope(profile.region)
    if by == BY_REGION:
        found = [c for c in library.everywhere() if c.out is None]
        column: Callable[[Candidate], str | None] = lambda c: c.place.shown  # noqa: E731
    else:
        found = library.candidates(scope)
        column = _year
    return _table([c for c in found if _asked(profile, c)], by, column)


def _asked(profile: Profile, one: Candidate) -> bool:
    provision = one.provision
    kind = kind_of(provision.benefit, one.text)
    return not one.telling and wanted(profile.wants, kind, provision.benefit, one.text, one.document.title or "")


def _table(found: Sequence[Candidate], by: str, column: Callable[[Candidate], str | None]) -> Comparison:
    rows: list[tuple[str, dict[str, list[Candidate]]]] = []
    for one in sorted(found, key=reading_order):
        name = column(one)
        if name is None:
            continue
        home = next((cells for benefit, cells in rows if names_alike(benefit, one.provision.benefit)), None)
        if home is None:
            rows.append((one.provision.benefit, {name: [one]}))
        elif not any(states_same(held, one) for held in home.get(name, ())):
            home.setdefault(name, []).append(one)
    rows.sort(key=lambda row: -len(row[1]))
    shown = rows[:_MOST_ROWS]
    columns = sorted({name for _, cells in shown for name in cells})
    citing = Citing()
    made = tuple(Row(benefit, tuple(_cell(cells.get(c, ()), citing) for c in columns)) for benefit, cells in shown)
    return Comparison(by, tuple(columns), made, citing.all, len(rows) - len(shown))


def _cell(stating: Sequence[Candidate], citing: Citing) -> Cell | None:
    if not stating:
        return None
    one = stating[0]
    provision = one.provision
    n = citing.cite(one.document, provision.start, provision.end)
    said = tuple(
        p for text in (provision.amount, provision.rate, provision.cap) if text for p in text.split("；") if p.strip()
    )
    gets = citing.slices(one.document, said, provision.start, provision.end)
    return Cell(gets, n, one.document.display_title, one.out, len(stating) - 1)


def _year(one: Candidate) -> str | None:
    """The year of a document: that in its title, else of its coming into force or issue."""
    named = years_in(one.document.title or "")
    document = one.document
    stated = document.effective_from or document.written_on or document.published_on
    year = str(min(named)) if named else (stated or "")[:4]
    return f"{year}年" if year.isdigit() else None
