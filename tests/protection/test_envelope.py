"""A sealed value opens in its own place, under its own key, and nowhere else."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protection.envelope import KEY_BYTES, STEP_BYTES, Place, Unopened, new_key, seal, unseal, unwrap, wrap

words = st.text(max_size=12)
places = st.builds(Place, words, words, words, words)
keys = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
values = st.binary(max_size=3 * STEP_BYTES)


@given(keys, places, values)
def test_what_was_sealed_opens_again(key, place, value):
    assert unseal(key, place, seal(key, place, value)) == value


@given(keys, places, places, values)
def test_a_ciphertext_moved_to_another_place_does_not_open(key, place, elsewhere, value):
    sealed = seal(key, place, value)
    if place == elsewhere:
        assert unseal(key, elsewhere, sealed) == value
    else:
        with pytest.raises(Unopened):
            unseal(key, elsewhere, sealed)


@pytest.mark.parametrize("part", ["table", "row", "field", "key_id"])
def test_each_part_of_the_place_is_bound_by_itself(part):
    key, place = new_key(), Place("identity", "1", "family_name", "k")
    with pytest.raises(Unopened):
        unseal(key, dataclasses.replace(place, **{part: "another"}), seal(key, place, b"a name"))


def test_a_part_cannot_lend_its_end_to_the_next_one():
    assert Place("ab", "c", "d", "e").bound() != Place("a", "bc", "d", "e").bound()


@given(keys, keys, places, values)
def test_another_key_does_not_open_it(key, other, place, value):
    if key != other:
        with pytest.raises(Unopened):
            unseal(other, place, seal(key, place, value))


@given(keys, places, values, st.data())
def test_a_changed_byte_does_not_open(key, place, value, data):
    sealed = bytearray(seal(key, place, value))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Unopened):
        unseal(key, place, bytes(sealed))


@given(keys, places, st.binary(max_size=27))
def test_a_stump_does_not_open(key, place, stump):
    with pytest.raises(Unopened):
        unseal(key, place, stump)


@given(keys, places, st.binary(max_size=STEP_BYTES - 1), st.binary(max_size=STEP_BYTES - 1))
def test_a_long_name_and_a_short_one_are_sealed_to_the_same_length(key, place, one, other):
    assert len(seal(key, place, one)) == len(seal(key, place, other))


def test_the_same_value_is_never_sealed_to_the_same_bytes():
    key, place = new_key(), Place("identity", "1", "city", "k")
    assert len({seal(key, place, b"a city") for _ in range(50)}) == 50


@given(keys, places)
def test_a_wrapped_key_opens_under_the_key_that_wrapped_it(key, place):
    data_key = new_key()
    assert unwrap(key, place, wrap(key, place, data_key)) == data_key


def test_what_does_not_open_says_nothing_about_what_is_inside():
    key, place = new_key(), Place("identity", "1", "family_name", "k")
    with pytest.raises(Unopened) as refused:
        unseal(new_key(), place, seal(key, place, b"Maria"))
    assert (str(refused.value), refused.value.__cause__) == ("the sealed value does not open here", None)
