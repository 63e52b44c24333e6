"""The events of a submission for programs: those of the page, with tests as data."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from httpx_sse import EventSource, ServerSentEvent
from werkzeug.test import TestResponse

from tests.services.postgres import ON_SQLITE
from tests.web.api.program import Program
from tests.web.portal import passed

Publish = Callable[..., None]
pytestmark = ON_SQLITE  # what is streamed comes from the broker


def events_in(answer: TestResponse) -> list[ServerSentEvent]:
    response = httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.data)
    return [event for event in EventSource(response).iter_sse() if event.data]  # the first only says when to ask again


@pytest.fixture
def submission_id(program: Program) -> str:
    return str(program.submit().get_json()["id"])


@pytest.fixture
def publish(program: Program, submission_id: str) -> Publish:
    """Say what happens to the submission's run, as a worker does."""
    events = program.portal.app.extensions["gradeloop"].announcer.events
    run_id = program.run_of(submission_id)

    def say(kind: str, tries: int = 1, **data: Any) -> None:
        assert events.publish(run_id, kind, tries, **data)

    return say


def test_tests_come_as_data_and_those_not_to_be_seen_only_count(
    program: Program, submission_id: str, publish: Publish
) -> None:
    seen, hidden = passed(), passed("test_hidden.py::test_secret", visibility="hidden", max_points=2.0)
    publish("running")
    for test in (hidden, seen):
        publish("test", test=test.to_json())
    publish("finished")
    answer = program.get(f"/submissions/{submission_id}/events")
    assert (answer.status_code, answer.mimetype) == (200, "text/event-stream")
    events = events_in(answer)
    assert [event.event for event in events] == ["started", "test", "finished"]
    data = events[1].json()
    assert (data["name"], data["test"]["title"]) == (seen.name, seen.title)
    assert (data["done_points"], data["total_points"]) == (3.0, float(program.portal.bundle.max_score))
    assert "secret" not in answer.text


def test_a_stream_that_goes_on_tells_only_what_is_new_and_knows_the_sum(
    program: Program, submission_id: str, publish: Publish
) -> None:
    publish("running")
    for name in ("test_hidden.py::test_one", "test_hidden.py::test_two"):
        publish("test", test=passed(name).to_json())
    publish("finished")
    whole = events_in(program.get(f"/submissions/{submission_id}/events"))
    rest = events_in(program.get(f"/submissions/{submission_id}/events", headers={"Last-Event-ID": whole[1].id}))
    assert [event.id for event in rest] == [event.id for event in whole[2:]]
    assert rest[0].json()["done_points"] == 2.0


@pytest.mark.parametrize("known", ["", "x", "1-x", "-", "9" * 400, "1-1\u00e9"])
def test_an_id_that_is_none_is_as_good_as_none(
    program: Program, submission_id: str, publish: Publish, known: str
) -> None:
    publish("running")
    publish("finished")
    answer = program.get(f"/submissions/{submission_id}/events", headers={"Last-Event-ID": known})
    assert [event.event for event in events_in(answer)] == ["started", "finished"]


def test_what_is_begun_anew_starts_over(program: Program, submission_id: str, publish: Publish) -> None:
    publish("running", 2)
    publish("test", 1, test=passed("test_hidden.py::test_stale").to_json())
    publish("test", 2, test=passed().to_json())
    publish("finished", 2)
    events = events_in(program.get(f"/submissions/{submission_id}/events"))
    assert [event.event for event in events] == ["started", "test", "finished"]
    assert events[1].json()["done_points"] == 1.0


def test_there_is_nothing_to_stream_of_what_is_finished(program: Program) -> None:
    submission_id = program.graded([passed()])["id"]
    answer = program.get(f"/submissions/{submission_id}/events")
    assert (answer.status_code, answer.data) == (204, b"")
