"""A program of somebody's, which asks the API."""

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.test import TestResponse

from grader.results.run import TestResult
from records.courses.models import Role
from records.database.engine import Database
from records.people.models import PersonalToken, hash_of_secret, new_secret
from records.submissions.models import Run
from tests.web.portal import RIGHT, Portal

__all__ = ["Program", "token_of"]


def token_of(database: Database, person_id: str) -> str:
    """Give somebody a personal token, and return it."""
    token = f"gl_{new_secret()}"
    with database.write() as session:
        session.add(PersonalToken(person_id=person_id, name="test", secret_hash=hash_of_secret(token)))
    return token


class Program:
    """A program with the token of somebody new.

    Attributes:
        person_id, token: whose, and which.
    """

    assignment = "/courses/ml/assignments/double"

    def __init__(self, portal: Portal, name: str = "Ada", role: Role | None = "student") -> None:
        self.portal = portal
        self.person_id = portal.person(name, role)
        self.token = token_of(portal.database, self.person_id)
        self.client = portal.app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        """Ask for what is at a path of the API."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return self.client.get(f"/api/v1{path}", headers=headers, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """Send something to a path of the API."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post(f"/api/v1{path}", headers=headers, **options)

    def submit(self, text: str = RIGHT, kind: str = "submit", name: str = "double.py") -> TestResponse:
        """Submit a file."""
        return self.post(f"{self.assignment}/submissions", json={"kind": kind, "files": {name: text}})

    def graded(self, tests: Sequence[TestResult], **options: Any) -> Mapping[str, Any]:
        """Submit, finish the run with these tests, and return the submission."""
        submission_id = self.submit(**options).get_json()["id"]
        self.portal.grade(self.run_of(submission_id), tests)
        return dict(self.get(f"/submissions/{submission_id}").get_json())

    def run_of(self, submission_id: str) -> str:
        """Return the id of a submission's run."""
        with self.portal.database.read() as session:
            return session.query(Run).filter_by(submission_id=submission_id).one().id
