"""Where runs stand: looked up once for all who watch, and never wrong for who has just come or gone."""

from tests.web.portal import Portal, passed
from tests.web.test_queries import counted


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
