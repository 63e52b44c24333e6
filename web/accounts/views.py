"""Accounts: logging in and out, joining a course by its code, choosing a password, personal tokens."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user, logout_user
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Email, InputRequired, Length, ValidationError

from records.courses.models import Course, Membership
from records.database.audit import Action, audit
from records.database.base import new_id
from records.database.engine import clock
from records.database.engine import insert as insertion
from records.people.models import Invitation, Person, PersonalToken
from web.extensions import services
from web.security.passwords import MIN_PASSWORD, hash_of_password, hash_of_secret, is_password, new_secret
from web.security.permissions import Permission, requires
from web.security.rate_limits import guesses, guesses_at_email
from web.security.session import enter, safe_target, user

INVITATION_DAYS: Final = 30
_TOKENS_KEPT: Final = 20
_WRONG: Final = "No account has this e-mail address and password."

bp = Blueprint("accounts", __name__)


def _trimmed(text: str | None) -> str | None:
    return text and text.strip()


class LoginForm(FlaskForm):  # type: ignore[misc]
    """Who somebody says to be."""

    email = StringField("E-mail", [InputRequired(), Length(max=200)])
    password = PasswordField("Password", [InputRequired(), Length(max=500)])


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of a course."""

    code = StringField("Course code", [InputRequired(), Length(max=64)])


class JoinForm(CodeForm):
    """Somebody new, with the code of a course."""

    name = StringField("Your name", [DataRequired(), Length(max=100)], [_trimmed])
    email = StringField("E-mail", [DataRequired(), Length(max=200), Email("This is no e-mail address.")], [_trimmed])
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
        with services().database.read() as session:
            kept = session.get_one(Person, user().person_id).password_hash
        if not is_password(kept, field.data or ""):
            raise ValidationError("This is not your present password.")


class TokenForm(FlaskForm):  # type: ignore[misc]
    """What a personal token is for."""

    name = StringField("What it is for", [DataRequired(), Length(max=60)], [_trimmed])


