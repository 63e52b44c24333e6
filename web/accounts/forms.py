"""The forms of accounts: logging in, joining, passwords and tokens."""

from typing import Final

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, ValidationError

from records.people.models import Person
from web.extensions import services
from web.security.passwords import MIN_PASSWORD, is_password
from web.security.session import user
from web.ui.fields import stripped

_NO_EMAIL: Final = "This is not an e-mail address."
_NEW_PASSWORD: Final = [InputRequired(), Length(MIN_PASSWORD, 500, f"Use at least {MIN_PASSWORD} characters.")]


class LoginForm(FlaskForm):  # type: ignore[misc]
    """E-mail address and password."""

    email = StringField("E-mail", [InputRequired(), Length(max=200)])
    password = PasswordField("Password", [InputRequired(), Length(max=500)])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of a course, for somebody who is logged in."""

    code = StringField("Course code", [InputRequired(), Length(max=64)])


class JoinForm(CodeForm):
    """The code of a course and a new account."""

    name = StringField("Your name", [DataRequired(), Length(max=100)], [stripped])
    email = StringField("E-mail", [DataRequired(), Length(max=200), Email(_NO_EMAIL)], [stripped])
    password = PasswordField("Password", _NEW_PASSWORD)


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password."""

    password = PasswordField("New password", _NEW_PASSWORD)


class ChangePasswordForm(PasswordForm):
    """A new password in place of the current one."""

    old = PasswordField("Current password", [InputRequired(), Length(max=500)])

    def validate_old(self, field: PasswordField) -> None:
        """Refuse a wrong current password."""
        with services().database.read() as session:
            kept = session.get_one(Person, user().person_id).password_hash
        if not is_password(kept, field.data or ""):
            raise ValidationError("This is not your current password.")


class TokenForm(FlaskForm):  # type: ignore[misc]
    """The purpose of a personal token."""

    name = StringField("Purpose", [DataRequired(), Length(max=60)], [stripped])
