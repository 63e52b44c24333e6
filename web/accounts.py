"""Accounts: logging in and out, joining a course by its code, choosing a password, personal tokens."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user, logout_user
from flask_wtf import FlaskForm
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from wtforms import PasswordField, StringField
from wtforms.validators import Email, InputRequired, Length, ValidationError

from grader import records
from web.limits import guesses, guesses_at_email
from web.parts import parts, public
from web.passwords import MIN_PASSWORD, hash_of_password, hash_of_secret, is_password, new_secret
from web.session import enter, safe_target, user

__all__ = ["INVITATION_DAYS", "invite", "invite_all", "pages", "person_with"]

INVITATION_DAYS: Final = 30
_TOKENS_KEPT: Final = 20
_WRONG: Final = "No account has this e-mail address and password."

pages = Blueprint("accounts", __name__)


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Who somebody says to be."""

    email = StringField("E-mail", [InputRequired(), Length(max=200)])
    password = PasswordField("Password", [InputRequired(), Length(max=500)])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of a course."""

    code = StringField("Course code", [InputRequired(), Length(max=64)])


class JoinForm(CodeForm):
    """Somebody new, with the code of a course."""

    name = StringField("Your name", [InputRequired(), Length(max=100)])
    email = StringField("E-mail", [InputRequired(), Length(max=200), Email("This is no e-mail address.")])
    password = PasswordField(
        "Password", [InputRequired(), Length(MIN_PASSWORD, 500, f"Take at least {MIN_PASSWORD} characters.")]
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """A new password, and the one before where there is one."""

    password = PasswordField(
        "New password", [InputRequired(), Length(MIN_PASSWORD, 500, f"Take at least {MIN_PASSWORD} characters.")]
    )


class ChangeForm(PasswordForm):
    """A new password instead of an old one."""

    old = PasswordField("Present password", [InputRequired(), Length(max=500)])

    def validate_old(self, field: PasswordField) -> None:
        """Expect the password to be right."""
        with parts().database.read() as session:
            kept = session.get_one(records.Person, user().person_id).password_hash
        if not is_password(kept, field.data or ""):
            raise ValidationError("This is not your present password.")


class TokenForm(FlaskForm):  # type: ignore[misc]
    """What a personal token is for."""

    name = StringField("What it is for", [InputRequired(), Length(max=60)])


@pages.route("/login", methods=["GET", "POST"])
@public
@guesses
@guesses_at_email
def login() -> Any:
    """Log in by e-mail address and password."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(safe_target(request.args.get("next")))
    form = LoginForm()
    if form.validate_on_submit():
        with parts().database.read() as session:
            person = person_with(session, form.email.data)
        if is_password(person.password_hash if person else None, form.password.data) and person:
            enter(person)
            return redirect(safe_target(request.args.get("next")), 303)
        form.password.errors = [_WRONG]
    return render_template("login.html", form=form, crumbs=None), 422 if form.errors else 200


@pages.post("/logout")
def logout() -> Any:
    """Log this browser out."""
    logout_user()
    return redirect(url_for("accounts.login"), 303)


@pages.route("/join", methods=["GET", "POST"])
@public
@guesses
def join() -> Any:
    """Enrol as a student by a course's code; who is not logged in makes an account with it."""
    known = current_user.is_authenticated
    form = CodeForm() if known else JoinForm()
    if request.method == "GET":
        form.code.data = request.args.get("code", "")
    if form.validate_on_submit():
        try:
            with parts().database.write() as session:
                course = session.scalar(select(records.Course).where(records.Course.join_code == _code(form)))
                if course is not None:
                    person = session.get_one(records.Person, user().person_id) if known else _newcomer(session, form)
                    _enrol(session, course, person)
        except IntegrityError:
            form.email.errors = ["There is an account with this address. Log in first, then join."]
        else:
            if course is not None:
                if not known:
                    enter(person)
                flash(f"You are in {course.title}.", "good")
                return redirect(url_for("courses.show", course=course.slug), 303)
            form.code.errors = ["No course has this code. Is it typed as you were given it?"]
    return render_template("join.html", form=form, crumbs=None), 422 if form.errors else 200


@pages.route("/invitations/<secret>", methods=["GET", "POST"])
@public
@guesses
def accept(secret: str) -> Any:
    """Choose a password by a link that was given out for that."""
    form = PasswordForm()
    with parts().database.write() as session:
        invitation = session.get(records.Invitation, hash_of_secret(secret))
        if invitation is None or invitation.expires_at < records.clock(session):
            abort(404)
        person = invitation.person
        if form.validate_on_submit():
            person.password_hash = hash_of_password(form.password.data)
            person.session_key = records.new_id()
            session.delete(invitation)
            records.audit(session, actor=person.id, action="choose password", subject=f"person {person.id}")
    if form.is_submitted() and not form.errors:
        enter(person)
        return redirect(url_for("courses.index"), 303)
    page = render_template("invitation.html", form=form, invited=person, crumbs=None)
    return page, 422 if form.errors else 200


