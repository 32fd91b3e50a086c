"""What each audience may have of a witness, under which measures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protection.policy import (
    EVERYONE,
    NOTHING,
    RULES,
    Audience,
    BrokenOrder,
    InForce,
    MeasureKind,
    Picture,
    Sound,
    View,
    against,
    audience_of,
    needs_second,
    screened,
    view,
)

kinds = st.sampled_from(MeasureKind)
audiences = st.sampled_from(Audience)
orders = st.builds(InForce, kinds, st.frozensets(st.sampled_from(sorted(EVERYONE)), min_size=1))


def default(kind: MeasureKind) -> InForce:
    return InForce(kind, against(kind, None))


@given(st.frozensets(orders, max_size=6), orders, audiences)
def test_adding_a_measure_never_lets_anybody_have_more(measures, one_more, audience):
    assert view(measures | {one_more}, audience) <= view(measures, audience)


@given(st.lists(orders, max_size=6), audiences, st.randoms())
def test_the_order_of_the_measures_does_not_matter(measures, audience, random):
    shuffled = random.sample(measures, len(measures))
    assert view(shuffled, audience) == view(measures, audience)


@given(st.frozensets(orders, max_size=6), st.one_of(st.none(), st.text(), st.integers(), st.just("J")))
def test_an_audience_nobody_knows_has_nothing(measures, stranger):
    assert view(measures, stranger) == NOTHING


@given(audiences, st.one_of(st.none(), st.text(), st.just("pseudonym")))
def test_a_measure_that_cannot_be_read_blinds_everybody(audience, kind):
    assert view({InForce(kind, EVERYONE)}, audience) == NOTHING


@given(kinds, audiences)
def test_a_measure_against_nobody_is_a_broken_order_and_blinds_everybody(kind, audience):
    assert view({InForce(kind, frozenset())}, audience) == NOTHING


@given(audiences)
def test_measures_that_could_not_be_fetched_blind_everybody(audience):
    assert (view(None, audience), screened(None, audience)) == (NOTHING, True)


@given(kinds, st.frozensets(st.sampled_from(sorted(EVERYONE)), min_size=1))
def test_a_measure_leaves_those_it_is_not_against_as_they_were(kind, named):
    for audience in set(Audience) - named:
        assert view({InForce(kind, named)}, audience) == view((), audience)


@given(kinds, st.frozensets(st.sampled_from(sorted(EVERYONE)), min_size=1))
def test_no_measure_acts_against_the_witness(kind, named):
    assert view({InForce(kind, named)}, Audience.WITNESS) == view((), Audience.WITNESS)


def letters(field: str, measures: set[InForce]) -> str:
    """Who still has it, in the order in which the audiences are declared."""
    return " ".join(a.value for a in Audience if getattr(view(measures, a), field))


@pytest.mark.parametrize(
    ("kind", "field", "still"),
    [
        (MeasureKind.PSEUDONYM, "name", "J P D H HC W"),
        (MeasureKind.PLACE_WITHHELD, "place", "J H HC W"),
        (MeasureKind.LANGUAGE_WITHHELD, "language", "J P I H HC C W"),
        (MeasureKind.SOUND_ONLY, "picture", "J H"),
        (MeasureKind.INTERPRETER_ONLY, "sound", "J I H"),
        (MeasureKind.SCREEN, "picture", "J P D V I H HC C S T G"),
        (MeasureKind.CLOSED_SESSION, "admitted", "J P D A I H HC C S W"),
        (MeasureKind.DELAYED_BROADCAST, "picture", "J P D A V I H HC C S T"),
    ],
)
def test_who_still_has_what_under_the_default_order(kind, field, still):
    assert letters(field, {default(kind)}).split() == sorted(still.split(), key=list(Audience).index)


def test_the_defence_meets_a_card_and_a_masked_voice_while_both_benches_see_and_hear_the_witness():
    measures = {default(MeasureKind.FACE_DISTORTION), default(MeasureKind.VOICE_DISTORTION)}
    seen = {a.value: (view(measures, a).video, view(measures, a).audio) for a in Audience}
    assert seen == {
        "J": ("clear", "clear"),
        "H": ("clear", "clear"),
        "I": ("card", "clear"),  # the interpreter works on the voice itself
        "P": ("card", "masked"),
        "D": ("card", "masked"),
        "A": ("card", "masked"),
        "V": ("card", "masked"),
        "HC": ("card", "masked"),
        "C": ("card", "masked"),
        "S": ("card", "masked"),
        "T": ("card", "masked"),
        "G": ("card", "masked"),
        "W": ("none", "none"),
    }


def test_the_public_of_a_private_session_has_a_card_and_silence_and_the_parties_stay():
    measures = {default(MeasureKind.PRIVATE_SESSION)}
    public = view(measures, Audience.PUBLIC)
    assert (public.picture, public.sound) == (Picture.CARD, Sound.NONE)
    assert view(measures, Audience.DEFENCE) == view((), Audience.DEFENCE)


def test_the_accused_who_is_removed_follows_by_masked_sound_alone():
    accused = view({default(MeasureKind.ACCUSED_REMOVED)}, Audience.ACCUSED)
    assert (accused.video, accused.audio) == ("none", "masked")


def test_a_screen_stands_between_two_and_between_nobody_else():
    measures = {InForce(MeasureKind.SCREEN, frozenset({Audience.ACCUSED}))}
    assert [a for a in Audience if screened(measures, a)] == [Audience.ACCUSED]


def test_a_screen_from_everyone_is_a_value():
    measures = {InForce(MeasureKind.SCREEN, against(MeasureKind.SCREEN, "everyone"))}
    assert {a for a in Audience if screened(measures, a)} == EVERYONE


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (MeasureKind.SCREEN, []),  # never an empty list: that would read as "from nobody"
        (MeasureKind.SCREEN, ["Z"]),  # a letter nobody knows
        (MeasureKind.SCREEN, "A"),  # a string is not a list of letters
        (MeasureKind.SCREEN, {"A": True}),
        (MeasureKind.SCREEN, ["W"]),  # a measure never acts against the person it protects
        (MeasureKind.ACCUSED_REMOVED, ["D"]),  # counsel stays
        (MeasureKind.PRIVATE_SESSION, ["P"]),  # parties stay
    ],
)
def test_an_order_that_names_nobody_or_the_wrong_ones_is_refused(kind, named):
    with pytest.raises(BrokenOrder):
        against(kind, named)


@pytest.mark.parametrize(
    ("named", "second"),
    [(None, False), (["G", "A"], False), (["D"], True), ("everyone", True)],
)
def test_only_anonymity_towards_the_defence_needs_a_second_person(named, second):
    kind = MeasureKind.PSEUDONYM
    assert needs_second(kind, against(kind, named)) is second


def test_every_kind_has_a_rule_and_every_default_is_within_what_an_order_may_name():
    assert set(RULES) == set(MeasureKind)
    assert all(rule.against and rule.against <= rule.only <= EVERYONE for rule in RULES.values())


@pytest.mark.parametrize(
    ("role", "side", "audience"),
    [
        ("judge", "requesting", Audience.BENCH),
        ("judge", "requested", Audience.HOST),
        ("attending_judge", "requested", Audience.HOST),
        ("attending_judge", "requesting", None),  # only the requested State's judge attends
        ("clerk", "requesting", Audience.REGISTRY),
        ("clerk", "requested", Audience.HOST_REGISTRY),
        ("interpreter", "third", Audience.INTERPRETER),
        ("prosecutor", "requested", None),
        ("auditor", "requested", None),
        ("judge", "neither", None),
        ("somebody", "requesting", None),
        (None, None, None),
    ],
)
def test_the_audience_of_a_role_on_a_side(role, side, audience):
    assert audience_of(role, side) == audience


def test_a_view_that_nobody_filled_in_grants_nothing():
    assert View() == NOTHING
