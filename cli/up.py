"""`gradeloop up`: the whole service in one command, on one machine."""

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cli.embedded.broker import broker_command, broker_program
from cli.embedded.supervision import Program, supervise
from cli.terminal.exits import OurFault
from worker.settings import QUEUES, Settings, read_settings

if TYPE_CHECKING:
    from web.settings import PortalSettings

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@click.command()
@click.option("--demo", is_flag=True, help="With a demo course, and people to log in as; for this machine alone.")
def up(demo: bool) -> None:
    """Start the whole service on this machine: web, scheduler, workers, database and broker; Ctrl-C ends it.

    What no GRADELOOP_ variable names is kept in the folder GRADELOOP_DATA_DIR (var): an SQLite database, and the data
    of a Redis or Valkey that this command starts. Docker isolation is used where an engine and the images are there.

    Exit status: 0 ended, 2 a setting is wrong, 3 could not start.
    """
    from cli.terminal.exits import using_service
    from web.settings import read_portal_settings

    with using_service():
        settings, portal = read_settings(), read_portal_settings()
        folder = settings.data_dir.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        click.echo("Gradeloop starts.")
        broker_url, programs = _broker(settings, folder)
        os.environ |= {
            "GRADELOOP_BROKER_URL": broker_url,
            "GRADELOOP_DATABASE_URL": _database_url(settings, folder),
            "GRADELOOP_DATA_DIR": str(folder),
            "GRADELOOP_ISOLATION": _isolation(settings),
        }
        if demo:
            _demo(portal)
    _say("Address", f"http://{portal.web_address}{'/login' if demo else ''}")
    supervise({**programs, **_own_programs(settings)}, folder)


def _broker(settings: Settings, folder: Path) -> tuple[str, dict[str, Program]]:
    if "broker_url" in settings.model_fields_set:
        _say("Broker", "the one that GRADELOOP_BROKER_URL names")
        return settings.broker_url, {}
    program, where = broker_program()
    socket = folder / "broker.sock"
    _say("Broker", where)
    return f"unix://{socket}", {"broker": Program(broker_command(program, folder, socket), leant_on=True)}


def _database_url(settings: Settings, folder: Path) -> str:
    """Return the database's URL, its tables made."""
    from records.database.engine import open_database
    from records.database.migrate import migrate

    url, where = settings.database_url, "the database that GRADELOOP_DATABASE_URL names"
    if "database_url" not in settings.model_fields_set:
        path = folder / "gradeloop.db"
        url, where = f"sqlite:///{path}", f"SQLite, {path}"
    with closing(open_database(url)) as database:
        migrate(database)
    _say("Records", where)
    return url


def _demo(portal: "PortalSettings") -> None:
    """Make the demo course if it is not there, and tell whom to log in as; never where others could reach it."""
    from cli.embedded.demo import PASSWORD, PEOPLE, seed
    from records.database.engine import open_database

    if portal.web_host not in _LOOPBACK:
        raise OurFault("the demo's passwords are known to all, so it is shown on this machine alone: 127.0.0.1.")
    with closing(open_database(os.environ["GRADELOOP_DATABASE_URL"])) as database:
        seed(database)
    _say("Demo", f"log in as one of these, with the password {PASSWORD}")
    for one in PEOPLE:
        click.echo(f"    {one.email:20} {one.role}")


def _isolation(settings: Settings) -> str:
    from worker.isolation.choice import choose_isolation

    isolation, why = choose_isolation(settings)
    _say("Isolation", why)
    return isolation.name.lower()


def _own_programs(settings: Settings) -> dict[str, Program]:
    """Return the service's own; where metrics are shown, each worker takes a port after the scheduler's."""
    workers = {f"worker-{queue}": ["worker", "--queue", queue] for queue in QUEUES if settings.slots(queue)}
    arguments = {"scheduler": ["scheduler"], **workers, "web": ["web"]}
    ports = (str(settings.metrics_port and settings.metrics_port + place) for place in range(len(arguments)))
    return {
        name: Program([sys.executable, "-m", "cli", *rest], {"GRADELOOP_METRICS_PORT": port})
        for (name, rest), port in zip(arguments.items(), ports, strict=True)
    }


def _say(what: str, how: str) -> None:
    click.echo(f"  {what}: {how.removesuffix('.')}")
