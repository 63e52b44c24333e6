"""Each operator makes the mistakes that it is there for, and nothing else is touched."""

import ast
import difflib
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.verify.mutants import Mutant, mutants


def lines(operator: str, source: str) -> list[str]:
    """Return what the changed lines became, one text for each mutant of `operator`."""
    return [became(mutant) for mutant in mutants(source) if mutant.operator == operator]


def became(mutant: Mutant) -> str:
    rows = mutant.diff.splitlines()[3:]
    return "\n".join(row[1:].strip() for row in rows if row.startswith("+"))


# operator: (source, what its lines become)
EXAMPLES = [
    ("axis", "x.sum(axis=0)", ["x.sum(axis=1)"]),
    ("axis", "x.sum(dim=1)", ["x.sum(dim=0)"]),
    ("axis", "x.sum(axis=-1)", ["x.sum(axis=0)"]),
    ("axis", "a = f(x, keepdims=True)", ["a = f(x, keepdims=False)"]),
    ("axis", "a = f(x, keepdim=False)", ["a = f(x, keepdim=True)"]),
    ("axis", "a = f((x + y).T)", ["a = f((x + y))"]),
    ("missing mean", "a = np.mean(x)", ["a = np.sum(x)"]),
    ("missing mean", "a = x.sum()", ["a = x.mean()"]),
    ("missing mean", "a = f(x, reduction='mean')", ['a = f(x, reduction="sum")']),
    ("missing mean", "a = x @ y / n", ["a = x @ y"]),
    ("missing mean", "a = (x + y) / len(x)", ["a = (x + y)"]),
    ("missing mean", "a = x / y.shape[0]", ["a = x"]),
    ("missing mean", "a = x / (2 * y.size)", ["a = x / (2)"]),
    ("missing mean", "a = x / n_rows + y", ["a = x + y"]),
    ("missing mean", "a /= n", ["a /= 1"]),
    ("missing mean", "a = x / y", []),
    ("dropped last batch", "a = range(0, n, b)", ["a = range(0, n - b + 1, b)"]),
    ("dropped last batch", "a = np.arange(0, n, b + 1)", ["a = np.arange(0, n - (b + 1) + 1, b + 1)"]),
    ("dropped last batch", "a = range(n, 0, -1)", []),
    ("dropped last batch", "a = math.ceil(n / b)", ["a = math.floor(n / b)"]),
    ("dropped last batch", "a = ceil(n / b)", ["a = int(n / b)"]),
    ("dropped last batch", "a = -(-n // b)", ["a = (n // b)"]),
    ("dropped last batch", "a = (n + b - 1) // b", ["a = n // b"]),
    ("in place", "def f(x):\n    x = x - y * 2", ["x -= y * 2"]),
    ("in place", "def f(p):\n    x = p\n    x = x * (y)", ["x *= (y)"]),
    ("in place", "for x in p:\n    x = x + 1", ["x += 1"]),
    ("in place", "x = g()\nx = x - y", []),
    ("in place", "a = x.copy()", ["a = x"]),
    ("in place", "a = x.detach().clone()", ["a = x.detach()"]),
    ("in place", "a = np.copy(x + y)", ["a = (x + y)"]),
    ("in place", "a = copy.deepcopy(x)", ["a = x"]),
    (
        "seed",
        "a = np.random.default_rng(seed)",
        ["a = np.random.default_rng()", "a = np.random.default_rng(0)"],
    ),
    ("seed", "a = RandomState(seed=3)", ["a = RandomState()", "a = RandomState(0)"]),
    ("seed", "a = seed is None", ["a = not seed"]),
    ("seed", "a = seed is not None", ["a = seed"]),
    ("seed", "a = x is None", []),
    ("seed", "import numpy as np\na = rng.permutation(n)", ["a = np.arange(n)"]),
    ("seed", "a = rng.permutation(len(x))", ["a = list(range(len(x)))"]),
    ("seed", "a = rng.permutation(rows)", ["a = rows"]),
    ("seed", "a = torch.randperm(n, generator=g)", ["a = torch.arange(n)"]),
    ("seed", "rng.shuffle(x)", ["pass"]),
    ("seed", "torch.manual_seed(seed)", ["pass"]),
    ("training step", "optimizer.zero_grad()", ["pass"]),
    ("training step", "loss.backward()", ["pass"]),
    ("training step", "optimizer.step()", ["pass"]),
    ("training mode", "model.train()", ["model.eval()"]),
    ("training mode", "model.eval()", ["model.train()"]),
    ("gradient recorded", "with torch.no_grad():\n    f()", ["if True:"]),
    ("gradient recorded", "@torch.no_grad()\ndef f(): ...", [""]),
    ("gradient recorded", "a = loss.detach().item()", ["a = loss.item()"]),
    ("off by one", "a = range(n)", ["a = range(n + 1)", "a = range(n - 1)", "a = range(1, n)"]),
    ("off by one", "for _ in range(n): ...", ["for _ in range(n + 1): ...", "for _ in range(n - 1): ..."]),
    (
        "off by one",
        "a = range(0, n - 1)",
        ["a = range(1, n - 1)", "a = range(-1, n - 1)", "a = range(0, n - 1 + 1)", "a = range(0, n - 1 - 1)"],
    ),
    (
        "off by one",
        "a = x[i : i + b]",
        ["a = x[i + 1 : i + b]", "a = x[i - 1 : i + b]", "a = x[i : i + b + 1]", "a = x[i : i + b - 1]"],
    ),
    ("off by one", "a = x[:-1]", ["a = x[:0]", "a = x[:-2]"]),
    (
        "off by one",
        "a = x[: n if n else m]",
        ["a = x[: (n if n else m) + 1]", "a = x[: (n if n else m) - 1]"],
    ),
    ("off by one", "a = x[0]", ["a = x[1]", "a = x[-1]"]),
    ("off by one", "a = x[:, 1]", ["a = x[:, 2]", "a = x[:, 0]"]),
    ("off by one", "a = x[i]", ["a = x[i - 1]"]),
    ("sign", "a = f(x + y)", ["a = f(x - y)"]),
    ("sign", "a = f(x - y)", ["a = f(x + y)"]),
    ("sign", "a -= x", ["a += x"]),
    ("sign", "a = f(-x)", ["a = f(x)"]),
    ("sign", "a = x * y", ["a = -(x * y)"]),
    ("sign", "def f(x):\n    return g(x)", ["return -g(x)"]),
    ("sign", "def f(x):\n    return x, y * 2", ["return -x, y * 2", "return x, -(y * 2)"]),
    ("sign", "def f(x):\n    return tuple(x)", []),
    ("sign", "a = f('x' + y)", []),
    ("sign", "a = f((x)  # + of course\n  + (y))", ["- (y))"]),
    ("operator", "a = f(x * y)", ["a = f(x / y)", "a = f(x @ y)"]),
    ("operator", "a = f(2 * y)", ["a = f(2 / y)"]),
    ("operator", "a = f(x / y)", ["a = f(x * y)"]),
    ("operator", "a = f(x @ y)", ["a = f(x * y)"]),
    ("operator", "a = f(x // y)", ["a = f(x / y)"]),
    ("operator", "a = f(x % y)", ["a = f(x // y)"]),
    ("operator", "a *= x", ["a /= x", "a @= x"]),
    ("operator", "a = f(x**y)", ["a = f(x*y)"]),
    ("operator", "a = f(z / x**y)", ["a = f(z * x**y)", "a = f(z / (x*y))"]),
    ("operator", "a = x < y", ["a = x <= y", "a = x >= y"]),
    ("operator", "a = x <= y", ["a = x < y", "a = x > y"]),
    ("operator", "a = x > y", ["a = x >= y", "a = x <= y"]),
    ("operator", "a = x >= y", ["a = x > y", "a = x < y"]),
    ("operator", "a = x == y", ["a = x != y"]),
    ("operator", "a = x != y", ["a = x == y"]),
    ("operator", "a = x is None", ["a = x is not None"]),
    ("operator", "a = x is  not None", ["a = x is None"]),
    ("operator", "a = x in y", ["a = x not in y"]),
    ("operator", "a = x not in y", ["a = x in y"]),
    ("operator", "a = x and y", ["a = x or y"]),
    ("operator", "a = x or y", ["a = x and y"]),
    ("operator", "a = not x", ["a = x"]),
    ("operator", "a = np.maximum(x, y)", ["a = np.minimum(x, y)"]),
    ("operator", "a = max(x)", ["a = min(x)"]),
    ("operator", "a = x.argmax()", ["a = x.argmin()"]),
    ("constant", "a = 0", ["a = 1", "a = -1"]),
    ("constant", "a = 1", ["a = 2", "a = 0"]),
    ("constant", "a = 2", ["a = 3", "a = 1", "a = 4"]),
    ("constant", "a = 0.5", ["a = 1.5", "a = -0.5", "a = 1.0"]),
    ("constant", "a = 0.01", ["a = 1.01", "a = 0.02"]),
    ("constant", "a = 1e-08", ["a = 1.00000001"]),
    ("constant", "a = 0**x", ["a = 1**x", "a = (-1)**x"]),
    ("constant", "a = True", ["a = False"]),
    ("constant", "a = None", []),
    ("constant", "a = 'text'", []),
    ("constant", "a = zip(x, y, strict=True)", []),
    ("constant", "def f(x, rate=0.25): ...", ["def f(x, rate=1.25): ...", "def f(x, rate=0.5): ..."]),
    ("dropped statement", "x.append(y)", ["pass"]),
    ("dropped statement", "def f():\n    yield x", ["pass"]),
]


