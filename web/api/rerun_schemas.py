"""What the API takes and gives of reruns, as pydantic models; people and programs read of a rerun as a rerun."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from records.reruns.changes import Change
from records.reruns.decisions import Scope
from records.reruns.lifecycle import MAX_SUBMISSIONS
from records.reruns.models import RerunState
from records.reruns.selection import Selection
from web.reruns.acts import MAX_REASON

_MAX_NAME = 255
_MAX_ID = 64
_Id = Annotated[str, Field(max_length=_MAX_ID)]
_MAX_SEED = 2**63 - 1


class _In(BaseModel):
    """What is taken: no more than this."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Out(BaseModel):
    """What is given: no more and no less than this."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class RerunAsked(_In):
    """A rerun that is asked for."""

    assignment: Annotated[str | None, Field(max_length=_MAX_NAME, description="null for the whole course.")] = None
    which: Annotated[
        Selection,
        Field(description='Which submissions; "failing" needs a test, "picked" submissions, a whole course "course".'),
    ]
    test: Annotated[str, Field(max_length=1000, description='The name of the test, for "failing".')] = ""
    submissions: Annotated[list[_Id], Field(max_length=MAX_SUBMISSIONS, description='Ids, for "picked".')] = []
    version: Annotated[
        str | None, Field(max_length=_MAX_ID, description="A hash or its beginning; null for the version in force.")
    ] = None
    seed: Annotated[
        int | None, Field(ge=0, le=_MAX_SEED, description="For all; null for the seeds of the runs before.")
    ] = None
    reason: Annotated[str, Field(max_length=MAX_REASON, description="Why; students whose result changes read it.")]


class Decision(_In):
    """How a rerun is decided on; of this, `apply` takes all, `discard` and `undo` the reason, the others nothing."""

    scope: Annotated[Scope | None, Field(description="What is applied.")] = None
    submissions: Annotated[list[_Id], Field(max_length=MAX_SUBMISSIONS, description='Ids, for "chosen".')] = []
    reason: Annotated[
        str, Field(max_length=MAX_REASON, description='Why, for students; "" for the reason of the rerun.')
    ] = ""


class RerunUrls(_Out):
    """Where a rerun is found, as paths."""

    rerun: str
    comparison: str
    page: Annotated[str, Field(description="The page for people.")]


class RerunOut(_Out):
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
    not_graded: Annotated[int, Field(ge=0, description="What could not be graded.")]
    underway: Annotated[int, Field(ge=0, description="What is queued or being graded.")]
    idle: Annotated[int, Field(ge=0, description="What was taken back by pausing or cancelling.")]
    eta_seconds: Annotated[float | None, Field(description="Until all is graded; null where that is not known.")]
    urls: RerunUrls


class DoneOut(_Out):
    """What was done to a rerun."""

    did: Annotated[str, Field(description="As a sentence.")]
    rerun: RerunOut


class ComparisonPage(BaseModel):
    """Which submissions of a comparison."""

    model_config = ConfigDict(extra="forbid")

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=500)] = 100
    change: Annotated[Change | None, Field(description="Only those that change so.")] = None
    test: Annotated[str, Field(max_length=1000, description="Only those for which this test flips.")] = ""
    name: Annotated[str, Field(max_length=_MAX_NAME, description="Only students whose name or e-mail has this.")] = ""


class CountsOut(_Out):
    """How many submissions change how."""

    rises: int
    falls: int
    same: int
    not_graded: int
    waiting: int


class TallyOut(_Out):
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


class FlipOut(_Out):
    """A test whose outcome differs for one submission."""

    name: str
    title: str
    passes: Annotated[bool, Field(description="Whether it passes after.")]


class ItemOut(_Out):
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
    out_of_date: Annotated[bool, Field(description="Whether another grading counts by now.")]
    flips: list[FlipOut]
    page: Annotated[str, Field(description="The page with both results side by side.")]


class ComparisonOut(_Out):
    """What a rerun would change, or did."""

    counts: CountsOut
    gained: Annotated[float, Field(description="Points, over those that rise.")]
    lost: Annotated[float, Field(description="Points, over those that fall.")]
    out_of_date: Annotated[int, Field(description="For how many submissions another grading counts by now.")]
    tests: Annotated[list[TallyOut], Field(description="The most flipped first.")]
    steady: Annotated[int, Field(description="How many tests flip for nobody.")]
    submissions: Annotated[list[ItemOut], Field(description="Those that lose the most first.")]
    page: Annotated[int, Field(ge=1)]
    per_page: Annotated[int, Field(ge=1)]
    total: Annotated[int, Field(ge=0, description="How many submissions there are of this kind.")]
