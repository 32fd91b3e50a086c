"""What a newer tzdata asks about one sitting: which court's clock shows another time, and what else could be meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scheduler import readings, sides, zonerules
from scheduler.models import Plan, Sitting
from scheduler.zonerules import Rules


@dataclass(frozen=True)
class Shift:
    """A court's clock no longer shows at the instant what was agreed.

    `agreed` and `shows` are wall times of `zone`; `again` is the instant at which it shows what was agreed, None where
    the clocks jump over it.
    """

    side: str
    zone: str
    agreed: str
    shows: str
    again: datetime | None


@dataclass(frozen=True)
class Question:
    """A sitting by the new rules. `shifts` are of the two official clocks; `elsewhere` are other zones, for nobody's

    eyes but those to whom `sides` grants the place. Both empty: nothing has changed.
    """

    sitting: Sitting
    rules: Rules
    shifts: tuple[Shift, ...]
    elsewhere: tuple[str, ...]

    def shift(self, side: str) -> Shift | None:
        """What has shifted for that side."""
        return next((one for one in self.shifts if one.side == side), None)


def of(sitting: Sitting, plan: Plan, rules: Rules) -> Question:
    """Compare what the clocks showed when it was agreed with what they show by `rules`. Raises UnknownZone."""
    before = readings.kept(sitting)
    now = readings.read(sitting.start, before, rules)
    moved = {zone for zone, wall in before.items() if now[zone] != wall}
    official = sides.zones(plan)
    shifts = tuple(_shift(sitting, side, zone, before, now, rules) for side, zone in official.items() if zone in moved)
    return Question(sitting, rules, shifts, tuple(sorted(moved - set(official.values()))))


def sides_of(found: Sequence[Question]) -> list[str]:
    """The sides whose clocks have shifted, the requesting one first."""
    official = dict.fromkeys(shift.side for one in found for shift in one.shifts)
    return sorted(official, key=lambda side: side != "requesting")


def facts(found: Sequence[Question]) -> dict[str, object]:
    """For the trail: official clocks alone."""
    shifts = [shift for one in found for shift in one.shifts]
    return {
        "tzdata": found[0].rules.version,
        "agreed": [f"{one.agreed} {one.zone}" for one in shifts],
        "instants": [one.sitting.start.isoformat() for one in found],
        "again": [one.again.isoformat() if one.again else None for one in shifts],
    }


def _shift(sitting: Sitting, side: str, zone: str, before: readings.Walls, now: readings.Walls, rules: Rules) -> Shift:
    again = zonerules.instant_of(before[zone], zone, sitting.start, rules)
    return Shift(str(side), zone, before[zone], now[zone], again)
