"""static/signalling/messages.js from the declaration: JSDoc types, builders for what a browser sends, and one
reader that refuses whatever the server would never say."""

from collections.abc import Iterator
from inspect import getdoc

import msgspec
from msgspec import inspect

from signalling import protocol as p
from signalling.errors import CLOSING
from signalling.reference import PARTS, name

SENT: tuple[type[p.Message], ...] = tuple(p.FromClient.__subclasses__())
HEARD: tuple[type[p.Message], ...] = tuple(p.FromServer.__subclasses__())

PRELUDE = """// Generated from signalling/protocol.py by `manage.py protocol`: change it there.

/** @typedef {(value: unknown) => boolean} Check */
/** @typedef {{check: Check, optional: boolean}} Field */

/** @param {unknown} value */
const int = (value) => Number.isInteger(value);
/** @param {unknown} value */
const float = (value) => typeof value === "number";
/** @param {unknown} value */
const text = (value) => typeof value === "string";
/** @param {unknown} value */
const bool = (value) => typeof value === "boolean";
/** @param {unknown} value */
const none = (value) => value === null;
/** @param {...string} words @returns {Check} */
const one = (...words) => (value) => words.includes(/** @type {string} */ (value));
/** @param {Check} each @returns {Check} */
const list = (each) => (value) => Array.isArray(value) && value.every(each);
/** @param {...Check} checks @returns {Check} */
const any = (...checks) => (value) => checks.some((check) => check(value));
/** @param {string} name @returns {Check} */
const part = (name) => (value) => fits(value, SHAPES[name]);
/** @param {Check} check @returns {Field} */
const must = (check) => ({ check, optional: false });
/** @param {Check} check @returns {Field} */
const may = (check) => ({ check, optional: true });

/** Whether every field is there, right, and named in the shape.
 * @param {unknown} value @param {Record<string, Field>} shape */
function fits(value, shape) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const given = /** @type {Record<string, unknown>} */ (value);
  return (
    Object.keys(given).every((key) => Object.hasOwn(shape, key)) &&
    Object.entries(shape).every(([key, field]) => (key in given ? field.check(given[key]) : field.optional))
  );
}

/** What arrived is no message of this protocol. */
export class ProtocolError extends Error {}

/** Read one frame of the server.
 * @param {string} frame @returns {ServerMessage} */
export function parse(frame) {
  const value = JSON.parse(frame);
  const name = typeof value === "object" && value !== null ? String(value.type) : "";
  if (!Object.hasOwn(HEARD, name)) throw new ProtocolError(`no message of type ${name}`);
  if (!fits(value, SHAPES[HEARD[name]])) throw new ProtocolError(`a ${name} that does not fit`);
  return value;
}
"""


def module() -> str:
    """Return the whole of messages.js."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield PRELUDE
    yield f"export const VERSION = {p.VERSION};"
    yield f"export const HEARTBEAT_SECONDS = {p.HEARTBEAT_SECONDS};"
    back = ", ".join(str(code.value) for code, (_why, again) in CLOSING.items() if not again)
    yield f"/** Closing codes after which a client does not come back by itself. */\nexport const FINAL = [{back}];\n"
    structs: tuple[type[p.Part], ...] = (*PARTS, *SENT, *HEARD)
    for struct in structs:
        yield from _typedef(struct)
    yield f"/** @typedef {{{' | '.join(m.__name__ for m in SENT)}}} ClientMessage */"
    yield f"/** @typedef {{{' | '.join(m.__name__ for m in HEARD)}}} ServerMessage */\n"
    for message in SENT:
        yield from _builder(message)
    yield from _shapes()


def _typedef(struct: type[msgspec.Struct]) -> Iterator[str]:
    yield f"/** {_told(struct)}\n * @typedef {{object}} {struct.__name__}"
    if issubclass(struct, p.Message):
        yield f' * @property {{"{name(struct)}"}} type'
    for field in _fields(struct):
        label = field.encode_name if field.required else f"[{field.encode_name}]"
        yield f" * @property {{{_type(field.type)}}} {label}"
    yield " */"


def _builder(message: type[p.Message]) -> Iterator[str]:
    yield f"/** {_told(message)}"
    if _fields(message):
        yield f' * @param {{Omit<{message.__name__}, "type">}} fields'
    yield f" * @returns {{{message.__name__}}} */"
    given, spread = ("fields", ", ...fields") if _fields(message) else ("", "")
    yield f'export const {name(message)} = ({given}) => ({{ type: "{name(message)}"{spread} }});\n'


def _shapes() -> Iterator[str]:
    yield "/** @type {Record<string, Record<string, Field>>} */\nconst SHAPES = {"
    structs: tuple[type[p.Part], ...] = (*PARTS, *HEARD)
    for struct in structs:
        fields = [f'type: must(one("{name(struct)}"))'] if issubclass(struct, p.Message) else []
        fields += [f"{f.encode_name}: {'must' if f.required else 'may'}({_check(f.type)})" for f in _fields(struct)]
        yield f"  {struct.__name__}: {{ {', '.join(fields)} }},"
    yield "};\n\n/** @type {Record<string, string>} */"
    yield "const HEARD = { " + ", ".join(f'{name(m)}: "{m.__name__}"' for m in HEARD) + " };"


def _told(struct: type[msgspec.Struct]) -> str:
    """The docstring as the body of a JSDoc comment."""
    return "\n * ".join((getdoc(struct) or "").splitlines()).replace(" * \n", " *\n")


def _fields(struct: type[msgspec.Struct]) -> tuple[inspect.Field, ...]:
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return info.fields


def _type(kind: inspect.Type) -> str:
    """The TypeScript type of a field."""
    match kind:
        case inspect.Metadata(type=bare):
            return _type(bare)
        case inspect.UnionType(types=types):
            return " | ".join(_type(each) for each in types)
        case inspect.ListType(item_type=item):
            return f"({_type(item)})[]" if "|" in _type(item) else f"{_type(item)}[]"
        case inspect.StructType(cls=cls):
            return cls.__name__
        case inspect.EnumType() | inspect.LiteralType():
            return " | ".join(f'"{word}"' for word in _words(kind))
    return {"IntType": "number", "FloatType": "number", "BoolType": "boolean", "NoneType": "null"}.get(
        type(kind).__name__, "string"
    )


def _check(kind: inspect.Type) -> str:
    """The expression that checks a field's value."""
    match kind:
        case inspect.Metadata(type=bare):
            return _check(bare)
        case inspect.UnionType(types=types):
            return f"any({', '.join(_check(each) for each in types)})"
        case inspect.ListType(item_type=item):
            return f"list({_check(item)})"
        case inspect.StructType(cls=cls):
            return f'part("{cls.__name__}")'
        case inspect.EnumType() | inspect.LiteralType():
            return f"one({', '.join(f'{chr(34)}{word}{chr(34)}' for word in _words(kind))})"
    return {"IntType": "int", "FloatType": "float", "BoolType": "bool", "NoneType": "none"}.get(
        type(kind).__name__, "text"
    )


def _words(kind: inspect.EnumType | inspect.LiteralType) -> list[str]:
    if isinstance(kind, inspect.EnumType):
        return [str(member.value) for member in kind.cls]
    return [str(value) for value in kind.values]
