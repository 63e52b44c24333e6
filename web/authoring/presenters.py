"""What the templates of the pages about versions are handed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import abort, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from grader.bundle.bundle import Bundle
from grader.bundle.content import is_text
from grader.bundle.suite import HIDDEN_TESTS, PUBLIC_TESTS
from records.courses.deletion import is_deletable
from records.courses.models import Assignment
from records.queue.jobs import Job
from records.versions.history import VersionEntry, upload_of, verification_of, versions_of
from records.versions.publishing import Upload, graded_by_others
from web.authoring.differences import Difference
from web.authoring.forms import PublishForm, UploadForm
from web.extensions import MAX_REQUEST_BYTES, services
from web.security.permissions import assignment_at, current_member
from web.ui.markdown import render_statement
from web.ui.pages import Breadcrumb, PageAtAssignment, PageInCourse

_HASH_SHOWN: Final = 12  # characters
_FIRST: Final = (
    *("prompt.md", "assignment.toml", "starter.py", "support.py", "reference.py"),
    *(PUBLIC_TESTS, HIDDEN_TESTS, "cards.toml"),
)
_STEPS: Final = {
    "reference": "the reference",
    "starter": "the starter",
    "right": "right answers",
    "wrong": "wrong answers",
    "unlisted": "wrong answers that are not listed",
    "mutant": "mutants of the reference",
    "odd": "answers with odd values",
}


@dataclass(frozen=True, kw_only=True)
class NewAssignmentPage(PageInCourse):
    """The form for the archive of a new assignment."""

    form: UploadForm
    problems: Sequence[str]
    max_bytes: int = MAX_REQUEST_BYTES


@dataclass(frozen=True, kw_only=True)
class VersionsPage(PageAtAssignment):
    """The versions of an assignment, newest first; `removable` if the assignment may be deleted."""

    versions: Sequence[VersionEntry]
    removable: bool
    form: UploadForm
    problems: Sequence[str]
    max_bytes: int = MAX_REQUEST_BYTES


@dataclass(frozen=True)
class JobProgress:
    """How far a job is; `doing` says at what, in words."""

    finished: bool
    done: int
    total: int
    doing: str


@dataclass(frozen=True, kw_only=True)
class VersionPage(PageAtAssignment):
    """A version: its last verification, and publishing it; `refusal` says why that failed, if it was tried."""

    version: str
    upload: Upload | None
    bundle: Bundle
    job: Job | None
    progress: JobProgress | None
    in_force: bool
    graded_by_others: int
    refusal: str
    form: PublishForm

    @property
    def underway(self) -> bool:
        """Whether the version is being verified, or waits for it."""
        return self.job is not None and self.job.state in ("queued", "running")

    @property
    def gate_open(self) -> bool:
        """Whether the verification passed."""
        return self.job is not None and self.job.state == "done" and bool(self.job.gate_open)


@dataclass(frozen=True, kw_only=True)
class DifferencePage(PageAtAssignment):
    """What differs from one version, by its hash, to another."""

    versions: Sequence[VersionEntry]
    old: str
    new: str
    difference: Difference
    unified: bool


@dataclass(frozen=True)
class AddedFile:
    """A new file in the editor; `text` is None where the browser has it."""

    name: str
    text: str | None


@dataclass(frozen=True, kw_only=True)
class EditorPage(PageAtAssignment):
    """All files of a version in an editor, as pairs of name and text; `kept` are those that hold no text."""

    version: str
    bundle: Bundle
    files: Sequence[tuple[str, str]]
    kept: Sequence[str]
    added: AddedFile | None


@dataclass(frozen=True)
class Sample:
    """An answer of the bundle, with the texts of its files."""

    name: str
    files: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class TrialPage(PageAtAssignment):
    """A version as a student would see it."""

    version: str
    bundle: Bundle
    statement: Markup
    samples: Sequence[Sample]


def new_assignment_page(form: UploadForm, problems: Sequence[str] = ()) -> NewAssignmentPage:
    """Return the page for a new assignment."""
    return NewAssignmentPage(member=current_member(), form=form, problems=problems, path=[("New assignment", None)])


def versions_page(session: Session, slug: str, form: UploadForm, problems: Sequence[str] = ()) -> VersionsPage:
    """Return the page of an assignment's versions."""
    member, assignment = current_member(), assignment_at(session, slug)
    return VersionsPage(
        member=member,
        assignment=assignment,
        versions=versions_of(session, assignment),
        removable=member.manages and is_deletable(session, assignment),
        form=form,
        problems=problems,
        path=[("Versions", None)],
    )


