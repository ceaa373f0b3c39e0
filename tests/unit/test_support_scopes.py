"""A district that is named alone, under the city that the base tells."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest

from kb.model import DocumentHeader, PolicyDocument
from kb.support.applicable import Places
from kb.support.scopes import scope_of
from tests.support_cases import header

CITY, OTHER, OWN = (
    header(n, issuer=f"{place}人民政府") for n, place in zip("甲乙丙", ("澄洲市", "临澜市", "松口县"), strict=True)
)


def above(*texts: tuple[DocumentHeader, str]) -> tuple[str, ...]:
    """The names of 松口县 as a base of these texts has it."""
    headers = [h for h, _ in texts]

    def read(policy_ids: Collection[str]) -> Iterable[PolicyDocument]:
        return [PolicyDocument(text, policy_id=h.policy_id) for h, text in texts if h.policy_id in policy_ids]

    return scope_of("松口县", Places(headers), headers, read).names


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (((CITY, "在松口县工作的，补贴600元"), (OTHER, "在本市工作的")), ("澄洲市", "松口县")),
        (((CITY, "在本市工作的"), (OTHER, "在本市工作的"), (OWN, "按澄洲市的办法")), ("澄洲市", "松口县")),
        (((CITY, "在松口县工作的"), (OTHER, "在松口县工作的")), ("松口县",)),
        (((CITY, "在本市工作的"), (OWN, "每户5000元")), ("松口县",)),
        ((), ("松口县",)),
    ],
)
def test_a_district_lies_under_the_one_city_that_speaks_of_it(
    texts: tuple[tuple[DocumentHeader, str], ...], names: tuple[str, ...]
) -> None:
    assert above(*texts) == names
