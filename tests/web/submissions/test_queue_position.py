"""Where runs stand: looked up once for all who watch, and never wrong for who has just come or gone."""

import pytest

from records.queue.eta import QueuePosition
from tests.web.portal import Portal, passed
from tests.web.test_queries import counted
from web.submissions.queue_position import in_words


def test_many_who_watch_cost_one_look_at_the_line(portal: Portal) -> None:
    database = portal.app.extensions["gradeloop"].database
    watchers = [portal.logged_in(name) for name in ("Ada", "Ben", "Chen")]
    states = [portal.submit(watcher).get_json()["state"] for watcher in watchers]
    with counted(database) as statements:
        places = [watcher.get(state).get_json()["position"] for watcher, state in zip(watchers, states, strict=True)]
    looks = [statement for statement in statements if "FROM slots" in statement]
    assert places == [1, 2, 3]
    assert len(looks) <= 3
    with counted(database) as statements:
        for watcher, state in zip(watchers, states, strict=True):
            watcher.get(state)
    assert len([statement for statement in statements if "FROM slots" in statement]) <= 1


def test_a_run_that_is_finished_since_says_so_at_once(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    ticket = portal.submit(browser).get_json()
    assert browser.get(ticket["state"]).get_json()["state"] == "queued"
    portal.grade(ticket["run"], [passed()])
    assert browser.get(ticket["state"]).get_json()["finished"]


@pytest.mark.parametrize(
    ("ahead", "eta", "sentence"),
    [
        (0, 1.2, "Yours is next; the score comes in about a second."),
        (1, 2.1, "1 submission is ahead of yours; the score comes in about 3 seconds."),
        (3, 89.0, "3 submissions are ahead of yours; the score comes in about 89 seconds."),
        (40, 121.0, "40 submissions are ahead of yours; the score comes in about 3 minutes."),
    ],
)
def test_who_waits_is_told_how_many_are_ahead_and_how_long_it_takes(ahead: int, eta: float, sentence: str) -> None:
    assert in_words(QueuePosition("queued", ahead + 1, eta, ahead)) == sentence


def test_who_is_graded_is_told_so() -> None:
    assert in_words(QueuePosition("running", 0, 3.0, 0)) == "Your code is being graded."
