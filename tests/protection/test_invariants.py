"""SECURITY.md's rules I1 to I8, and the tests that fail when one is broken: none of them may go without a successor."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
KEPT_BY = {
    "I1": (
        "signalling/test_sdp.py:test_candidates_names_and_addresses_of_the_browser_leave_no_trace",
        "signalling/test_sdp.py:test_an_offer_names_our_address_and_the_seat_and_nothing_else_of_anyone",
    ),
    "I2": (
        "protection/test_display.py:test_every_audience_has_a_list_of_its_own",
        "protection/test_interference.py:test_nobody_unentitled_can_tell_one_witness_from_another",
    ),
    "I3": (
        "protection/test_measures.py:test_every_reading_asks_the_database",
        "protection/test_canary_wire.py:test_a_face_hidden_from_the_defence_is_gone_from_its_scene_with_the_next_frame",
    ),
    "I4": (
        "protection/test_policy.py:test_measures_that_could_not_be_fetched_blind_everybody",
        "protection/test_measures.py:test_a_row_that_cannot_be_read_blinds_everybody",
        "signalling/test_topology.py:test_a_further_measure_only_takes_away",
    ),
    "I5": (
        "config/test_chairs.py:test_what_is_hidden_and_what_is_not_there_look_alike",
        "config/test_doors.py:test_a_clerk_of_a_third_state_who_knows_every_id_finds_no_case_behind_any_door",
    ),
    "I6": (
        "protection/test_measures.py:test_the_database_refuses_to_lower_what_two_have_not_agreed_on",
        "protection/test_measures.py:test_the_database_refuses_two_of_one_state",
        "protection/test_measures.py:test_the_news_is_told_inside_the_transaction_so_that_a_hearing_in_session_can_refuse",
    ),
    "I7": (
        "protection/test_canary.py:test_no_line_of_any_log_says_who_the_witness_is",
        "protection/test_canary.py:test_a_copy_of_the_database_does_not_say_who_the_witness_is",
        "config/test_chairs.py:test_no_row_of_the_story_calls_itself_by_anything_secret",
    ),
    "I8": ("signalling/test_media_room.py:test_no_description_of_one_seat_holds_anything_of_another",),
}


@pytest.mark.parametrize("rule", sorted(KEPT_BY))
def test_each_rule_has_tests_that_are_there(rule: str) -> None:
    missing = [name for name in KEPT_BY[rule] if not _there(*name.split(":"))]
    assert missing == []


def test_security_md_names_these_rules_and_no_other() -> None:
    told = (TESTS.parent / "SECURITY.md").read_text()
    assert {f"I{n}" for n in range(1, 12) if f"**I{n} " in told} == set(KEPT_BY)


def _there(path: str, name: str) -> bool:
    tree = ast.parse((TESTS / path).read_text())
    return name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
