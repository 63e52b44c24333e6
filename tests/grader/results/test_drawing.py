"""What a suite draws: bounded, plain, and no worse for whatever a student returned."""

import json
import math
import re
import sys
from typing import Any

import numpy as np
import pytest

from grader.results.drawing import Drawing
from grader.results.plots import MAX_PLOTS, MAX_POINTS, MAX_SERIES, Plot, Series
from grader.wire.handles import Handle
from grader.wire.peer import Peer


@pytest.fixture
def picture() -> Drawing:
    """What one test draws with."""
    return Drawing()


def only(drawing: Drawing) -> Plot:
    (found,) = drawing.plots
    assert Plot.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found
    return found


def drawn(values: object, name: str = "yours", x: Any = None) -> Series:
    drawing = Drawing()
    drawing.lines("Losses", {name: values}, x)
    (series,) = only(drawing).series
    return series


def test_a_plot_has_what_it_was_given(picture: Drawing) -> None:
    series = {"yours": np.array([2.0, 1.0]), "reference": [1, 0.5]}
    picture.bars("Losses", series, x=["first", "second"], x_label="epoch", y_label="loss", text="They fall.")
    assert only(picture) == Plot(
        kind="bars",
        title="Losses",
        x_label="epoch",
        y_label="loss",
        series=(
            Series("yours", ("first", "second"), (2.0, 1.0)),
            Series("reference", ("first", "second"), (1.0, 0.5)),
        ),
        text="They fall.",
    )


def test_without_a_text_the_data_is_put_into_words(picture: Drawing) -> None:
    picture.lines("Losses", {"yours": [2.0, 1.0]}, x_label="epoch")
    assert only(picture).text.startswith("yours: from 2 at epoch 1 to 1 at 2")


@pytest.mark.parametrize(
    "values",
    [
        [1, 2.0, True],
        (np.float32(1), np.int64(2), np.array([1.0])),
        np.array([[1.0, 2.0, 1.0]]),
        np.array([1, 2, 1], dtype=np.uint8),
    ],
)
def test_numbers_of_every_kind_become_plain_ones(values: object) -> None:
    for name in ("yours", "reference"):
        series = drawn(values, name)
        assert series.y == (1.0, 2.0, 1.0)
        assert all(type(y) is float for y in (*series.x, *series.y))


def test_tensors_are_numbers_too() -> None:
    torch = pytest.importorskip("torch")
    weights = torch.tensor([1.0, 2.0], requires_grad=True)
    assert drawn(weights).y == drawn([weights[0], weights[1].detach()]).y == (1.0, 2.0)
    assert drawn(torch.tensor([1.0 + 2.0j])).y == (None,)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 10**400, np.float32("inf"), None])
@pytest.mark.parametrize("name", ["yours", "reference"])
def test_what_is_not_finite_is_a_gap(value: object, name: str) -> None:
    assert drawn([1.0, value], name).y == (1.0, None)


HOSTILE = [
    "text",
    b"bytes",
    1j,
    [],
    [1.0, 2.0],
    {"a": 1.0},
    {1.0},
    object(),
    np.array(["text"]),
    np.array([1j]),
    np.array([]),
    np.array([1.0, 2.0]),
    Handle(Peer.__new__(Peer), 1, "iterator", "generator"),
]


def by_words(value: object) -> str:
    """Return a value's representation without its address, so that each process names its tests alike."""
    return re.sub(" at 0x[0-9a-f]+", "", repr(value))


@pytest.mark.parametrize("value", HOSTILE, ids=by_words)
def test_what_is_no_number_is_a_gap_where_it_is_the_students(value: object) -> None:
    assert drawn([1.0, value], "Your loss").y == (1.0, None)


@pytest.mark.parametrize("value", HOSTILE, ids=by_words)
def test_what_is_no_number_is_a_mistake_where_it_is_the_authors(value: object) -> None:
    with pytest.raises(TypeError, match="the series `reference` takes"):
        drawn([1.0, value], "reference")


@pytest.mark.parametrize("values", [None, "text", {"a": 1.0}, object(), HOSTILE[-1]], ids=by_words)
def test_what_holds_no_numbers_is_nothing_or_a_mistake(values: object) -> None:
    assert drawn(values) == Series("yours", (), ())
    with pytest.raises(TypeError, match="the series `reference` takes numbers"):
        drawn(values, "reference")


def test_an_object_of_the_students_is_not_asked_what_it_is() -> None:
    """Each question would be a call into the other process."""

    class Silent(Peer):
        def __init__(self) -> None:
            pass

        def request(self, request: object) -> Any:
            raise AssertionError(request)

    assert drawn(Handle(Silent(), 1, "object", "ndarray")) == Series("yours", (), ())


def test_more_of_the_students_than_there_are_places_is_cut() -> None:
    assert drawn([1.0, 2.0, 3.0], x=[10, 20]) == Series("yours", (10.0, 20.0), (1.0, 2.0))
    assert drawn([1.0], x=np.array(["a", "b"])) == Series("yours", ("a",), (1.0,))
    with pytest.raises(ValueError, match="3 values for 2 places"):
        drawn([1.0, 2.0, 3.0], "reference", x=[10, 20])


def test_more_than_fits_is_thinned_from_the_first_to_the_last() -> None:
    series = drawn(np.arange(1_000_001.0))
    assert len(series.y) == len(set(series.y)) == MAX_POINTS
    assert (series.x[0], series.x[-1]) == (1.0, 1_000_000.0 + 1)
    assert (series.y[0], series.y[-1]) == (0.0, 1_000_000.0)
    assert drawn(range(MAX_POINTS)).y == tuple(map(float, range(MAX_POINTS)))


def test_further_series_and_further_plots_are_left_out(picture: Drawing) -> None:
    for number in range(MAX_PLOTS + 2):
        picture.points(f"Picture {number}", {f"series {i}": [1.0] for i in range(MAX_SERIES + 2)})
    assert [found.title for found in picture.plots] == [f"Picture {i}" for i in range(MAX_PLOTS)]
    assert {len(found.series) for found in picture.plots} == {MAX_SERIES}


def test_long_texts_are_cut_and_cannot_steer_a_terminal(picture: Drawing) -> None:
    picture.lines("\x1b[2J" + "x" * sys.getrecursionlimit(), {"yours\x07": [1.0]})
    assert only(picture).title.startswith("\ufffd[2Jxx")
    assert len(only(picture).title) < 300
    assert only(picture).series[0].name == "yours\ufffd"


@pytest.mark.parametrize(
    ("arguments", "keywords"),
    [
        ((1, {"yours": [1.0]}), {}),
        (("Losses", [1.0]), {}),
        (("Losses", {}), {}),
        (("Losses", {1: [1.0]}), {}),
        (("Losses", {"yours": [1.0]}), {"x": 1j}),
        (("Losses", {"yours": [1.0]}), {"x": [None]}),
        (("Losses", {"yours": [1.0]}), {"x": [math.nan]}),
        (("Losses", {"yours": [1.0]}), {"x_label": None}),
        (("Losses", {"yours": [1.0]}), {"text": 1}),
    ],
)
def test_a_mistake_of_the_authors_is_told(picture: Drawing, arguments: Any, keywords: Any) -> None:
    with pytest.raises((TypeError, ValueError), match="picture"):
        picture.lines(*arguments, **keywords)
    assert picture.plots == ()
