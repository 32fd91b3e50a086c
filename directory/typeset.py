"""What is printed: WeasyPrint, loaded late (it needs Pango, and only who prints needs it), in the house's fonts."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal

_FACES = Path(__file__).parent / "faces.css"


def weasyprint() -> Any:
    """The library. Refuses `pdf_unavailable` where the machine has no Pango."""
    try:
        import weasyprint as found
    except OSError as error:
        sentence = _("PDF cannot be made on this machine: Pango is not installed (libpango-1.0-0, libpangoft2-1.0-0).")
        raise Refusal(sentence, code="pdf_unavailable", status=503) from error
    return found


def pdf(html: str, *, style: Path) -> bytes:
    """A page set in type: the house's own typefaces, no network and no other file. Refuses `pdf_unavailable`."""
    library = weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), _fonts_alone()
    sheets = [library.CSS(string=one.read_text(), url_fetcher=fetcher, font_config=fonts) for one in (_FACES, style)]
    return bytes(library.HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=sheets, font_config=fonts))


def _fonts_alone() -> Any:
    """WeasyPrint asks it for every address; `font:NAME` is a file of the packaged typefaces, all else is refused."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class FontsAlone(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: object = None) -> Any:
            scheme, _sep, name = url.partition(":")
            found = _static(f"vendor/{name}") if scheme == "font" else None
            if found is None:
                raise ValueError("what is printed loads nothing from elsewhere")
            return URLFetcherResponse(url, _unpacked(found), {"Content-Type": "font/ttf"})

    return FontsAlone()


@cache
def _unpacked(woff2: Path) -> bytes:
    """The typeface as it is read in the end; kept, because to unpack all of them takes a second and a half."""
    from fontTools.ttLib.woff2 import decompress

    out = BytesIO()
    decompress(BytesIO(woff2.read_bytes()), out)
    return out.getvalue()


def _static(name: str) -> Path | None:
    """A static file where it lies: among the packages, or collected for production."""
    candidates = (finders.find(name), Path(settings.STATIC_ROOT) / name)
    return next((Path(one) for one in candidates if one and Path(one).is_file()), None)
