"""JSON that can be read in one way only; every other kind is told, with its place.

Refused: what is no JSON, two values under one key, NaN, numbers without end, letters
outside Unicode, nesting and sizes past the limits. Numbers stay as they were written.
"""

import json
import re
from collections.abc import Iterable
from typing import Never, TypeAlias

from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.limits import Limits

# A string: the name in it is the one being defined.
Value: TypeAlias = "str | bool | list[Value] | dict[str, Value] | None"

_BOM = b"\xef\xbb\xbf"
#: Money and identity numbers are shorter; Python's own limit is 4,300.
_LONGEST_NUMBER = 40
_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{},]', re.DOTALL)
_HALF_LETTER = re.compile(r"\\u[dD][89a-fA-F]")


def decode(data: bytes, limits: Limits) -> Value:
    """The value, its numbers as text.

    Raises MalformedEnvelope: EMPTY, ENCODING, NOT_JSON, TOO_DEEP, TOO_MANY_ELEMENTS,
    FIELD_TOO_LONG.
    """
    text = _text(data)
    if not text.strip():
        raise MalformedEnvelope(Fault(FaultCode.EMPTY))
    _measure(text, limits)
    try:
        value: Value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        _refuse(FaultCode.NOT_JSON, f"byte {_bytes_before(text, error.pos)}")
    if _HALF_LETTER.search(text):
        _check_letters(value)
    return value


def _text(data: bytes) -> str:
    try:
        return data.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        _refuse(FaultCode.ENCODING, f"byte {error.start}")


def _measure(text: str, limits: Limits) -> None:
    """Depth and number of values, before anything is built of them."""
    depth = count = 0
    for match in _TOKENS.finditer(text):
        mark = match[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == ",":
            count += 1
        if depth > limits.depth:
            place = f"byte {_bytes_before(text, match.start())}"
            _refuse(FaultCode.TOO_DEEP, place, f"limit {limits.depth}")
        if count > limits.elements:
            _refuse(FaultCode.TOO_MANY_ELEMENTS, "", f"limit {limits.elements}")


def _object(pairs: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key, value in pairs:
        if key in found:
            _refuse(FaultCode.NOT_JSON, _shown(key), "key twice")
        found[key] = value
    return found


def _number(text: str) -> str:
    if len(text) > _LONGEST_NUMBER:
        detail = f"a number, limit {_LONGEST_NUMBER} digits"
        _refuse(FaultCode.FIELD_TOO_LONG, "", detail)
    return text


def _constant(name: str) -> Never:
    _refuse(FaultCode.NOT_JSON, name)


def _check_letters(value: Value) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        _refuse(FaultCode.ENCODING, "", "half of a surrogate pair")


def _bytes_before(text: str, position: int) -> int:
    return len(text[:position].encode())


def _shown(key: str) -> str:
    """A key as it may stand in a fault: names of fields have only such letters."""
    return re.sub(r"[^A-Za-z0-9_]", "?", key)[:40]


def _refuse(code: FaultCode, place: str, detail: str = "") -> Never:
    raise MalformedEnvelope(Fault(code, place, detail))
