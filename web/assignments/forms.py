"""What the assignment page sends: drafts, and files to grade."""

from typing import Final, Literal, Self

from flask import request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.bundle.bundle import Bundle
from grader.bundle.submission import MAX_SUBMISSION_FILES, SubmissionRefused

MAX_KEY: Final = 64


class DraftForm(BaseModel):
    """A draft as the editor sends it: texts by name, and the revision that it is based on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    files: dict[str, str] = Field(max_length=MAX_SUBMISSION_FILES)
    revision: int = Field(ge=0)

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(len(text.encode("utf-8", "surrogatepass")) for text in self.files.values())


class SubmissionForm(BaseModel):
    """A submission as sent: kind, files by name, and an idempotency key."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["submit", "check"]
    files: dict[str, str] = Field(max_length=MAX_SUBMISSION_FILES)
    key: str = Field(default="", max_length=MAX_KEY)

    @classmethod
    def from_request(cls, bundle: Bundle) -> Self:
        """Return what the page sent, as JSON or by the form; raise SubmissionRefused if it cannot be read."""
        if request.is_json:
            try:
                return cls.model_validate_json(request.get_data())
            except ValidationError:
                raise SubmissionRefused("What was sent could not be read. Reload the page and try again.") from None
        texts = sent_texts()
        return cls(
            kind="check" if request.form.get("kind") == "check" else "submit",
            files={name: texts.get(place, "") for place, name in enumerate(bundle.manifest.files)},
            key=request.form.get("key", "")[:MAX_KEY],
        )


def sent_texts() -> dict[int, str]:
    """Return the files in the form of this request by their position in the assignment, with lines as files have."""
    places = range(MAX_SUBMISSION_FILES)
    sent = {place: request.form.get(f"file-{place}") for place in places}
    return {place: text.replace("\r\n", "\n") for place, text in sent.items() if text is not None}
