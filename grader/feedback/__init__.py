"""What suites say to students: checks that fail with a sentence which names the mistake."""

from grader.feedback.batches import assert_batches
from grader.feedback.checks import assert_array, assert_iterable, assert_number, assert_tensor, assert_tuple
from grader.feedback.close import assert_close
from grader.feedback.effects import assert_arguments_unchanged, assert_random_state_unchanged
from grader.feedback.exceptions import explain_exception
from grader.feedback.failure import Failure
from grader.feedback.gradients import assert_gradient
from grader.feedback.relations import relation
from grader.feedback.splits import assert_split

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
