"""Accounts: logging in and out, joining a course by its code, passwords, personal tokens."""

from typing import Final

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from flask_wtf.csrf import generate_csrf

from records.courses.memberships import course_by_code, enroll
from records.courses.models import Course
from records.errors import NotAllowed
from records.people import tokens
from records.people.accounts import create_account, person_with_email, set_password, valid_invitation
from records.people.models import Person
from web.accounts.forms import ChangePasswordForm, CodeForm, JoinForm, LoginForm, PasswordForm, TokenForm
from web.accounts.presenters import AccountPage, InvitationPage, JoinPage, LoginPage
from web.extensions import services
from web.security.passwords import hash_of_password, is_password
from web.security.permissions import Permission, requires
from web.security.rate_limits import guesses, guesses_at_email
from web.security.session import enter, safe_target, user
from web.ui.pages import render_page

_WRONG: Final = "No account has this e-mail address and password."

bp = Blueprint("accounts", __name__)


@bp.route("/login", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@guesses
@guesses_at_email
def login() -> ResponseReturnValue:
    """Log in by e-mail address and password."""
    if current_user.is_authenticated and request.method == "GET":
        return redirect(safe_target(request.args.get("next")))
    form = LoginForm()
    if form.validate_on_submit():
        with services().database.read() as session:
            person = person_with_email(session, form.email.data)
        if is_password(person.password_hash if person else None, form.password.data) and person:
            enter(person)
            return redirect(safe_target(request.args.get("next")), 303)
        form.password.errors = [_WRONG]
    return render_page("accounts/login.html", LoginPage(form=form)), 422 if form.errors else 200


@bp.post("/logout")
@requires(Permission.LOGGED_IN)
def logout() -> ResponseReturnValue:
    """Log this browser out."""
    logout_user()
    return redirect(url_for("accounts.login"), 303)


@bp.get("/session")
@requires(Permission.LOGGED_IN)
def refresh() -> ResponseReturnValue:
    """Return a CSRF token for a page whose session has changed since, and whose session it is now."""
    return {"token": generate_csrf(), "person": user().person_id}


@bp.route("/join", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@guesses
def join() -> ResponseReturnValue:
    """Join a course as a student by its code; somebody who is not logged in creates an account."""
    known = current_user.is_authenticated
    form = CodeForm() if known else JoinForm()
    if request.method == "GET":
        form.code.data = request.args.get("code", "")
    if form.validate_on_submit() and (course := _join(form, user().person_id if known else None)):
        flash(f"You are in {course.title}.", "good")
        return redirect(url_for("courses.show", course=course.slug), 303)
    return render_page("accounts/join.html", JoinPage(form=form)), 422 if form.errors else 200


@bp.route("/invitations/<secret>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
@guesses
def accept(secret: str) -> ResponseReturnValue:
    """Choose a password by the link of an invitation."""
    form = PasswordForm()
    with services().database.read() as session:
        invitation = valid_invitation(session, secret) or abort(404)
        invited = invitation.person
    if form.validate_on_submit():
        password_hash = hash_of_password(form.password.data)
        with services().database.write() as session:
            invitation = valid_invitation(session, secret, for_update=True) or abort(404)
            session.delete(invitation)
            person = invitation.person
            set_password(session, person, password_hash, "choose password")
        enter(person)
        return redirect(url_for("courses.index"), 303)
    page = InvitationPage(form=form, invited=invited)
    return render_page("accounts/invitation.html", page), 422 if form.errors else 200


@bp.get("/account")
@requires(Permission.LOGGED_IN)
def account() -> ResponseReturnValue:
    """Show the account: who is logged in, their password and their tokens."""
    return _account(ChangePasswordForm(), TokenForm())


@bp.post("/account/password")
@requires(Permission.LOGGED_IN)
@guesses
def change_password() -> ResponseReturnValue:
    """Change the password, which logs out all other browsers."""
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _account(form, TokenForm()), 422
    password_hash = hash_of_password(form.password.data)
    with services().database.write() as session:
        person = session.get_one(Person, user().person_id)
        set_password(session, person, password_hash, "change password")
    enter(person)
    flash("Your password is changed, and all other browsers are logged out.", "good")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/tokens")
@requires(Permission.LOGGED_IN)
def create_token() -> ResponseReturnValue:
    """Create a personal token, which is shown this once."""
    form = TokenForm()
    unchanged = ChangePasswordForm(formdata=None)
    if not form.validate_on_submit():
        return _account(unchanged, form), 422
    try:
        with services().database.write() as session:
            secret = tokens.create_token(session, user().person_id, form.name.data)
    except NotAllowed as refusal:
        form.name.errors = [str(refusal)]
        return _account(unchanged, form), 422
    return _account(unchanged, TokenForm(formdata=None), secret)


@bp.post("/account/tokens/<token_id>/revoke")
@requires(Permission.OWN)
def revoke_token(token_id: str) -> ResponseReturnValue:
    """Revoke a personal token."""
    with services().database.write() as session:
        if not tokens.revoke_token(session, user().person_id, token_id):
            abort(404)
    flash("The token is revoked.", "good")
    return redirect(url_for("accounts.account"), 303)


def _account(password_form: ChangePasswordForm, token_form: TokenForm, new_token: str = "") -> str:
    with services().database.read() as session:
        own = tokens.tokens_of(session, user().person_id)
    page = AccountPage(password_form=password_form, token_form=token_form, tokens=own, new_token=new_token)
    return render_page("accounts/account.html", page)


def _join(form: CodeForm, person_id: str | None) -> Course | None:
    """Enroll somebody, or a new account, which is logged in then; on failure return None with an error in the form."""
    password_hash = hash_of_password(form.password.data) if person_id is None else ""
    with services().database.write() as session:
        course = course_by_code(session, form.code.data)
        if course is None:
            form.code.errors = ["No course has this code. Check that you typed it as you were given it."]
            return None
        member_id = person_id or create_account(session, form.email.data, form.name.data, password_hash)
        if member_id is None:
            form.email.errors = ["There is an account with this address. Log in first, then join."]
            return None
        enroll(session, course, member_id)
        person = session.get_one(Person, member_id)
    if person_id is None:
        enter(person)
    return course
