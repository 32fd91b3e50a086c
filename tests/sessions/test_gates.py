"""What stands in the way of going live, fact by fact."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.gates import Checked, Facts, check, unclear

START = datetime(2026, 12, 9, 13, 30, tzinfo=UTC)
YESTERDAY = Checked("good")
READY = Facts(
    now=START,
    granted=True,
    bound=True,
    confirmed=True,
    starts=START,
    ends=START + timedelta(minutes=90),
    checks={"requesting": YESTERDAY, "requested": YESTERDAY},
    waived=frozenset(),
    present=frozenset({"judge", "attending_judge", "witness", "interpreter", "clerk"}),
    identified=True,
    told=True,
    interpreters_planned=2,
    interpreters_present=1,
    interpreters_sworn=1,
    measures=frozenset({"pseudonym", "place_withheld"}),
)


def closed(facts: Facts) -> list[tuple[str, str]]:
    return [(gate.id, gate.rule) for gate in unclear(check(facts))]


def test_a_hearing_with_everyone_there_and_told_goes_live() -> None:
    assert closed(READY) == []


@pytest.mark.parametrize(
    ("fact", "value", "gate", "rule"),
    [
        ("granted", False, "request_granted", "U18-18f"),
        ("bound", False, "conditions_accepted", "U18-26b"),
        ("confirmed", False, "booking_confirmed", "V-10"),
        ("starts", None, "within_reach", "V-10"),
        ("now", START - timedelta(minutes=61), "within_reach", "V-10"),
        ("now", START + timedelta(minutes=91), "within_reach", "V-10"),
        ("checks", {"requested": YESTERDAY}, "connection_requesting", "V-26"),
        ("checks", {"requesting": YESTERDAY}, "connection_requested", "V-26"),
        ("present", READY.present - {"judge"}, "requesting_judge_present", "U18-18c"),
        ("present", READY.present - {"attending_judge"}, "requested_authority_present", "V-11"),
        ("present", READY.present - {"witness"}, "witness_present", "U18-18b"),
        ("interpreters_present", 0, "interpreter_present", "V-15"),
        ("interpreters_sworn", 0, "interpreter_sworn", "V-15"),
        ("identified", False, "witness_identified", "V-11"),
        ("told", False, "rights_told", "V-16"),
        ("measures", READY.measures | {"face_distortion"}, "shield_missing", "U24-2b"),
        ("measures", READY.measures | {"voice_distortion"}, "shield_missing", "U24-2b"),
    ],
)
def test_one_missing_fact_closes_its_own_gate_and_no_other(fact: str, value: object, gate: str, rule: str) -> None:
    assert closed(replace(READY, **{fact: value})) == [(gate, rule)]


def test_sixty_minutes_before_is_within_reach() -> None:
    assert closed(replace(READY, now=START - timedelta(minutes=60))) == []


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "No connection check was made"),
        (Checked("unfit"), "not fit"),
        (Checked("good", holds=False), "three days old"),
    ],
)
def test_the_connection_gate_says_which_of_three_things_is_wrong(found: Checked | None, words: str) -> None:
    checks = {"requesting": YESTERDAY} | ({"requested": found} if found else {})
    (gate,) = unclear(check(replace(READY, checks=checks)))
    assert words in gate.sentence
    assert gate.who_clears == "technician"


def test_a_usable_link_is_enough() -> None:
    usable = Checked("usable")
    assert closed(replace(READY, checks={"requesting": usable, "requested": usable})) == []


def test_no_interpreter_is_asked_for_where_none_is_planned() -> None:
    facts = replace(READY, interpreters_planned=0, interpreters_present=0, interpreters_sworn=0)
    assert closed(facts) == []


def test_after_a_suspension_the_hour_is_not_asked_again_but_the_attending_judge_is() -> None:
    late = replace(READY, now=START + timedelta(hours=3), present=READY.present - {"attending_judge"})
    assert [gate.id for gate in unclear(check(late), resuming=True)] == ["requested_authority_present"]


@given(
    present=st.frozensets(st.sampled_from(["judge", "attending_judge", "witness", "clerk", "interpreter"])),
    measures=st.frozensets(st.sampled_from(["pseudonym", "face_distortion", "voice_distortion"])),
    identified=st.booleans(),
    told=st.booleans(),
)
def test_nobody_goes_live_without_the_judge_of_the_requested_state_or_unmasked(
    present: frozenset[str], measures: frozenset[str], identified: bool, told: bool
) -> None:
    facts = replace(READY, present=present, measures=measures, identified=identified, told=told)
    live = not closed(facts)
    need = {"judge", "attending_judge", "witness"} <= present
    assert live == (need and identified and told and measures <= {"pseudonym"})
