"""How people come in: nobody signs up, an authority enters its own."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's hooks, where this house differs."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account without a membership could do nothing anyway."""
        return False