@pytest.mark.parametrize(("operator", "source", "expected"), EXAMPLES, ids=[row[1] for row in EXAMPLES])
def test_an_operator_makes_its_mistakes(operator, source, expected):
    assert lines(operator, source) == expected


def test_every_operator_has_an_example():
    assert {row[0] for row in EXAMPLES} == {mutant.operator for _, source, _ in EXAMPLES for mutant in mutants(source)}


UNTOUCHED = {
    "docstring": '"""One, 1."""\n',
    "docstring of a function": 'def f():\n    "1 + 1"\n',
    "comment": "# 1 + 1\n",
    "annotation": "def f(x: Literal[1, 2] = y) -> Array[3]: ...\n",
    "annotated name": "x: Literal[1]\n",
    "import": "import numpy as np\nfrom math import ceil\n",
    "public names": "__all__ = ['a'] + ['b']\n",
    "version": "__version__ = 1\n",
    "raise": "raise ValueError('of ' + name + str(1))\n",
    "message of an assertion": "assert x, 'at least ' + str(1)\n",
    "f-string": "x = f'{a + 1}'\n",
    "main": "if __name__ == '__main__':\n    print(1 + 1)\n",
    "decorator": "@cache(1)\ndef f(): ...\n",
    "ellipsis": "class A:\n    ...\n",
    "marked line": "x = a + 1  # no mutants: the sum is not used\n",
    "marked header": "for i in range(n):  # no mutants: any n will do\n    pass\n",
}