@pages.get("/account")
def account() -> Any:
    """Show who somebody is here."""
    return _account(ChangeForm(), TokenForm())


@pages.post("/account/password")
@guesses
def change_password() -> Any:
    """Take a new password, which logs out all other browsers."""
    form = ChangeForm()
    if not form.validate_on_submit():
        return _account(form, TokenForm()), 422
    with parts().database.write() as session:
        person = session.get_one(records.Person, user().person_id)
        person.password_hash = hash_of_password(form.password.data)
        person.session_key = records.new_id()
        records.audit(session, actor=person.id, action="change password", subject=f"person {person.id}")
    enter(person)
    flash("Your password is changed, and all other browsers are logged out.", "good")
    return redirect(url_for("accounts.account"), 303)


@pages.post("/account/tokens")
def make_token() -> Any:
    """Make a personal token, which is shown this once."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _account(ChangeForm(formdata=None), form), 422
    secret = f"gl_{new_secret()}"
    with parts().database.write() as session:
        mine = select(records.PersonalToken).where(records.PersonalToken.person_id == user().person_id)
        if len(session.scalars(mine).all()) >= _TOKENS_KEPT:
            form.name.errors = [f"You have {_TOKENS_KEPT} tokens. Revoke one first."]
            return _account(ChangeForm(formdata=None), form), 422
        session.add(
            records.PersonalToken(person_id=user().person_id, name=form.name.data, secret_hash=hash_of_secret(secret))
        )
        records.audit(session, actor=user().person_id, action="make token", subject=f"person {user().person_id}")
    return _account(ChangeForm(formdata=None), TokenForm(formdata=None), secret)


@pages.post("/account/tokens/<token_id>/revoke")
def revoke_token(token_id: str) -> Any:
    """Make a personal token worthless."""
    with parts().database.write() as session:
        token = session.get(records.PersonalToken, token_id)
        if token is None or token.person_id != user().person_id:
            abort(404)
        session.delete(token)
        records.audit(session, actor=user().person_id, action="revoke token", subject=f"person {user().person_id}")
    flash("The token is worthless now.", "good")
    return redirect(url_for("accounts.account"), 303)


def invite(session: Session, person: records.Person) -> str:
    """Return the secret of a link with which somebody chooses a password, once."""
    return invite_all(session, [person.id])[0]


def invite_all(session: Session, person_ids: Sequence[str]) -> list[str]:
    """Return the secrets of links with which people choose their passwords, each once; of a whole lecture in one go."""
    made = [new_secret() for _ in person_ids]
    expires_at = records.clock(session) + timedelta(days=INVITATION_DAYS)
    rows = [
        {"secret_hash": hash_of_secret(secret), "person_id": person_id, "expires_at": expires_at}
        for secret, person_id in zip(made, person_ids, strict=True)
    ]
    if rows:
        session.execute(insert(records.Invitation), rows)
    return made


def _account(change: ChangeForm, token: TokenForm, secret: str = "") -> str:
    with parts().database.read() as session:
        mine = select(records.PersonalToken).where(records.PersonalToken.person_id == user().person_id)
        tokens = session.scalars(mine.order_by(records.PersonalToken.created_at)).all()
    crumbs = [("Your account", None)]
    return render_template("account.html", change=change, token=token, secret=secret, tokens=tokens, crumbs=crumbs)


def person_with(session: Session, email: str) -> records.Person | None:
    """Return who has an e-mail address, however it is written."""
    return session.scalar(select(records.Person).where(records.Person.email == email.strip().casefold()))


def _newcomer(session: Session, form: JoinForm) -> records.Person:
    person = records.Person(
        email=form.email.data.strip().casefold(),
        name=form.name.data.strip(),
        password_hash=hash_of_password(form.password.data),
    )
    session.add(person)
    session.flush()
    return person


def _enrol(session: Session, course: records.Course, person: records.Person) -> None:
    if session.get(records.Enrolment, (course.id, person.id)) is None:
        session.add(records.Enrolment(course_id=course.id, person_id=person.id, role="student"))
        records.audit(
            session,
            actor=person.id,
            action="join",
            subject=f"course {course.id}",
            course_id=course.id,
            after={"role": "student"},
        )


def _code(form: CodeForm) -> str:
    return str(form.code.data).strip().upper()
