"""Sign-in rules: nobody makes an account of their own; staff accounts come from headquarters or its identity provider."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class ClosedSignup(DefaultAccountAdapter):
    """There is no sign-up form."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False


class ClosedSocialSignup(DefaultSocialAccountAdapter):
    """An identity provider signs known staff in and makes nobody new."""

    def is_open_for_signup(self, request: Any, sociallogin: Any) -> bool:
        return False
