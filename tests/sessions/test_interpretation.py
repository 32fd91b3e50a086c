"""Who hears what, one after the other and at the same time."""

import pytest

from sessions.interpretation import Channel, listens, speaks_into


@pytest.mark.parametrize("mode", ["consecutive", "none", ""])
@pytest.mark.parametrize("role", ["judge", "witness", "interpreter", "defence"])
def test_one_after_the_other_everybody_is_on_the_floor(role: str, mode: str) -> None:
    assert listens(role, mode=mode) == (Channel.FLOOR,)
    assert speaks_into(role, mode=mode) is Channel.FLOOR


def test_simultaneously_the_bench_hears_the_courts_language_first_and_the_witness_the_own() -> None:
    assert listens("judge", mode="simultaneous") == (Channel.COURT, Channel.WITNESS, Channel.FLOOR)
    assert listens("witness", mode="simultaneous") == (Channel.WITNESS, Channel.FLOOR)
    assert listens("support", mode="simultaneous") == (Channel.WITNESS, Channel.FLOOR)


def test_an_interpreter_hears_the_floor_and_turns_each_language_into_the_other() -> None:
    assert listens("interpreter", mode="simultaneous") == (Channel.FLOOR,)
    assert speaks_into("interpreter", mode="simultaneous", heard=Channel.COURT) is Channel.WITNESS
    assert speaks_into("interpreter", mode="simultaneous", heard=Channel.WITNESS) is Channel.COURT


def test_everyone_else_speaks_on_the_floor() -> None:
    assert {speaks_into(role, mode="simultaneous") for role in ("judge", "witness")} == {Channel.FLOOR}
