"""What the pages about versions take."""

from flask_wtf import FlaskForm
from pydantic import BaseModel, ConfigDict, Field
from wtforms import BooleanField, FileField, Form, StringField

from grader.bundle.content import MAX_BUNDLE_FILES
from records.versions.uploading import MAX_NOTE
from web.ui.fields import stripped, unix_lines

_MAX_NAME = 200
_MAX_STATEMENT = 1024 * 1024


def _file_name(text: str | None) -> str:
    return stripped(text)[:_MAX_NAME]


class UploadForm(FlaskForm):  # type: ignore[misc]
    """The zip archive of a version, and what changed."""

    bundle = FileField()
    note = StringField()


class PublishForm(FlaskForm):  # type: ignore[misc]
    """Whether to pass a closed gate, why, and whether students see the assignment from now on."""

    reason = StringField(filters=[lambda text: stripped(text)[:MAX_NOTE]])
    override = BooleanField()
    show = BooleanField()


class DraftForm(FlaskForm):  # type: ignore[misc]
    """A new file to open in the editor."""

    name = StringField(filters=[_file_name])
    text = StringField(filters=[unix_lines])


class DifferenceQuery(Form):  # type: ignore[misc]
    """The version to compare with, and whether as a unified diff."""

    to = StringField(filters=[stripped])
    view = StringField()


class EditorQuery(Form):  # type: ignore[misc]
    """The name of a new file, whose text the browser keeps."""

    add = StringField(filters=[_file_name])


class EditedVersion(BaseModel):
    """All files of a version, as the editor sends them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    files: dict[str, str] = Field(max_length=MAX_BUNDLE_FILES)
    note: str = Field(default="", max_length=MAX_NOTE)


class Statement(BaseModel):
    """A statement to preview."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(max_length=_MAX_STATEMENT)
