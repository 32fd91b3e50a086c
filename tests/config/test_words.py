"""Every sentence that a person reads is marked for translation: in the templates, and where Python writes one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.config.test_house import FLOORS, ROOT, modules

# Names and units, the same in every language.
SAME = {"Vivavoce", "PDF", "SHA-256", "ms", "kbit", "s", "R", "iCalendar", "CalDAV", "JSON", "TURN"}
CODE = re.compile(r"(?:U18|U24|V)-\w+|\w*_\w*")  # of a rule, of a refusal
HIDDEN = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->|<script\b.*?</script>|<style\b.*?</style>"
    r"|{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}|{%\s*block theme\s*%}\w+",
    re.DOTALL,
)
SPOKEN = re.compile(r'\b(?:aria-label|aria-description|title|alt|placeholder|label)="([^"{<]*[^\W\d_][^"{<]*)"')
TEMPLATE, TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL), re.compile(r"<[^>]*>", re.DOTALL)
SAYS = {"sentence", "why", "act_word", "label", "help_text"}  # keywords that hold words
TELLS = {"success", "info", "warning", "error"}  # django.contrib.messages


def bare(path: Path) -> Iterator[str]:
    """The words of a template that stand outside the marks."""
    text = HIDDEN.sub(" ", path.read_text())
    yield from SPOKEN.findall(TEMPLATE.sub("{", text))
    for word in re.findall(r"[^\W\d_][\w-]*", re.sub(r"&\w+;", " ", TAG.sub(" ", TEMPLATE.sub(" ", text)))):
        if word not in SAME and not CODE.fullmatch(word):
            yield word


def plain(path: Path) -> Iterator[tuple[int, str]]:
    """Sentences that Python hands to a reader without a mark."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        told = [one.value for one in node.keywords if one.arg in SAYS]
        told += node.args[:1] if name.endswith("Refusal") else []
        of_messages = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "messages"
        told += node.args[1:2] if of_messages and name in TELLS else []
        for one in told:
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and re.search(r"\w \w", one.value):
                yield node.lineno, one.value


def test_no_template_speaks_without_a_mark() -> None:
    said = {
        str(path.relative_to(ROOT)): found for path in (ROOT / "templates").rglob("*.html") if (found := [*bare(path)])
    }
    assert said == {}


def test_no_sentence_of_python_reaches_a_reader_without_a_mark() -> None:
    said = [(str(p.relative_to(ROOT)), *found) for floor in FLOORS for p in modules(floor) for found in plain(p)]
    assert said == []


def test_the_marks_are_what_is_looked_for(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<p title="{% translate "Seen" %}">{% translate "Marked" %} {{ word }} Bare</p><i aria-label="Spoken">'
    )
    assert list(bare(page)) == ["Spoken", "Bare"]
    code = tmp_path / "code.py"
    code.write_text('Refusal(_("It is marked."))\nRefusal("It is not.")\nmessages.info(request, "Nor is this.")\n')
    assert list(plain(code)) == [(2, "It is not."), (3, "Nor is this.")]
