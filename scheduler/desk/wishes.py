"""What the clerk would rather have: a weekday, a part of the day, nobody outside preferred hours. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

NOON = 12
PARTS = ("morning", "afternoon")


class Start(Protocol):
    """As much of a slot as a wish looks at."""

    @property
    def start(self) -> datetime: ...

    @property
    def worst(self) -> int: ...


@dataclass(frozen=True)
class Wishes:
    """`weekday` is 0 for Monday; `part` is before noon or from noon on, by the reader's clock; empty: whichever."""

    weekday: int | None = None
    part: str = ""
    inside: bool = False

    @classmethod
    def read(cls, asked: Mapping[str, str]) -> "Wishes":
        """From an address; what is no wish is none."""
        weekday, part = asked.get("weekday", ""), asked.get("part", "")
        return cls(
            weekday=int(weekday) if weekday in "0123456" and weekday else None,
            part=part if part in PARTS else "",
            inside=asked.get("inside", "") == "1",
        )

    def __bool__(self) -> bool:
        return self != Wishes()

    def keeps(self, slot: Start, zone: str) -> bool:
        """Whether the slot, seen on the clock of `zone`, is as wished."""
        local = slot.start.astimezone(ZoneInfo(zone))
        day = self.weekday is None or local.weekday() == self.weekday
        part = not self.part or (local.hour < NOON) == (self.part == "morning")
        return day and part and not (self.inside and slot.worst)
