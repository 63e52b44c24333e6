"""An answer passes if kind, dtype, shape and values are right; otherwise the first of these that is not is named."""

import contextlib

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grader.feedback.failures import Failure
from grader.testing.close import assert_close

LAW = settings(derandomize=True, database=None, deadline=None, max_examples=60)

RNG = np.random.default_rng(21)
MATRIX = RNG.normal(size=(5, 3))
VECTOR = RNG.normal(size=4)

floats = arrays.arrays(
    np.float64,
    arrays.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=4),
    elements=st.floats(-1e9, 1e9),
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text() | floats,
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


class TestWhatPasses:
    @LAW
    @given(plain)
    def test_every_value_is_close_to_itself(self, value):
        assert_close(value, value)

    @pytest.mark.parametrize(
        ("actual", "expected"),
        [
            (np.array(1.5), 1.5),
            (1.5, np.array(1.5)),
            (np.float32(1.5), 1.5),
            (2, 2.0),
            (2.0, 2),
            (np.int64(2), 2),
            (np.True_, True),
            (np.array([1, 2]), np.array([1.0, 2.0])),
            (np.array([1.0, 2.0]), np.array([1, 2])),
            (np.uint8([1, 2]), np.array([1, 2])),
            ([1.0, 2.0], (1.0, 2.0)),
            ((1.0, 2.0), [1.0, 2.0]),
            (np.array([1.0, 2.0]), [1.0, 2.0]),
            (np.array([[1.0], [2.0]]), [[1.0], [2.0]]),
            ({"b": 2, "a": 1}, {"a": 1, "b": 2}),
            ({1, 2}, frozenset({1, 2})),
            (slice(1, 3), slice(1, 3)),
            (range(3), range(3)),
            (10**40, 10**40),
            (1 + 1j, 1 + 1j),
            (MATRIX.astype(np.float32), MATRIX),
            (MATRIX, MATRIX.astype(np.float32)),
            (np.array([np.inf, -np.inf, np.nan]), np.array([np.inf, -np.inf, np.nan])),
            (np.zeros((0, 3)), np.zeros((0, 3))),
            (np.array(["a"]), np.array(["a"])),
        ],
    )
    def test_harmless_differences_of_kind(self, actual, expected):
        assert_close(actual, expected)

    def test_tolerances_are_relative_and_absolute(self):
        assert_close(VECTOR * (1 + 9e-7), VECTOR)
        assert_close(VECTOR + 0.05, VECTOR, atol=0.1)
        assert_close(VECTOR * 1.05, VECTOR, rtol=0.1)

    def test_tensors(self, torch):
        tensor = torch.tensor(MATRIX)
        assert_close(tensor, tensor.clone().requires_grad_())
        assert_close(tensor.float(), tensor)
        assert_close(tensor.bfloat16(), tensor.bfloat16())


