"""A class at an assignment, as staff look at it: its answers by one version, and the groups that fail alike."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.insights.figures import Answer
from records.insights.groups import Group, groups_of
from records.insights.queries import answers_of, attempts_of_class, rerun_with_one_seed
from records.people.models import Person
from records.submissions.models import Submission
from records.submissions.scores import Attempt, attempts_in


@dataclass(frozen=True)
class ClassAt:
    """What a class did at an assignment.

    Attributes:
        version: the one that is looked at.
        versions: how many students' last attempts were graded by which version.
        attempts: by student, oldest first.
        first, latest, active: an answer of each student who has one; the first may be by another version.
        regraded: the last answers once more, all with one seed where they were rerun so.
    """

    version: str
    versions: Mapping[str, int]
    attempts: Sequence[Sequence[Attempt]]
    first: Sequence[Answer]
    latest: Sequence[Answer]
    active: Sequence[Answer]
    regraded: Sequence[Answer]

    @property
    def of_other_versions(self) -> int:
        """How many students' last attempts were graded by other versions."""
        return sum(self.versions.values()) - self.versions.get(self.version, 0)

    @property
    def seeds(self) -> int:
        """How many different seeds the failing answers were graded with."""
        return len({answer.seed for answer in self.regraded if answer.failed})

    def groups(self) -> list[Group]:
        """Return failing answers by what they do, the largest group first."""
        return groups_of(self.regraded)


def class_at(session: Session, assignment: Assignment, now: datetime, version: str = "") -> ClassAt:
    """Return what a class did, by a version that graded some of it; "" for the one in force.

    A request for a version that graded nothing is answered with: not found.
    """
    attempts = attempts_in(session, [assignment], now)
    of_class = attempts_of_class(attempts)
    versions = Counter(attempt.version_hash for attempt in of_class.latest)
    if version and version != assignment.version_hash and version not in versions:
        abort(404)
    looked_at = version or assignment.version_hash or ""
    rerun = rerun_with_one_seed(session, assignment, looked_at)
    of_kinds = (of_class.first, of_class.latest, of_class.active)
    wanted = {attempt.run_id for kind in of_kinds for attempt in kind}
    wanted |= {rerun[attempt.submission_id] for attempt in of_class.latest if attempt.submission_id in rerun}
    answers = answers_of(session, wanted)
    first, latest, active = ([answers[one.run_id] for one in kind if one.run_id in answers] for kind in of_kinds)
    by_version = [[answer for answer in kind if answer.version_hash == looked_at] for kind in (latest, active)]
    again = (answers.get(rerun.get(attempt.submission_id, attempt.run_id)) for attempt in of_class.latest)
    return ClassAt(
        version=looked_at,
        versions=versions,
        attempts=[theirs for theirs in attempts.values() if theirs],
        first=first,
        latest=by_version[0],
        active=by_version[1],
        regraded=[answer for answer in again if answer is not None and answer.version_hash == looked_at],
    )


def names_at(session: Session, assignment: Assignment) -> dict[str, Person]:
    """Return who handed something in for an assignment, by id."""
    theirs = select(Submission.person_id).where(Submission.assignment_id == assignment.id)
    query = select(Person).where(Person.id.in_(theirs))
    return {person.id: person for person in session.scalars(query)}
