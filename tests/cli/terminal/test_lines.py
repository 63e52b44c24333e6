"""Lines fit for a terminal."""

import io

from rich.console import Console
from rich.text import Text

from cli.terminal.lines import indented, marked


def printed(*things: object, width: int = 40) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    for thing in things:
        console.print(thing)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


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
