"""What suites say to students: checks that fail with a sentence which names the mistake."""

from grader.feedback.checks import assert_array, assert_iterable, assert_number, assert_tensor, assert_tuple
from grader.feedback.close import assert_close
from grader.feedback.exceptions import explain_exception
from grader.feedback.failure import Failure
from grader.feedback.relations import relation

__all__ = [
    "Failure",
    "assert_array",
    "assert_close",
    "assert_iterable",
    "assert_number",
    "assert_tensor",
    "assert_tuple",
    "explain_exception",
    "relation",
]