class TestWhatFails:
    @LAW
    @given(floats, st.data())
    def test_one_entry_beyond_the_tolerance(self, expected, data):
        index = data.draw(st.sampled_from(list(np.ndindex(expected.shape))))
        actual = expected.copy()
        actual[index] += data.draw(st.sampled_from([-1, 1])) * (3e-9 + 3e-6 * abs(actual[index]))
        assume(actual[index] != expected[index])
        with pytest.raises(Failure):
            assert_close(actual, expected)

    @LAW
    @given(plain, plain)
    def test_an_unlike_value_ends_in_a_failure_and_in_no_other_error(self, actual, expected):
        with contextlib.suppress(Failure):
            assert_close(actual, expected)

    @pytest.mark.parametrize(
        "evil",
        [
            None,
            True,
            "text",
            MATRIX.tolist(),
            MATRIX * np.nan,
            np.full((5, 3), np.inf),
            np.zeros((0, 3)),
            np.zeros((0, 5, 3)),
            np.ma.masked_array(MATRIX, mask=True),
            MATRIX.astype(object),
            MATRIX.astype(complex),
            MATRIX.astype(str),
            MATRIX > 0,
            MATRIX.astype(int),
            MATRIX.astype(np.float16),
            MATRIX[None],
            MATRIX.ravel(),
            MATRIX.tobytes(),
            {"answer": MATRIX},
            (MATRIX,),
        ],
        ids=lambda value: type(value).__name__,
    )
    def test_values_that_fool_other_comparisons(self, evil):
        with pytest.raises(Failure):
            assert_close(evil, MATRIX)

    def test_a_comparison_that_always_agrees_is_not_asked(self):
        class Agreeable(np.ndarray):
            def __array_ufunc__(self, *_arguments, **_keywords):
                return np.ones(self.shape, dtype=bool)

        class Yes:
            def __eq__(self, other):
                return True

            __hash__ = None

        for evil in (np.zeros((5, 3)).view(Agreeable), Yes()):
            with pytest.raises(Failure):
                assert_close(evil, MATRIX)

    @pytest.mark.parametrize(
        ("actual", "expected"),
        [
            (True, 1),
            (1, True),
            (np.array([True]), np.array([1])),
            (np.array([1]), np.array([True])),
            ("1", 1),
            (0, None),
            (None, 0),
            (1.5, "1.5"),
            (b"a", "a"),
            (2.0000001, 2.00001),
            (np.array([2.0]), 2.0),
            (2.0, np.array([2.0])),
            (10**40, 10**40 + 1),
            (2**63 - 1, 2**63 - 2),
            (np.array([2**62 + 1]), np.array([2**62])),
            (np.array([1.0, 2.0]), (1.0, 2.0)),
            ([1.0, 2.0], np.array([1.0, 2.0])),
            ([True], [1]),
            ((), None),
            ({"a": 1}, {"b": 1}),
            ({"a": 1, "b": 1}, {"a": 1}),
            ({1}, {1, 2}),
            (slice(3), slice(4)),
            (np.array([np.inf]), np.array([-np.inf])),
            (np.array([np.nan]), np.array([np.inf])),
            (np.array([1.0]), np.array([np.inf])),
            (1 + 2j, 1 - 2j),
            (np.array(["a"]), np.array(["b"])),
        ],
    )
    def test_different_values_of_like_kind(self, actual, expected):
        with pytest.raises(Failure):
            assert_close(actual, expected)

    def test_half_precision_passes_only_where_it_is_asked_for(self, torch):
        tensor = torch.tensor(MATRIX)
        with pytest.raises(Failure):
            assert_close(tensor.bfloat16(), tensor)

    def test_float32_is_not_enough_where_dtypes_must_agree(self, complaint):
        message = complaint(assert_close, MATRIX.astype(np.float32), MATRIX, strict_dtype=True)
        assert message == "Your answer has dtype float32, but float64 is asked for."

    def test_float32_does_not_excuse_zeros_for_tiny_values(self):
        with pytest.raises(Failure):
            assert_close(np.zeros(4, dtype=np.float32), 1e-8 * VECTOR)


