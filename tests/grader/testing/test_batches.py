"""Batches are read as sets of rows: X[i] is i and y[i] is 10·i, so that order and pairing can be read off."""

import numpy as np
import pytest

from grader.testing.batches import assert_batches

N, SIZE = 10, 4
X = np.arange(N)
Y = 10 * X
ORDER = np.arange(N)
SHUFFLED = np.random.default_rng(3).permutation(N)


def batches(order, size=SIZE):
    """Pairs of rows in an order, cut into batches of one size; the last one may be smaller."""
    return [(X[part], Y[part]) for part in (order[i : i + size] for i in range(0, len(order), size))]


def check(found, x=X, y=Y, **asked):
    assert_batches(found, x, y, **({"batch_size": SIZE} | asked))


class TestWhatPasses:
    @pytest.mark.parametrize(
        ("found", "asked"),
        [
            (batches(ORDER), {}),
            (batches(ORDER), {"shuffled": False}),
            (batches(SHUFFLED), {}),
            (batches(SHUFFLED), {"shuffled": True}),
            (tuple(list(pair) for pair in batches(ORDER)), {}),
            (batches(ORDER[:8]), {"drop_last": True, "shuffled": False}),
            (batches(SHUFFLED[:8]), {"drop_last": True, "shuffled": True}),
            (batches(ORDER, 5), {"batch_size": 5}),
            (batches(ORDER, 1), {"batch_size": 1}),
            (batches(ORDER, 10), {"batch_size": 10}),
            (batches(ORDER, 25), {"batch_size": 25}),
            ([], {"batch_size": 25, "drop_last": True, "shuffled": True}),
            ([(x.astype(float), y.astype(float)) for x, y in batches(ORDER)], {}),
        ],
    )
    def test_every_row_once_in_the_sizes_asked_for(self, found, asked):
        check(found, **asked)

    def test_a_generator(self, handed_over):
        check(handed_over(pair for pair in batches(SHUFFLED)))

    def test_rows_may_be_vectors_and_labels_may_repeat(self):
        wide, labels = np.column_stack([X, X]), X % 2
        check([(wide[:4], labels[:4]), (wide[4:8], labels[4:8]), (wide[8:], labels[8:])], wide, labels)

    def test_batches_of_x_alone(self):
        check([X[:4], X[4:8], X[8:]], y=None)

    def test_tensors(self, torch):
        x, y = torch.arange(10), 10 * torch.arange(10)
        check(list(zip(x.split(4), y.split(4), strict=True)), x, y)

    def test_lists(self):
        check([([0, 1], [0, 10]), ([2], [20])], [0, 1, 2], [0, 10, 20], batch_size=2)


class TestWhatFails:
    @pytest.mark.parametrize(
        ("found", "words"),
        [
            pytest.param(batches(ORDER[:8]), "the last, smaller batch is missing: 2 rows never come", id="M1"),
            pytest.param([], "nothing comes", id="nothing"),
            pytest.param(
                [*batches(ORDER), batches(ORDER)[-1]], "the last two batches hold the same rows", id="M3 twice"
            ),
            pytest.param(
                [batch for batch in batches(ORDER) for _ in range(3)],
                "the same batch comes 3 times in a row",
                id="loops",
            ),
            pytest.param([*batches(ORDER), (X[:0], Y[:0])], "Batch 4 is empty", id="M3 empty"),
            pytest.param(batches(np.append(ORDER, [0, 1])), "is filled up with rows that came before", id="wrapped"),
            pytest.param(batches(ORDER)[:1], "only one batch comes", id="M5"),
            pytest.param([(X[SHUFFLED], Y)], "Batch 1 pairs rows of X with the y of other rows", id="M7"),
            pytest.param(batches(ORDER[:9]), "the very last row never comes", id="M13"),
            pytest.param([(x[:-1], y[:-1]) for x, y in batches(ORDER)], "each batch lacks a row. Does a", id="slices"),
            pytest.param(batches([0, 0, 1, 3, 4, 5, 5, 7, 8, 9]), "2 rows come more than once and 2 never", id="drawn"),
            pytest.param([(X[:3], Y[:3]), (X[4:], Y[4:])], "1 row never comes", id="hole"),
            pytest.param(batches(ORDER, 10), "all rows come in one batch", id="M11 whole"),
            pytest.param(batches(ORDER, 1), "each row comes alone", id="M11 single"),
            pytest.param(batches(ORDER, 3), "the batch size taken for their number", id="number"),
            pytest.param(batches(ORDER, 5), "batch 1 has 5 rows, but 4 are asked for", id="size"),
            pytest.param(batches(ORDER)[::-1], "the smaller batch does not come last", id="tail first"),
            pytest.param(
                [(X[p], Y[p]) for p in np.array_split(ORDER, 3)], "the rows are spread evenly", id="array_split"
            ),
            pytest.param([(X[:4], Y[:3])], "Batch 1 has 4 rows of X, but 3 of y", id="lengths"),
            pytest.param([(X[:4] + 0.5, Y[:4])], "4 rows that the data given to you does not hold", id="unknown"),
            pytest.param([(X[:4, None], Y[:4])], "has shape (4, 1), but (any,) is asked for", id="shape"),
            pytest.param([(X[:4].tolist(), Y[:4])], "The X of batch 1 is a list of 4 items", id="list"),
            pytest.param([X[:4]], "but a pair (X_batch, y_batch) is asked for", id="no pair"),
            pytest.param(
                ([X[:4], X[4:]], [Y[:4], Y[4:]]), "all batches of X and then all batches of y", id="two lists"
            ),
            pytest.param(None, "What you return is None", id="None"),
        ],
    )
    def test_a_mistake_is_named(self, complaint, found, words):
        assert words in complaint(check, found)

    def test_rows_fewer_than_a_batch_still_make_one(self, complaint):
        message = complaint(check, [], batch_size=25)
        assert message == "In your batches, nothing comes. Rows fewer than a batch should have make one smaller batch."

    def test_a_smaller_batch_that_should_be_dropped(self, complaint):
        assert "only full batches are asked for" in complaint(check, batches(ORDER), drop_last=True)

    @pytest.mark.parametrize(
        ("found", "words"),
        [
            (batches(ORDER), "nothing is shuffled"),
            (batches(ORDER[::-1]), "from back to front"),
            (batches([3, 1, 0, 2, 7, 6, 4, 5, 9, 8]), "neighbours in X always share a batch"),
        ],
    )
    def test_a_shuffle_that_is_none(self, complaint, found, words):
        assert words in complaint(check, found, shuffled=True)

    def test_a_shuffle_that_is_not_asked_for(self, complaint):
        assert "no shuffle is asked for" in complaint(check, batches(SHUFFLED), shuffled=False)

    def test_the_batches_can_have_a_name(self, complaint):
        message = complaint(check, batches(ORDER[:8]), name="The second epoch")
        assert message.startswith("In the second epoch, the last, smaller batch is missing")


def test_equal_rows_are_the_authors_error():
    with pytest.raises(ValueError, match="rows must differ"):
        assert_batches([], np.zeros(4), np.zeros(4), batch_size=2)