@bp.route("/login", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@guesses
@guesses_at_email
def login() -> Any:
    """Log in by e-mail address and password."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(safe_target(request.args.get("next")))
    form = LoginForm()
    if form.validate_on_submit():
        with services().database.read() as session:
            person = person_with(session, form.email.data)
        if is_password(person.password_hash if person else None, form.password.data) and person:
            enter(person)
            return redirect(safe_target(request.args.get("next")), 303)
        form.password.errors = [_WRONG]
    return render_template("accounts/login.html", form=form, breadcrumbs=None), 422 if form.errors else 200


@bp.post("/logout")
@requires(Permission.LOGGED_IN)
def logout() -> Any:
    """Log this browser out."""
    logout_user()
    return redirect(url_for("accounts.login"), 303)


@bp.get("/session")
@requires(Permission.LOGGED_IN)
def renewed() -> Any:
    """Return a token for the forms of a page whose session is another by now, and whose session it is."""
    return {"token": generate_csrf(), "person": user().person_id}


@bp.route("/join", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@guesses
def join() -> Any:
    """Enrol as a student by a course's code; who is not logged in makes an account with it."""
    known = current_user.is_authenticated
    form = CodeForm() if known else JoinForm()
    if request.method == "GET":
        form.code.data = request.args.get("code", "")
    if form.validate_on_submit() and (course := _joined(form, user().person_id if known else None)):
        flash(f"You are in {course.title}.", "good")
        return redirect(url_for("courses.show", course=course.slug), 303)
    return render_template("accounts/join.html", form=form, breadcrumbs=None), 422 if form.errors else 200


@bp.route("/invitations/<secret>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@guesses
def accept(secret: str) -> Any:
    """Choose a password by a link that was given out for that."""
    form = PasswordForm()
    with services().database.read() as session:
        invited = _invitation(session, secret).person
    if form.validate_on_submit():
        kept = hash_of_password(form.password.data)
        with services().database.write() as session:
            invitation = _invitation(session, secret, for_update=True)
            session.delete(invitation)
            person = invitation.person
            _keep_password(session, person, kept, "choose password")
        enter(person)
        return redirect(url_for("courses.index"), 303)
    page = render_template("accounts/invitation.html", form=form, invited=invited, breadcrumbs=None)
    return page, 422 if form.errors else 200


@bp.get("/account")
@requires(Permission.LOGGED_IN)
def account() -> Any:
    """Show who somebody is here."""
    return _account(ChangeForm(), TokenForm())


@bp.post("/account/password")
@requires(Permission.LOGGED_IN)
@guesses
def change_password() -> Any:
    """Take a new password, which logs out all other browsers."""
    form = ChangeForm()
    if not form.validate_on_submit():
        return _account(form, TokenForm()), 422
    kept = hash_of_password(form.password.data)
    with services().database.write() as session:
        person = session.get_one(Person, user().person_id)
        _keep_password(session, person, kept, "change password")
    enter(person)
    flash("Your password is changed, and all other browsers are logged out.", "good")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/tokens")
@requires(Permission.LOGGED_IN)
def make_token() -> Any:
    """Make a personal token, which is shown this once."""
    form = TokenForm()
    if not form.validate_on_submit():
        return _account(ChangeForm(formdata=None), form), 422
    secret = f"gl_{new_secret()}"
    with services().database.write() as session:
        mine = select(PersonalToken).where(PersonalToken.person_id == user().person_id)
        if len(session.scalars(mine).all()) >= _TOKENS_KEPT:
            form.name.errors = [f"You have {_TOKENS_KEPT} tokens. Revoke one first."]
            return _account(ChangeForm(formdata=None), form), 422
        session.add(PersonalToken(person_id=user().person_id, name=form.name.data, secret_hash=hash_of_secret(secret)))
        audit(session, actor=user().person_id, action="create token", person_id=user().person_id)
    return _account(ChangeForm(formdata=None), TokenForm(formdata=None), secret)


@bp.post("/account/tokens/<token_id>/revoke")
@requires(Permission.OWN)
def revoke_token(token_id: str) -> Any:
    """Make a personal token worthless."""
    with services().database.write() as session:
        session.delete(session.get(PersonalToken, token_id) or abort(404))
        audit(session, actor=user().person_id, action="revoke token", person_id=user().person_id)
    flash("The token is worthless now.", "good")
    return redirect(url_for("accounts.account"), 303)


def invite(session: Session, person: Person) -> str:
    """Return the secret of a link with which somebody chooses a password, once."""
    return invite_all(session, [person.id])[0]


def invite_all(session: Session, person_ids: Sequence[str]) -> list[str]:
    """Return the secrets of links with which people choose their passwords, each once; of a whole lecture in one go."""
    made = [new_secret() for _ in person_ids]
    expires_at = clock(session) + timedelta(days=INVITATION_DAYS)
    rows = [
        {"secret_hash": hash_of_secret(secret), "person_id": person_id, "expires_at": expires_at}
        for secret, person_id in zip(made, person_ids, strict=True)
    ]
    if rows:
        session.execute(insert(Invitation), rows)
    return made


def _account(change: ChangeForm, token: TokenForm, secret: str = "") -> str:
    with services().database.read() as session:
        mine = select(PersonalToken).where(PersonalToken.person_id == user().person_id)
        tokens = session.scalars(mine.order_by(PersonalToken.created_at)).all()
    breadcrumbs = [("Your account", None)]
    return render_template(
        "accounts/account.html", change=change, token=token, secret=secret, tokens=tokens, breadcrumbs=breadcrumbs
    )


def person_with(session: Session, email: str) -> Person | None:
    """Return who has an e-mail address, however it is written."""
    return session.scalar(select(Person).where(Person.email == email.strip().casefold()))


def _invitation(session: Session, secret: str, *, for_update: bool = False) -> Invitation:
    """Return an invitation that holds, or answer that there is none."""
    invitation = session.get(Invitation, hash_of_secret(secret), with_for_update=for_update)
    if invitation is None or invitation.expires_at < clock(session):
        abort(404)
    return invitation


def _keep_password(session: Session, person: Person, password_hash: str, action: Action) -> None:
    """Keep a new password, whose hash is made before: that takes its time, and who writes keeps others from it."""
    person.password_hash = password_hash
    person.session_key = new_id()
    audit(session, actor=person.id, action=action, person_id=person.id)


def _joined(form: CodeForm, person_id: str | None) -> Course | None:
    """Enrol somebody, or somebody new, who is logged in then; None with a sentence in the form where that cannot be."""
    password_hash = hash_of_password(form.password.data) if person_id is None else ""
    with services().database.write() as session:
        course = session.scalar(select(Course).where(Course.join_code == _code(form)))
        if course is None:
            form.code.errors = ["No course has this code. Is it typed as you were given it?"]
            return None
        member_id = person_id or _newcomer(session, form, password_hash)
        if member_id is None:
            form.email.errors = ["There is an account with this address. Log in first, then join."]
            return None
        _enrol(session, course, member_id)
        person = session.get_one(Person, member_id)
    if person_id is None:
        enter(person)
    return course


def _newcomer(session: Session, form: CodeForm, password_hash: str) -> str | None:
    """Return the id of a new account; None where the address has one, made in this moment perhaps."""
    values = {"id": new_id(), "email": form.email.data.casefold(), "name": form.name.data}
    new = insertion(session, Person).values(**values, password_hash=password_hash)
    return session.scalar(new.on_conflict_do_nothing(index_elements=["email"]).returning(Person.id))


def _enrol(session: Session, course: Course, person_id: str) -> None:
    """Enrol somebody as a student who has no role yet; another tab may do so at once."""
    values = {"course_id": course.id, "person_id": person_id, "role": "student"}
    new = insertion(session, Membership).values(values).on_conflict_do_nothing()
    if session.scalar(new.returning(Membership.person_id)) is not None:
        audit(
            session,
            actor=person_id,
            action="join",
            course_id=course.id,
            after={"role": "student"},
        )


def _code(form: CodeForm) -> str:
    return str(form.code.data).strip().upper()
