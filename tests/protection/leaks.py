"""Finding a secret in bytes, in every dress that software puts on a text."""

import base64
import html
import json
import quopri
import re
import unicodedata
import zlib
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote, quote_plus

_FOLDED = re.compile(rb"\r?\n[ \t]|=\r?\n")  # a line of iCalendar or of quoted-printable that goes on below
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def found(secrets: Iterable[str], *blobs: bytes | str) -> list[str]:
    """The secrets that are in any of the blobs, in any of their forms; sorted."""
    pieces = [piece for blob in blobs for piece in _pieces(blob if isinstance(blob, bytes) else blob.encode())]
    hay = [(piece, piece.lower()) for piece in pieces]
    return sorted(secret for secret in secrets if any(_inside(secret, *piece) for piece in hay))


@cache
def forms(secret: str) -> set[bytes]:
    """The secret as text in several normal forms, and each of them as HTML, JSON, URL, quoted-printable and hex."""
    texts = {secret, unicodedata.normalize("NFD", secret), _without_accents(secret)}
    # bytes.lower() folds ASCII alone.
    return {form.lower() for text in texts for cased in (text, text.lower(), text.upper()) for form in _dresses(cased)}


@cache
def in_base64(secret: str) -> set[bytes]:
    """What base64 makes of the secret at each of the three offsets, without the ends that its neighbours colour."""
    raw = secret.encode()
    return {cut for offset in range(3) for cut in _base64_at(raw, offset) if len(cut) > 6}


def _inside(secret: str, piece: bytes, low: bytes) -> bool:
    return any(form in low for form in forms(secret)) or any(form in piece for form in in_base64(secret))


def _pieces(blob: bytes) -> Iterable[bytes]:
    """The blob, the blob without folded lines, and what is compressed inside a PDF."""
    yield blob
    yield _FOLDED.sub(b"", blob)
    for stream in _PDF_STREAM.findall(blob):
        try:
            yield zlib.decompress(stream)
        except zlib.error:
            continue


def _dresses(text: str) -> Iterable[bytes]:
    raw = text.encode()
    yield raw
    yield text.encode("utf-16-le")
    yield raw.hex().encode()
    yield html.escape(text).encode()
    yield json.dumps(text)[1:-1].encode()
    yield quote(text).encode()
    yield quote(text, safe="").encode()
    yield quote_plus(text).encode()
    yield quopri.encodestring(raw)
    yield text.replace(",", "\\,").encode()


def _base64_at(raw: bytes, offset: int) -> Iterable[bytes]:
    code = base64.b64encode(b"\0" * offset + raw)
    first = -(-offset * 4 // 3)  # characters that hold bits of what stands before
    whole = (offset + len(raw)) * 4 // 3  # the last one may hold bits of what stands behind
    yield code[first:whole]
    yield base64.urlsafe_b64encode(b"\0" * offset + raw)[first:whole]


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
