"""`gradeloop course` and `gradeloop invite`: for those who run the service."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


_URL_HELP = "Where people reach the portal; else the address that the web process listens on."


@click.command()
@click.argument("slug")
@click.option("--title", required=True, help="What the course is called.")
@click.option("--admin", "email", required=True, metavar="EMAIL", help="Who manages it; added if not known.")
@click.option("--name", default="", help="The admin's name, if not known.")
@click.option("--time-zone", default="", help="Its IANA time zone; else the one in GRADELOOP_TIME_ZONE, or UTC.")
@click.option("--url", default="", help=_URL_HELP)
def course(slug: str, title: str, email: str, name: str, time_zone: str, url: str) -> None:
    """Create a course named SLUG in addresses, with an admin, who then invites others.

    Exit status: 0 created, 2 bad usage or the course exists already, 3 our fault.
    """
    from records.courses.lookup import create_course
    from web.settings import read_portal_settings

    with _writing() as session:
        link = create_course(session, slug, title, email, name, time_zone or read_portal_settings().time_zone)
    click.echo(f"The course {slug} is there.")
    if link:
        click.echo(f"With this link, once, {email} chooses a password: {_base(url)}/invitations/{link}")


@click.command()
@click.argument("email")
@click.option("--url", default="", help=_URL_HELP)
def invite(email: str, url: str) -> None:
    """Print a link with which EMAIL chooses a new password, once; for whoever forgot theirs.

    Exit status: 0 printed, 2 nobody has this address, 3 our fault.
    """
    from records.people.accounts import invite_again

    with _writing() as session:
        link = invite_again(session, email)
    click.echo(f"{_base(url)}/invitations/{link}")


@contextmanager
def _writing() -> "Iterator[Session]":
    """Open the records for one transaction; a ValueError ends as bad usage."""
    from cli.terminal.exits import using_service
    from records.database.engine import open_database
    from worker.settings import read_settings

    with using_service(), closing(open_database(read_settings().database_url)) as database:
        try:
            with database.write() as session:
                yield session
        except ValueError as error:
            raise click.UsageError(str(error)) from None


def _base(url: str) -> str:
    from web.settings import read_portal_settings

    return url.rstrip("/") or f"http://{read_portal_settings().web_address}"
