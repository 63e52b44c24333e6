"""A gradient is held against central differences of its function."""

import numpy as np
import pytest

from grader.testing.gradients import assert_gradient

RNG = np.random.default_rng(5)
W = RNG.normal(size=(3, 2))
A = RNG.normal(size=(3, 2))


def cost(w):
    return float((A * w**3).sum())


GRADIENT = 3 * A * W**2


class TestWhatPasses:
    def test_a_number(self):
        assert_gradient(6.0, lambda x: x**2, 3.0)

    def test_an_array(self):
        assert_gradient(GRADIENT, cost, W)

    def test_an_array_of_integers_is_moved_in_double_precision(self):
        assert_gradient(np.array([2.0, 4.0]), lambda x: (x**2).sum(), np.array([1, 2]))

    @pytest.mark.parametrize("size", [1e4, 1.0, 1e-4])
    def test_large_and_small_entries(self, size):
        at = size * W
        assert_gradient(2 * at, lambda w: (w**2).sum(), at)

    def test_structures(self):
        assert_gradient((GRADIENT, 2.0), lambda p: cost(p[0]) + 2 * p[1], (W, 1.0))
        assert_gradient([GRADIENT, 2.0], lambda p: cost(p[0]) + 2 * p[1], [W, 1.0])
        assert_gradient({"W": GRADIENT, "b": 2.0}, lambda p: cost(p["W"]) + 2 * p["b"], {"W": W, "b": 1.0})

    def test_tensors(self, torch):
        at = torch.tensor(W, dtype=torch.float32)
        assert_gradient(2 * at, lambda w: (w**2).sum(), at)

    def test_the_point_is_left_alone(self):
        at = W.copy()
        assert_gradient(GRADIENT, cost, at)
        assert np.array_equal(at, W)


class TestWhatFails:
    @pytest.mark.parametrize(
        ("gradient", "words"),
        [
            (-GRADIENT, "Your gradient has the opposite sign"),
            (GRADIENT / 3, "Your gradient is the right answer divided by 3"),
            (1.7 * GRADIENT, "one and the same factor"),
            (GRADIENT.T, "It is the transpose of the right answer"),
            (GRADIENT.sum(axis=0), "It is the right answer's sum over its rows"),
            (None, "Your gradient is None"),
            (GRADIENT * np.nan, "Your gradient holds nan"),
            (np.concatenate([GRADIENT[:1] * 7, GRADIENT[1:]]), "Your gradient is right except in its first row"),
        ],
    )
    def test_a_mistake_is_named(self, complaint, gradient, words):
        assert words in complaint(assert_gradient, gradient, cost, W)

    def test_each_part_is_named(self, complaint):
        message = complaint(assert_gradient, (GRADIENT, 4.0), lambda p: cost(p[0]) + 2 * p[1], (W, 1.0))
        assert message == "Item 2 of your gradient is 2 times the right answer. The other one is right."

    def test_a_function_must_give_one_number(self, complaint):
        message = complaint(assert_gradient, GRADIENT, lambda w: w, W)
        assert message.startswith("The value of the function is a NumPy array")


def test_a_point_that_is_no_number_is_the_authors_error():
    with pytest.raises(TypeError):
        assert_gradient(1.0, len, "text")
