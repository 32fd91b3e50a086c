"""The way in for who has no password: a link in a letter, once, then allauth's own page to set one."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.account.views import INTERNAL_RESET_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from directory import entrances
from directory import sealed as seals
from directory.errors import NotFound, Refusal

CLOSED = Refusal(
    _("This link has been used, is older than three days, or a newer one was sent. Ask your authority for another."),
    code="entrance_closed",
    status=404,
)


@never_cache
@require_GET
def welcome(request: HttpRequest, sealed: str) -> HttpResponse:
    """Open allauth's page with a key of its own in the session: the address that stays in the browser holds none.

    Looking at the link uses nothing up: programs that read mail look at every link.
    """
    try:
        user = entrances.enter_by(seals.opened("entrance", sealed))
    except NotFound:
        return render(request, "refusal.html", {"refusal": CLOSED}, status=CLOSED.status)
    request.session[INTERNAL_RESET_SESSION_KEY] = default_token_generator.make_token(user)
    return redirect("account_reset_password_from_key", uidb36=user_pk_to_url_str(user), key="set-password")
