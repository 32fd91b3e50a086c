"""Without Pango nothing is printed, and who asks is told why."""

import builtins
from typing import Any

import pytest

from directory import typeset
from directory.errors import Refusal


def test_a_machine_without_pango_says_so_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without_pango(name: str, *rest: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return whole(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(Refusal) as refused:
        typeset.weasyprint()
    assert (refused.value.code, refused.value.status) == ("pdf_unavailable", 503)
