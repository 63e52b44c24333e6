"""Kind, dtype, shape and finiteness are checked in that order, each with its own sentence."""

import itertools

import numpy as np
import pytest

from grader.feedback.failures import Failure
from grader.testing.checks import assert_array, assert_iterable, assert_number, assert_tensor, assert_tuple

COLUMN = np.array([[1.0], [2.0], [3.0]])


class TestArrays:
    def test_a_fitting_array_is_returned(self):
        assert assert_array(COLUMN, shape=(3, 1), dtype="float") is COLUMN

    @pytest.mark.parametrize(
        ("value", "dtype"),
        [
            (np.arange(3), "int"),
            (np.arange(3) > 1, "bool"),
            (np.float32([1]), "float"),
            (np.float32([1]), np.float32),
        ],
    )
    def test_dtypes_are_named_by_kind_or_exactly(self, value, dtype):
        assert assert_array(value, dtype=dtype) is value

    def test_none_in_a_shape_fits_any_length(self, complaint):
        assert assert_array(COLUMN, shape=(None, 1)) is COLUMN
        assert (
            complaint(assert_array, COLUMN, shape=(None, 2))
            == "Your answer has shape (3, 1), but (any, 2) is asked for."
        )

    def test_a_number_passes_where_no_axis_is_asked_for(self):
        assert assert_array(2.5, shape=()).shape == ()

    @pytest.mark.parametrize(
        ("value", "sentence"),
        [
            (
                None,
                "Your answer is None, but a NumPy array is asked for. Does every path through your function end in "
                "`return`?",
            ),
            (
                [1.0],
                "Your answer is a list of 1 item, but a NumPy array is asked for. `np.array(...)` makes an array of a "
                "list.",
            ),
            ("no", "Your answer is text, but a NumPy array is asked for."),
            (COLUMN.astype(int), "Your answer holds integers (dtype int64), but floating-point numbers are asked for."),
            (
                COLUMN.astype(object),
                "Your answer holds objects (dtype object), but floating-point numbers are asked for.",
            ),
            (COLUMN > 1, "Your answer holds booleans (dtype bool), but floating-point numbers are asked for."),
            (
                COLUMN[:, 0],
                "Your answer has shape (3,), but (3, 1) is asked for. The number of entries is right; only "
                "their arrangement is not.",
            ),
            (COLUMN.T, "Your answer has shape (1, 3), but (3, 1) is asked for. Rows and columns are swapped."),
            (np.zeros((0, 1)), "Your answer has no entry, but (3, 1) is asked for."),
        ],
    )
    def test_what_does_not_fit_is_said(self, complaint, value, sentence):
        assert complaint(assert_array, value, shape=(3, 1), dtype="float") == sentence

    @pytest.mark.parametrize(("bad", "word"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "inf")])
    def test_values_must_be_finite_unless_told_otherwise(self, complaint, bad, word):
        value = np.array([1.0, bad, bad])
        assert complaint(assert_array, value).startswith(f"Your answer holds {word} in 2 of its 3 entries.")
        assert assert_array(value, finite=False) is value

    def test_minus_infinity_may_come_of_a_log_or_of_an_overflow(self, complaint):
        told = complaint(assert_array, np.array([-np.inf]))
        assert told.endswith("It comes from the log of zero, a division by zero, or an `exp` that overflows.")

    def test_a_masked_array_is_no_array(self):
        with pytest.raises(Failure):
            assert_array(np.ma.masked_all(3))

    def test_a_broadcast_column_is_recognised(self, complaint):
        assert "did a column of shape (3, 1) meet a flat vector (3,)?" in complaint(
            assert_array, COLUMN - COLUMN[:, 0], shape=(3,)
        )

    def test_the_answer_can_have_a_name(self, complaint):
        assert complaint(assert_array, 3, name="The gradient of W1").startswith("The gradient of W1 is a number")

    def test_field_names_are_not_repeated(self, complaint):
        value = np.zeros(2, dtype=[("the_hidden_input_was_42", float)])
        assert "42" not in complaint(assert_array, value)


