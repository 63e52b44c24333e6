"""A call may return values; what else it does to the caller is named."""

from types import SimpleNamespace

import numpy as np
import pytest

from grader.judge.transcript import Call
from grader.testing.unchanged import assert_arguments_unchanged, assert_random_state_unchanged

W = np.array([1.0, 2.0])


def call(before=(W,), after=None, keywords=None, keywords_after=None, moved=()):
    """A record of one call of `update`."""
    after, keywords = before if after is None else after, keywords or {}
    keywords_after = keywords if keywords_after is None else keywords_after
    changed = after is not before or keywords_after is not keywords
    return Call("update", before, keywords, None, after, keywords_after, changed, frozenset(moved))


class TestArguments:
    def test_a_call_that_leaves_them_alone_passes(self):
        assert_arguments_unchanged(call())

    @pytest.mark.parametrize(
        ("record", "words"),
        [
            (call((W, 0.1), (W - 1, 0.1)), "argument 1"),
            (call((0.1, [W, W]), (0.1, [W, W + 1])), "argument 2"),
            (call((0.1, [W]), (0.1, [])), "argument 2"),
            (call(({"W": W},), ({"W": W * 2},)), "argument 1"),
            (call((W,), (W.astype(int),)), "argument 1"),
            (call((), (), {"w": W}, {"w": -W}), "the argument `w`"),
            (call((W,), (W.copy(),)), "an argument"),
        ],
    )
    def test_the_changed_one_is_named(self, complaint, record, words):
        assert complaint(assert_arguments_unchanged, record).startswith(f"`update` changes {words} that it was given")

    def test_all_calls_of_a_student_are_looked_at(self, complaint):
        student = SimpleNamespace(calls=[call(), call((W,), (W + 1,))])
        assert "argument 1" in complaint(assert_arguments_unchanged, student)


class TestRandomState:
    def test_a_call_that_leaves_it_alone_passes(self):
        assert_random_state_unchanged(call())

    @pytest.mark.parametrize(
        ("module", "words"),
        [("numpy", "np.random.default_rng"), ("random", "random.Random"), ("torch", "torch.Generator")],
    )
    def test_the_generator_is_named_with_a_better_one(self, complaint, module, words):
        assert words in complaint(assert_random_state_unchanged, call(moved={module}))


def test_a_test_that_made_no_call_is_the_authors_error():
    with pytest.raises(ValueError, match="no call was made"):
        assert_arguments_unchanged(SimpleNamespace(calls=[]))
