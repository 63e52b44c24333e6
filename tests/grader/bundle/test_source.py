"""Bytes that cannot be read as Python text are named in a sentence for the student."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.bundle.source import parse, problem_with_source

UNREADABLE = {
    "empty": (b"", "Your file is empty."),
    "blank": (b" \r\n\t\n", "Your file is empty."),
    "only a mark": (b"\xef\xbb\xbf", "Your file is empty."),
    "latin-1": (b"a = 1\nb = 'caf\xe9'\n", "Line 2 of your file is not UTF-8 text; save it as UTF-8."),
    "bad after a mark": (
        b"\xef\xbb\xbfa\n\n\xff",
        "Line 3 of your file is not UTF-8 text; save it as UTF-8.",
    ),
    "cut short": ("é".encode()[:1], "Line 1 of your file is not UTF-8 text; save it as UTF-8."),
    "UTF-16": (
        "x = 1".encode("utf-16"),
        "Your file is saved as UTF-16; save it as UTF-8 and hand it in again.",
    ),
    "NUL": (b"a = 1\nb = '\0'\n", "Line 2 of your file holds a NUL byte, so it is not Python text."),
    "right-to-left override": (
        "a = 1\n# \u202e\n".encode(),
        "Line 2 of your file holds an invisible character (U+202E) that changes the order in which text is "
        "shown; delete it.",
    ),
    "isolate": (
        "'\u2067'".encode(),
        "Line 1 of your file holds an invisible character (U+2067) that changes the order in which text is "
        "shown; delete it.",
    ),
    "another encoding": (
        b"#!/usr/bin/python\n# -*- coding: utf-7 -*-\nx = 1\n",
        "Line 2 of your file declares the encoding utf-7; delete that line.",
    ),
    "an unknown encoding": (
        b"# coding=rot99\nx = 1\n",
        "Line 1 of your file declares the encoding rot99; delete that line.",
    ),
}

READABLE = {
    "plain": b"x = 1\n",
    "no last newline": b"x = 1",
    "byte order mark": b"\xef\xbb\xbfx = 1\n",
    "CRLF": b"x = 1\r\ny = 2\r\n",
    "old Mac": b"x = 1\ry = 2\r",
    "Greek": "σ = 1  # σ(z)\n".encode(),
    "Arabic in a comment": "# مرحبا\u200f\n".encode(),
    "declared UTF-8": b"# -*- coding: utf8 -*-\nx = 1\n",
    "declared too late to count": b"x = 1\n# coding: latin-1\n",
    "not Python": b"PK\x03\x04 hello",
}


@pytest.mark.parametrize(("data", "sentence"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_said(data, sentence):
    assert problem_with_source(data) == sentence


@pytest.mark.parametrize("data", READABLE.values(), ids=READABLE)
def test_what_can_be_read_is_left_to_python(data):
    assert problem_with_source(data) is None


@given(st.binary(max_size=60) | st.text(max_size=30).map(str.encode))
def test_any_bytes_get_an_answer(data):
    problem = problem_with_source(data)
    if problem is None:
        with contextlib.suppress(SyntaxError):
            parse(data)
    else:
        assert problem.endswith(".")
        assert problem.isprintable()


def test_source_nested_too_deeply_is_a_syntax_error():
    with pytest.raises(SyntaxError):
        parse(b"(" * 10_000 + b")" * 10_000)


def test_a_warning_of_the_compiler_is_no_problem():
    assert parse(b"x = '\\d' is 1\n").body
