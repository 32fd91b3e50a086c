"""Who hears what, one after the other and at the same time, directly and in relay."""

import pytest

from sessions.interpretation import Booth, Channel, hears, listens, outputs, speaks_into


@pytest.mark.parametrize("mode", ["consecutive", "none", ""])
@pytest.mark.parametrize("role", ["judge", "witness", "interpreter", "defence"])
def test_one_after_the_other_everybody_is_on_the_floor(role: str, mode: str) -> None:
    assert listens(role, mode=mode, booth=Booth.NEAR) == (Channel.FLOOR,)
    assert speaks_into(role, mode=mode, booth=Booth.NEAR) is Channel.FLOOR


def test_simultaneously_the_bench_hears_the_courts_language_first_and_the_witness_the_own() -> None:
    assert listens("judge", mode="simultaneous") == (Channel.COURT, Channel.WITNESS, Channel.FLOOR)
    assert listens("witness", mode="simultaneous") == (Channel.WITNESS, Channel.FLOOR)
    assert listens("support", mode="simultaneous") == (Channel.WITNESS, Channel.FLOOR)


def test_an_interpreter_hears_the_floor_and_turns_each_language_into_the_other() -> None:
    assert listens("interpreter", mode="simultaneous") == (Channel.FLOOR,)
    assert outputs("interpreter", mode="simultaneous") == (Channel.COURT, Channel.WITNESS)
    assert speaks_into("interpreter", mode="simultaneous", chosen="witness") is Channel.WITNESS


def test_what_one_booth_says_in_the_third_language_the_other_hears() -> None:
    for speaking, hearing in ((Booth.NEAR, Booth.FAR), (Booth.FAR, Booth.NEAR)):
        assert Channel.PIVOT in outputs("interpreter", mode="simultaneous", booth=speaking)
        assert Channel.PIVOT in listens("interpreter", mode="simultaneous", booth=hearing)
    assert "pivot" not in {*listens("judge", mode="simultaneous"), *listens("witness", mode="simultaneous")}


def test_from_the_witness_to_the_bench_and_back_no_language_is_left_out() -> None:
    """While the witness speaks each booth is as it was set up; while the court speaks both are turned round."""
    asked = [speaks_into("interpreter", mode="simultaneous", booth=one) for one in (Booth.NEAR, Booth.FAR)]
    assert asked == [Channel.PIVOT, Channel.COURT]
    turned = [outputs("interpreter", mode="simultaneous", booth=one)[1] for one in (Booth.FAR, Booth.NEAR)]
    assert turned == [Channel.PIVOT, Channel.WITNESS]


def test_whoever_turns_round_hears_the_other_side() -> None:
    for booth in (Booth.NEAR, Booth.FAR):
        for into in outputs("interpreter", mode="simultaneous", booth=booth):
            heard = hears(booth, into)
            assert heard in listens("interpreter", mode="simultaneous", booth=booth)
            assert heard is not into
    assert [hears(Booth.NEAR, Channel.PIVOT), hears(Booth.FAR, Channel.COURT)] == [Channel.FLOOR, Channel.PIVOT]
    assert {hears(Booth.DIRECT, into) for into in (Channel.COURT, Channel.WITNESS)} == {Channel.FLOOR}


def test_a_channel_that_is_not_the_booths_is_not_spoken_into() -> None:
    assert speaks_into("interpreter", mode="simultaneous", booth=Booth.NEAR, chosen="court") is Channel.PIVOT


def test_everyone_else_speaks_on_the_floor() -> None:
    assert {speaks_into(role, mode="simultaneous") for role in ("judge", "witness")} == {Channel.FLOOR}