class TestTensors:
    def test_a_fitting_tensor_is_returned(self, torch):
        value = torch.ones(2, 3)
        assert assert_tensor(value, shape=(2, 3), dtype=torch.float32, requires_grad=False) is value
        assert assert_tensor(value, dtype="float") is value

    def test_what_does_not_fit_is_said(self, complaint, torch):
        assert complaint(assert_tensor, np.ones(2)).startswith(
            "Your answer is a NumPy array of shape (2,), but a PyTorch"
        )
        assert complaint(assert_tensor, torch.ones(2), shape=3) == "Your answer has shape (2,), but (3,) is asked for."
        assert "torch.float32" in complaint(assert_tensor, torch.ones(2), dtype=torch.float64)
        assert "integers" in complaint(assert_tensor, torch.ones(2).long(), dtype="float")
        assert "nan" in complaint(assert_tensor, torch.ones(2) * torch.nan)
        assert "does not require a gradient" in complaint(assert_tensor, torch.ones(2), requires_grad=True)
        tracked = torch.ones(2, requires_grad=True)
        assert "still requires a gradient" in complaint(assert_tensor, tracked, requires_grad=False)


class TestNumbers:
    @pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int64(2), np.array(2.0)])
    def test_any_single_number_becomes_a_float(self, value):
        assert assert_number(value) == 2.0
        assert type(assert_number(value)) is float

    @pytest.mark.parametrize(
        "value",
        [
            True,
            np.True_,
            np.array(True),
            None,
            "2",
            2j,
            [2],
            np.array([2.0]),
            np.array([[2.0]]),
            np.array("2"),
        ],
    )
    def test_anything_else_is_refused(self, value):
        with pytest.raises(Failure):
            assert_number(value)

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("-inf"), 10**400])
    def test_it_must_be_finite_unless_told_otherwise(self, value):
        with pytest.raises(Failure, match="finite number"):
            assert_number(value)
        assert_number(value, finite=False)

    def test_a_tensor_of_one_entry_is_told_about_item(self, complaint, torch):
        assert "`.item()`" in complaint(assert_number, torch.tensor(2.0))


class TestTuples:
    @pytest.mark.parametrize("value", [(1, 2), [1, 2]])
    def test_a_tuple_or_list_of_that_length_passes(self, value):
        assert assert_tuple(value, 2) == (1, 2)

    def test_other_lengths_and_kinds_are_refused(self, complaint):
        assert complaint(assert_tuple, (1,), 2) == "Your answer has 1 item, but 2 are asked for."
        assert complaint(assert_tuple, COLUMN, 3).endswith("but a tuple of 3 items is asked for.")


class TestIterables:
    def test_lists_tuples_and_iterators_become_lists(self, handed_over):
        assert assert_iterable([1, 2]) == assert_iterable((1, 2)) == [1, 2]
        assert assert_iterable(handed_over(n for n in (1, 2))) == [1, 2]
        assert assert_iterable(handed_over(zip((1,), (2,), strict=True))) == [(1, 2)]

    def test_an_iterator_without_an_end_is_stopped(self, complaint, handed_over):
        message = complaint(assert_iterable, handed_over(n for n in itertools.count()), at_most=50)
        assert message == "Your answer gives more than 50 items. Does its loop come to an end?"

    @pytest.mark.parametrize("value", [None, "ab", {1: 2}, {1, 2}, COLUMN, 3])
    def test_other_kinds_are_refused(self, value):
        with pytest.raises(Failure, match="a list, a tuple or a generator is asked for"):
            assert_iterable(value)

    def test_an_object_may_be_iterable_or_only_pretend_to_be(self, complaint, handed_over):
        class Loader:
            def __init__(self, items):
                self.items = items

            def __iter__(self):
                return self.items

        assert assert_iterable(handed_over(Loader(iter([1, 2])))) == [1, 2]
        assert "an object of some other class" in complaint(assert_iterable, handed_over(Loader(3)))

    def test_a_function_was_perhaps_not_called(self, complaint, handed_over):
        assert complaint(assert_iterable, handed_over(len)).endswith("Are the parentheses of a call missing?")
