"""What the pages of accounts show."""

from collections.abc import Sequence
from dataclasses import dataclass

from records.people.models import Person, PersonalToken
from web.accounts.forms import ChangePasswordForm, CodeForm, LoginForm, PasswordForm, TokenForm
from web.ui.pages import Breadcrumb, Page


@dataclass(frozen=True, kw_only=True)
class LoginPage(Page):
    """Logging in."""

    form: LoginForm


@dataclass(frozen=True, kw_only=True)
class JoinPage(Page):
    """Joining a course; the form is a `JoinForm` for somebody who is not logged in."""

    form: CodeForm


@dataclass(frozen=True, kw_only=True)
class InvitationPage(Page):
    """Choosing a password by the link of an invitation."""

    form: PasswordForm
    invited: Person


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    """Somebody's own account; `new_token` was just created and is shown once, "" for none."""

    password_form: ChangePasswordForm
    token_form: TokenForm
    tokens: Sequence[PersonalToken]
    new_token: str
    path: Sequence[Breadcrumb] = (("Your account", None),)
