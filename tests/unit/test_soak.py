"""What is told of a day of use; it is run by ``python -m tests.soak``."""

from __future__ import annotations

from tests.soak import growth


def test_growth_is_that_of_the_longest_run() -> None:
    short = [(20, 900.0, 60)]
    longest = [(20 * n, 400.0 + n, 30 + (n > 6)) for n in range(8)]
    assert growth([short, longest]) == {
        "requests_in_longest_run": 140,
        "resident_mb": [402.5, 406.5],
        "open_files": [30.0, 30.5],
        "highest": [900.0, 60],
    }
    assert growth([[(5, 10.0, 3)]]) == {
        "requests_in_longest_run": 5,
        "resident_mb": [10.0, 10.0],
        "open_files": [3, 3],
        "highest": [10.0, 3],
    }
