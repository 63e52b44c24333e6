"""How often somebody may try: counted in the broker, and in this process while that is away."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from records.database.engine import Database
from tests.services.redis import Redis
from tests.web.api.program import Program
from tests.web.portal import Portal


@pytest.fixture
def broker() -> Iterator[Redis]:
    """A broker of the test's own, to be stopped."""
    with Redis() as server:
        yield server


@pytest.fixture
def portal(database: Database, broker: Redis) -> Iterator[Portal]:
    """A portal that counts in that broker."""
    made = Portal(database, broker.url)
    yield made
    made.close()


def test_while_the_broker_is_away_guesses_are_bounded_as_ever(portal: Portal, broker: Redis) -> None:
    portal.person("Ada")
    broker.stop()
    browser = portal.browser()
    statuses = [browser.log_in("ada@example.org", f"guess {number}").status_code for number in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    assert portal.browser().log_in("ada@example.org").status_code == 429


def test_while_the_broker_is_away_programs_are_answered(portal: Portal, broker: Redis) -> None:
    program = Program(portal)
    broker.stop()
    assert program.get("/courses").status_code == 200
    assert program.submit().status_code == 201


def test_a_broker_that_goes_during_a_guess_breaks_nothing(portal: Portal, broker: Redis) -> None:
    portal.person("Ada")
    browser = portal.browser()
    engine = portal.app.extensions["gradeloop"].database.engine
    token = browser.token()
    event.listen(engine, "before_cursor_execute", lambda *_: broker.stop(), once=True)
    form = {"email": "ada@example.org", "password": "a guess", "csrf_token": token}
    assert browser.client.post("/login", data=form).status_code == 422
