"""No endpoint asks the database more often because there is more to tell."""

import pytest
from flask.testing import FlaskClient

from records.people.models import Person
from tests.web.api.program import token_of
from tests.web.portal import Portal, passed
from tests.web.test_queries import counted, grow

BOTH = {
    "api.list_courses": "/courses",
    "api.list_assignments": "/courses/ml/assignments",
    "api.show_assignment": "/courses/ml/assignments/double",
    "api.history": "/courses/ml/assignments/double/submissions",
    "api.show": "/submissions/{submission}",
}
STAFF = {
    "api.show_gradebook": "/courses/ml/gradebook",
    "api.list_people": "/courses/ml/people",
    "api.export_gradebook": "/courses/ml/gradebook/export?form=csv",
}
PATHS = [("Ada", path) for path in BOTH.values()] + [("Ines", path) for path in (*BOTH.values(), *STAFF.values())]

# What else may be got: the test that counts it, or why there is nothing to count.
ELSEWHERE = {
    **dict.fromkeys(("api.show_rerun", "api.compare_rerun"), "test_reruns"),
    "api.events": "asks where one run stands",
    "api.show_job": "about one piece of work",
}


@pytest.mark.both_databases
@pytest.mark.parametrize(("who", "path"), PATHS)
def test_the_number_of_queries_does_not_grow_with_the_rows(portal: Portal, who: str, path: str) -> None:
    browser = portal.logged_in(who, "instructor" if who == "Ines" else "student")
    portal.graded(portal.logged_in("Ben"), passed())
    ticket = portal.graded(browser, passed())
    with portal.database.read() as session:
        token = token_of(portal.database, session.query(Person).filter_by(name=who).one().id)
    program = portal.app.test_client()
    few = queries(portal, program, token, f"/api/v1{path.format(**ticket)}")
    ticket = grow(portal, browser, who)
    for number in range(4):
        portal.graded(portal.logged_in(f"Late{number}"), passed())
    many = queries(portal, program, token, f"/api/v1{path.format(**ticket)}")
    assert len(many) <= len(few), "\n\n".join(many)


def test_every_endpoint_there_is_is_counted(portal: Portal) -> None:
    rules = portal.app.url_map.iter_rules()
    endpoints = {rule.endpoint for rule in rules if "GET" in (rule.methods or ()) and rule.endpoint.startswith("api.")}
    assert endpoints == BOTH.keys() | STAFF.keys() | ELSEWHERE.keys()


def queries(portal: Portal, program: FlaskClient, token: str, address: str) -> list[str]:
    headers = {"Authorization": f"Bearer {token}"}
    program.get(address, headers=headers)
    with counted(portal.app.extensions["gradeloop"].database) as statements:
        assert program.get(address, headers=headers).status_code == 200
    return statements
