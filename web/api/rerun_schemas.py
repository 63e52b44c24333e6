"""The API's schemas of reruns."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from records.reruns.applying import Scope
from records.reruns.changes import Change
from records.reruns.lifecycle import MAX_SUBMISSIONS
from records.reruns.models import RerunState
from records.reruns.requests import MAX_REASON
from records.reruns.selection import Selection
from web.api.base import Input, Output, Query

_MAX_NAME = 255
_MAX_ID = 64
_Id = Annotated[str, Field(max_length=_MAX_ID)]
_MAX_SEED = 2**63 - 1


class RerunIn(Input):
    """A rerun to start."""

    assignment: Annotated[str | None, Field(max_length=_MAX_NAME, description="null for the whole course.")] = None
    which: Annotated[
        Selection,
        Field(description='Which submissions; "failing" needs a test, "picked" submissions, a whole course "course".'),
    ]
    test: Annotated[str, Field(max_length=1000, description='The name of the test, for "failing".')] = ""
    submissions: Annotated[list[_Id], Field(default=[], max_length=MAX_SUBMISSIONS, description='Ids, for "picked".')]
    version: Annotated[
        str | None, Field(max_length=_MAX_ID, description="A hash or its beginning; null for the version in force.")
    ] = None
    seed: Annotated[
        int | None, Field(ge=0, le=_MAX_SEED, description="For all; null for the seeds of the runs before.")
    ] = None
    withdrawn: Annotated[bool, Field(description="Whether students who have withdrawn are among those chosen.")] = False
    reason: Annotated[str, Field(max_length=MAX_REASON, description="Why; students whose result changes read it.")]


class DecisionIn(Input):
    """A decision on a rerun: `apply` takes all of it, `discard` and `undo` the reason, the others nothing."""

    scope: Annotated[Scope | None, Field(description="What to apply.")] = None
    submissions: Annotated[list[_Id], Field(default=[], max_length=MAX_SUBMISSIONS, description='Ids, for "chosen".')]
    reason: Annotated[
        str, Field(max_length=MAX_REASON, description='Why, for students; "" for the reason of the rerun.')
    ] = ""


class RerunUrls(Output):
    """The paths of a rerun."""

    rerun: str
    comparison: str
    page: Annotated[str, Field(description="The page for people.")]


class RerunOut(Output):
    """A rerun, and how far it is."""

    id: str
    course: str
    assignment: Annotated[str | None, Field(description="null for a whole course.")]
    version: Annotated[str | None, Field(description="null for those in force when it began.")]
    seed: Annotated[int | None, Field(description="Of all runs; null for the seeds of the runs before.")]
    chosen: Annotated[str, Field(description="Which submissions, in words.")]
    reason: str
    asked_at: AwareDatetime
    asked_by: str
    state: RerunState
    total: Annotated[int, Field(ge=0)]
    graded: Annotated[int, Field(ge=0)]
    not_graded: Annotated[int, Field(ge=0, description="Number that could not be graded.")]
    underway: Annotated[int, Field(ge=0, description="Number queued or being graded.")]
    idle: Annotated[int, Field(ge=0, description="Number taken back by pausing or cancelling.")]
    eta_seconds: Annotated[float | None, Field(description="Until all is graded; null while that is not known.")]
    urls: RerunUrls


class ActionOut(Output):
    """The result of an action on a rerun."""

    did: Annotated[str, Field(description="What was done, as a sentence.")]
    rerun: RerunOut


class ComparisonQuery(Query):
    """Which submissions of a comparison."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=500)] = 100
    change: Annotated[Change | None, Field(description="Only those that change so.")] = None
    test: Annotated[str, Field(max_length=1000, description="Only those for which this test flips.")] = ""
    name: Annotated[str, Field(max_length=_MAX_NAME, description="Only students whose name or e-mail has this.")] = ""


class CountsOut(Output):
    """How many submissions change how."""

    rises: int
    falls: int
    same: int
    not_graded: int
    waiting: int


class TallyOut(Output):
    """A test that flips, comes or goes, over the submissions that are graded before and after."""

    assignment_id: str
    name: str
    title: str
    up: Annotated[int, Field(description="How many would newly pass it.")]
    down: Annotated[int, Field(description="How many would not pass it any more.")]
    passed_before: int
    passed_after: int
    total: int
    before_only: Annotated[bool, Field(description="Whether the new version has no such test.")]
    after_only: Annotated[bool, Field(description="Whether only the new version has it.")]


class FlipOut(Output):
    """A test whose outcome differs for one submission."""

    name: str
    title: str
    passes: Annotated[bool, Field(description="Whether it passes after.")]


class ItemOut(Output):
    """A submission, before and after."""

    submission: str
    name: str
    email: str
    attempt: Annotated[int, Field(ge=1)]
    change: Change
    before: Annotated[float | None, Field(description="Points; null where it was not graded.")]
    max_before: float
    after: float | None
    max_after: float
    applied: bool
    out_of_date: Annotated[bool, Field(description="Whether another run is active by now.")]
    flips: list[FlipOut]
    page: Annotated[str, Field(description="The page with both results side by side.")]


class ComparisonOut(Output):
    """What a rerun would change, or did."""

    counts: CountsOut
    gained: Annotated[float, Field(description="Points, over those that rise.")]
    lost: Annotated[float, Field(description="Points, over those that fall.")]
    out_of_date: Annotated[int, Field(description="For how many submissions another run is active by now.")]
    tests: Annotated[list[TallyOut], Field(description="The most flipped first.")]
    steady: Annotated[int, Field(description="How many tests flip for nobody.")]
    submissions: Annotated[list[ItemOut], Field(description="Those that lose the most first.")]
    page: Annotated[int, Field(ge=1)]
    per_page: Annotated[int, Field(ge=1)]
    total: Annotated[int, Field(ge=0, description="How many submissions there are of this kind.")]
