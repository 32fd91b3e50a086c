"""The best series of one first date, or the proof that there is none, by constraint programming. Pure."""

from collections.abc import Sequence

import numpy as np

from scheduler.solver.bits import Mask
from scheduler.solver.dates import Node
from scheduler.solver.seriesmodel import Answer, SeriesModel
from scheduler.solver.window import Found, Window


def find(window: Window, begins: Mask, best: bool) -> Found:
    """The series that `Window.best` would find, or where not `best` is asked for any; within the clock's seconds."""
    columns = np.flatnonzero(window.dates.held(begins))
    if not len(columns):
        return Found(window.root, ())
    return _Search(window, columns.tolist(), best).found()


class _Search:
    def __init__(self, window: Window, begins: Sequence[int], best: bool) -> None:
        self.window, self.model, self.best = window, SeriesModel(window, begins), best

    def found(self) -> Found:
        """First the fewest minutes, then one start after the other as early as can be, then the least load."""
        model = self.model
        if self.best:
            model.minimize(model.minutes())
        answer = self._asked()
        if not answer.columns or not self.best:
            return self._told(answer, sure=answer.sure)
        if not answer.sure:
            return self._told(answer, sure=False)._replace(least=model.parted(answer.bound))
        model.keep_to(answer.bound)
        for number in range(self.window.asked.count):
            model.minimize(model.start_of(number, answer.columns))
            answer, settled = self._better(answer)
            if not settled:
                return self._told(answer, sure=True)
            model.fix(answer.columns[number])
        model.minimize(model.load())
        answer, _settled = self._better(answer)
        return self._told(answer, sure=True)

    def _better(self, known: Answer) -> tuple[Answer, bool]:
        """What the next run says, or what is known where it has no time left."""
        answer = self._asked(known)
        return (answer, True) if answer.columns and answer.sure else (known, False)

    def _asked(self, known: Answer | None = None) -> Answer:
        """A series in which nobody has too much at three sittings either: two by two the model knows it."""
        while True:
            answer = self.model.run(self.window.clock, known)
            broken = self._broken(answer)
            if broken is None:
                return answer
            self.model.forbid(*broken)

    def _broken(self, answer: Answer) -> tuple[str, tuple[int, ...]] | None:
        for one in sorted(frozenset[str]().union(*answer.serving.values())):
            mine = tuple(column for column in answer.columns if one in answer.serving[column])
            for place, column in enumerate(mine):
                if self.window.kept.forbidden(one, mine[:place])[column]:
                    return one, mine[: place + 1]
        return None

    def _told(self, answer: Answer, sure: bool) -> Found:
        node = self.window.root
        if not answer.columns:
            return Found(node, (), sure)
        node = node.filled(answer.steady, [answer.steady.get(need.label, need.of) for need in node.needs])
        return Found(_seated(node, answer), answer.columns, sure)


def _seated(node: Node, answer: Answer) -> Node:
    """At each column nobody but those who serve there."""
    everybody = {one for need in node.needs for one in need.of}
    for one in sorted(everybody):
        absent = sum(1 << column for column in answer.columns if one not in answer.serving[column])
        node = node.barring(one, absent) if absent else node
    return node