class TestSentences:
    @pytest.mark.parametrize(
        ("actual", "expected", "sentence"),
        [
            (
                MATRIX.T,
                MATRIX,
                "Your answer has shape (3, 5), but (5, 3) is asked for. It is the transpose of the right answer.",
            ),
            (
                VECTOR[:, None],
                VECTOR,
                "Your answer has shape (4, 1), but (4,) is asked for. It holds the right numbers; only its shape is "
                "not right.",
            ),
            (VECTOR[:2] * 9, VECTOR, "Your answer has shape (2,), but (4,) is asked for."),
            (
                np.array([[1.5]]),
                1.5,
                "Your answer has shape (1, 1), but a single number is asked for. Take its one entry, for instance "
                "with `.item()`.",
            ),
            (
                VECTOR.mean(),
                VECTOR,
                "Your answer is a number, but a NumPy array is asked for. It is the right answer's mean of its "
                "entries.",
            ),
            (
                np.array([1, 2]),
                np.array([1.5, 2.9]),
                "Your answer holds integers (dtype int64), so its decimals have been cut off. Start from an array of "
                "floats.",
            ),
            (1, 1.5, "Your answer is an integer, where decimals are asked for."),
            (RNG.normal(size=4), VECTOR, "Your answer has the right shape, but not the right values."),
            (0.3, 0.9, "Your answer is not the right number."),
            (True, False, "Your answer is not the right one of True and False."),
            (
                "Ada ",
                "ada",
                "Your answer is text, as asked for, but not the right one. Only spaces or capital letters differ.",
            ),
            (
                {1, 3},
                {1, 2},
                "Your answer is a set, as asked for, but not the right one. It lacks 1 item and has 1 item too many.",
            ),
            ((1, 2), (1, 2, 3), "Your answer has 2 items, but 3 are asked for."),
            ({"W": 1}, {"W": 1, "b": 2}, "Your answer lacks the key 'b'."),
            ({"W": 1, "secret": 1}, {"W": 1}, "Your answer has 1 key more than asked for."),
            ((VECTOR, MATRIX), (MATRIX, VECTOR), "You return the right items, but in another order than asked for."),
            (
                (MATRIX, -VECTOR),
                (MATRIX, VECTOR),
                "Item 2 of your answer has the opposite sign of the right answer everywhere. The other one is right.",
            ),
            (
                {"W": 2 * MATRIX, "b": -VECTOR},
                {"W": MATRIX, "b": VECTOR},
                "Entry 'W' of your answer is 2 times the right answer everywhere.",
            ),
            (
                [[1.0], None],
                [[1.0], [2.0]],
                "Item 2 of your answer is None, but a list is asked for. Does every path through your function end "
                "in `return`? The other one is right.",
            ),
        ],
    )
    def test_a_failure_says_what_is_not_right(self, complaint, actual, expected, sentence):
        assert complaint(assert_close, actual, expected) == sentence

    def test_a_generator_is_to_be_collected(self, complaint, handed_over):
        message = complaint(assert_close, handed_over(n for n in (1, 2)), [1, 2])
        assert (
            message
            == "Your answer is a generator, but a list is asked for. Collect its items, for instance with `list(...)`."
        )

    def test_arrays_and_tensors_are_told_apart(self, complaint, torch):
        tensor = torch.tensor(MATRIX)
        assert "a PyTorch tensor is asked for" in complaint(assert_close, MATRIX, tensor)
        assert "`.detach().numpy()`" in complaint(assert_close, tensor, MATRIX)
        assert "`.item()`" in complaint(assert_close, torch.tensor(1.5), 1.5)

    def test_nan_comes_before_the_values(self, complaint):
        message = complaint(assert_close, np.where(MATRIX > 0, MATRIX, np.nan), MATRIX)
        assert message.startswith("Your answer holds nan in ")

    def test_the_answer_can_have_a_name(self, complaint):
        message = complaint(assert_close, (-MATRIX, 1.0), (MATRIX, 1.0), name="What your update returns")
        assert message.startswith("Item 1 of what your update returns has the opposite sign")


class TestRelationsOfTheAuthor:
    def test_the_first_that_the_answer_equals_is_named(self, complaint):
        relations = {"the mean over layers": 3 * VECTOR, "the sum of the squared errors": 5.0 * VECTOR}
        message = complaint(assert_close, 5.0 * VECTOR, VECTOR, relations=relations)
        assert message == "Your answer equals the sum of the squared errors."

    def test_they_may_have_another_shape_and_hold_nan(self, complaint):
        table = np.array([[np.nan, 1.0], [1.0, 2.0]])
        message = complaint(assert_close, table, VECTOR, relations={"the table of all pairs": table.copy()})
        assert message == "Your answer equals the table of all pairs."

    def test_they_do_not_fail_a_right_answer(self):
        assert_close(VECTOR, VECTOR, relations={"something that happens to agree": VECTOR})

    def test_without_a_match_the_failure_stays(self, complaint):
        assert "opposite sign" in complaint(assert_close, -VECTOR, VECTOR, relations={"the square": VECTOR**2})


class TestDetail:
    def test_a_small_right_answer_stands_beside_the_students_own(self):
        with pytest.raises(Failure) as caught:
            assert_close([1.0, 2.0], [1.0, 3.0])
        assert caught.value.detail == "You returned: [1.0, 2.0]\nAsked for: [1.0, 3.0]"

    def test_a_large_one_is_left_out(self):
        with pytest.raises(Failure) as caught:
            assert_close(np.zeros(1000), np.arange(1000.0))
        assert "Asked for" not in caught.value.detail
        assert len(caught.value.detail) < 300

    @LAW
    @given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=6), st.floats(1.1, 9.0))
    def test_no_message_holds_an_expected_number(self, expected, factor):
        with pytest.raises(Failure) as caught:
            assert_close(factor * np.array(expected) ** 2 + 1e7, np.array(expected))
        assert not any(repr(number) in caught.value.message for number in expected if number != int(number))


def test_what_cannot_be_compared_is_the_authors_error():
    with pytest.raises(TypeError):
        assert_close(object(), object())
    with pytest.raises(TypeError):
        assert_close(np.zeros(1), np.array([None]))
