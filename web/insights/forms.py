"""What the pages about a class take."""

from typing import Literal

from flask import request
from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, StringField

from web.ui.fields import TextListField, unix_lines


class InsightsQuery(Form):  # type: ignore[misc]
    """Which version and which attempts to look at, and the order of the tests."""

    version = StringField(default="")
    of = StringField(default="")
    order = StringField(default="")

    @property
    def which(self) -> Literal["active", "latest"]:
        """Whose results the figures of the tests are of."""
        return "latest" if self.of.data == "latest" else "active"

    @property
    def hardest_first(self) -> bool:
        """Whether the hardest test comes first, and not the suite's order."""
        return bool(self.order.data != "suite")


class CommentForm(FlaskForm):  # type: ignore[misc]
    """A comment on several submissions: previewed first, then confirmed."""

    submission = TextListField()
    text = StringField(default="", filters=[unix_lines])
    confirmed = BooleanField()
    back = BooleanField()

    @property
    def submission_ids(self) -> list[str]:
        """The ids of the submissions, each once."""
        return list(dict.fromkeys(self.submission.data))

    @property
    def problem(self) -> str:
        """What is missing; "" if nothing is."""
        if not self.submission.data:
            return "Nobody is chosen, so nobody would read this."
        return "" if self.text.data.strip() else "There is nothing in the comment yet."


def version_asked() -> str:
    """Return the version named in the address or the form; "" for the version in force."""
    return request.values.get("version", "")


def withdrawn_asked() -> bool:
    """Return whether the address asks for students who have withdrawn too."""
    return request.values.get("withdrawn", "") == "1"


def class_arguments() -> dict[str, str]:
    """Return which class is asked for as arguments of an address: the version, and whether with withdrawn students."""
    version = version_asked()
    return ({"version": version} if version else {}) | ({"withdrawn": "1"} if withdrawn_asked() else {})
