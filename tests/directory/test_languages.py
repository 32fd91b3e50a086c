"""Language tags, read and named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import languages


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("fr", "fr"),
        # As it comes out of a form.
        (" PT-br\n", "pt-BR"),
        ("zh-hant-hk", "zh-Hant-HK"),
        ("oc-ARANES", "oc-aranes"),
        # Signed, and in no CLDR.
        ("csn", "csn"),
        ("es-419", "es-419"),
    ],
)
def test_a_tag_is_kept_in_its_usual_case(typed: str, tag: str) -> None:
    assert languages.parse(typed) == tag


@pytest.mark.parametrize("typed", ["", "french", "xx", "qqq", "fr_FR", "fr-", "-fr", "und", "mul", "ﬁ"])
def test_what_is_no_language_is_refused(typed: str) -> None:
    with pytest.raises(languages.UnknownLanguage):
        languages.parse(typed)


@pytest.mark.parametrize(
    ("tag", "locale", "name"),
    [
        ("fr", "en", "French"),
        ("fr", "ar", "الفرنسية"),
        ("pt-BR", "en", "Brazilian Portuguese"),
        ("zh-Hant-HK", "en", "Chinese (Traditional, Hong Kong SAR China)"),
        ("sfs", "fr", "South African Sign Language"),
        ("not a tag", "en", "not a tag"),
    ],
)
def test_a_language_is_named_in_the_readers_words(tag: str, locale: str, name: str) -> None:
    assert languages.name(tag, locale) == name


@pytest.mark.parametrize(
    ("tag", "right"), [("ar", True), ("fa", True), ("ku-Arab", True), ("uz", False), ("ar-Latn", False), ("es", False)]
)
def test_the_direction_follows_the_script(tag: str, right: bool) -> None:
    assert languages.is_right_to_left(tag) is right


@given(st.text(max_size=12))
def test_reading_twice_is_reading_once(typed: str) -> None:
    try:
        tag = languages.parse(typed)
    except languages.UnknownLanguage:
        return
    assert languages.parse(tag) == tag
