"""Exceptions are explained in plain words that repeat nothing of their text."""

import math

import numpy as np
import pytest

from grader.feedback.exceptions import MEANING_OF_TYPE, explain_exception
from grader.feedback.meanings import MEANING_OF_TEXT

MATRIX = np.ones((2, 3))
COUNTS = np.array([1, 2])
NOTHING = None


def add_in_place():
    counts = np.array([1, 2])
    counts += 0.5


def two_backward(torch):
    loss = (torch.ones(2, requires_grad=True) ** 2).sum()
    loss.backward()
    loss.backward()


def used_too_early():
    early = early + 1  # noqa: F821, F841


def endless(n=0):
    return endless(n + 1)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (lambda: math.exp(MATRIX), "An array stands where Python wants one number"),
        (lambda: float(np.ones((1, 1))), "`.item()` on an array of one entry such as (1, 1)"),
        (lambda: np.dot(MATRIX, MATRIX), "do not fit a matrix product"),
        (lambda: MATRIX @ MATRIX, "do not fit a matrix product"),
        (lambda: MATRIX @ 2, "use `*` with a plain number"),
        (lambda: MATRIX + np.ones((3, 2)), "do not fit together entry by entry"),
        (add_in_place, "An array of integers cannot take decimals in place"),
        (lambda: bool(MATRIX > 0), "want one True or False"),
        (lambda: MATRIX[5], "An index lies beyond the end"),
        (lambda: [][3], "An index lies beyond the end"),
        (lambda: MATRIX[0, 0, 0], "More indices are given"),
        (lambda: MATRIX[1.0], "stands where a whole number is needed"),
        (lambda: range(len(COUNTS) / 2), "stands where a whole number is needed"),
        (lambda: MATRIX.sum(axis=3), "axis 0 is the first one"),
        (lambda: MATRIX.reshape(4, 2), "keep the number of entries"),
        (lambda: np.concatenate([MATRIX, COUNTS]), "joined"),
        (lambda: np.array([[1], [1, 2]]), "rows have different lengths"),
        (lambda: np.zeros(3, 3), "is one argument, a tuple"),
        (lambda: (COUNTS > 1) - (COUNTS > 1), "Booleans cannot be subtracted"),
        (lambda: max([]), "no largest or smallest among nothing"),
        (lambda: np.linalg.inv(np.zeros((2, 2))), "has no inverse"),
        (lambda: NOTHING[0], "Something is None here"),
        (lambda: NOTHING.shape, "Something is None here"),
        (lambda: NOTHING + 1, "Something is None here"),
        (lambda: (lambda x: x)(y=1), "by a name that the function does not have"),
        (lambda: (lambda x: x)(), "number of arguments does not fit"),
        (lambda: (lambda x: x)(1, 2), "number of arguments does not fit"),
        (lambda: hash(COUNTS), "cannot be a key"),
        (lambda: [1] - [2], "cannot do arithmetic"),
        (lambda: [1].shape, "has no shape"),
        (lambda: MATRIX(0), "is called with parentheses"),
        (lambda: undefined_name, "never defined"),  # noqa: F821
        (used_too_early, "before this function gives it a value"),
        (lambda: __import__("no_such_module"), "not available here"),
        (lambda: 1 / 0, "divided by zero"),
        (lambda: math.exp(1000), "grew too large"),
        (lambda: math.log(0), "logarithm of zero"),
        (endless, "calls itself without an end"),
        (lambda: np.ones(10**15), "far too large"),
        (lambda: {}["key"], "no entry under the key"),
        (lambda: int("x"), "Text stands where a number is needed"),
        (lambda: "a" + 1, "Text stands where a number is needed"),
    ],
)
def test_common_exceptions_are_explained(action, words):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any exception a beginner meets
        action()
    assert words in explain_exception(caught.type.__name__, str(caught.value))


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (lambda torch: torch.ones(2, requires_grad=True).add_(1), "`with torch.no_grad():`"),
        (two_backward, "`backward()` was called twice"),
        (lambda torch: torch.ones(2, requires_grad=True).numpy(), "`.detach().numpy()`"),
        (lambda torch: torch.ones(2, 3) @ torch.ones(2, 3), "do not fit a matrix product"),
        (lambda torch: torch.ones(2, 3) + torch.ones(3, 2), "do not fit together entry by entry"),
        (lambda torch: torch.ones(2).sum().backward(), "Nothing in this loss requires a gradient"),
        (lambda torch: (torch.ones(2, requires_grad=True) * 2).backward(), "starts from one number"),
        (lambda torch: torch.ones(2, requires_grad=True).grad.zero_(), "A `.grad` is None here"),
        (lambda torch: torch.nn.Linear(3, 2)(MATRIX), "takes tensors"),
        (lambda torch: torch.ones(2).item(), "`.item()` works on a tensor of one entry only"),
        (lambda torch: torch.nn.BCELoss()(torch.tensor([1.5]), torch.ones(1)), "probabilities from 0 to 1"),
        (lambda torch: torch.nn.CrossEntropyLoss()(torch.ones(1, 3), torch.tensor([5])), "labels run from 0"),
        (lambda torch: torch.nn.CrossEntropyLoss()(torch.ones(2, 3), torch.ones(2)), "`.long()`"),
        (lambda torch: torch.nn.CrossEntropyLoss()(torch.tensor([1, 0]), torch.ones(2, 3)), "outputs first and then"),
        (lambda torch: torch.ones(2).to("cuda"), "There is no GPU here"),
        (lambda torch: torch.ones(2).to("mps"), "There is no GPU here"),
        (lambda torch: torch.ones(2).sum().item().backward(), "`.item()` came before it"),
    ],
)
def test_common_exceptions_of_torch_are_explained(action, words, torch):
    with pytest.raises(Exception) as caught:  # noqa: PT011 - any exception a beginner meets
        action(torch)
    assert words in explain_exception(caught.type.__name__, str(caught.value))


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("NameError", "name 'get_ipython' is not defined", "exist in notebooks only"),
        ("NameError", "name 'display' is not defined", "exist in notebooks only"),
        ("ImportError", "attempted relative import with no known parent package", "without a dot"),
        ("FileNotFoundError", "[Errno 2] No such file or directory", "`num_workers`"),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'data.csv'", "no files to open"),
        ("RuntimeError", "Parent directory models does not exist.", "nothing can be saved"),
        (
            "RuntimeError",
            "[enforce fail] . open file failed with strerror: Read-only file system",
            "nothing can be saved",
        ),
        ("AttributeError", "`np.Inf` was removed in the NumPy 2.0 release. Use `np.inf` instead.", "write `np.inf`"),
        ("AttributeError", "module 'numpy' has no attribute 'product'", "write `np.prod`"),
    ],
)
def test_what_only_type_and_text_together_tell_is_explained(kind, text, words):
    assert words in explain_exception(kind, text)


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        ("ModuleNotFoundError", "No module named 'sympy'", "import sympy"),
        ("NameError", "name 'sympy' is not defined", "return sympy(x)"),
        ("ImportError", "cannot import name 'sympy' from 'numpy'", "from numpy import sympy"),
        ("AttributeError", "'Adam' object has no attribute 'sympy'", "optimizer.sympy()"),
    ],
)
def test_a_name_is_said_only_where_the_students_own_line_holds_it(kind, text, line):
    assert "`sympy`" in explain_exception(kind, text, line)
    for other in ("", "return f(x)", line.replace("sympy", "sympy2")):
        assert "sympy" not in (explain_exception(kind, text, other) or "")


@pytest.mark.parametrize("kind", ["PermissionError", "OSError", "BlockingIOError", "FileNotFoundError"])
def test_what_the_isolation_forbid_is_explained_by_type(kind):
    assert "here" in explain_exception(kind, "[Errno 1] whatever")


def test_an_unknown_exception_is_not_explained():
    assert explain_exception("ValueError", "batch_size must be positive") is None
    assert explain_exception("Exception", "") is None


@pytest.mark.parametrize("kind", ["NameError", "KeyError", "ValueError", "AttributeError", "TypeError"])
def test_nothing_of_the_text_is_repeated(kind):
    text = "name 'x42' is not defined; 'NoneType' object has no attribute 'x42'; shapes (4242,) (2,) not aligned"
    assert "42" not in explain_exception(kind, text)


def test_a_hostile_text_costs_no_time():
    assert explain_exception("ValueError", "shapes " * 100_000) is None


def test_each_meaning_is_one_to_three_sentences():
    for meaning in (*dict(MEANING_OF_TEXT).values(), *MEANING_OF_TYPE.values()):
        assert meaning[0].isupper() or meaning[0] == "`"
        assert meaning.endswith((".", "?"))
        assert len(meaning) < 320
