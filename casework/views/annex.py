"""What a step holds beside its fields: authorities of the directory, the sealed identity, the measures."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext

from casework import drafts, lifecycle, sections, words
from casework.errors import NotOurCourt
from casework.fields import Kind, Section
from casework.models import Request
from directory.errors import Refusal
from directory.models import Authority, Membership
from protection import display, measures, policy
from protection import words as protection_words
from protection.policy import MeasureKind

# Sealed in the vault and never shown here again. The language is a field of the request, and goes in with them.
IDENTITY = ("given_name", "family_name", "born", "nationality", "address", "city", "zone", "phone", "email")
TYPED = (Kind.LINE, Kind.TEXT, Kind.NUMBER, Kind.DATE, Kind.INSTANT)  # the others were chosen, not written
# What a request may ask for by a click. The others need a date, a delay, or are in force from the first line on.
OFFERED = (
    MeasureKind.FACE_DISTORTION,
    MeasureKind.VOICE_DISTORTION,
    MeasureKind.SOUND_ONLY,
    MeasureKind.INTERPRETER_ONLY,
    MeasureKind.PRIVATE_SESSION,
    MeasureKind.CLOSED_SESSION,
    MeasureKind.SCREEN,
    MeasureKind.ACCUSED_REMOVED,
    MeasureKind.SUPPORT_PERSON,
)


@dataclass(frozen=True)
class Annex:
    """One posted step, or one shown (then nothing is posted)."""

    section: Section
    posted: QueryDict

    def parties(self, request: Request) -> dict[str, Any]:
        """The authorities chosen in this step, for `lifecycle.edit`."""
        if self.section is sections.AUTHORITIES and "requested" in self.posted:
            return {"requested": self._authority("requested") or request.requested}
        if self.section is sections.PROCEDURE and "court" in self.posted:
            return {"court": self._court(request)}
        return {}

    def seal(self, request: Request, *, by: Membership) -> None:
        """Put the identity into the vault, and order the measure that was chosen."""
        if self.section is sections.PERSON and (identity := self._identity()):
            identity["language"] = request.testimony_language
            lifecycle.name_person(request=request, by=by, version=request.version, identity=identity)
        if self.section is sections.PROTECTION and self.posted.get("kind"):
            lifecycle.protect(
                request=request,
                by=by,
                version=request.version,
                kind=self.posted.get("kind", ""),
                basis=self.posted.get("basis", ""),
                defence_access=self.posted.get("defence_access", ""),
            )

    def facts(self, request: Request, by: Membership) -> dict[str, Any]:
        """What the step's template needs beside the fields."""
        if self.section is sections.AUTHORITIES:
            return {"centrals": self._centrals(request), "chosen": self._chosen("requested", request.requested)}
        if self.section is sections.PROCEDURE:
            return {"courts": self._courts(request), "chosen": self._chosen("court", request.court)}
        if self.section is sections.PERSON:
            return {"identity": self._identity_fields(), "asked": drafts.ASKED_OF_IDENTITY}
        return self._protection(request, by) if self.section is sections.PROTECTION else {}

    def texts(self) -> list[tuple[str, str]]:
        """What was typed into the step, under its labels, for who can no longer save it."""
        fields = [field for field in self.section.fields if field.kind in TYPED]
        typed = [(gettext(field.label), self.posted.get(field.name, "")) for field in fields]
        typed += [(str(label), text) for _key, label, text in self._identity_fields()]
        typed += [(gettext("What it leaves to the defence"), self.posted.get("defence_access", ""))]
        return [(label, text) for label, text in typed if text]

    def _chosen(self, name: str, saved: Authority | None) -> str:
        """The id that the list stands at: the one just chosen, also where the step could not be saved."""
        return self.posted.get(name, str(saved.public_id) if saved else "")

    def _identity(self) -> dict[str, str]:
        typed = {key: self.posted.get(f"identity-{key}", "").strip() for key in IDENTITY}
        return typed if any(typed.values()) else {}

    def _identity_fields(self) -> list[tuple[str, object, str]]:
        """Key, label, and what was typed into a form that could not be saved; what is sealed is never among it."""
        return [
            (key, protection_words.IDENTITY_FIELDS[key], self.posted.get(f"identity-{key}", "")) for key in IDENTITY
        ]

    def _protection(self, request: Request, by: Membership) -> dict[str, Any]:
        person = request.person
        shown = display.shown(person, policy.audience_of(by.role, request.side_of(by))) if person else {}
        acting = {measure.kind for measure in measures.acting(person)} if person else set()
        return {
            "shown": shown,
            "kinds": [(kind.value, protection_words.KINDS[kind]) for kind in OFFERED if kind.value not in acting],
            "bases": protection_words.BASES.items(),
            "asked_measures": [
                (protection_words.KINDS[MeasureKind(row.measure.kind)], row.defence_access)
                for row in request.asked_measures.select_related("measure")
            ],
            "typed": self.posted,
        }

    def _court(self, request: Request) -> Authority | None:
        if not self.posted.get("court"):
            return None
        court = self._authority("court")
        if court is None or court.state_id != request.requesting.state_id:
            raise NotOurCourt("court")
        return court

    def _authority(self, name: str) -> Authority | None:
        try:
            wanted = UUID(self.posted.get(name, ""))
        except ValueError as error:
            raise Refusal(words.CHOOSE_STATE, code="authority_unknown", status=422, field=name) from error
        return Authority.objects.filter(public_id=wanted).first()

    def _courts(self, request: Request) -> list[Authority]:
        kinds = [Authority.Kind.COURT, Authority.Kind.PROSECUTION]
        return list(Authority.objects.filter(state=request.requesting.state_id, kind__in=kinds))

    def _centrals(self, request: Request) -> list[tuple[str, Authority]]:
        found = Authority.objects.filter(kind=Authority.Kind.CENTRAL).exclude(state=request.requesting.state_id)
        if request.person:  # the identity is sealed under the key of one State
            found = found.filter(state=request.requested.state_id)
        named = [(words.country(one.state.code), one) for one in found.select_related("state")]
        return sorted(named, key=lambda pair: (pair[0].casefold(), pair[1].name))
