"""Which portal a command asks, for what, and with whose token: options, a file in the folder, the environment."""

import os
import re
import tomllib
from pathlib import Path
from typing import Final
from urllib.parse import quote

import click
from pydantic import BaseModel, ConfigDict, ValidationError

from grader.text import plain

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


def read_token() -> str:
    """Return the personal token in the environment.

    Raises:
        click.UsageError: there is none.
    """
    token = os.environ.get(_TOKEN, "").strip()
    if not token:
        raise click.UsageError(f'there is no {_TOKEN}; make a personal token on the page "Your account" of the portal')
    if not _FORM.fullmatch(token):
        raise click.UsageError(f"{_TOKEN} holds no personal token: one begins with gl_ and has 46 characters")
    return token


def read_target(given: Target, *needed: str) -> Target:
    """Return where a command is to go: what is given, completed by the file in this folder.

    Args:
        given: by options.
        needed: the fields that must be known, by name; all where none is named.

    Raises:
        click.UsageError: one is not known, or the address is none.
    """
    names = needed or tuple(Target.model_fields)
    kept = Target() if all(getattr(given, name) for name in names) else _kept()
    target = Target(**{name: getattr(given, name) or getattr(kept, name) for name in Target.model_fields})
    for name in names:
        if not getattr(target, name):
            variable = ", the variable GRADELOOP_URL" if name == "url" else ""
            raise click.UsageError(f'which {name}? Give --{name}{variable}, or {name} = "..." in {PROJECT_FILE}')
    if not re.match(r"https?://[^/@\s]+(/|$)", target.url) or not target.url.isprintable():
        raise click.UsageError(f"{plain(target.url)} is no address of a portal")
    if not _SAFE.match(target.url):
        click.echo(f"{target.url} is not https: whoever is on the way can read your token.", err=True)
    return target


def path_part(name: object) -> str:
    """Return a name as a part of a path."""
    return quote(str(name), safe="")


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
