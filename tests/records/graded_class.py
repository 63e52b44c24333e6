"""A class with graded submissions, and a background queue that grades as a test says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from grader.results.run import TestResult
from records.courses.models import Assignment, Membership
from records.database.base import Queue
from records.database.engine import Database
from records.queue import runs
from records.queue.runs import claim_run, request_run
from records.reruns.lifecycle import begin_rerun
from records.reruns.models import Rerun, locked_rerun
from records.submissions.models import Submission
from records.versions.models import keep_version
from tests.grading import bundle_named
from tests.records import samples

__all__ = ["Class", "failed", "passed"]

Tests = Sequence[TestResult]


def passed(name: str = "shape", points: float = 2.0, **changes: object) -> TestResult:
    """Return a test that passed."""
    test = TestResult(
        name=f"test_hidden.py::test_{name}", title=f"About {name}.", points=points, max_points=points, outcome="passed"
    )
    return replace(test, **changes)


def failed(name: str = "shape", points: float = 2.0, **changes: object) -> TestResult:
    """Return a test that failed."""
    return replace(passed(name, points), points=0.0, outcome="failed", message="The shape is wrong.", **changes)


class Class:
    """A course with one assignment, a grader, and students who submitted once each.

    Attributes:
        task, grader: the assignment and somebody who grades.
        submissions: the ids of what was submitted, by the students' names.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.submissions: dict[str, str] = {}
        with database.write() as session:
            self.task = samples.assignment(session)
            self.task.visibility = "visible"
            self.grader = samples.person(session, "Grete").id
            self.course_id = self.task.course_id

    def submit(self, name: str, *tests: TestResult, seed: int = 7) -> str:
        """Have a new student submit, and finish the run with these tests."""
        with self.database.write() as session:
            student = samples.person(session, name)
            session.add(Membership(course_id=self.course_id, person_id=student.id))
            submission = samples.submission(session, student, self.task)
            request_run(session, submission, queue="interactive")
        self.finish("interactive", {}, tests, seed)
        self.submissions[name] = submission.id
        return submission.id

    def begin(self, *names: str, **options: object) -> str:
        """Begin a rerun over some students' submissions, or all, and return its id."""
        ids = [self.submissions[name] for name in names or self.submissions]
        with self.database.write() as session:
            task = session.get_one(Assignment, self.task.id)
            rerun = Rerun(course_id=task.course_id, assignment_id=task.id, person_id=self.grader, **options)
            rerun.reason = "The test of shapes was wrong."
            return begin_rerun(session, rerun, ids).id

    def finish(
        self, queue: Queue, tests: Mapping[str, Tests | None], others: Tests = (), seed: int | None = None
    ) -> int:
        """Grade what waits in a queue, by students' names, None for what cannot be graded; return how many it was."""
        names = {submission_id: name for name, submission_id in self.submissions.items()}
        count = 0
        while True:
            with self.database.write() as session:
                taken = claim_run(session, queue, "a slot", 60)
                if taken is None:
                    return count
                found = tests.get(names.get(taken.submission_id, ""), others)
                result = samples.result_of(taken, *(found or ()), seed=taken.seed or seed or 1)
                if found is None:
                    result = replace(result, outcome="not graded", score=None, message="the judge is gone")
                elif not found:
                    result = replace(result, tests=(), score=0.0, max_score=0.0)
                assert runs.complete_run(session, taken, result)
            count += 1

    def decide(self, rerun_id: str, act: Callable[..., object], *arguments: object, **options: object) -> object:
        """Do something to a rerun, in one transaction."""
        with self.database.write() as session:
            rerun = locked_rerun(session, self.course_id, rerun_id)
            assert rerun is not None
            return act(session, rerun, self.grader, *arguments, **options)

    def points(self) -> dict[str, float | None]:
        """Return what the runs that count found, by students' names."""
        with self.database.read() as session:
            found = {}
            for name, submission_id in self.submissions.items():
                run = session.get_one(Submission, submission_id).run
                found[name] = run.score if run else None
            return found

    def fixed_version(self) -> str:
        """Return another version of the assignment."""
        bundle = bundle_named("double")
        files = {**bundle.files, "prompt.md": b"# Double\n\nMended.\n"}
        with self.database.write() as session:
            return keep_version(session, type(bundle).from_files(bundle.slug, files)).hash
