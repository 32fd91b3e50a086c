"""What may be drawn of a witness, audience by audience: lists of what is allowed, and no name in any."""

import pytest
from django.template import Context, Template
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protection import display, measures, people, preview
from protection.policy import EVERYONE, Audience, InForce, MeasureKind, view
from tests.protection.conftest import IDENTITY


def test_every_audience_has_a_list_of_its_own():
    assert set(display.ALLOWED) == set(Audience)


def test_nobody_is_shown_a_name_or_a_place(witness):
    drawn = str([display.shown(witness, audience) for audience in Audience])
    assert [value for value in IDENTITY.values() if value in drawn] == []


@pytest.mark.parametrize("stranger", [None, "J", "Q"])
def test_an_audience_nobody_knows_is_shown_nothing(witness, stranger):
    assert display.shown(witness, stranger) == {}


def test_the_public_is_shown_a_pseudonym_and_what_it_may_see_and_hear(witness):
    assert display.shown(witness, Audience.PUBLIC) == {
        "label": people.label(witness),
        "pseudonym": witness.pseudonym,
        "video": "clear",
        "audio": "clear",
    }


def test_the_bench_is_shown_which_measures_are_in_force(cast, witness):
    measures.raise_(person=witness, kind=MeasureKind.SOUND_ONLY, by=cast.judge, basis="U24-2b")
    badges = display.shown(witness, Audience.BENCH)["measures"]
    assert [badge.word for badge in badges] == ["Pseudonym", "Sound only", "Place withheld", "Language withheld"]


def test_the_defence_does_not_learn_the_place_or_the_language(witness):
    shown = display.shown(witness, Audience.DEFENCE)
    assert (shown["place"], shown["language"]) == (False, False)


def test_a_page_draws_the_pseudonym_unbroken(witness):
    drawn = Template("{% load protection %}{% witness person %}").render(Context({"person": witness}))
    assert drawn == f'Witness <bdi class="vv-who">{witness.pseudonym}</bdi>'


orders = st.builds(InForce, st.sampled_from(MeasureKind), st.frozensets(st.sampled_from(sorted(EVERYONE)), min_size=1))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.frozensets(orders, max_size=4), st.none() | orders)
def test_the_preview_says_what_the_policy_decides_and_marks_what_would_change(in_force, also):
    after = in_force | {also} if also else in_force
    for row in preview.rows(in_force, also):
        seen = view(after, row.audience)
        full = (seen.name, seen.place, seen.language, seen.video == "clear", seen.audio == "clear", seen.admitted)
        assert tuple(cell.full for cell in row.cells) == full
        assert any(cell.changed for cell in row.cells) == (view(in_force, row.audience) != seen)
