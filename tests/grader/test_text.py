"""Text of unknown origin."""

import pytest

from grader.text import plain


@pytest.mark.parametrize(
    "text",
    ["\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "a\rb", "\x00", "\x7f", "\u202eevil", "\ud800", "\x08\x08"],
)
def test_nothing_that_a_terminal_obeys_is_left(text: str) -> None:
    assert all(letter.isprintable() for letter in plain(text))


def test_lines_tabs_and_letters_of_all_scripts_stay() -> None:
    text = "σ(z)\n\tявь 零 😀 é"
    assert plain(text) == text
