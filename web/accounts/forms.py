"""The forms of accounts: logging in, joining, passwords and tokens."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, ValidationError

from records.people.models import Person
from web.extensions import services
from web.security.passwords import MIN_PASSWORD, is_password
from web.security.session import user


def _strip(text: str | None) -> str | None:
    return text and text.strip()


class LoginForm(FlaskForm):  # type: ignore[misc]
    """E-mail address and password."""

    email = StringField("E-mail", [InputRequired(), Length(max=200)])
    password = PasswordField("Password", [InputRequired(), Length(max=500)])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of a course, for somebody who is logged in."""

    code = StringField("Course code", [InputRequired(), Length(max=64)])


class JoinForm(CodeForm):
    """The code of a course and a new account."""

    name = StringField("Your name", [DataRequired(), Length(max=100)], [_strip])
    email = StringField("E-mail", [DataRequired(), Length(max=200), Email("This is not an e-mail address.")], [_strip])
    password = PasswordField(
        "Password", [InputRequired(), Length(MIN_PASSWORD, 500, f"Use at least {MIN_PASSWORD} characters.")]
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password."""

    password = PasswordField(
        "New password", [InputRequired(), Length(MIN_PASSWORD, 500, f"Use at least {MIN_PASSWORD} characters.")]
    )


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

    name = StringField("Purpose", [DataRequired(), Length(max=60)], [_strip])
