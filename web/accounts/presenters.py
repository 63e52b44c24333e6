"""What the account page shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from records.people.models import PersonalToken
from web.accounts.forms import ChangePasswordForm, TokenForm
from web.ui.breadcrumbs import Breadcrumb


@dataclass(frozen=True)
class AccountPage:
    """Somebody's own account.

    Attributes:
        tokens: their personal tokens, the oldest first.
        new_token: the token just created, which is shown once; "" for none.
    """

    password_form: ChangePasswordForm
    token_form: TokenForm
    tokens: Sequence[PersonalToken]
    new_token: str = ""
    breadcrumbs: Sequence[Breadcrumb] = (("Your account", None),)
