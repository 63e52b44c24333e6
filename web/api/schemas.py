"""What the API takes and gives, as pydantic models; the OpenAPI description is made of them."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from grader.bundle.submission import MAX_SUBMISSION_BYTES, MAX_SUBMISSION_FILES
from grader.results.plots import MAX_PLOTS, MAX_POINTS, MAX_SERIES
from grader.results.plots import Kind as PlotKind
from grader.results.run import Outcome
from records.courses.models import Role
from records.submissions.models import Kind, State
from web.api.base import Input, Output, Query
from web.assignments.forms import MAX_KEY, SubmissionForm

_MAX_NAME = 255


class Error(Output):
    """What went wrong."""

    error: Annotated[str, Field(description="A sentence for whoever asked.")]


class CourseOut(Output):
    """A course of the token's owner."""

    slug: Annotated[str, Field(description="Its name in addresses.")]
    title: str
    role: Annotated[Role, Field(description="What the owner is there.")]
    time_zone: Annotated[str, Field(description="Its IANA name; days of lateness are calendar days in it.")]


class Courses(Output):
    """The courses of the token's owner."""

    courses: list[CourseOut]


class PersonOut(Output):
    """Somebody in a course."""

    id: str
    name: str
    email: str
    role: Role
    section: Annotated[str, Field(description='"" for none.')]
    withdrawn: Annotated[bool, Field(description="Whether they have withdrawn, which keeps their work.")]


class PeopleQuery(Query):
    """Which part of a course's people."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=500)] = 100
    search: Annotated[str, Field(max_length=200, description="Words of a name or an e-mail address.")] = ""
    withdrawn: Annotated[bool, Field(description="Whether those who have withdrawn are among them.")] = False


class PeopleOut(Output):
    """A page of the people of a course."""

    people: list[PersonOut]
    page: Annotated[int, Field(ge=1)]
    total: Annotated[int, Field(ge=0, description="How many people there are in all.")]


class WithdrawnIn(Input):
    """Whether somebody has withdrawn from a course."""

    withdrawn: bool
    reason: Annotated[str, Field(max_length=500, description="For the audit log.")] = ""


class AssignmentSummaryOut(Output):
    """An assignment, and how the owner stands there."""

    slug: Annotated[str, Field(description="Its name in addresses.")]
    title: str
    opens_at: AwareDatetime | None
    due_at: AwareDatetime | None
    open_yet: Annotated[bool, Field(description="Whether it may be begun.")]
    closed: Annotated[bool, Field(description="Whether nothing can be submitted any more.")]
    submitted: Annotated[int, Field(ge=0, description="How often the owner submitted.")]
    points: Annotated[float | None, Field(description="Of the attempt that counts, after lateness; null without one.")]
    max_points: float


class Assignments(Output):
    """The assignments of a course that the owner may see, in the course's order."""

    assignments: list[AssignmentSummaryOut]


class PolicyOut(Output):
    """The owner's policy at an assignment now."""

    opens_at: AwareDatetime | None
    due_at: AwareDatetime | None
    active: Annotated[Literal["best", "last", "first"], Field(description="Which attempt counts.")]
    attempts: Annotated[int, Field(ge=0, description="How many there are in all; 0 for as many as one likes.")]
    used: Annotated[int, Field(ge=0)]
    left: Annotated[int | None, Field(ge=0, description="null for as many as one likes.")]
    late_percent_per_day: float
    cost_now_percent: Annotated[float, Field(description="What lateness takes off an attempt submitted now.")]
    time_zone: Annotated[str, Field(description="The course's; days of lateness are calendar days in it.")]
    closed: Annotated[str, Field(description='Why nothing can be submitted now; "" while it can.')]


class AssignmentOut(Output):
    """An assignment with everything needed to begin."""

    course: str
    slug: str
    title: str
    summary: str
    topics: list[str]
    statement: Annotated[str, Field(description="Markdown, with TeX between dollar signs.")]
    starter: Annotated[dict[str, str], Field(description="The files to be submitted, by name, as they are at first.")]
    readable: Annotated[dict[str, str], Field(description="Files that one may read and run: examples, helpers.")]
    policy: PolicyOut


