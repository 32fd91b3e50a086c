"""What stands in the queue: ids and keys alone; and a job that comes late, twice or for nothing does no harm."""

import ast
import inspect
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import tasks
from directory.models import AuditEntry, Letter, OutsideCalendar
from directory.outside import refresh
from protection import measures
from protection.models import Measure
from scheduler import batches
from scheduler.booking import proposals
from scheduler.models import Plan
from sessions import lifecycle
from tests.cast import Cast
from tests.config import chairs, jobs
from tests.config.same import Rows, models, state
from tests.config.test_house import ROOT


def own_tasks() -> dict[str, Any]:
    return {name: task for name, task in app.tasks.items() if not name.startswith(("builtin", "procrastinate."))}


def test_every_job_and_each_of_its_arguments_is_in_the_table() -> None:
    found = {name: set(inspect.signature(task.func).parameters) for name, task in own_tasks().items()}
    assert found == {name: set(arguments) for name, (arguments, _modules) in jobs.table().items()}


def deferred_in(path: Any) -> list[tuple[set[str | None], int]]:
    """The names of the arguments of each `….defer(…)` in the module, and how many have none."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    found = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr.startswith("defer")]
    return [({each.arg for each in call.keywords}, len(call.args)) for call in found]


def test_nothing_is_put_into_the_queue_but_by_the_modules_of_the_table_and_with_its_arguments() -> None:
    told: dict[str, list[set[str | None]]] = {}
    for floor in ("directory", "protection", "casework", "scheduler", "sessions", "signalling", "config"):
        for path in (ROOT / floor).rglob("*.py"):
            if "migrations" not in path.parts and (calls := deferred_in(path)):
                assert all(not unnamed for _names, unnamed in calls), path
                told[".".join(path.relative_to(ROOT).with_suffix("").parts)] = [names for names, _unnamed in calls]
    wanted: dict[str, list[set[str]]] = {}
    for arguments, modules in jobs.table().values():
        for module in modules - {"clock"}:
            wanted.setdefault(module, []).append(set(arguments))
    assert {module: {frozenset(n) for n in names} for module, names in told.items()} == {
        module: {frozenset(n) for n in names} for module, names in wanted.items()
    }


@pytest.fixture
def queued(told: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The demo's cases, and one of each job that they leave out; the last is a hearing closed without anybody heard."""
    monkeypatch.setattr(refresh, "run", lambda _job: {"code": "outside_unreachable"})
    chairs.furnish(told)
    booking, now = chairs.rehearsal(), datetime.now(UTC)
    person, invited = booking.plan.request.person, booking.invitations.get(role="judge", side="requesting")
    measures.raise_(person=person, kind="sound_only", by=told.judge, basis="U24-2b", starts=now + timedelta(days=1))
    start = booking.sitting().start + timedelta(days=3)
    asked = proposals.make(booking=booking, starts=[start], now=now, invitation=invited, reason="")
    proposals.decline(proposal=asked, by=told.clerk, version=booking.version)
    batches.ask(plans=[Plan.objects.exclude(pk=booking.plan_id).get().public_id], seconds=1, by=told.clerk)
    tasks.enqueue_outside(OutsideCalendar.objects.get().pk)
    lifecycle.open_(hearing_id=booking.plan.public_id, by=told.clerk)
    lifecycle.close(hearing_id=booking.plan.public_id, by=told.clerk)
    return told


def test_each_job_of_the_house_carries_ids_and_keys_of_rows_alone(queued: Cast) -> None:
    assert jobs.odd() == []
    by_act = {name for name, (_arguments, modules) in jobs.table().items() if modules != {"clock"}}
    assert set(ProcrastinateJob.objects.values_list("task_name", flat=True)) == by_act


def run(name: str, args: dict[str, Any]) -> None:
    own_tasks()[name].func(**args)


def rows() -> Rows:
    return state({model: set(model.objects.values_list("pk", flat=True)) for model in models()}, set())


def test_a_job_for_what_is_not_there_any_more_does_nothing(queued: Cast) -> None:
    before = rows()
    for name, (arguments, modules) in jobs.table().items():
        if modules != {"clock"}:
            nothing = {"pk": 0, "public_id": str(uuid4()), "": "en"}
            run(name, {one: nothing[what.partition(".")[2]] for one, what in arguments.items()})
    assert rows() == before


def test_jobs_that_come_late_and_twice_do_what_is_still_to_be_done_and_that_once(
    queued: Cast, time_machine: Any
) -> None:
    """Meanwhile the measure that was to begin has been lowered, and the hearing of the proposal is over."""
    measure = Measure.objects.get(kind="sound_only")
    lowering = measures.propose_lowering(measure=measure, reason="risk_ended", by=queued.judge)
    measures.agree_to_lowering(lowering=lowering, by=queued.judge_madrid)
    time_machine.move_to(datetime.now(UTC) + timedelta(days=2), tick=False)
    waiting = list(ProcrastinateJob.objects.order_by("id").values_list("task_name", "args"))
    for name, args in waiting:
        run(name, args)
    once = rows()
    for name, args in waiting:
        run(name, args)
    assert rows() == once
    acts = AuditEntry.objects.filter(act__in=("measure.began", "hearing.record_written", "batch.found"))
    assert sorted(acts.values_list("act", flat=True)) == ["batch.found", "hearing.record_written"]
    assert not Letter.objects.filter(key__startswith="declined:").exists()
