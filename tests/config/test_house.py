"""The house's own rules: imports point one way, and the pure rooms stay pure."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# From the roof to the ground: a floor may import from itself and from those after it.
FLOORS = ("config", "signalling", "sessions", "scheduler", "casework", "protection", "directory")
PURE = (
    "directory/roles.py",
    "directory/times.py",
    "protection/policy.py",
    "casework/states.py",
    "casework/rules.py",
    "scheduler/zonerules.py",
    "scheduler/letters/invitations.py",
    "sessions/states.py",
    "sessions/gates.py",
    "sessions/interpretation.py",
    "signalling/protocol.py",
    "signalling/topology.py",
    "signalling/turn.py",
    "signalling/quality.py",
    "signalling/media/control.py",
    "signalling/media/sdp.py",
)
PURE_ROOMS = ("scheduler/solver",)
MAY_TRANSLATE = "django.utils.translation"  # sentences are marked for translation wherever they are written


def modules(floor: str) -> Iterator[Path]:
    return (path for path in (ROOT / floor).rglob("*.py") if "migrations" not in path.parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("floor", FLOORS)
def test_no_import_climbs(floor: str) -> None:
    above = set(FLOORS[: FLOORS.index(floor)])
    climbing = [(p.name, name) for p in modules(floor) for name in imports(p) if name.split(".")[0] in above]
    assert climbing == []


def pure() -> list[str]:
    """The modules named above, and whole rooms that are pure."""
    rooms = (path for room in PURE_ROOMS for path in sorted((ROOT / room).glob("*.py")))
    return [*PURE, *(str(path.relative_to(ROOT)) for path in rooms)]


@pytest.mark.parametrize("name", pure())
def test_a_pure_module_imports_no_django(name: str) -> None:
    impure = [i for i in imports(ROOT / name) if i.split(".")[0] == "django" and not i.startswith(MAY_TRANSLATE)]
    assert impure == []


@pytest.mark.parametrize("floor", FLOORS)
def test_no_file_grows_past_what_a_reader_can_hold(floor: str) -> None:
    long = {str(p.relative_to(ROOT)): n for p in modules(floor) if (n := len(p.read_text().splitlines())) > 320}
    assert long == {}
