"""The checks of article 18: what a request must say, should say, and what its States add."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework import grounds, rules, sections
from casework.law import RULES, pairs
from casework.rules import Level, Reader, check, musts

COMPLETE: dict[str, object] = {
    "requesting_authority": "Specialised Directorate",
    "requested_state": "Spain",
    "requested_code": "ES",
    "requested_is_central": True,
    "accepted_languages": ["es"],
    "transmission": ["direct"],
    "accepts_email": "yes",
    "channel": "central",
    "form": "electronic",
    "request_language": "es",
    "authenticity": "signature",
    "subject": "Trafficking in persons",
    "nature": "trial",
    "conducting_authority": "Second Specialised Criminal Court",
    "conducting_functions": "tries the case",
    "facts": "Eleven persons were moved under threat.",
    "offence": "convention",
    "basis": "untoc",
    "purposes": ["a"],
    "dual_criminality": "yes",
    "capacity": "witness",
    "in_territory": "yes",
    "person": "W-4821",
    "identity_complete": True,
    "assistance": "Permit the hearing by video link.",
    "purpose": "To prove who gave the orders.",
    "absence": "not_desirable",
    "absence_reason": "The witness has been threatened.",
    "hearing_body": "court",
    "court": "Second Specialised Criminal Court",
    "conductors": "The presiding judge",
    "arrangement": "requesting",
    "subjects": "Who arranged the journeys",
    "oath": "theirs",
    "privileges": "Relatives may refuse",
    "earliest": "2026-12-01",
    "latest": "2026-12-18",
    "wanted_minutes": 90,
    "interpreter_mode": "consecutive",
    "interpreter_place": "witness",
    "testimony_language": "fr",
    "technical_contact": "The court's technicians",
    "failure_plan": "The judge decides after ten minutes",
    "recording": "none",
    "costs": "ordinary",
    "use_accepted": True,
}


def said(facts: dict[str, object], reader: Reader = Reader.REQUESTING) -> set[tuple[str, str, str]]:
    """Rule, level and field of every finding that is no note."""
    found = check(facts, reader=reader)
    return {(f.rule, str(f.level), f.field) for f in found if f.level is not Level.NOTE}


def test_a_complete_request_leaves_nothing_to_say() -> None:
    assert said(COMPLETE) == set()


# Each row: what is taken away or changed, and the rule that must answer, with its level and field.
BREAKS = [
    ({"requesting_authority": ""}, ("U18-15a", "must", "requesting")),
    ({"subject": "  "}, ("U18-15b1", "must", "subject")),
    ({"nature": ""}, ("U18-15b1", "must", "nature")),
    ({"conducting_authority": ""}, ("U18-15b2", "must", "conducting_authority")),
    ({"conducting_functions": ""}, ("U18-15b2", "must", "conducting_functions")),
    ({"facts": ""}, ("U18-15c", "must", "facts")),
    ({"assistance": ""}, ("U18-15d1", "must", "assistance")),
    ({"oath": "oath"}, ("U18-15d2", "must", "procedures")),
    ({"person": ""}, ("U18-15e", "must", "identity")),
    ({"identity_complete": False}, ("U18-15e", "should", "identity")),
    ({"purpose": ""}, ("U18-15f", "must", "purpose")),
    ({"requested_is_central": False}, ("U18-13a", "must", "requested")),
    ({"channel": ""}, ("U18-13a", "must", "channel")),
    ({"transmission": ["diplomatic"]}, ("U18-13c", "must", "channel")),
    ({"form": ""}, ("U18-14a", "must", "form")),
    ({"accepts_email": "no"}, ("U18-14a", "must", "form")),
    ({"accepts_email": "unknown"}, ("U18-14a", "should", "form")),
    ({"request_language": "en"}, ("U18-14b", "must", "request_language")),
    ({"request_language": ""}, ("U18-14b", "must", "request_language")),
    ({"accepted_languages": []}, ("U18-14b", "should", "request_language")),
    ({"authenticity": ""}, ("U18-14c", "must", "authenticity")),
    ({"in_territory": ""}, ("U18-18a", "must", "in_territory")),
    ({"in_territory": "no"}, ("U18-18a", "must", "in_territory")),
    ({"capacity": ""}, ("U18-18b", "must", "capacity")),
    ({"capacity": "suspect", "consents": True}, ("U18-18b", "must", "capacity")),
    ({"hearing_body": "police"}, ("U18-18c", "must", "hearing_body")),
    ({"absence": ""}, ("U18-18d", "must", "absence")),
    ({"absence_reason": ""}, ("U18-18d", "must", "absence_reason")),
    ({"arrangement": ""}, ("U18-18g", "should", "arrangement")),
    ({"use_accepted": False}, ("U18-19a", "must", "use_accepted")),
    ({"confidential": True}, ("U18-20a", "should", "confidentiality_reason")),
    ({"costs": "extraordinary"}, ("U18-28b", "must", "costs_terms")),
    ({"common_treaties": ["CO-ES 1997"]}, ("U18-07", "should", "basis")),
    ({"basis": "both", "treaty": "CO-ES 1997"}, ("U18-07", "must", "paragraphs_agreed")),
    ({"offence": "serious"}, ("U18-01", "must", "scope_reason")),
    ({"purposes": []}, ("U18-03", "must", "purposes")),
    ({"purposes": ["h"]}, ("U18-03", "should", "purposes")),
    ({"measures_without_note": ["face_distortion"]}, ("U24-2x", "must", "measures")),
    ({"texts_that_name": ["facts"]}, ("U24-2a", "must", "facts")),
    ({"telephone": True}, ("V-20", "must", "consents")),
]


@pytest.mark.parametrize(("change", "finding"), BREAKS)
def test_each_thing_that_is_missing_is_named_by_its_rule(change: dict[str, object], finding: tuple[str, ...]) -> None:
    assert said(COMPLETE | change) == {finding}


TREATY = {"basis": "treaty", "treaty": "the treaty", "common_treaties": ["CoE-2AP"]}
# Each row: what is so, and the note that it is worth.
NOTES = [
    ({"several_central_authorities": True}, "U18-13b"),
    ({"legal_person": True}, "U18-02"),
    ({"treaty": "CO-ES 1997"}, "U18-06"),
    ({"dual_criminality": "no"}, "U18-09"),
    ({"in_custody": True}, "U18-10"),
    ({"in_custody": True}, "U18-11"),
    ({"in_custody": True}, "U18-12"),
    ({"procedures": "The oath of their law."}, "U18-17"),
    ({}, "U18-19b"),
    ({}, "U18-30"),
    (TREATY | {"treaty": "UNCAC"}, "V-01"),
    (TREATY, "V-07"),
    (TREATY, "V-08"),
    ({"basis": "treaty", "treaty": "EIO", "common_treaties": ["EIO"]}, "V-08"),
    (TREATY | {"procedures": "An oath on the constitution."}, "V-21"),
    (TREATY, "V-22"),
    ({"basis": "treaty", "treaty": "EU-US 2003", "common_treaties": ["EU-US 2003"]}, "V-23"),
]


def noted(facts: dict[str, object]) -> set[str]:
    return {finding.rule for finding in check(facts) if finding.level is Level.NOTE}


@pytest.mark.parametrize(("change", "rule"), NOTES)
def test_each_note_stands_where_its_case_is_and_has_a_sentence(change: dict[str, object], rule: str) -> None:
    assert rule in noted(COMPLETE | change)


def test_no_note_stands_where_its_case_is_not() -> None:
    bound = COMPLETE | {"common_treaties": ["CO-ES 1997"]}
    assert {rule for _change, rule in NOTES if rule in noted(bound)} == {"U18-19b"}


def test_under_the_protocol_of_strasbourg_the_reason_of_absence_is_asked_for_by_both_rules() -> None:
    bare = COMPLETE | TREATY | {"absence_reason": ""}
    assert said(bare) == {("U18-18d", "must", "absence_reason"), ("V-02", "must", "absence_reason")}


def test_interpol_needs_urgency_agreement_and_possibility() -> None:
    asked = COMPLETE | {"channel": "interpol"}
    assert {field for rule, _level, field in said(asked) if rule == "U18-13d"} == {
        "urgent",
        "interpol_agreed",
        "interpol_possible",
    }
    allowed = asked | {"urgent": True, "urgency_reason": "x", "interpol_agreed": True, "interpol_possible": True}
    assert said(allowed) == set()


def test_an_oral_request_is_urgent_agreed_and_confirmed_within_the_hours_of_the_pair() -> None:
    oral = COMPLETE | {"form": "oral"}
    assert said(oral) == {
        ("U18-14d", "must", "urgent"),
        ("U18-14d", "must", "oral_agreed"),
        ("U18-14d", "must", "oral_made_at"),
    }
    made = oral | {"urgent": True, "urgency_reason": "x", "oral_agreed": True, "oral_made_at": "2026-11-20T10:00Z"}
    assert said(made | {"oral_hours_passed": 60}) == set()
    assert said(made | {"oral_hours": 48, "oral_hours_passed": 47}) == set()
    assert said(made | {"oral_hours": 48, "oral_hours_passed": 49}) == {("U18-14d", "should", "oral_made_at")}


def test_kenya_asks_for_more_than_spain() -> None:
    bare = COMPLETE | {"subjects": "", "privileges": "", "oath": ""}
    assert said(bare) == {("V-06", "should", "subjects"), ("V-16", "should", "privileges")}
    kenya = bare | {"requested_code": "KE"}
    assert said(kenya) == {
        ("V-06", "must", "subjects"),
        ("V-06", "must", "privileges"),
        ("V-06", "must", "oath"),
    }


def test_a_wider_tag_accepts_its_varieties_and_no_other_language() -> None:
    accepted = COMPLETE | {"accepted_languages": ["pt"], "requested_state": "Portugal"}
    assert said(accepted | {"request_language": "pt-BR"}) == set()
    found = check(accepted | {"request_language": "es"})
    assert [f.sentence for f in musts(found)] == ["Write in a language that Portugal accepts: pt."]


def test_a_deadline_needs_its_reason_and_lies_ahead() -> None:
    facts, _problems = _read(COMPLETE | {"deadline": "2026-12-18", "today": "2026-11-24"})
    assert [(f.rule, f.sentence) for f in check(facts) if f.field == "deadline_reason"] == [
        ("U18-24a", "Give the reason for the deadline of 2026-12-18.")
    ]
    late, _problems = _read(COMPLETE | {"deadline": "2026-11-20", "deadline_reason": "x", "today": "2026-11-24"})
    assert said(late) == {("U18-24a", "should", "deadline"), ("U18-24a", "must", "deadline")}


def test_the_requested_state_reads_its_own_duties_and_not_the_drafters() -> None:
    received = {"state": "acknowledged", "confidential": True}
    assert [f.rule for f in check(received, reader=Reader.REQUESTED)] == [
        "U18-20b",
        "U18-13e",
        "U18-16",
        "U18-18e",
        "U18-18f",
        "U18-24b",
    ]


def test_musts_come_first() -> None:
    levels = [finding.level for finding in check({})]
    assert levels == sorted(levels, key=list(Level).index)


def test_every_rule_points_at_a_field_of_some_step() -> None:
    beside = {"requested", "requesting", "court", "identity", "measures", "check"}
    assert {rule.field for rule in RULES} - set(sections.FIELDS) <= beside


def test_sections_one_to_three_of_the_article_are_all_there() -> None:
    wanted = {"U18-13a", "U18-13b", "U18-13c", "U18-13d", "U18-13e", "U18-14a", "U18-14b", "U18-14c", "U18-14d"}
    wanted |= {"U18-15a", "U18-15b1", "U18-15b2", "U18-15c", "U18-15d1", "U18-15d2", "U18-15e", "U18-15f", "U18-16"}
    wanted |= {f"U18-18{letter}" for letter in "abcdefg"}
    wanted |= {"U18-17", "U18-19a", "U18-19b", "U18-20a", "U18-20b"}
    assert wanted <= {rule.id for rule in RULES}


@given(
    st.dictionaries(st.sampled_from(sorted(COMPLETE)), st.one_of(st.none(), st.text(), st.integers(), st.booleans()))
)
def test_whatever_the_facts_hold_the_rules_answer(junk: dict[str, object]) -> None:
    for finding in check(COMPLETE | junk):
        assert finding.rule
        assert "%(" not in finding.sentence


def test_bank_secrecy_and_fiscal_matters_are_never_a_ground() -> None:
    assert grounds.never(["U18-21a", "U18-08"]) == "U18-08"
    assert grounds.never(["U18-22"]) == "U18-22"
    assert grounds.never(list(grounds.GROUNDS)) is None
    assert grounds.unknown(["U18-21b", "U18-99"]) == "U18-99"


def test_two_states_are_bound_by_what_both_have_signed_and_by_what_they_signed_alone() -> None:
    shared = pairs.common("CO", "ES", ours=["UNTOC", "OAS-1992"], theirs=["UNTOC", "CoE-1959"])
    assert shared == ["CO-ES 1997"]
    assert pairs.common("FR", "ES", ours=["CoE-1959", "EIO"], theirs=["EIO", "CoE-1959"]) == ["CoE-1959", "EIO"]
    assert pairs.common("US", "ES", ours=["UNTOC", "EU-US 2003"], theirs=["EU-2000", "EIO"]) == ["EU-US 2003"]
    assert pairs.common("KE", "ES", ours=["UNTOC"], theirs=["EU-2000"]) == []
    assert pairs.between("US", "GB").oral_hours == 240
    assert pairs.between("KE", "CO").oral_hours is None


def _read(raw: dict[str, object]) -> tuple[dict[str, object], list[object]]:
    from casework import facts

    values, problems = facts.read(raw)
    assert problems == []
    return values, []


def test_the_rules_never_change_what_they_read() -> None:
    facts = dict(COMPLETE)
    rules.check(facts)
    assert facts == COMPLETE
