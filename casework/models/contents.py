"""The columns of what a request says, step by step; `casework.sections` says what each one is."""

from django.db import models

from directory.models.base import text


class Authorities(models.Model):
    """By which way it goes, and in which form and language: 18(13), (14)."""

    channel = text()
    interpol_agreed = models.BooleanField(default=False)
    interpol_possible = models.BooleanField(default=False)
    form = text()
    oral_agreed = models.BooleanField(default=False)
    oral_made_at = models.DateTimeField(null=True, blank=True)
    urgent = models.BooleanField(default=False)
    urgency_reason = text()
    request_language = text()
    authenticity = text()

    class Meta:
        abstract = True


class Case(models.Model):
    """The proceeding it serves: 18(15)(b), (c)."""

    subject = text()
    nature = text()
    conducting_authority = text()
    conducting_functions = text()
    facts = text()
    offence = text()
    scope_reason = text()
    legal_person = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Basis(models.Model):
    """On what it rests: 18(1), (3), (7), (9)."""

    basis = text()
    treaty = text()
    paragraphs_agreed = models.BooleanField(default=False)
    purposes = models.JSONField(blank=True, default=list)
    dual_criminality = text()

    class Meta:
        abstract = True


class Person(models.Model):
    """Who is to be heard, without saying who: 18(15)(e), 18(18)."""

    capacity = text()
    in_territory = text()
    consents = models.BooleanField(default=False)
    in_custody = models.BooleanField(default=False)
    victim = models.BooleanField(default=False)
    testimony_language = text()

    class Meta:
        abstract = True


class Procedure(models.Model):
    """What is asked for and how: 18(15)(d), (f), 18(17), (18)."""

    assistance = text()
    purpose = text()
    absence = text()
    absence_reason = text()
    hearing_body = text()
    conductors = text()
    arrangement = text()
    subjects = text()
    oath = text()
    privileges = text()
    accused_attends = models.BooleanField(default=False)
    procedures = text()

    class Meta:
        abstract = True


class Protection(models.Model):
    """Why a witness needs protection: article 24."""

    protection_reason = text()

    class Meta:
        abstract = True


class Technical(models.Model):
    """When, how long, and by which means: 18(18), (24)."""

    wanted_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    earliest = models.DateField(null=True, blank=True)
    latest = models.DateField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    deadline_reason = text()
    notice_days = models.PositiveSmallIntegerField(null=True, blank=True)
    court_language = text()
    interpreter_place = text()
    interpreter_mode = text()
    technical_contact = text()
    recording = text()
    failure_plan = text()
    telephone = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Costs(models.Model):
    """Who pays, and who must not know: 18(19), (20), (28)."""

    costs = text()
    costs_terms = text()
    confidential = models.BooleanField(default=False)
    confidentiality_reason = text()
    use_accepted = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Contents(Authorities, Case, Basis, Person, Procedure, Protection, Technical, Costs):
    """Everything that the drafter of a request types, but the identity of the person to be heard."""

    class Meta:
        abstract = True