class SubmissionIn(SubmissionForm):
    """What is submitted; the files together hold at most 1 MiB of UTF-8."""

    kind: Annotated[
        Literal["submit", "check"],
        Field(description='"submit" for an attempt; "check" for the public tests alone, which uses none.'),
    ]
    files: Annotated[
        dict[Annotated[str, Field(max_length=_MAX_NAME)], Annotated[str, Field(max_length=MAX_SUBMISSION_BYTES)]],
        Field(max_length=MAX_SUBMISSION_FILES, description="Texts by the names that the assignment asks for."),
    ]
    key: Annotated[
        str,
        Field(
            max_length=MAX_KEY,
            description="Of your own choosing: the same files, sent again with it, are the same submission.",
        ),
    ] = ""


class Urls(Output):
    """Where a submission is found, as paths."""

    submission: str
    events: str
    page: Annotated[str, Field(description="The page for people.")]


class SubmittedOut(Output):
    """A submission that was accepted."""

    id: str
    kind: Annotated[Kind, Field(description='The accepted kind; what staff submit is a "trial".')]
    attempts_used: Annotated[int, Field(ge=0)]
    attempts_left: Annotated[int | None, Field(ge=0, description="null for as many as one likes.")]
    urls: Urls


class AttemptOut(Output):
    """A submission as the history lists it."""

    id: str
    kind: Kind
    number: Annotated[int, Field(ge=1, description="Ordinal among submissions of its kind, from 1.")]
    created_at: AwareDatetime
    state: Annotated[State, Field(description='"not graded" is a fault of the service, and uses no attempt.')]
    points: Annotated[float | None, Field(description="Of the tests that may be seen, before lateness.")]
    max_points: float
    percent_off: Annotated[float, Field(description="What lateness takes off.")]
    final_score: Annotated[float | None, Field(description="The points after lateness.")]
    counts: Annotated[bool, Field(description="Whether it is the attempt that counts.")]


class PageQuery(Query):
    """Which part of a list."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=100)] = 20


class HistoryOut(Output):
    """A part of the submissions of the token's owner, the last one first."""

    submissions: list[AttemptOut]
    page: Annotated[int, Field(ge=1)]
    per_page: Annotated[int, Field(ge=1)]
    total: Annotated[int, Field(ge=0, description="How many submissions there are in all.")]


class QueuePositionOut(Output):
    """The queue position of a run that is not finished."""

    position: Annotated[int, Field(ge=0, description="Among those that wait, from 1; 0 while it is graded.")]
    ahead: Annotated[int, Field(ge=0, description="How many will be begun before it.")]
    eta_seconds: Annotated[float | None, Field(description="Until it is finished; null where nothing could grade it.")]


class SeriesOut(Output):
    """A line, a colour of bars, or a kind of points."""

    name: str
    x: Annotated[list[float | str], Field(max_length=MAX_POINTS)]
    y: Annotated[list[float | None], Field(max_length=MAX_POINTS)]


class PlotOut(Output):
    """A plot, as plain data."""

    kind: PlotKind
    title: str
    x_label: str
    y_label: str
    series: Annotated[list[SeriesOut], Field(max_length=MAX_SERIES)]
    text: Annotated[str, Field(description="What it shows, in words.")]


class TestOut(Output):
    """A test that may be seen; docs/results.md says more of the fields."""

    __test__ = False  # pytest: not a test, though it is called one

    name: str
    title: str
    points: float
    max_points: float
    outcome: Outcome
    public: Annotated[bool, Field(description="Whether it is one of the tests that can be read.")]
    message: Annotated[str, Field(description='What is wrong; "" when passed.')]
    diagnosis: str | None
    hint: str | None
    output: str
    file: str | None
    line: int | None
    pictures: Annotated[list[PlotOut], Field(max_length=MAX_PLOTS)]


class SubmissionOut(AttemptOut):
    """A submission, and what grading it found."""

    course: str
    assignment: str
    title: Annotated[str, Field(description="Of the assignment.")]
    late: Annotated[str, Field(description='What lateness costs, as a sentence; "" for nothing.')]
    message: Annotated[str, Field(description="About the whole, as a sentence.")]
    queue_position: Annotated[QueuePositionOut | None, Field(description="null once it is finished.")]
    tests: Annotated[list[TestOut], Field(description="What to fix first comes first; empty until it is graded.")]
    passed: Annotated[int, Field(ge=0, description="How many of these tests passed.")]
    withheld: Annotated[int, Field(ge=0, description="How many tests are not shown yet.")]
    held: Annotated[bool, Field(description="Whether the course's staff hold the result back for now.")]
    urls: Urls
