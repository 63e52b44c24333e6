"""Lines fit for a terminal."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from cli.lines import indented, marked, plain


def printed(*things: object, width: int = 40) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    for thing in things:
        console.print(thing)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text",
    ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "a\rb", "\x00", "\x7f", "\u202eevil", "\ud800", "\x08\x08"],
)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    assert all(letter.isprintable() for letter in plain(text))


def test_lines_tabs_and_letters_of_all_scripts_stay() -> None:
    text = "σ(z)\n\tявь 零 😀 é"
    assert plain(text) == text


def test_a_long_line_goes_on_under_its_text() -> None:
    assert printed(marked("✓", "green", Text("one two three four")), width=12) == [
        "  ✓ one two",
        "    three",
        "    four",
    ]


def test_brackets_are_text_and_no_style() -> None:
    assert printed(marked("✗", "red", Text("[bold]w[0][/bold]"))) == ["  ✗ [bold]w[0][/bold]"]


def test_indented_lines_stay_indented_where_they_break() -> None:
    assert printed(indented(Text("one two three four"), by=4), width=12) == ["    one two", "    three", "    four"]
