"""The API's schemas of versions and jobs."""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from grader.bundle.content import MAX_BUNDLE_FILES, MAX_FILE_BYTES
from records.queue.jobs import JobKind, JobState
from records.versions.uploading import MAX_NOTE
from web.api.base import Input, Output

_MAX_NAME = 255
_MAX_BASE64 = (MAX_FILE_BYTES + 2) // 3 * 4


class VersionIn(Input):
    """A version of an assignment: all files of its folder."""

    slug: Annotated[str, Field(max_length=64, description="The folder's name, which is the assignment's in addresses.")]
    files: Annotated[
        dict[Annotated[str, Field(max_length=_MAX_NAME)], Annotated[str, Field(max_length=_MAX_BASE64)]],
        Field(max_length=MAX_BUNDLE_FILES, description="Base64 of each file, by its path inside the folder."),
    ]
    note: Annotated[str, Field(max_length=MAX_NOTE, description="What changed, for other staff.")] = ""


class VersionUrls(Output):
    """The paths of a version."""

    page: Annotated[str, Field(description="The page for people.")]
    job: Annotated[str | None, Field(description="Its verification.")]


class VersionOut(Output):
    """A version that was uploaded."""

    assignment: Annotated[str, Field(description="Its name in addresses.")]
    version: Annotated[str, Field(description="The hash of its files.")]
    in_force: Annotated[str | None, Field(description="The assignment's version in force; null before there is one.")]
    job: Annotated[str | None, Field(description="The id of its verification; null if it could not be requested.")]
    refused: Annotated[str, Field(description='Why none could be requested; "" otherwise.')]
    urls: VersionUrls


class JobOut(Output):
    """A verification or a similarity search: how far it is, and what it found."""

    id: str
    kind: JobKind
    course: str
    assignment: str
    version: Annotated[str | None, Field(description="What is verified; null for a similarity search.")]
    state: JobState
    done: Annotated[int, Field(ge=0)]
    total: Annotated[int, Field(ge=0, description="0 while it is not known.")]
    doing: str
    gate_open: Annotated[bool | None, Field(description="Whether it may be published; null before it is known.")]
    message: Annotated[str, Field(description="Why it failed.")]
    report: Annotated[dict[str, Any] | None, Field(description="What was found; null before.")]
    asked_at: AwareDatetime
    finished_at: AwareDatetime | None


class PublishIn(Input):
    """The version to put in force."""

    version: Annotated[str, Field(max_length=64)]
    reason: Annotated[str, Field(max_length=MAX_NOTE, description="Why, for the audit log.")] = ""
    override: Annotated[bool, Field(description="Whether to pass a closed gate; needs a reason.")] = False
    show: Annotated[bool, Field(description="Whether students see the assignment from now on.")] = False


class PublishedOut(Output):
    """What publishing changed."""

    assignment: str
    version: str
    before: Annotated[str | None, Field(description="The version that was in force.")]
    graded_by_others: Annotated[int, Field(ge=0, description="How many submissions have grades of other versions.")]
    visible: Annotated[bool, Field(description="Whether students see the assignment.")]
