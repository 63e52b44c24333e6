"""Sessions: who is logged in."""

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf import CSRFProtect

from records.database.engine import DatabaseGone
from records.people.models import Person
from web.extensions import services
from web.ui.errors import wants_json

csrf = CSRFProtect()


class User(UserMixin):  # type: ignore[misc]
    """Who is logged in."""

    def __init__(self, person: Person) -> None:
        self.person_id = person.id
        self.name = person.name
        self.email = person.email
        self._session_key = person.session_key

    def get_id(self) -> str:
        """Return what the session keeps: a person, and the key that a new password changes."""
        return f"{self.person_id}:{self._session_key}"


def install(app: Flask) -> None:
    """Let people log in, and expect a token of every form."""
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # ours bears that the records are away
    manager.user_loader(_load)
    manager.unauthorized_handler(_ask_to_log_in)
    csrf.init_app(app)
    app.context_processor(_person)


def user() -> User:
    """Return who is logged in."""
    return cast(User, current_user._get_current_object())


def enter(person: Person) -> None:
    """Log somebody in, with nothing of whoever used this browser before."""
    session.clear()
    session.permanent = True
    login_user(User(person))


def safe_target(target: str | None) -> str:
    """Return where to go after logging in: only a path of our own."""
    parts_of = urlsplit(target or "")
    own = target and target.startswith("/") and not target.startswith(("//", "/\\")) and not parts_of.netloc
    return str(target) if own and "\\" not in str(target) else url_for("courses.index")


def _person() -> dict[str, User | None]:
    """Return what every page says of who is logged in; a page that says that the records are away needs none."""
    try:
        return {"person": user() if current_user.is_authenticated else None}
    except DatabaseGone:
        return {"person": None}


def _load(kept: str) -> User | None:
    person_id, _, key = kept.partition(":")
    with services().database.read() as records_session:
        person = records_session.get(Person, person_id)
        return User(person) if person is not None and person.session_key == key else None


def _ask_to_log_in() -> Response | tuple[dict[str, str], int]:
    if wants_json():
        return {"error": "You are not logged in any more. Log in in another tab, then try again."}, 401
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return cast(Response, redirect(url_for("accounts.login", next=target)))
