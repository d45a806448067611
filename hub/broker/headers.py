"""Headers of an outbox row as AMQP headers, and back; pure.

Values come from documents strangers wrote, so nothing here may forge a log line or
grow without bound: only strings and whole numbers, no control or direction marks.
"""

import unicodedata
from collections.abc import Mapping

Value = str | int

#: Keys of a row's headers that are AMQP properties, not headers.
PROPERTIES = frozenset({"content_type"})
#: An AMQP header name is a short string; ours are words.
NAME_CHARACTERS = 64
VALUE_CHARACTERS = 512
#: A frame holds 128 KB and must hold all headers.
MAX_HEADERS = 40
_CUT = "…"
_ALIEN = "\ufffd"
#: Control, format (direction marks), surrogate, line and paragraph separators.
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_MIN, _MAX = -(2**63), 2**63 - 1


def clean(text: str) -> str:
    """The text on one line, without marks that change how others are read."""
    if len(text) > VALUE_CHARACTERS:
        text = text[: VALUE_CHARACTERS - 1] + _CUT
    return "".join(
        _ALIEN if unicodedata.category(letter) in _FORBIDDEN else letter
        for letter in text
    )


def to_amqp(headers: Mapping[str, object]) -> dict[str, Value]:
    """The AMQP headers of a row: its keys without `PROPERTIES`, None left out.

    Raises ValueError for a name that is no word or a value of another kind: such a
    row was made wrongly, and no retry puts it right.
    """
    wanted = {k: v for k, v in headers.items() if k not in PROPERTIES and v is not None}
    if len(wanted) > MAX_HEADERS:
        message = f"{len(wanted)} headers where {MAX_HEADERS} are allowed"
        raise ValueError(message)
    return {_name(key): _value(key, value) for key, value in wanted.items()}


def _name(key: str) -> str:
    plain = key.replace("_", "").replace("-", "")
    if not (plain.isascii() and plain.isalnum() and len(key) <= NAME_CHARACTERS):
        message = f"{clean(key)!r} cannot name a header"
        raise ValueError(message)
    return key


def _value(key: str, value: object) -> Value:
    if isinstance(value, int):
        number = int(value)
        return number if _MIN <= number <= _MAX else str(number)
    if isinstance(value, str):
        return clean(value)
    message = f"header {key} is neither text nor a whole number"
    raise ValueError(message)


def from_amqp(headers: Mapping[str, object]) -> dict[str, Value]:
    """What came, as plain values: bytes as text, tables and odd kinds left out."""
    taken = {clean(key): _plain(value) for key, value in headers.items()}
    return {key: value for key, value in taken.items() if value is not None}


def _plain(value: object) -> Value | None:
    match value:
        case bool():
            return int(value)
        case int():
            return value
        case str():
            return clean(value)
        case bytes() | bytearray():
            return clean(bytes(value).decode("utf-8", errors="replace"))
        case _:
            return None
