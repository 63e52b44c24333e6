"""A split is read as sets of rows: X[i] is i and y[i] is 10·i, so that overlap and pairing can be read off."""

import numpy as np
import pytest

from grader.testing.splits import assert_split

N, SIZES = 50, (30, 10, 10)
X = np.arange(float(N))[:, None]
Y = 10 * X[:, 0]
ORDER = np.arange(N)
SHUFFLED = np.random.default_rng(3).permutation(N)


def split(order, *cuts):
    """The parts of X, then those of y, of the rows in an order, cut before the given places."""
    return (*np.split(X[order], cuts), *np.split(Y[order], cuts))


RIGHT = split(SHUFFLED, 30, 40)


def check(parts, x=X, y=Y, **asked):
    assert_split(parts, x, y, **({"sizes": SIZES} | asked))


class TestWhatPasses:
    @pytest.mark.parametrize(
        ("parts", "asked"),
        [
            (RIGHT, {"shuffled": True}),
            (list(RIGHT), {}),
            (split(ORDER, 30, 40), {"shuffled": False}),
            (tuple(zip(RIGHT[:3], RIGHT[3:], strict=True)), {}),
            (split(SHUFFLED, 30), {"sizes": (30, 20)}),
            (split(SHUFFLED, 50), {"sizes": (50, 0)}),
        ],
    )
    def test_each_row_in_one_part(self, parts, asked):
        check(parts, **asked)

    def test_parts_of_x_alone(self):
        check(np.split(X, [30, 40]), y=None)

    def test_rows_left_over_by_the_sizes(self):
        check((X[:10], X[10:20], Y[:10], Y[10:20]), sizes=(10, 10))

    def test_rows_of_text(self):
        names = np.array(["ada", "bob", "cyd", "dan"])
        assert_split((names[[3, 1]], names[[0, 2]]), names, sizes=(2, 2))

    def test_tensors(self, torch):
        x = torch.arange(50)
        check(x.split([30, 10, 10]), x, None)


class TestWhatFails:
    @pytest.mark.parametrize(
        ("parts", "words"),
        [
            pytest.param(
                split(SHUFFLED, 32, 40), "Your validation part has 8 rows, but 10 are asked for. Is its share", id="P3"
            ),
            pytest.param(
                split(SHUFFLED, 30, 41),
                "11 rows, but 10 are asked for. Look at how the sizes are rounded",
                id="rounding",
            ),
            pytest.param(split(SHUFFLED, 10, 20), "another order than train, validation, test", id="swapped"),
            pytest.param(
                (*RIGHT[:2], RIGHT[0][:10], *RIGHT[3:5], RIGHT[3][:10]),
                "10 rows are in both your train part",
                id="overlap",
            ),
            pytest.param(
                (RIGHT[0], RIGHT[1], RIGHT[2][[0] * 10], *RIGHT[3:]),
                "Your test part holds some row more than once",
                id="repeated",
            ),
            pytest.param(
                (RIGHT[0], RIGHT[1][:4], *RIGHT[2:4], RIGHT[4][:4], RIGHT[5]), "6 rows are in no part", id="P11 lost"
            ),
            pytest.param(
                (*RIGHT[:3], RIGHT[3][::-1], *RIGHT[4:]),
                "In your train part, rows of X stand beside the y of other",
                id="pairing",
            ),
            pytest.param(
                (*RIGHT[:3], RIGHT[3][:-1], *RIGHT[4:]), "Your train part has 30 rows of X, but 29 of y", id="lengths"
            ),
            pytest.param(
                (RIGHT[0], RIGHT[3], RIGHT[1], RIGHT[4], RIGHT[2], RIGHT[5]),
                "The order asked for is X_train, X_validation, X_test, y_train",
                id="P13",
            ),
            pytest.param(RIGHT[:4], "Your answer has 4 items, but 6 are asked for", id="count"),
            pytest.param(None, "Your answer is None", id="None"),
            pytest.param((RIGHT[0].tolist(), *RIGHT[1:]), "The X of your train part is a list", id="list"),
            pytest.param(
                (RIGHT[0] - 0.5, *RIGHT[1:]), "30 rows that the data given to you does not hold", id="P9 scaled"
            ),
        ],
    )
    def test_a_mistake_is_named(self, complaint, parts, words):
        assert words in complaint(check, parts)

    def test_an_empty_slice(self, complaint):
        message = complaint(check, (X[:0], X, Y[:0], Y), sizes=(50, 0))
        assert message.startswith("With 0 rows for the test part, your train part is empty. ")
        assert message.endswith("Does a slice end at `-0`? `[:-0]` is empty.")

    @pytest.mark.parametrize(
        ("order", "sizes", "words"),
        [
            (ORDER, (40, 10), "Nothing is shuffled"),
            (np.roll(ORDER, 10), (10, 40), "Nothing is shuffled"),
            ([*np.random.default_rng(4).permutation(40), *ORDER[40:]], (40, 10), "shuffled only inside each part"),
        ],
    )
    def test_a_shuffle_that_is_none(self, complaint, order, sizes, words):
        assert words in complaint(check, split(order, sizes[0]), sizes=sizes, shuffled=True)

    def test_a_shuffle_that_is_not_asked_for(self, complaint):
        assert "no shuffle is asked for" in complaint(check, RIGHT, shuffled=False)

    def test_the_parts_can_have_names(self, complaint):
        message = complaint(check, split(SHUFFLED, 20), sizes=(10, 40), names=("left", "right"))
        assert message.startswith("Your left part has 20 rows, but 10 are asked for.")


def test_equal_rows_are_the_authors_error():
    with pytest.raises(ValueError, match="rows must differ"):
        assert_split((), np.zeros(4), sizes=(2, 2))
