"""What is done about a time, on the page and over the API."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from directory.models import Letter, Resource
from scheduler import booking as bookings
from scheduler import search
from scheduler.booking import replacing
from scheduler.models import Booking, Invitation, Plan, PlanNeed, Stray
from tests.cast import Cast
from tests.config import chairs
from tests.config.same import Act


@dataclass
class _Times:
    """The rehearsal, which both courts have confirmed, and the plan that has no time yet."""

    told: Cast
    things: dict[str, str]
    plan: Plan
    best: list[datetime]

    def hold(self) -> Booking:
        return bookings.hold(plan=self.plan, starts=[self.best[0]], by=self.told.clerk)


def _times(told: Cast, things: dict[str, str]) -> _Times:
    plan = Plan.objects.exclude(public_id=things["hearings"]).select_related("request").get()
    found = search.find(plan=plan, by=told.clerk).prospect.best(2)
    return _Times(told, things, plan, [one.start for one in found])


def acts(told: Cast, things: dict[str, str]) -> dict[str, Act]:
    """By name."""
    times = _times(told, things)
    return {**_agreed(times), **_planned(times), **_letters(times)}


def _agreed(times: _Times) -> dict[str, Act]:
    told, things, agreed = times.told, times.things, chairs.rehearsal()
    base, v, proposal = f"/bookings/{agreed.public_id}", agreed.version, f"/proposals/{things['proposals']}"
    why, late = {"reason": "The court cannot sit."}, {"outcome": "postponed"}
    return {
        "complete": Act(
            told.clerk, f"{base}/complete/", {"version": v} | why | late, "POST", f"{base}/complete", why | late, v
        ),
        "take a proposal": Act(told.clerk, f"{proposal}/take/", {"version": v}, "POST", f"{proposal}/take", None, v),
        "withdraw a proposal": Act(
            told.clerk_madrid, f"{proposal}/withdraw/", {"version": v}, "POST", f"{proposal}/withdraw", None, v
        ),
    }


def _planned(times: _Times) -> dict[str, Act]:
    told, plan = times.told, times.plan
    base, v, start = f"/hearings/{plan.public_id}", plan.version, times.best[0].isoformat()
    need = PlanNeed.objects.get(plan=plan, role="room")
    rooms = [str(one.public_id) for one in Resource.objects.filter(kind="site", label="Hearing room 3")]
    terms = {name: getattr(plan, name) for name in ("minutes", "sittings", "spread_days", "notice_days")}
    dates = {name: getattr(plan, name).isoformat() for name in ("earliest", "latest")}
    changed = terms | dates | {"minutes": 60}
    return {
        "hold": Act(told.clerk, f"{base}/hold/", {"start": start}, "POST", f"{base}/bookings", {"starts": [start]}),
        "change the plan": Act(
            told.clerk, f"{base}/plan/", changed | {"version": v}, "PATCH", f"{base}/plan", changed, v
        ),
        "look for interpreters": Act(
            told.clerk, f"{base}/plan/interpreters/", {"version": v}, "POST", f"{base}/plan/interpreters", None, v
        ),
        "give a support person": Act(
            told.clerk_madrid, f"{base}/plan/support/", {"version": v, "wanted": "yes"},
            "PUT", f"{base}/plan/support", {"wanted": True}, v,
        ),
        "choose a room": Act(
            told.clerk, f"{base}/plan/{need.public_id}/", {"version": v, "resources": rooms},
            "PATCH", f"{base}/plan/needs/{need.public_id}", {"people": rooms}, v,
        ),
        "ask for many times": Act(
            told.clerk, "/hearings/together/", {"plans": [str(plan.public_id)]},
            "POST", "/batches", {"hearings": [str(plan.public_id)]},
        ),
        "write rules down": Act(
            told.clerk, "/hearings/rules/", {"version": 0, "rest_minutes": "600", "source": "The court"},
            "PUT", "/rules", {"rest_minutes": 600, "source": "The court"}, 0,
        ),
    }  # fmt: skip


def _letters(times: _Times) -> dict[str, Act]:
    told, things, agreed = times.told, times.things, chairs.rehearsal()
    judge = Invitation.objects.get(booking=agreed, role="judge", side="requesting")
    own, clerks, feed = f"/invitations/{judge.public_id}", f"/invitations/{things['invitations']}", things["feed"]
    seen = judge.asked
    later = agreed.sitting().start + timedelta(days=2)
    here = later.astimezone(ZoneInfo(told.judge.user.zone))
    other: dict[str, Any] = {"act": "propose", "sequence": seen, "day": f"{here:%Y-%m-%d}", "clock": f"{here:%H:%M}"}
    reply = f"/replies/{things['replies']}/release"

    def answered() -> None:
        Stray.objects.update(partstat="ACCEPTED", invitation=Invitation.objects.get(public_id=things["invitations"]))

    def failed() -> None:
        Letter.objects.update(state="failed")

    return {
        "answer an invitation": Act(
            told.judge, f"{own}/", {"answer": "ACCEPTED", "sequence": seen},
            "POST", f"{own}/answer", {"answer": "ACCEPTED"}, seen,
        ),
        "ask for another time": Act(
            told.judge, f"{own}/", other | {"reason": "A trial."},
            "POST", f"{own}/other-time", {"start": later.isoformat(), "reason": "A trial."}, seen,
        ),
        "send a letter again": Act(told.clerk, f"{clerks}/again/", {}, "POST", f"{clerks}/send-again", given=failed),
        "let a reply through": Act(told.clerk, f"{reply}/", {}, "POST", reply, {}, given=answered),
        "make a calendar": Act(
            told.judge, "/account/calendars/new/", {"busy_only": "1"}, "POST", "/feeds", {"busy_only": True}
        ),
        "give it another address": Act(
            told.clerk, f"/account/calendars/{feed}/rotate/", {}, "POST", f"/feeds/{feed}/rotate"
        ),
    }  # fmt: skip


def of_a_hold(told: Cast, things: dict[str, str]) -> dict[str, Act]:
    """Of a time that is held and not confirmed."""
    times = _times(told, things)
    one = times.hold()
    base, v, start = f"/bookings/{one.public_id}", one.version, times.best[1].isoformat()
    candidates = replacing.candidates(one, told.clerk, datetime.now(UTC))
    row, free = next((row, free) for row, free in candidates if free)
    who = {"out": str(row.resource.public_id), "replacement": str(free[0].public_id), "reason": "Ill."}
    return {
        "confirm": Act(told.clerk, f"{base}/confirm/", {"version": v}, "POST", f"{base}/confirm", None, v),
        "move a hold": Act(
            told.clerk, f"{base}/move/", {"version": v, "start": start}, "POST", f"{base}/move", {"starts": [start]}, v
        ),
        "replace": Act(told.clerk, f"{base}/people/", who | {"version": v}, "POST", f"{base}/replace", who, v),
    }
