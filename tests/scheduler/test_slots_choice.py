"""Which of the possible times is the best, and who is chosen for it."""

from scheduler.solver.slots import solve
from tests.scheduler.asking import alone, daily, first, need, problem, someone, utc


def test_unsocial_minutes_are_counted_within_the_hearing_alone() -> None:
    # The half hour of setting up before nine is nobody's hearing.
    asked = alone({"preferred": daily(("09:15", "17:00")), "before": 30}, end=utc("10:30"))
    slots = solve(asked)["slots"]
    assert [(slot["start"][11:16], slot["unsocial"]["worst"]) for slot in slots] == [
        ("09:30", 0),
        ("09:00", 15),
        ("08:30", 45),
        ("08:00", 60),
    ]


def test_no_preference_is_none_and_an_empty_one_makes_every_minute_unsocial() -> None:
    asked = problem(someone("ana", preferred={}), someone("ben", preferred=None), needs=[need(2, "ana", "ben")])
    assert first(asked)["unsocial"] == {"worst": 60, "total": 60}


def test_the_worst_counts_before_the_total_and_the_total_before_the_start() -> None:
    ana = someone("ana", preferred=daily(("08:30", "09:40"), ("10:00", "10:40"), ("11:00", "12:00")))
    ben = someone("ben", preferred=daily(("08:00", "09:40"), ("10:00", "11:40")))
    answer = solve(problem(ana, ben, needs=[need(2, "ana", "ben")], grid=60))
    assert [(slot["start"][11:16], *slot["unsocial"].values()) for slot in answer["slots"]] == [
        ("10:00", 20, 20),
        ("11:00", 20, 20),
        ("09:00", 20, 40),
        ("08:00", 30, 30),
    ]


def test_who_is_spared_an_unsocial_hour_is_chosen_though_more_loaded() -> None:
    ana, ben = someone("ana", load=0, preferred={}), someone("ben", load=99)
    assert first(problem(ana, ben, needs=[need(1, "ana", "ben")]))["assigned"] == [["ben"]]


def test_among_equals_the_lower_total_load_wins() -> None:
    people = someone("ana", load=2), someone("ben", load=1), someone("cy", load=1)
    assert first(problem(*people, needs=[need(2, "ana", "ben", "cy")]))["assigned"] == [["ben", "cy"]]


def test_among_equal_loads_the_smaller_ids_win_need_after_need() -> None:
    people = [someone(id_) for id_ in ("10", "9", "b", "a")]
    asked = problem(*people, needs=[need(1, "b", "a"), need(2, "b", "9", "a", "10")])
    assert first(asked)["assigned"] == [["a"], ["10", "9"]]  # by code point: "10" before "9"


def test_the_earlier_need_has_the_smaller_id_though_the_later_one_pays_for_it() -> None:
    asked = problem(*map(someone, ("ana", "ben", "cy")), needs=[need(1, "ben", "ana"), need(1, "ana", "ben", "cy")])
    assert first(asked)["assigned"] == [["ana"], ["ben"]]


def test_the_order_of_what_was_told_does_not_matter() -> None:
    people = [someone("ana", load=1), someone("ben", load=1), someone("cy", preferred=daily(("09:00", "10:00")))]
    asked = problem(*people, needs=[need(1, "ana", "ben"), need(1, "ben", "cy")])
    turned = problem(*reversed(people), needs=[need(1, "ben", "ana"), need(1, "cy", "ben")])
    assert solve(asked) == solve(turned)


def test_needs_are_compared_in_their_order_though_a_later_one_ties_them_together() -> None:
    # The third need takes whom the first or the second would have: the first has its way.
    people = [someone(id_) for id_ in "bcde"]
    asked = problem(*people, needs=[need(1, "b", "d"), need(1, "c", "e"), need(1, "b", "c")])
    assert first(asked)["assigned"] == [["b"], ["e"], ["c"]]


def test_a_time_that_only_looks_better_is_not_taken() -> None:
    # At 08:00 Ana is at ease in either of two needs, but not in both; at 09:00 Ben and Cy are. Wes never is.
    asked = problem(
        someone("ana", preferred=daily(("08:00", "09:00"), ("09:10", "10:00"))),
        *(someone(id_, preferred=daily(("08:30", "10:00"))) for id_ in ("ben", "cy")),
        *(someone(id_) for id_ in ("room", "other room")),
        someone("wes", preferred={}),
        needs=[need(1, "ana", "ben"), need(1, "ana", "cy"), need(1, "ana", "room", "other room"), need(1, "wes")],
        end=utc("10:00"),
        grid=60,
    )
    answers = [(slot["start"], slot["unsocial"]) for slot in solve(asked)["slots"]]
    assert answers == [(utc("09:00"), {"worst": 60, "total": 60}), (utc("08:00"), {"worst": 60, "total": 90})]
    assert first(asked | {"limit": 1})["start"] == utc("09:00")


def test_a_minute_is_unsocial_by_the_second_at_which_it_begins() -> None:
    # Until November 1914 Bogotá was 4 hours, 56 minutes and 16 seconds behind: 09:00 there was 13:56:16 in Greenwich.
    ana = someone("ana", zone="America/Bogota", preferred=daily(("09:00", "17:00")))
    asked = problem(ana, needs=[need(1, "ana")], start=utc("13:30", "1914-11-02"), end=utc("14:30", "1914-11-02"))
    assert first(asked)["unsocial"] == {"worst": 27, "total": 27}
