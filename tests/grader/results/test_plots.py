"""Pictures as data and in words."""

import json

import pytest

from grader.results.plots import KINDS, Kind, Plot, Series, in_words
from tests.runs import LOSSES

YOURS = Series("yours", (1.0, 2.0, 3.0), (2.0, None, 0.5))


def test_a_picture_comes_back_from_its_json() -> None:
    assert Plot.from_json(json.loads(json.dumps(LOSSES.to_json()))) == LOSSES


def test_the_points_of_a_series_are_those_that_are_no_gaps() -> None:
    assert YOURS.drawn() == [(1.0, 2.0), (3.0, 0.5)]


def test_a_line_is_told_by_its_ends_and_extremes() -> None:
    line = Series("yours", (0.0, 0.5, 1.0, 1.5), (1.0, -2.0, 4.0, 3.14159))
    assert in_words("lines", (line,), "z") == ("yours: from 1 at z 0 to 3.14 at 1.5, lowest -2 at 0.5, highest 4 at 1.")


def test_a_line_without_a_slope_and_a_single_point_are_told_as_such() -> None:
    assert in_words("lines", (Series("yours", (1.0, 2.0), (3.0, 3.0)),)) == "yours: 3 throughout, from 1 to 2."
    assert in_words("lines", (Series("yours", (2.0,), (3.0,)),), "epoch") == "yours: 3 at epoch 2."


def test_gaps_are_counted() -> None:
    assert in_words("points", (YOURS,)) == (
        "yours: 2 points, between 0.5 and 2 (1 of 3 values are missing or no finite numbers)."
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("series", [Series("yours", (), ()), Series("yours", (1.0,), (None,))])
def test_nothing_to_draw_is_said(kind: Kind, series: Series) -> None:
    assert in_words(kind, (series,)) == "yours: there is nothing that can be drawn."


def test_a_few_bars_are_told_one_by_one() -> None:
    bars = Series("error", ("W1", "b1"), (0.25, 1e-9))
    assert in_words("bars", (bars,)) == "error: W1 0.25, b1 1e-09."
    many = Series("error", tuple(f"w{i}" for i in range(13)), tuple(float(i) for i in range(13)))
    assert in_words("bars", (many,)) == "error: from 0 at w0 to 12 at w12."


def test_two_lines_are_compared() -> None:
    flat = Series("reference", (1.0, 2.0, 3.0), (1.0, 1.0, 1.0))
    assert in_words("lines", (YOURS, flat), "epoch").endswith(" They differ most at epoch 1: 2 against 1.")
    assert in_words("lines", (flat, Series("right", flat.x, flat.y))).startswith(
        "reference and right agree. reference: "
    )
    assert "agree" not in in_words("lines", (YOURS, YOURS)), "where there are gaps, nothing is said of all"
    assert "agree" not in in_words("lines", (YOURS, Series("reference", (7.0,), (1.0,))))
