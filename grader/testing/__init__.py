"""What suites import, and the only part of the grader that they may: checks whose failure names the mistake.

Public and stable, as `numpy.testing` is. A check returns nothing, or the value that it checked; it raises `Failure`
where the student is wrong, and any other exception where the suite is. Where a check takes a `name`, that is what its
sentences call the value.
"""

from grader.feedback.exceptions import explain_exception
from grader.feedback.failures import Failure
from grader.feedback.relations import relation
from grader.testing.batches import assert_batches
from grader.testing.checks import assert_array, assert_iterable, assert_number, assert_tensor, assert_tuple
from grader.testing.close import assert_close
from grader.testing.gradients import assert_gradient
from grader.testing.splits import assert_split
from grader.testing.unchanged import assert_arguments_unchanged, assert_random_state_unchanged

__all__ = [
    "Failure",
    "assert_arguments_unchanged",
    "assert_array",
    "assert_batches",
    "assert_close",
    "assert_gradient",
    "assert_iterable",
    "assert_number",
    "assert_random_state_unchanged",
    "assert_split",
    "assert_tensor",
    "assert_tuple",
    "explain_exception",
    "relation",
]
