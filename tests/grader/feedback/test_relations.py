"""Relations name how a wrong answer came about, and never tell the right one."""

import re

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.feedback.relations import relation

LAW = settings(derandomize=True, database=None, deadline=None, max_examples=60)

RNG = np.random.default_rng(20)
TALL = RNG.normal(size=(5, 3))
SQUARE = RNG.normal(size=(4, 4))
VECTOR = RNG.normal(size=7)
POSITIVE = np.exp(TALL)
SHARES = POSITIVE / POSITIVE.sum(axis=1, keepdims=True)

matrices = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=5),
    elements=st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-3),
)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        pytest.param(-TALL, TALL, "has the opposite sign", id="G1 sign"),
        pytest.param(2 * TALL, TALL, "is 2 times", id="factor 2"),
        pytest.param(-2 * TALL, TALL, "is -2 times", id="factor -2"),
        pytest.param(TALL / 2, TALL, "divided by 2", id="half"),
        pytest.param(4 * VECTOR, VECTOR, "is 4 times", id="B9 constant on one layer"),
        pytest.param(TALL / 10, TALL, "divided by 10", id="tenth"),
        pytest.param(5 * TALL, TALL, "times its number of rows: a sum where a mean", id="E1, B11 sum for mean"),
        pytest.param(TALL / 5, TALL, "divided by its number of rows: a mean where a sum", id="E1 mean for sum"),
        pytest.param(15 * TALL, TALL, "times its number of entries", id="E5 all outputs"),
        pytest.param(-7 * VECTOR, VECTOR, "number of entries, with the opposite sign", id="sum and sign"),
        pytest.param(7 * VECTOR[:, None], VECTOR[:, None], "number of rows: a sum where a mean", id="column"),
        pytest.param(1.37 * TALL, TALL, "one and the same factor", id="G3, G7 step size misplaced"),
        pytest.param(TALL + 0.3, TALL, "one and the same amount", id="shift"),
        pytest.param(np.arange(5) + 1, np.arange(5), "is one too large", id="off by one"),
        pytest.param(TALL * [1.0, 2.5, 3.1], TALL, "factor of its own in each column", id="not divided by std"),
        pytest.param(
            TALL + 1 + np.arange(5.0)[:, None] ** 2, TALL, "amount of its own in each row", id="mean of rows kept"
        ),
        pytest.param(0 * TALL, TALL, "nothing but zeros", id="never stored"),
        pytest.param(SQUARE.T, SQUARE, "is the transpose", id="transposed square"),
        pytest.param(TALL.T, TALL, "is the transpose", id="transposed"),
        pytest.param(TALL[::-1], TALL, "rows in reverse order", id="reversed rows"),
        pytest.param(TALL[:, ::-1], TALL, "columns in reverse order", id="reversed columns"),
        pytest.param(np.roll(VECTOR, 1), VECTOR, "one place too far to the end", id="rolled"),
        pytest.param(np.append(VECTOR[1:], 9), VECTOR, "one place earlier", id="index off by one"),
        pytest.param(np.sort(VECTOR), VECTOR, "right entries in another order", id="sorted"),
        pytest.param(TALL[[2, 0, 1, 4, 3]], TALL, "right rows in another order", id="shuffled rows"),
        pytest.param(TALL**2, TALL, "is the square of", id="squared"),
        pytest.param(np.sqrt(POSITIVE), POSITIVE, "is the square root", id="root"),
        pytest.param(np.abs(TALL), TALL, "lost the minus signs", id="absolute"),
        pytest.param(TALL * np.sign(RNG.normal(size=TALL.shape)), TALL, "wrong sign in some", id="some signs"),
        pytest.param(1 / TALL, TALL, "one divided by", id="reciprocal"),
        pytest.param(1 - TALL, TALL, "one minus", id="complement"),
        pytest.param(np.log(POSITIVE), POSITIVE, "logarithm", id="log"),
        pytest.param(np.exp(TALL), TALL, "exponential", id="exp"),
        pytest.param(sigmoid(TALL), TALL, "sigmoid of the right answer: one activation too many", id="F1 extra"),
        pytest.param(TALL, sigmoid(TALL), "would be right after a sigmoid", id="F1 missing"),
        pytest.param(TALL, np.maximum(TALL, 0), "negative entries should be zero", id="relu missing"),
        pytest.param(TALL, np.tanh(TALL), "after a tanh", id="tanh missing"),
        pytest.param(np.log(SHARES) + 0.7, SHARES, "after a softmax", id="softmax missing"),
        pytest.param(POSITIVE / POSITIVE.sum(axis=0), SHARES, "adds up to one in each column", id="softmax axis"),
        pytest.param(np.cumsum(VECTOR), VECTOR, "is something not reset", id="T1 gradients pile up"),
        pytest.param(np.trunc(9 * TALL), 9 * TALL, "decimals cut off", id="G11 truncated"),
        pytest.param(np.round(TALL, 3), TALL, "rounded to 3 decimals", id="rounded"),
        pytest.param(TALL * (1 + 1e-4 * np.cos(TALL)), TALL, "right to about 1e-4", id="approximate"),
        pytest.param(np.where(np.arange(7) == 0, VECTOR, 8), VECTOR, "first entry only", id="first only"),
        pytest.param(np.where(np.arange(5)[:, None] == 4, TALL, 8), TALL, "last row only", id="B7 last record"),
        pytest.param(np.where(np.arange(5)[:, None] == 4, 0, TALL), TALL, "except in its last row", id="all but last"),
        pytest.param(np.where(np.eye(4) == 1, SQUARE, 5), SQUARE, "on the diagonal only", id="diagonal"),
        pytest.param(np.broadcast_to(TALL.mean(0), (5, 3)), TALL, "same row again and again", id="repeated"),
        pytest.param(VECTOR[:, None], VECTOR, "only its shape is not right", id="column for vector"),
        pytest.param(VECTOR[:, None] - VECTOR, VECTOR, "holds 7 times 7 numbers where 7 are asked for", id="E9, G13"),
        pytest.param(VECTOR[:-1], VECTOR, "lacks 1 entry at the end", id="M13 chopped"),
        pytest.param(TALL[2:], TALL, "lacks 2 rows at the start", id="head lost"),
        pytest.param(np.append(VECTOR, 3), VECTOR, "1 entry too many at the end", id="one too many"),
        pytest.param(TALL, TALL.sum(axis=0), "if it were summed over its rows", id="B13 bias not summed"),
        pytest.param(TALL, TALL.mean(axis=1), "if it were averaged over its columns", id="not averaged"),
        pytest.param(VECTOR, VECTOR.mean(), "if it were averaged over all its entries", id="loss per example"),
        pytest.param(TALL.mean(), TALL, "right answer's mean of its entries", id="reduced"),
        pytest.param(VECTOR < 0, VECTOR >= 0, "True where it should be False", id="negated mask"),
    ],
)
def test_a_mistake_is_named(actual, expected, words):
    sentence = relation(actual, expected)
    assert sentence is not None
    assert words in sentence
    assert sentence.startswith("Your answer ")
    assert sentence.endswith((".", "?"))


