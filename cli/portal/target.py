"""Which portal a command asks, for what, and with whose token: options, a file in the folder, the environment."""

import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import click
from pydantic import BaseModel, ConfigDict, ValidationError

from cli.terminal.exits import ending_well, understanding
from grader.text import plain

if TYPE_CHECKING:
    from cli.portal.client import Portal

url_option = click.option("--url", envvar="GRADELOOP_URL", default="", help="The portal's address; else GRADELOOP_URL.")

PROJECT_FILE: Final = ".gradeloop.toml"
_TOKEN: Final = "GRADELOOP_TOKEN"
_FORM: Final = re.compile(r"gl_[\w-]{43}", re.ASCII)
_SAFE: Final = re.compile(r"https://|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/|$)")


class Target(BaseModel):
    """What for and where; a `.gradeloop.toml` holds these keys."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: str = ""
    course: str = ""
    assignment: str = ""


@contextmanager
def asking(*needed: str, **given: str) -> Iterator[tuple["Portal", Target]]:
    """Open the portal that a command asks: what is given by options, completed by the file in this folder.

    Raises UsageError if a field that is needed or the token is not known, or the address is none.
    """
    from cli.portal.client import Portal  # it takes its time, and most commands ask no portal

    with ending_well(), understanding():
        token = _token()
        target = _target(Target(**given), needed)
        with Portal(target.url, token) as portal:
            yield portal, target


def path_part(name: object) -> str:
    """Return a name as a part of a path."""
    return quote(str(name), safe="")


def _token() -> str:
    token = os.environ.get(_TOKEN, "").strip()
    if not token:
        raise click.UsageError(f'there is no {_TOKEN}; make a personal token on the page "Your account" of the portal')
    if not _FORM.fullmatch(token):
        raise click.UsageError(f"{_TOKEN} holds no personal token: one begins with gl_ and has 46 characters")
    return token


def _target(given: Target, needed: Sequence[str]) -> Target:
    kept = Target() if all(getattr(given, name) for name in needed) else _kept()
    target = Target(**{name: getattr(given, name) or getattr(kept, name) for name in Target.model_fields})
    for name in needed:
        if not getattr(target, name):
            variable = ", the variable GRADELOOP_URL" if name == "url" else ""
            raise click.UsageError(f'which {name}? Give --{name}{variable}, or {name} = "..." in {PROJECT_FILE}')
    if not re.match(r"https?://[^/@\s]+(/|$)", target.url) or not target.url.isprintable():
        raise click.UsageError(f"{plain(target.url)} is no address of a portal")
    if not _SAFE.match(target.url):
        click.echo(f"{target.url} is not https: whoever is on the way can read your token.", err=True)
    return target


def _kept() -> Target:
    path = Path(PROJECT_FILE)
    try:
        return Target.model_validate(tomllib.loads(path.read_text("utf-8"))) if path.is_file() else Target()
    except ValidationError as error:
        problem = error.errors()[0]
        raise click.UsageError(
            f"{PROJECT_FILE}: {plain('.'.join(map(str, problem['loc'])))}: {problem['msg']}"
        ) from None
    except (ValueError, OSError, RecursionError) as error:
        raise click.UsageError(f"{PROJECT_FILE} cannot be read: {plain(str(error))}") from None
