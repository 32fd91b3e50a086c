"""WeasyPrint, loaded late: Pango comes with it, and only who prints needs it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from directory.errors import Refusal


def weasyprint() -> Any:
    """The library. Refuses `pdf_unavailable` where the machine has no Pango."""
    try:
        import weasyprint as found
    except OSError as error:
        sentence = _("PDF cannot be made on this machine: Pango is not installed (libpango-1.0-0, libpangoft2-1.0-0).")
        raise Refusal(sentence, code="pdf_unavailable", status=503) from error
    return found
