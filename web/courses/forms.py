"""The forms of a course: searching its people, their roles, the code for joining, and importing a roster."""

import re

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Form, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from records.courses.memberships import ROLES
from records.courses.time_zones import check_time_zone
from web.ui.fields import stripped

MAX_SEARCH = 200  # characters
MAX_REASON = 500
MISSING = [
    SelectChoice("leave", "Leave them enrolled"),
    SelectChoice("withdraw", "Withdraw them; what they submitted stays"),
]


class PeopleFilter(Form):  # type: ignore[misc]
    """Which people of a course to list; what cannot be understood filters nothing."""

    q = StringField(filters=[lambda text: stripped(text)[:MAX_SEARCH]])
    withdrawn = BooleanField()
    page = StringField()

    @property
    def page_number(self) -> int:
        """The number of the page, from 1."""
        text = self.page.data or ""
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,5}", text, re.ASCII) else 1


class RoleForm(FlaskForm):  # type: ignore[misc]
    """Another role for somebody."""

    role = SelectField(choices=ROLES)


class WithdrawnForm(FlaskForm):  # type: ignore[misc]
    """Whether somebody has withdrawn from the course, and why."""

    withdrawn = BooleanField()
    reason = StringField(default="", filters=[lambda text: stripped(text)[:MAX_REASON]])


class CourseForm(FlaskForm):  # type: ignore[misc]
    """The settings of a course."""

    time_zone = StringField(
        "Time zone", filters=[stripped], description="An IANA name, such as Europe/Berlin or America/New_York."
    )

    def validate_time_zone(self, field: StringField) -> None:
        """Expect a time zone that there is."""
        try:
            check_time_zone(field.data)
        except ValueError as error:
            raise ValidationError(str(error)) from None


class JoinCodeForm(FlaskForm):  # type: ignore[misc]
    """A new code for joining, or none at all."""

    close = BooleanField()


class RosterForm(FlaskForm):  # type: ignore[misc]
    """A roster as a file; after the preview, as text with a confirmation."""

    roster = FileField()
    text = TextAreaField()
    missing = RadioField(choices=MISSING, default="leave", validate_choice=False)
    shown_missing = StringField(default="")
    confirmed = BooleanField()

    def to_withdraw(self) -> list[str]:
        """Return the ids of the students to withdraw: those whom the preview listed as missing, if that was chosen."""
        return (self.shown_missing.data or "").split() if self.missing.data == "withdraw" else []

    def content(self) -> bytes:
        """Return the roster, from whichever field has it."""
        uploaded = self.roster.data
        return uploaded.stream.read() if uploaded else (self.text.data or "").encode()
