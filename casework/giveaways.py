"""What somebody types must not give the person away: neither the name nor the place.

The answer tells something about the vault. Those who gave the identity, and those who may open it, learn nothing
by it; anybody else could try names out, and is stopped after a few.
"""

from collections.abc import Mapping

from django.core.cache import cache

from casework import errors, gathering
from casework.models import Request
from casework.states import Side
from directory.models import Authority, Membership, Site
from directory.roles import Act, permits
from protection import measures, mentions, vault
from protection.policy import MeasureKind

TRIES = 5
WITHIN = 24 * 3600  # seconds


def check(request: Request, texts: Mapping[str, str], *, by: Membership, executing: Authority | None = None) -> None:
    """Refuses `names_identity`, `names_place` or `too_many_names`; nothing is kept then, neither text nor act.

    `executing` is the court that an act names, where the request does not have it yet.
    """
    tries = None if _knows(request, by) else f"names:{request.public_id}:{by.user.public_id}"
    if tries and cache.get(tries, 0) >= TRIES:
        raise errors.TooManyNames
    if named := gathering.texts_that_name(request.person, texts):
        if tries:
            cache.add(tries, 0, WITHIN)
            cache.incr(tries)
        raise errors.NamesPerson(named)
    if request.side_of(by) == Side.REQUESTED:
        placed = [name for name, text in texts.items() if names_place(request, text, executing)]
        if placed:
            raise errors.NamesPlace(placed)


def names_place(request: Request, text: str, executing: Authority | None = None) -> bool:
    """Whether a text of the requested State names a witness room, its city, or the court that attends.

    Asked only of texts by that State's own people, who know its rooms: to others the answer would tell them.
    False while nothing withholds the place. The central authority's own city says nothing and is no place.
    """
    if not text.strip() or not _withheld(request):
        return False
    court = executing or request.executing
    phrases = {court.name, court.city} if court else set()
    rooms = Site.objects.filter(authority__state=request.requested.state_id, kind=Site.Kind.WITNESS)
    for name, city in rooms.values_list("name", "city"):
        phrases |= {name, city}
    telling = phrases - {"", request.requested.city, request.requested.name}
    return any(mentions.mentions(text, {"city": phrase}) for phrase in telling)


def _knows(request: Request, by: Membership) -> bool:
    drafts = request.side_of(by) == Side.REQUESTING and permits(by.role, Act.REQUEST_DRAFT)
    return drafts or request.person is None or vault.entitled(request.person, by)


def _withheld(request: Request) -> bool:
    acting = measures.in_force(request.person) if request.person else frozenset()
    return any(one.kind in (None, MeasureKind.PLACE_WITHHELD) for one in acting)
