"""The searcher itself: a canary that sees nothing proves nothing."""

import base64
import html
import json
import quopri
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protection.leaks import found

NAME = "Aïssatou Traoré"


@pytest.mark.parametrize(
    "blob",
    [
        NAME,
        NAME.upper(),
        "Aissatou Traore",
        html.escape(f"<b>{NAME}</b>"),
        json.dumps({"name": NAME}),
        quote(f"/people/{NAME}/"),
        quopri.encodestring(NAME.encode()),
        NAME.encode().hex(),
        "SUMMARY:Hearing of Aïssa\r\n tou Traoré\r\n",
        b"%PDF\nstream\n" + zlib.compress(NAME.encode()) + b"\nendstream",
    ],
)
def test_a_name_is_found_in_every_dress(blob):
    assert found([NAME], blob) == [NAME]


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_a_name_is_found_in_base64_whatever_stands_around_it(before, after):
    assert found([NAME], base64.b64encode(before + NAME.encode() + after)) == [NAME]


@given(st.text(alphabet=st.characters(blacklist_categories=["L", "Cs"]), max_size=200))
def test_a_text_without_letters_holds_no_name(text):
    assert found([NAME], text) == []
