"""What the assignment page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from flask import url_for
from markupsafe import Markup

from grader.bundle.bundle import Bundle
from grader.bundle.submission import MAX_SUBMISSION_BYTES
from grader.environments import ENVIRONMENTS
from records.submissions.admission import AttemptStatus
from records.submissions.drafts import Draft
from web.submissions.presenters import RunPresenter
from web.ui.markdown import render_statement
from web.ui.pages import PageAtAssignment


@dataclass(frozen=True, kw_only=True)
class NotOpenPage(PageAtAssignment):
    """An assignment that cannot be read yet."""


@dataclass(frozen=True)
class EditorFile:
    """A file to edit, its text at first, and whether the latest submission has it as it is."""

    name: str
    text: str
    starter: str
    is_submitted: bool


@dataclass(frozen=True, kw_only=True)
class AssignmentPage(PageAtAssignment):
    """The statement beside the editor, with the results of the latest submission.

    Attributes:
        revision: of the draft, 0 for none.
        problem: why a submission was refused, as a sentence; "" for nothing.
        key: the idempotency key of the next submission.
    """

    bundle: Bundle
    files: Sequence[EditorFile]
    revision: int
    status: AttemptStatus
    run: RunPresenter | None
    problem: str = ""
    key: str = field(default_factory=lambda: token_hex(16))
    max_bytes: int = MAX_SUBMISSION_BYTES

    @property
    def environment(self) -> str:
        """What the code may import, as a sentence."""
        return f"{ENVIRONMENTS[self.bundle.manifest.environment]}; nothing else can be imported."

    @property
    def statement(self) -> Markup:
        """The statement as safe HTML."""
        return Markup(render_statement(self.bundle.prompt))

    @property
    def urls(self) -> Mapping[str, str]:
        """The addresses that the page's script asks."""
        return urls_of(self.course.slug, self.assignment.slug)


def urls_of(course: str, assignment: str) -> Mapping[str, str]:
    """Return the addresses that belong to an assignment's page."""
    endpoints = {
        "draft": "assignments.save",
        "status": "assignments.status",
        "submissions": "assignments.submit",
        "attempts": "submissions.attempts",
    }
    return {name: url_for(endpoint, course=course, assignment=assignment) for name, endpoint in endpoints.items()}


def editor_files(
    bundle: Bundle, draft: Draft | None, submitted: Mapping[str, bytes], sent: Mapping[int, str]
) -> list[EditorFile]:
    """Return each file with its text: as just sent and refused, else as in the draft, else as in the starter."""
    saved = draft.files if draft else {}
    files = []
    for place, (name, starter) in enumerate(bundle.starter.items()):
        text = sent.get(place, saved.get(name, starter).decode("utf-8", "replace"))
        is_submitted = submitted.get(name) == text.encode("utf-8", "replace")
        files.append(EditorFile(name, text, starter.decode(), is_submitted))
    return files