@pytest.mark.parametrize(
    ("shape", "counted"), [((1, 5), "columns and entries"), ((6, 5), "columns"), ((5, 5), "rows and columns")]
)
def test_a_count_that_comes_about_in_several_ways_is_told_without_a_guess(shape, counted):
    right = RNG.normal(size=shape)
    sentence = f"Your answer is the right answer divided by its number of {counted}."
    assert relation(right / 5, right) == f"{sentence} Over what is the sum to be taken, and over what the mean?"


def test_the_sentence_can_begin_with_another_name():
    assert relation(-TALL, TALL, name="Your gradient").startswith("Your gradient has the opposite sign")


def test_tensors_and_lists_are_compared_as_arrays(torch):
    assert relation(torch.tensor(-TALL), torch.tensor(TALL)) == relation(-TALL, TALL)
    assert relation([3.0, 2.0, 1.0], [1.0, 2.0, 3.0]) == "Your answer has its entries in reverse order."


def test_the_transpose_of_a_stack_swaps_its_last_two_axes():
    stack = RNG.normal(size=(2, 3, 3))
    assert "transpose" in relation(stack.swapaxes(1, 2), stack)


@pytest.mark.parametrize(
    ("actual", "words"),
    [(-1.7, "opposite sign"), (3.4, "2 times"), (0.85, "half"), (1.7001, "right to about 1e-4")],
)
def test_a_single_number_tells_a_few_relations(actual, words):
    assert words in relation(actual, 1.7)


@pytest.mark.parametrize("actual", [1.7**2, 1.7**0.5, 17.0, 0.17, 5.1, 6.8, 2.7, 0.7, 2.0, 1.0, 0.0, 1 / 1.7, -3.4])
@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (3, 2)])
def test_of_a_single_number_however_often_repeated_no_more_is_told(actual, shape):
    assert relation(np.full(shape, actual), np.full(shape, 1.7)) is None


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (TALL, TALL),
        (TALL * np.nan, TALL),
        (TALL, TALL * np.nan),
        (np.zeros(0), VECTOR),
        (np.zeros(0), np.zeros(0)),
        ("text", VECTOR),
        (None, 3.0),
        (VECTOR > 0, VECTOR),
        (np.array(["a", "b"]), np.array(["b", "a"])),
        (RNG.normal(size=(5, 3)), TALL),
        (RNG.normal(size=(2, 9)), TALL),
        (np.array([0, 1, 1, 0, 1, 0, 0]), np.array([1, 1, 0, 0, 0, 1, 0])),
    ],
)
def test_where_nothing_is_known_nothing_is_said(actual, expected):
    assert relation(actual, expected) is None


@pytest.mark.parametrize(
    ("error", "right"),
    [
        (0.5 * VECTOR, 1000 + VECTOR),
        (0.7, 1000.7),
        (0.5 * VECTOR, np.append(0.1 * VECTOR[:-1], 5000)),
        (0.5 * VECTOR, np.append(1000 + VECTOR[:-1], 0)),
    ],
    ids=["large losses", "one large loss", "an outlier", "large losses and an outlier"],
)
def test_an_answer_is_not_called_nearly_right_because_numbers_are_large(error, right):
    assert relation(right + error, right) is None


@LAW
@given(matrices)
def test_the_sign_is_always_named(expected):
    assume(expected.any())
    assert "opposite sign" in relation(-expected, expected)


@LAW
@given(matrices, st.sampled_from([2, 0.5]))
def test_a_factor_of_two_is_always_named(expected, factor):
    assume(expected.any())
    assert re.search(r"2 times|half|divided by 2", relation(factor * expected, expected))


@LAW
@given(matrices)
def test_an_answer_has_no_relation_to_itself(expected):
    assert relation(expected, expected.copy()) is None


@LAW
@given(matrices, st.data())
def test_no_answer_draws_out_an_entry(expected, data):
    actual = data.draw(arrays.arrays(np.float64, expected.shape, elements=st.floats(allow_nan=True)))
    sentence = relation(actual, expected) or ""
    told = {float(number) for number in re.findall(r"-?\d+\.\d+", sentence)}
    assert not told


@LAW
@given(matrices, matrices)
def test_any_two_arrays_can_be_compared(actual, expected):
    sentence = relation(actual, expected)
    assert sentence is None or sentence.startswith("Your answer ")
