"""Links, headings, commands and options on all pages exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from cli import main
from tests.docs.pages import BLOCK, PAGES, ROOT, commands

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def prose(page: Path) -> str:
    return BLOCK.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


LINKS = [
    pytest.param(page, link, id=f"{page.name}-{link}")
    for page in PAGES
    for link in dict.fromkeys(one or other for one, other in LINK.findall(prose(page)))
]
COMMANDS = [
    pytest.param(command.line, id=f"{page.name}-{command.line}")
    for page in PAGES
    for command in commands(page.read_text())
]


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_a_link_has_a_target(page: Path, link: str) -> None:
    if link.startswith("https://"):
        return
    file, _, anchor = link.partition("#")
    target = (page.parent / file).resolve() if file else page
    assert target.exists()
    assert target.is_relative_to(ROOT)
    if anchor:
        assert anchor in anchors(target)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_exists_with_its_options(line: str) -> None:
    name, *arguments = shlex.split(line)
    match name:
        case "make":
            targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
            assert {word for word in arguments if "=" not in word} <= targets
        case "gradeloop" | ".venv/bin/gradeloop":
            command = main.commands[arguments[0]]
            options = {option for parameter in command.params for option in parameter.opts}
            assert {word for word in arguments[1:] if word.startswith("-")} <= options | {"-"}
        case _ if name.startswith("scripts/"):
            assert (ROOT / name).is_file()
        case _:
            assert name in ("rm", "git", "cd", "docker")


def test_options_named_in_prose_are_options() -> None:
    known = {option for command in main.commands.values() for parameter in command.params for option in parameter.opts}
    known |= {"--help", "--version"}
    for page in PAGES:
        said = {
            word
            for part in re.findall(r"`([^`]+)`", prose(page))
            if part.startswith(("--", "gradeloop "))
            for word in re.findall(r"--[a-z-]+", part)
        }
        assert said <= known, page.name


def test_every_command_is_named_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert all(f"gradeloop {name}" in readme for name in main.commands)
    assert isinstance(main, click.Group)
