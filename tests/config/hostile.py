"""What a careless or a hostile program sends: in words, in numbers, and in what nearly fits a schema."""

from typing import Any

from hypothesis import strategies as st

WORDS = [
    "", " ", "\0", "\0" * 32, "\ud800", "\x1b[2J", "\u202e", "x" * 3000, "../../etc/passwd", "%00", "NaN",
    "9" * 400, "-1", "1e999", "0001-01-01", "9999-12-31", "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59", "2026-02-30", "2026-W99", "2026-03-29T02:30:00", "24:00", "Europe/Nowhere",
    "/etc/localtime", "Europe/../UTC", "zz-ZZ-x-" + "a" * 300, "{", "[]", "http://[", "http://localhost:99999",
    "<script>", "'; --", "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
NUMBERS = [0, 1, 30, -1, 2**31, 2**63, -(2**63) - 1, 10**30, 0.5, 1e308, float("nan"), float("inf")]
DATES = {
    "date": ["2027-02-10", "0001-01-01", "9999-12-31"],
    "date-time": ["2027-02-10T10:00:00Z", "2027-02-10T10:00:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z"],
}

words = st.sampled_from(WORDS) | st.text(max_size=20)
octets = words.map(lambda text: text.encode("latin-1", "replace").decode("latin-1"))
anything: st.SearchStrategy[Any] = st.recursive(
    words | st.sampled_from(NUMBERS) | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)


def nearly(schema: dict[str, Any], ids: list[str]) -> st.SearchStrategy[Any]:
    """Values of a JSON schema's shape, with what is nasty wherever its types allow it; `ids` exist."""
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return st.one_of([nearly(one, ids) for one in several])
    match schema.get("type"):
        case "object":
            return _object(schema, ids)
        case "array":
            return st.lists(nearly(schema.get("items", {}), ids), max_size=2)
        case "string":
            return st.sampled_from(DATES.get(schema.get("format", ""), WORDS) + ids)
        case "integer" | "number":
            return st.sampled_from([number for number in NUMBERS if isinstance(number, int)])
    return st.booleans() | anything


def _object(schema: dict[str, Any], ids: list[str]) -> st.SearchStrategy[Any]:
    parts = {name: nearly(part, ids) for name, part in schema.get("properties", {}).items()}
    if not parts:
        return st.dictionaries(words, anything, max_size=2)
    needed = {name: part for name, part in parts.items() if name in schema.get("required", ())}
    return st.fixed_dictionaries(needed, optional={name: part for name, part in parts.items() if name not in needed})


def written_out(part: Any, schemas: dict[str, Any], depth: int = 6) -> Any:
    """A schema with each `$ref` in its place, as deep as `depth`."""
    if isinstance(part, list):
        return [written_out(one, schemas, depth) for one in part]
    if not isinstance(part, dict) or not depth:
        return {} if isinstance(part, dict) else part
    if "$ref" in part:
        return written_out(schemas[part["$ref"].rpartition("/")[2]], schemas, depth - 1)
    return {name: written_out(value, schemas, depth) for name, value in part.items()}
