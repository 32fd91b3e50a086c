"""The protection page and the vault's page, as people click through them."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from config.story.people import PASSWORD
from directory.models import AuditEntry, Letter
from protection import measures, passwords
from protection.models import Measure, Opening
from protection.policy import Audience, MeasureKind, view
from protection.waiting import waiting
from tests.protection.conftest import IDENTITY

WHY = {"reason": "summon", "sentence": "The court has to summon the person.", "password": PASSWORD}


def url(name, row):
    return reverse(f"protection:{name}", args=[row.public_id])


def plain(answer):
    """The page without the form token, which is fresh for every answer and stands in the head and in "Sign out"."""
    return re.sub(r'("X-CSRFToken": |name="csrfmiddlewaretoken" value=)"\w+"', "", answer.text)


@pytest.fixture
def at(client):
    """The browser of a member of the cast."""

    def sign_in(member):
        client.logout()
        client.force_login(member.user)
        return client

    return sign_in


def test_the_judge_raises_a_measure_on_the_page_and_the_page_shows_it(cast, witness, at):
    browser = at(cast.judge)
    said = {"kind": "face_distortion", "towards": "default", "basis": "U24-2b"}
    answer = browser.post(url("person", witness), said, follow=True)
    assert "Face hidden" in answer.text
    assert view(measures.in_force(witness), Audience.DEFENCE).video == "card"


def test_looking_at_what_would_change_orders_nothing(cast, witness, at):
    before = Measure.objects.count()
    said = {"kind": "screen", "towards": "named", "audiences": ["A", "G"], "basis": "V-13", "act": "preview"}
    answer = at(cast.judge).post(url("person", witness), said)
    assert answer.text.count("would become:") == 2
    assert Measure.objects.count() == before


def test_the_fragment_shows_the_same_table(cast, witness, at):
    answer = at(cast.judge).get(url("seen", witness), {"kind": "sound_only", "towards": "everyone"})
    assert answer.text.count("would become:") == 12  # all but the witness


def test_a_broken_order_is_explained_and_what_was_filled_in_is_kept(cast, witness, at):
    said = {"kind": "pseudonym", "towards": "named", "audiences": ["D"], "basis": "V-13"}
    answer = at(cast.judge).post(url("person", witness), said)
    assert answer.status_code == 422
    assert "counterbalances_missing" in answer.text
    assert 'value="D" id="towards-D" checked' in answer.text


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "invisibility", "towards": "default", "basis": "V-13"},
        {"kind": "screen", "towards": "named", "basis": "V-13"},
        {"kind": "screen", "towards": "default", "basis": "V-13", "minutes": "a lot"},
        {"kind": "safe_conduct", "towards": "default", "basis": "U18-27", "last_day": "2026-02-30"},
    ],
)
def test_nonsense_is_a_page_with_words_and_never_a_trace(cast, witness, at, said):
    answer = at(cast.judge).post(url("person", witness), said)
    assert answer.status_code == 422
    assert "Nothing was ordered" in answer.text


def test_lowering_is_proposed_by_one_state_and_agreed_to_by_the_other(cast, witness, at):
    order = measures.raise_(person=witness, kind=MeasureKind.SCREEN, by=cast.judge, basis="V-13")
    at(cast.judge).post(url("propose", order), {"reason": "risk_ended"})
    lowering = order.lowerings.get()
    answer = at(cast.judge).post(url("agree", lowering))
    assert (answer.status_code, "other_state_needed" in answer.text) == (403, True)
    answer = at(cast.judge_madrid).post(url("agree", lowering), follow=True)
    assert "Screen" not in answer.text.split('id="raise"')[0]


@pytest.mark.parametrize("who", ["stranger", "defence", "interpreter", "technician"])
def test_secret_and_absent_are_the_same_page(cast, witness, at, who):
    browser = at(getattr(cast, who))
    there = browser.get(url("person", witness))
    absent = browser.get(reverse("protection:person", args=[uuid4()]))
    assert (there.status_code, plain(there)) == (404, plain(absent))


@pytest.mark.parametrize("who", ["stranger", "defence", "clerk", "prosecutor", "interpreter"])
def test_the_vault_has_no_page_for_who_may_not_open_it(cast, witness, at, who):
    browser = at(getattr(cast, who))
    there = browser.get(url("identity", witness))
    absent = browser.get(reverse("protection:identity", args=[uuid4()]))
    assert (there.status_code, plain(there)) == (404, plain(absent))
    assert [e.facts for e in AuditEntry.objects.filter(act="identity.refused")] == [{"why": "not_found"}]


def test_who_is_not_signed_in_is_asked_to_sign_in(witness, client):
    answers = [client.get(url(name, witness)) for name in ("person", "identity", "seen")]
    assert {(a.status_code, a.headers["Location"].split("?")[0]) for a in answers} == {(302, "/account/login/")}


def test_the_judge_in_madrid_opens_the_identity_for_ten_minutes(cast, witness, at):
    browser = at(cast.judge_madrid)
    assert IDENTITY["family_name"] not in browser.get(url("identity", witness)).text
    answer = browser.post(url("identity", witness), WHY, follow=True)
    assert all(value in answer.text for value in IDENTITY.values())
    assert 590 <= int(answer["Refresh"]) <= 600
    # Never no-referrer on a page with a form: the browser would send `Origin: null`, and the form is refused.
    assert (answer["Referrer-Policy"], "no-store" in answer["Cache-Control"]) == ("same-origin", True)


def test_the_address_and_the_title_of_the_vault_say_nothing(cast, witness, at):
    answer = at(cast.judge_madrid).post(url("identity", witness), WHY, follow=True)
    assert answer.request["PATH_INFO"] == f"/people/{witness.public_id}/identity/"
    assert "<title>Vault · Vivavoce</title>" in answer.text


def test_another_browser_does_not_share_the_opening(cast, witness, at):
    at(cast.judge_madrid).post(url("identity", witness), WHY)
    answer = at(cast.spain).get(url("identity", witness))
    assert IDENTITY["family_name"] not in answer.text


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"password": ""}, 403, "reauthentication_needed"),
        ({"password": "not-the-password"}, 403, "reauthentication_needed"),
        ({"sentence": ""}, 422, "reason_missing"),
        ({"reason": ""}, 422, "reason_missing"),
        ({"sentence": "We look for Zulmira herself."}, 422, "names_identity"),
    ],
)
def test_a_refused_opening_keeps_what_was_typed_but_never_the_password(cast, witness, at, change, status, code):
    answer = at(cast.judge_madrid).post(url("identity", witness), {**WHY, **change})
    assert (answer.status_code, code in answer.text) == (status, True)
    assert PASSWORD not in answer.text
    assert change.get("sentence", WHY["sentence"]) in answer.text
    assert (Opening.objects.count(), Letter.objects.count()) == (0, 0)


def test_a_password_given_once_counts_for_the_next_opening_too(cast, witness, at):
    browser = at(cast.judge_madrid)
    browser.post(url("identity", witness), {**WHY, "sentence": ""})
    answer = browser.post(url("identity", witness), {**WHY, "password": ""}, follow=True)
    assert IDENTITY["family_name"] in answer.text


@pytest.mark.parametrize("why", [WHY, {**WHY, "reason": ""}, {**WHY, "sentence": ""}])
def test_guessing_the_password_ends_after_five_tries_with_a_reason_or_without(cast, witness, at, why):
    browser = at(cast.judge_madrid)
    for _ in range(passwords.WRONG_PASSWORDS):
        browser.post(url("identity", witness), {**why, "password": "a guess"})
    answer = browser.post(url("identity", witness), WHY)
    assert (answer.status_code, "too_many_tries" in answer.text) == (429, True)
    assert not Opening.objects.exists()


def test_what_waits_for_the_second_state_stands_on_its_home_pages_and_on_nobody_elses(cast, witness, at):
    order = measures.raise_(person=witness, kind=MeasureKind.SCREEN, by=cast.judge, basis="V-13")
    measures.propose_lowering(measure=order, reason="risk_ended", by=cast.judge)
    measures.raise_(
        person=witness, kind="pseudonym", by=cast.judge, basis="V-13", audiences=["D"], counterbalances=["bench_knows"]
    )
    waits = {name: len(waiting(getattr(cast, name))) for name in ("judge_madrid", "clerk_madrid", "judge", "stranger")}
    assert waits == {"judge_madrid": 2, "clerk_madrid": 1, "judge": 0, "stranger": 0}
    assert witness.pseudonym in at(cast.judge_madrid).get("/").text
