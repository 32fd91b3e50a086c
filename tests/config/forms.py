"""The forms of a page, read as a browser reads them: what each would send, and what of it a person types."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "search", "email", "url", "tel", "number", "date", "time", "datetime-local"}
UNSENT = {"submit", "button", "reset", "image", "file"}
Attributes = dict[str, str | None]


@dataclass
class Form:
    """A form that is posted, with the address it goes to."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)  # name → kind of input
    pressed: bool = False

    def add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


def posted(page: str, address: str) -> list[Form]:
    """Every form of the page that is posted; without an action of its own it goes where the page came from."""
    reader = _Reader(address)
    reader.feed(page)
    return reader.found


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.found: list[Form] = []
        self.form: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag == "form" and (facts.get("method") or "").lower() == "post":
            self.form = Form(facts.get("action") or self.address)
            self.found.append(self.form)
        elif self.form is not None:
            self._inside(self.form, tag, facts, facts.get("name") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag in ("select", "textarea"):
            self.select = self.area = ""

    def handle_data(self, data: str) -> None:
        if self.form is not None and self.area:
            self.form.fields[self.area][-1] += data

    def _inside(self, form: Form, tag: str, facts: Attributes, name: str) -> None:
        value = facts.get("value") or ""
        if tag == "textarea":
            self.area, form.typed[name] = name, tag
            form.add(name, "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and (self.select not in form.fields or "selected" in facts):
            form.fields[self.select] = [value]
        elif tag == "button" and not form.pressed:  # the first one is what the Enter key presses
            form.pressed = True
            if name:
                form.add(name, value)
        elif tag == "input" and name:
            self._input(form, facts, name, value)

    def _input(self, form: Form, facts: Attributes, name: str, value: str) -> None:
        kind = facts.get("type") or "text"
        if kind in TYPED:
            form.typed[name] = kind
        if kind not in UNSENT and (kind not in ("radio", "checkbox") or "checked" in facts):
            form.add(name, value)