def version_page(
    session: Session, assignment: Assignment, version: str, form: PublishForm, refusal: str = ""
) -> VersionPage:
    """Return the page of a version of an assignment."""
    job = verification_of(session, assignment, version, report=True)
    return VersionPage(
        member=current_member(),
        assignment=assignment,
        version=version,
        upload=upload_of(session, assignment, version),
        bundle=services().bundles.of(version),
        job=job,
        progress=progress_of(job) if job else None,
        in_force=version == assignment.version_hash,
        graded_by_others=graded_by_others(session, assignment.id, version),
        refusal=refusal,
        form=form,
        path=path_to_version(assignment, version),
    )


def editor_page(assignment: Assignment, version: str, name: str, text: str | None) -> EditorPage:
    """Return the page with the files of a version in an editor, and a new one if it has a name."""
    bundle = services().bundles.of(version)
    names = sorted(bundle.files, key=_rank)
    files = {file: bundle.files[file].decode("utf-8") for file in names if is_text(file)}
    return EditorPage(
        member=current_member(),
        assignment=assignment,
        version=version,
        bundle=bundle,
        files=list(files.items()),
        kept=[file for file in names if not is_text(file)],
        added=AddedFile(_free_name(name, files), text) if name else None,
        path=path_to_version(assignment, version, ("Edit", None)),
    )


def trial_page(assignment: Assignment, version: str) -> TrialPage:
    """Return the page of a version as a student would see it."""
    bundle = services().bundles.of(version)
    return TrialPage(
        member=current_member(),
        assignment=assignment,
        version=version,
        bundle=bundle,
        statement=Markup(render_statement(bundle.prompt)),
        samples=_samples(bundle),
        path=path_to_version(assignment, version, ("Try it", None)),
    )


def assignment_with(session: Session, slug: str, version: str) -> Assignment:
    """Return an assignment, or answer with 404 if it has no such version."""
    assignment = assignment_at(session, slug)
    try:
        upload_of(session, assignment, version)
    except LookupError:
        abort(404)
    return assignment


def progress_of(job: Job) -> JobProgress:
    """Return how far a job is."""
    doing = "Waiting for a free bench" if job.state == "queued" else _STEPS.get(job.doing, job.doing)
    return JobProgress(job.state in ("done", "failed"), job.done, job.total, doing)


def path_to_version(assignment: Assignment, version: str | None, *below: Breadcrumb) -> list[Breadcrumb]:
    """Return the path from an assignment to one of its versions, or to its list of them, and to a page below."""
    at: dict[str, Any] = {"course": current_member().course.slug, "assignment": assignment.slug}
    versions = [("Versions", url_for("versions.show", **at))]
    if version is not None:
        versions.append((short_hash(version), url_for("versions.report", version=version, **at)))
    return [*versions, *below]


def short_hash(version: str) -> str:
    """Return the beginning of a version's hash."""
    return version[:_HASH_SHOWN]


def _rank(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _free_name(name: str, files: dict[str, str]) -> str:
    """Return the name of a new file, with a number if there is such a file."""
    stem, dot, ending = name.rpartition(".")
    names = (name, *(f"{stem}_{number}{dot}{ending}" for number in range(2, 9999)))
    return next(free for free in names if free not in files)


def _samples(bundle: Bundle) -> list[Sample]:
    named = [("starter", bundle.starter), ("reference", bundle.reference)]
    named += [(f"right/{name}", sample.files) for name, sample in bundle.right.items()]
    named += [(f"wrong/{name}", sample.files) for name, sample in bundle.wrong.items()]
    return [Sample(name, {file: data.decode("utf-8-sig") for file, data in files.items()}) for name, files in named]
