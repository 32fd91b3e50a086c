"""Who hears what, with interpreters and without."""

import pytest

from sessions.interpretation import Channel, interpreted, listens, speaks_into


def test_the_bench_hears_the_courts_language_first_and_the_witness_the_own() -> None:
    assert listens("judge", interpreted=True) == (Channel.COURT, Channel.WITNESS, Channel.FLOOR)
    assert listens("witness", interpreted=True) == (Channel.WITNESS, Channel.FLOOR)
    assert listens("support", interpreted=True) == (Channel.WITNESS, Channel.FLOOR)


@pytest.mark.parametrize("role", ["judge", "witness", "interpreter", "defence"])
def test_without_interpreters_there_is_only_the_floor(role: str) -> None:
    assert listens(role, interpreted=interpreted(["judge", "witness"])) == (Channel.FLOOR,)


def test_an_interpreter_turns_each_language_into_the_other() -> None:
    assert speaks_into("interpreter", heard=Channel.COURT) is Channel.WITNESS
    assert speaks_into("interpreter", heard=Channel.WITNESS) is Channel.COURT
    assert speaks_into("interpreter") is Channel.COURT


def test_everyone_else_speaks_on_the_floor() -> None:
    assert {speaks_into(role) for role in ("judge", "witness", "prosecutor")} == {Channel.FLOOR}
