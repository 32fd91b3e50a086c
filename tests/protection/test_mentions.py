"""A text that names the witness is noticed, however it is written; one that does not is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protection.mentions import mentions

WITNESS = {
    "given_name": "María José",
    "family_name": "de la Peña-Traoré",
    "born": "1991-03-14",
    "nationality": "SN",
    "address": "Calle de Tenerife 118, piso 2",
    "city": "Las Palmas de Gran Canaria",
    "zone": "Atlantic/Canary",
    "language": "fr",
    "phone": "+34 600 555 014",
    "email": "mj.pena@correo.example",
}


@pytest.mark.parametrize(
    "text",
    [
        "We hear María José on Monday.",
        "MARIA JOSE kept the lists.",  # without accents, in capitals
        "Ask the Traore family.",  # one part of a double name
        "She lives in las palmas de gran canaria.",
        "Calle de  Tenerife 118,\npiso 2",  # other spaces
        "call 600-555-014 after five",
        "0034600555014",
        "MJ.Pena@correo.example",
        "born 1991-03-14",
        "Atlantic/Canary",
    ],
)
def test_what_points_to_the_witness_is_noticed(text):
    assert mentions(text, WITNESS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Witness W-4821 speaks French and comes from Senegal.",
        "de la",  # particles of a name
        "fr SN",  # a language and a nationality alone
        "The rooms in Palma and the Canary Islands",  # words inside other words do not count
        "Case 55501 of 2026",
    ],
)
def test_what_does_not_is_left_alone(text):
    assert not mentions(text, WITNESS)


def test_a_name_in_a_script_without_spaces_is_found_inside_a_sentence():
    assert mentions("証人は山田花子です", {"family_name": "山田", "given_name": "花子"})


@given(st.text())
def test_an_identity_that_holds_nothing_is_never_mentioned(text):
    assert not mentions(text, dict.fromkeys(WITNESS, ""))


@given(st.text(), st.text())
def test_a_name_is_found_between_any_two_other_texts(before, after):
    assert mentions(f"{before} Peña {after}", WITNESS)
