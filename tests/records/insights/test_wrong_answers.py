"""A student's code becomes a known-wrong answer that says nothing of the student."""

import ast
from typing import Any

import pytest

from records.insights.wrong_answers import Undraftable, draft_of_wrong_answer, name_for

STARTER = {"model.py": b'def train(data, max_steps):\n    """Train."""\n    raise NotImplementedError\n'}
CODE = b'''"""Homework of Ada Max, ada.max@example.org"""
# I am Ada
__author__ = "Ada Max"
import numpy as np


def train(data, max_steps):
    """Ada wrote this."""
    adas_best, ada_step = 0, 0.1  # mine
    for step in range(max_steps):
        adas_best = np.max(data) * ada_step

    def adaHelper():
        """Only words."""

    return adas_best if data != "metadata" else "Ada's"
'''


def drafted(code: bytes = CODE, sentence: str = "You took the maximum.") -> str:
    return draft_of_wrong_answer({"model.py": code}, STARTER, sentence, ["Ada Max", "ada.max@example.org"])["model.py"]


def test_who_wrote_it_cannot_be_told() -> None:
    text = drafted()

    assert "ada" not in text.lower().replace("metadata", "")
    assert "example" not in text
    assert "#" not in text


def test_who_wrote_it_is_in_no_bytes_handlers_or_patterns() -> None:
    code = b"""
class Point:
    def __init__(self, max_steps):
        self.ada_x = max_steps

def train(data, max_steps):
    by = b"by Ada Max\\xff"
    try:
        raise ValueError("wrong")
    except ValueError as ada:
        seen = [str(ada)]
    match data:
        case [ada_first, *ada_rest]:
            seen += [ada_first, ada_rest]
        case {"x": _, **ada_others}:
            seen += [ada_others]
        case Point(ada_x=int() as adas):
            seen += [adas]
    return seen, by
"""
    text = drafted(code)

    assert "ada" not in text.lower()
    namespace: dict[str, Any] = {}
    exec(compile(text, "draft", "exec"), namespace)
    by = b"by somebody somebody\xff"
    assert namespace["train"]([1, 2], 1) == (["wrong", 1, [2]], by)
    assert namespace["train"]({"x": 1, "y": 2}, 1) == (["wrong", {"y": 2}], by)
    assert namespace["train"](namespace["Point"](3), 1) == (["wrong", 3], by)


def test_what_is_a_librarys_keeps_its_name_though_it_is_a_part_of_who_wrote_it() -> None:
    code = b"""
import math as li
from datetime import timedelta
from functools import partial
from statistics import mean as min_of

class Range:
    min = 3
    def __init__(self, min_value):
        self.min_value = min_value

def scaled(x, min_step=1):
    return x * min_step

def train(data, max_steps):
    min = li.prod(data, start=2)
    low = data.copy() and max(data, key=lambda min: -min)
    seen = Range(min_value=low)
    three = partial(scaled, min_step=3)
    return min, seen.min_value, Range.min, three(1), scaled(1, min_step=2), min_of(data=data), timedelta.min.days
"""
    text = draft_of_wrong_answer({"model.py": code}, STARTER, "Wrong.", ["Min Li", "prod.start.mean@x"])["model.py"]

    namespace: dict[str, Any] = {}
    exec(compile(text, "draft", "exec"), namespace)
    assert namespace["train"]([4, 6], 1) == (48, 4, 3, 3, 2, 5, -999999999)
    assert "min" not in text.lower().replace("timedelta.min.days", "")
    assert "from statistics import mean as " in text


def test_files_that_import_each_other_still_find_what_they_name() -> None:
    files = {
        "model.py": b"import steps\nfrom steps import ada_step\n\nasked = steps.ada_step(1) + ada_step(2)\n",
        "steps.py": b"def ada_step(x):\n    return x\n",
    }
    texts = draft_of_wrong_answer(files, {}, "Wrong.", ["Ada Max"])

    assert "import name_1" in texts["model.py"]
    assert "steps.name_1(1) + name_1(2)" in texts["model.py"]
    assert "def name_1(x)" in texts["steps.py"]


def test_what_it_does_stays() -> None:
    text = drafted()

    assert "def train(data, max_steps):" in text
    assert "np.max(data)" in text
    namespace: dict[str, object] = {}
    exec(compile(text, "draft", "exec"), namespace)
    assert namespace["train"]([1, 3], 1) == pytest.approx(0.3)  # type: ignore[operator]


@pytest.mark.parametrize(
    "sentence", ["You squared.", 'He said "twice"', 'So """ it\\n is', "One.\n\nTwo " + "long " * 60]
)
def test_the_sentence_is_its_docstring(sentence: str) -> None:
    docstring = ast.get_docstring(ast.parse(drafted(sentence=sentence)))

    assert docstring
    assert docstring.split()[0] == sentence.split()[0]


def test_what_is_no_python_is_refused_with_a_sentence() -> None:
    with pytest.raises(Undraftable, match=r"model\.py is no Python"):
        drafted(b"def train(:\n")


def test_of_several_files_the_first_takes_the_docstring() -> None:
    files = {"a.py": b"x = 1\n", "b.py": b"y = 2\n"}

    assert draft_of_wrong_answer(files, {}, "Wrong.", []) == {"a.py": '"""Wrong."""\n\nx = 1\n', "b.py": "y = 2\n"}


def test_names_are_made_of_the_test_and_never_twice_the_same() -> None:
    assert name_for("test_hidden.py::test_bias_is_summed[case0]", []) == "fails_bias_is_summed"
    assert name_for("test_hidden.py::test_bias", ["fails_bias", "fails_bias_2"]) == "fails_bias_3"