@pytest.mark.parametrize("source", UNTOUCHED.values(), ids=UNTOUCHED)
def test_what_is_no_part_of_the_solution_is_left_alone(source):
    assert mutants(source) == []


def test_a_mark_without_a_reason_exempts_nothing():
    assert mutants("x = a + 1  # no mutants:\n")


def test_a_mark_exempts_its_own_line_only():
    assert {mutant.line for mutant in mutants("a = 1\nb = 2  # no mutants: unused\nc = 3\n")} == {1, 3}


def test_a_mutant_says_what_it_is():
    source = "def f(x):\n    y = x\n    return x - y\n"
    assert mutants(source)[0] == Mutant(
        operator="sign",
        line=3,
        source="def f(x):\n    y = x\n    return x + y\n",
        diff="--- reference\n+++ mutant\n@@ -3 +3 @@\n-    return x - y\n+    return x + y\n",
        description="Line 3: `return x - y` became `return x + y`.",
    )


def test_a_dropped_statement_is_described_as_dropped():
    (mutant,) = mutants("optimizer.step()\n")
    assert mutant.description == "Line 1: `optimizer.step()` was dropped."


def test_the_order_is_that_of_the_lines():
    numbers = [mutant.line for mutant in mutants("\n".join(f"a{n} = x + {n}" for n in range(20)))]
    assert numbers == sorted(numbers)


