"""What those may work whose work is limited, over all hearings of a batch. Pure.

Each hearing goes by its own court's rules. Where these differ within a batch, the strictest hold for all of it: so its
answer keeps everybody's rules, in whichever order the times are held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.solver.needs import WorkLimit
from scheduler.solver.problem import Resource
from scheduler.solver.series import Asked
from scheduler.solver.spans import rows_of
from scheduler.solver.timegrid import Span
from scheduler.solver.wear import worn

Taken = Mapping[str, Sequence[Span]]  # a resource's id → when others of the batch keep it, in seconds


@dataclass(frozen=True)
class Duty:
    """The rules, and what everybody does besides: an id → spans in seconds. Without a limit nobody's is limited."""

    limit: WorkLimit | None = None
    worked: Mapping[str, Sequence[Span]] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Sequence[Asked]) -> "Duty":
        """The strictest of their limits; what somebody works stands in several of them, as far as each looks."""
        limits = [one.limit for one in asked if one.limit]
        if not limits:
            return cls()
        worked: dict[str, set[Span]] = {}
        for one in asked:
            for id_, spans in one.worked.items():
                worked.setdefault(id_, set()).update((first, past) for first, past in rows_of(spans).tolist())
        strictest = WorkLimit(min(one.day for one in limits), max(one.rest for one in limits))
        return cls(strictest, {id_: sorted(spans) for id_, spans in worked.items()})

    def kept(self, people: Sequence[Resource], taken: Taken, minutes: int, around: Span) -> dict[str, list[Span]]:
        """What else a hearing of so many minutes must not touch of these people, beside what is taken."""
        mine = [one for one in people if one.id in self.worked] if self.limit else []
        if not self.limit or not mine:
            return {}
        team = [(one.zone.key, [*self.worked[one.id], *taken.get(one.id, ())]) for one in mine]
        rests = worn(team, minutes, self.limit, around)
        return {one.id: list(rest) for one, rest in zip(mine, rests, strict=True)}

    def beside(self, taken: Taken) -> dict[str, Sequence[Span]]:
        """What everybody does besides, with what the batch has taken."""
        return {id_: [*spans, *taken.get(id_, ())] for id_, spans in self.worked.items()}
