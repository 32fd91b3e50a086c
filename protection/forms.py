"""What people type to raise or lower a measure or to open an identity, before it is understood."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from directory import times
from protection import words
from protection.policy import EVERYONE, Audience, MeasureKind

TOWARDS = [
    ("default", _("those the measure is usually against")),
    ("everyone", _("everyone but the witness")),
    ("named", _("only those named here")),
]


class RaiseForm(forms.Form):
    """A measure to be raised. Whether the order holds together is for measures.raise_ to say."""

    kind = forms.ChoiceField(choices=[(kind.value, words.KINDS[kind].word) for kind in MeasureKind])
    towards = forms.ChoiceField(choices=TOWARDS, initial="default")
    audiences = forms.MultipleChoiceField(
        choices=[(a.value, word) for a, word in words.AUDIENCES.items() if a in EVERYONE], required=False
    )
    basis = forms.ChoiceField(choices=list(words.BASES.items()))
    counterbalances = forms.MultipleChoiceField(choices=list(words.COUNTERBALANCES.items()), required=False)
    minutes = forms.IntegerField(min_value=0, max_value=7 * 24 * 60, required=False)
    last_day = forms.DateField(required=False, validators=[MaxValueValidator(date(2199, 12, 30))])

    def against(self) -> object:
        """The audiences in the shape that policy.against reads."""
        towards = self.cleaned_data["towards"]
        named = {"default": None, "everyone": "everyone"}
        return named.get(towards, self.cleaned_data["audiences"])

    def order(self, zone: str) -> dict[str, Any]:
        """The keyword arguments of measures.raise_. The last day ends at midnight in the zone."""
        said = self.cleaned_data
        return {
            "kind": said["kind"],
            "basis": said["basis"],
            "audiences": self.against(),
            "counterbalances": said["counterbalances"],
            "minutes": said["minutes"],
            "ends": self._end(zone),
        }

    def _end(self, zone: str) -> datetime | None:
        last_day = self.cleaned_data["last_day"]
        if last_day is None:
            return None
        after = last_day + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=times.zone_of(zone))


class LowerForm(forms.Form):
    """Why a measure should end."""

    reason = forms.ChoiceField(choices=list(words.LOWERING_REASONS.items()))


class OpenForm(forms.Form):
    """Why an identity must be opened. The password is checked and never kept, not even for the next try."""

    reason = forms.ChoiceField(choices=list(words.OPENING_REASONS.items()))
    sentence = forms.CharField(max_length=500, strip=True, required=False)
    password = forms.CharField(required=False, strip=False)


def letters(audiences: frozenset[Audience]) -> list[str]:
    """The audiences' letters, in the order in which they are declared."""
    return [audience.value for audience in Audience if audience in audiences]