def test_two_ways_to_one_mistake_are_one_mutant():
    # An index is a constant too.
    assert [mutant.operator for mutant in mutants("a = x[0]\n")] == ["off by one", "off by one"]


def test_two_spellings_of_one_value_are_one_mutant():
    # `x[-0]` is `x[0]`, and `x[-2]` is found three times.
    assert [became(mutant) for mutant in mutants("a = x[-1]\n")] == ["a = x[0]", "a = x[-2]", "a = x[1]"]


def test_a_change_that_the_compiler_sees_through_is_no_mutant():
    assert "a = 2*2\n" not in [mutant.source for mutant in mutants("a = 2**2\n")]


def test_a_source_that_does_not_compile_has_no_mutants():
    with pytest.raises(SyntaxError):
        mutants("def f(:\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_wide_letters_do_not_move_the_place(newline):
    source = newline.join(["σ = 'é€'", "def ƒ(β):", "    return f(β) @ (σ - β)  # ∂", ""])
    found = [mutant for mutant in mutants("\ufeff" + source) if mutant.operator == "sign"]
    assert [mutant.source for mutant in found] == [
        source.replace("σ - β", "σ + β"),
        source.replace("f(β) @ (σ - β)", "-(f(β) @ (σ - β))"),
    ]
    assert [mutant.line for mutant in found] == [3, 3]


SOLUTION = '''\
"""Mini-batch gradient descent."""

import numpy as np


def batches(X, y, batch_size, seed=None):
    """Yield the batches."""
    rng = np.random.default_rng(0 if seed is None else seed)
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


def epoch(w, b, X, y, lr=0.1, batch_size=4):
    w = w.copy()
    for X_batch, y_batch in batches(X, y, batch_size):
        error = (
            X_batch @ w  # the answer
            + b - y_batch
        )
        w = w - lr * X_batch.T @ error / len(error)
        b = b - lr * error.mean(axis=0, keepdims=False)
    return w, b
'''


def test_every_mutant_of_a_solution_compiles_and_is_another():
    found = mutants(SOLUTION)
    assert len(found) > 40
    assert len({mutant.source for mutant in found} | {SOLUTION}) == len(found) + 1
    for mutant in found:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(mutant.source)


def test_every_mutant_of_a_solution_changes_one_line_or_two():
    for mutant in mutants(SOLUTION):
        rows = list(difflib.ndiff(SOLUTION.splitlines(), mutant.source.splitlines()))
        assert len([row for row in rows if row.startswith("- ")]) in (1, 2)
        assert mutant.description.startswith(f"Line {mutant.line}: `")


def test_mutants_are_the_same_each_time():
    assert mutants(SOLUTION) == mutants(SOLUTION)


def test_every_operator_of_arrays_finds_something_in_a_solution():
    assert {mutant.operator for mutant in mutants(SOLUTION)} == {
        "axis",
        "missing mean",
        "dropped last batch",
        "in place",
        "seed",
        "off by one",
        "sign",
        "operator",
        "constant",
        "dropped statement",
    }


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "y", "0", "1.5", "n", "True", "x[1:]", "σ"]),
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**", "@", "<", "==", "is not", "and"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} ({parts[2]}))"
        )
        | inner.map(lambda part: f"-({part})")
        | inner.map(lambda part: f"not ({part})")
        | inner.map(lambda part: f"f({part}, axis=1).T")
    ),
    max_leaves=6,
)


@settings(deadline=None)  # a busy machine is no mistake in a mutant
@given(EXPRESSIONS)
def test_any_expression_has_mutants_of_one_line_that_compile(expression):
    source = f"before = 'ü'  # no mutants: fixed\nreturned = {expression}\nafter = None\n"
    for mutant in mutants(source):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(mutant.source)
        assert mutant.line == 2
        assert mutant.source.splitlines()[0::2] == source.splitlines()[0::2]
        assert mutant.source != source
