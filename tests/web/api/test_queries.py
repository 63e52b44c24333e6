"""No endpoint asks the database more often because there is more to tell."""

import pytest
from flask.testing import FlaskClient

from grader import records
from tests.web.api.program import token_of
from tests.web.portal import Portal, passed
from tests.web.test_queries import counted, grow

PATHS = [
    "/courses",
    "/courses/ml/assignments",
    "/courses/ml/assignments/double",
    "/courses/ml/assignments/double/submissions",
    "/submissions/{submission}",
]


@pytest.mark.both_databases
@pytest.mark.parametrize("path", PATHS)
def test_the_number_of_queries_does_not_grow_with_the_rows(portal: Portal, path: str) -> None:
    browser = portal.logged_in("Ines", "instructor")
    ticket = portal.graded(browser, passed())
    with portal.database.read() as session:
        token = token_of(portal.database, session.query(records.Person).filter_by(name="Ines").one().id)
    program = portal.app.test_client()
    address = f"/api/v1{path.format(**ticket)}"
    few = queries(portal, program, token, address)
    grow(portal, browser)
    many = queries(portal, program, token, address)
    assert len(many) <= len(few), "\n\n".join(many)


def queries(portal: Portal, program: FlaskClient, token: str, address: str) -> list[str]:
    headers = {"Authorization": f"Bearer {token}"}
    program.get(address, headers=headers)
    with counted(portal.app.extensions["gradeloop"].database) as statements:
        assert program.get(address, headers=headers).status_code == 200
    return statements
