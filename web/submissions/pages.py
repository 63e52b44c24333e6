"""What the templates of submissions show: the history, one submission, two side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from records.courses.members import CourseRef, Member
from records.courses.models import Assignment
from records.submissions.attempts import Attempt
from records.submissions.models import Submission
from web.marking.feedback import GraderFeedback
from web.submissions.notices import NoticePresenter
from web.submissions.presenters import RunPresenter


@dataclass(frozen=True)
class HistoryPage:
    """What somebody submitted to an assignment, the latest first."""

    course: CourseRef
    assignment: Assignment
    attempts: Sequence[Attempt]


@dataclass(frozen=True)
class ComparedFile:
    """A file of two submissions; "" where one has none of that name."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class ComparePage:
    """Two submissions side by side."""

    old: Submission
    new: Submission
    files: Sequence[ComparedFile]


@dataclass(frozen=True)
class SubmissionPage:
    """A submission with its files and results.

    Attributes:
        attempt, run: None where none of its runs is for this reader.
    """

    member: Member
    submission: Submission
    attempt: Attempt | None
    run: RunPresenter | None
    feedback: GraderFeedback | None
    notices: Sequence[NoticePresenter]
    files: Mapping[str, str]

    @property
    def is_own(self) -> bool:
        """Whether the reader submitted it."""
        return self.submission.person_id == self.member.person_id
