"""Fetch and authorise in one call, so that a view cannot forget.

What is missing, what belongs to another State and what the role does not permit all end in the same
`NotFound`: the difference between them would tell a stranger that something is there.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from directory import kept
from directory.errors import NotFound
from directory.models import Membership, User
from directory.roles import permits

M = TypeVar("M", bound=Model, covariant=True)
View = Callable[..., HttpResponseBase]


class ActingRequest(HttpRequest):
    """A request behind one of the guards below: somebody is signed in and acts for an authority."""

    user: User
    acting: Membership


class Scoped(Protocol[M]):
    """A query set or manager that knows what a member may see."""

    def visible_to(self, by: Membership | None) -> QuerySet[Any]:
        """The rows of the member's own side."""


def check(by: Membership | None, act: str) -> Membership:
    """The member, if his role permits the act; else NotFound."""
    if by is None or not permits(by.role, act):
        raise NotFound
    return by


def fetch(queryset: Scoped[M], *, by: Membership | None, act: str, public_id: UUID | str) -> Any:
    """The one row of that public id, if it is there, the member's to see, and the act his to do; else NotFound."""
    row = queryset.visible_to(check(by, act)).filter(public_id=_uuid(public_id)).first()
    if row is None:
        raise NotFound
    return row


def signed_in(view: View) -> View:
    """For a view: somebody is signed in, for whomever he acts. A stranger is sent to sign in.

    What a form held whose sign-in has expired meanwhile is kept, and offered again afterwards.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else kept.lead(request)

    return guarded


def acting_required(view: View) -> View:
    """For a view: `signed_in`, and he acts for an authority. Who is only asked to is led to the question."""

    @wraps(view)
    def guarded(request: ActingRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if getattr(request, "acting", None) is not None:
            return view(request, *args, **kwargs)
        if request.method == "GET" and Membership.objects.asked_of(request.user).exists():
            return redirect("directory:asked")
        raise NotFound

    return signed_in(guarded)


def requires(act: str) -> Callable[[View], View]:
    """For a view: `acting_required`, and the role permits the act. For lists, where there is nothing to fetch."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: ActingRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(request.acting, act)
            return view(request, *args, **kwargs)

        return acting_required(guarded)

    return decorate


def _uuid(public_id: UUID | str) -> UUID:
    try:
        return public_id if isinstance(public_id, UUID) else UUID(public_id)
    except ValueError as error:
        raise NotFound from error
