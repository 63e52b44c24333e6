"""The commands of the service, against one that runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.services.redis import Redis
from tests.services.service import Service

BUNDLE = ROOT / "tests/bundles/double"


@pytest.fixture(scope="module")
def service(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with a worker for those who wait, and none for reruns."""
    url = f"sqlite:///{tmp_path_factory.mktemp('records')}/records.db"
    with Service(url, redis_server.url) as service:
        yield service.start("interactive")


@pytest.fixture
def at_service(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands find the service."""
    for name in ("GRADELOOP_DATABASE_URL", "GRADELOOP_BROKER_URL"):
        monkeypatch.setenv(name, service.environment[name])


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    """A submission that gets three of four points."""
    path = tmp_path / "double.py"
    path.write_bytes((BUNDLE / "wrong/mean.py").read_bytes())
    return path


@pytest.mark.usefixtures("at_service")
def test_a_submission_is_sent_through_the_service_and_shown(shell, answer: Path) -> None:
    done = shell("send", BUNDLE, answer)
    assert done.returncode == 0, done.stderr
    assert "Submitted as run " in done.stdout
    assert "Double a vector  3 of 4 points" in done.stdout
    assert "✗ The total is the sum of the entries." in done.stdout


@pytest.mark.usefixtures("at_service")
def test_sending_twice_makes_one_course_and_one_assignment(shell, answer: Path, service: Service) -> None:
    for _ in range(2):
        assert shell("send", BUNDLE, answer).returncode == 0
    assert service.courses("operators") == 1


@pytest.mark.usefixtures("at_service")
def test_what_is_not_graded_in_time_ends_with_3_and_says_where_it_is(shell, answer: Path) -> None:
    done = shell("send", BUNDLE, answer, "--queue", "background", "--seconds", "0.5")
    assert done.returncode == 3
    assert "was not graded within 0.5 s; it waits, 0 before it" in " ".join(done.stderr.split())


@pytest.mark.usefixtures("at_service")
def test_a_database_can_be_migrated_again(shell) -> None:
    done = shell("migrate")
    assert (done.returncode, done.stdout) == (0, "The database is up to date.\n")


@pytest.mark.parametrize("command", [("migrate",), ("send", BUNDLE, BUNDLE / "starter.py")])
def test_a_database_that_is_away_ends_with_3(
    shell, monkeypatch: pytest.MonkeyPatch, command: tuple[object, ...]
) -> None:
    monkeypatch.setenv("GRADELOOP_DATABASE_URL", "postgresql+psycopg://gradeloop:hunter2@127.0.0.1:1/none")
    done = shell(*command)
    assert done.returncode == 3
    assert "the database cannot be reached" in done.stderr
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize(
    "command", [("up",), ("worker", "--queue", "background"), ("scheduler",), ("web",), ("migrate",)]
)
def test_a_wrong_setting_ends_with_2_and_is_named(
    shell, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("GRADELOOP_LOG_LEVEL", "none")
    done = shell(*command)
    assert done.returncode == 2
    assert "GRADELOOP_LOG_LEVEL='none'" in " ".join(done.stderr.split())
