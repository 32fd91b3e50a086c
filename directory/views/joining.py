"""What authorities ask of the reader: to act for them. Also for who acts for none yet, or no more."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from directory import joining
from directory.access import ActingRequest, signed_in
from directory.errors import NotFound

SAID: Mapping[str, Promise] = {
    "join": _("You act for this authority from now on. Choose it in your account."),
    "refuse": _("You do not act for it. The authority is not told that you answered."),
}


@never_cache
@require_safe
@signed_in
def asked(request: ActingRequest) -> HttpResponse:
    """The questions, each with yes and no."""
    return render(request, "directory/asked.html", {"asked": joining.asked_of(request.user)})


@require_POST
@signed_in
def answer(request: ActingRequest, public_id: UUID, act: str) -> HttpResponse:
    """Yes or no."""
    doing = _DOINGS.get(act)
    if doing is None:
        raise NotFound
    doing(request, public_id)
    messages.success(request, str(SAID[act]))
    left = joining.asked_of(request.user).exists() or not request.user.memberships.filter(active=True).exists()
    return redirect("directory:asked" if left else "home")


_DOINGS: Mapping[str, Callable[[ActingRequest, UUID], Any]] = {
    "join": lambda request, asked: joining.join(membership=asked, user=request.user),
    "refuse": lambda request, asked: joining.refuse(membership=asked, user=request.user, by=request.acting),
}
