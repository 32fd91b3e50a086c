"""What is done about a request, on the page and over the API."""

from datetime import timedelta
from typing import Any

from casework import lifecycle as requests
from casework.models import Request
from config.story import cases
from scheduler.models import Plan
from tests.cast import Cast
from tests.config.same import Act

FACTS = {"testimony_language": "es", "interpreter_mode": "none", "wanted_minutes": 60, "notice_days": 0}


def acts(told: Cast) -> dict[str, Act]:
    """By name."""
    today = Plan.objects.earliest("pk").earliest
    made = cases.submitted(told, earliest=today, latest=today + timedelta(days=90), **FACTS)
    draft = Request.objects.exclude(pk=made.pk).get(state="draft")
    return {**_written(told, draft), **_sent(told, made), **_decided(told, made)}


class _Sent:
    """A request in the hands of both authorities, brought as far as an act needs it."""

    def __init__(self, told: Cast, made: Request) -> None:
        self.told, self.made = told, made
        self.base, self.version = f"/requests/{made.public_id}", cases.current(made)

    def far(self, *steps: str) -> Any:
        """Brings it there, in the caller's transaction; the version grows by one a step."""

        def given() -> None:
            for step in steps:
                by = self.told.prosecutor if step in ("submit", "answer") else self.told.spain
                words = {"text": "May we attend?"} if step in ("ask", "consult") else {}
                words |= {"conditions": ["Counsel attends."]} if step == "grant" else {}
                getattr(requests, step)(request=self.made, by=by, version=cases.current(self.made), **words)

        return given

    def act(self, by: Any, name: str, steps: tuple[str, ...], body: dict[str, Any] | None, *, path: str = "") -> Act:
        version = self.version + len(steps)
        form = {key: value if isinstance(value, str) else "\n".join(value) for key, value in (body or {}).items()}
        return Act(
            by, f"{self.base}/acts/{name}/", form | {"version": version}, "POST", f"{self.base}/{path or name}",
            body or {}, version, self.far(*steps),
        )  # fmt: skip


def _written(told: Cast, draft: Request) -> dict[str, Act]:
    base, v = f"/requests/{draft.public_id}", draft.version
    costs: dict[str, Any] = {
        "costs": "extraordinary", "costs_terms": "Ours.", "confidential": True,
        "confidentiality_reason": "Until the judgment.", "use_accepted": True,
    }  # fmt: skip
    typed = costs | {"confidential": "on", "use_accepted": "on", "version": v}
    spain = str(told.spain.authority.public_id)
    return {
        "begin a request": Act(
            told.prosecutor, "/requests/new/", {"requested": spain}, "POST", "/requests", {"requested": spain}
        ),
        "save a step": Act(told.prosecutor, f"{base}/costs/", typed, "PATCH", base, {"fields": costs}, v),
    }


def _sent(told: Cast, made: Request) -> dict[str, Act]:
    sent, spain = _Sent(told, made), told.spain
    words = {"text": "Is the person a minor?"}
    return {
        "submit": Act(
            told.prosecutor, f"{sent.base}/check/", {"version": sent.version},
            "POST", f"{sent.base}/submit", {}, sent.version,
        ),
        "acknowledge": sent.act(spain, "acknowledge", ("submit",), None),
        "ask": sent.act(spain, "ask", ("submit", "acknowledge"), words, path="questions"),
        "consult": sent.act(spain, "consult", ("submit", "acknowledge"), words),
    }  # fmt: skip


def _decided(told: Cast, made: Request) -> dict[str, Act]:
    sent, spain = _Sent(told, made), told.spain
    there = ("submit", "acknowledge", "consult")
    grounds = {"grounds": ["U18-21b"], "reasons": "It would prejudice our security."}
    court = str(told.judge_madrid.authority.public_id)
    refusal = sent.act(spain, "refuse", there, grounds)
    return {
        "grant": sent.act(
            spain, "grant", ("submit", "acknowledge"), {"conditions": ["Counsel attends."], "executing": court}
        ),
        "refuse": refusal,
        "postpone": sent.act(spain, "postpone", there, {"reasons": "A trial of ours is under way."}),
        "accept conditions": sent.act(told.prosecutor, "accept", ("submit", "acknowledge", "grant"), None),
    }
