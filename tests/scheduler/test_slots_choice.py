"""Which of the possible times is the best, and who is chosen for it."""

from scheduler.slots import solve
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
    ana, ben = someone("ana", load=0, preferred={}), someone("ben", load=9)
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
