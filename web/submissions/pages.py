"""What the templates of submissions show: the history, one submission, two side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from records.submissions.models import Submission
from records.submissions.scores import Attempt
from web.marking.feedback import GraderFeedback
from web.submissions.notices import NoticePresenter
from web.submissions.presenters import RunPresenter
from web.ui.pages import PageAtAssignment


@dataclass(frozen=True, kw_only=True)
class HistoryPage(PageAtAssignment):
    """What somebody submitted to an assignment, the latest first."""

    attempts: Sequence[Attempt]


@dataclass(frozen=True)
class ComparedFile:
    """A file of two submissions; "" where one has none of that name."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class ComparePage(PageAtAssignment):
    """Two submissions side by side."""

    old: Submission
    new: Submission
    files: Sequence[ComparedFile]


@dataclass(frozen=True, kw_only=True)
class SubmissionPage(PageAtAssignment):
    """A submission with its files and results; attempt and run are None where none of its runs is for this reader."""

    submission: Submission
    attempt: Attempt | None
    run: RunPresenter | None
    feedback: GraderFeedback | None
    notices: Sequence[NoticePresenter]
    files: Mapping[str, str]
    is_own: bool
