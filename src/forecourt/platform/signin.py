"""Sign-in rules: nobody makes an account of their own; staff accounts come from headquarters or its identity provider."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.backends import ModelBackend

from forecourt.platform.models import User
from forecourt.platform.rows import Rows

_USER = Rows(User, "WHERE id = %s")


class Accounts(ModelBackend):
    """Passwords as Django checks them; who a session belongs to, asked with every page, below the ORM."""

    def get_user(self, user_id: Any) -> User | None:
        user = _USER.one(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


class ClosedSignup(DefaultAccountAdapter):
    """There is no sign-up form."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False


class ClosedSocialSignup(DefaultSocialAccountAdapter):
    """An identity provider signs known staff in and makes nobody new."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        return False
