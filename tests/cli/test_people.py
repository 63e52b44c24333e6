"""`gradeloop course` and `gradeloop invite`: a course to begin with, and a way back in."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cli import main
from records.courses.models import Course
from records.database.engine import open_database
from records.database.migrate import migrate
from web import create_app
from web.settings import PortalSettings


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the records are that the commands write to."""
    url = f"sqlite:///{tmp_path}/records.db"
    database = open_database(url)
    migrate(database)
    database.close()
    monkeypatch.setenv("GRADELOOP_DATABASE_URL", url)
    return url


def found(*more: str) -> Result:
    command = ["course", "ml", "--title", "Machine learning", "--admin", "Grace@example.org", *more]
    return CliRunner().invoke(main, command)


def test_a_course_is_founded_and_its_admin_gets_in_by_the_link(url: str) -> None:
    made = found("--name", "Grace", "--url", "https://grades.example.org/")
    assert made.exit_code == 0, made.output
    link = re.search(r"https://grades\.example\.org(/invitations/\S+)", made.output)
    assert link
    app = create_app(PortalSettings(database_url=url))
    page = app.test_client().get(link[1])
    app.extensions["gradeloop"].close()
    assert page.status_code == 200
    assert "grace@example.org" in page.text


@pytest.mark.usefixtures("url")
def test_a_course_that_is_there_already_is_left_alone() -> None:
    found("--name", "Grace")
    again = found("--name", "Grace")
    assert again.exit_code == 2
    assert "There is a course ml already." in again.output


@pytest.mark.usefixtures("url")
def test_an_admin_who_is_not_known_must_be_named() -> None:
    refused = found()
    assert refused.exit_code == 2
    assert "Nobody here has the address" in refused.output


@pytest.mark.usefixtures("url")
def test_somebody_who_forgot_their_password_is_invited_again() -> None:
    found("--name", "Grace")
    shown = CliRunner().invoke(main, ["invite", "grace@example.org"]).output
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/invitations/\S+\n", shown)
    nobody = CliRunner().invoke(main, ["invite", "nobody@example.org"])
    assert (nobody.exit_code, "Nobody here has the address" in nobody.output) == (2, True)


@pytest.mark.parametrize(
    ("options", "setting", "zone"),
    [
        ([], None, "UTC"),
        ([], "Asia/Tokyo", "Asia/Tokyo"),
        (["--time-zone", "Europe/Berlin"], "Asia/Tokyo", "Europe/Berlin"),
    ],
    ids=["nothing said", "a setting", "an option"],
)
def test_a_course_has_the_time_zone_of_the_option_or_the_setting(
    url: str, monkeypatch: pytest.MonkeyPatch, options: list[str], setting: str | None, zone: str
) -> None:
    if setting:
        monkeypatch.setenv("GRADELOOP_TIME_ZONE", setting)
    assert found("--name", "Grace", *options).exit_code == 0
    with closing(open_database(url)) as database, database.read() as session:
        assert session.scalars(select(Course.time_zone)).one() == zone


@pytest.mark.usefixtures("url")
def test_a_time_zone_that_is_none_is_refused() -> None:
    refused = found("--name", "Grace", "--time-zone", "Berlin")
    assert refused.exit_code == 2
    assert "There is no such time zone." in refused.output
