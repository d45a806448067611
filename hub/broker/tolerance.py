"""Properties that cannot be read must not end the connection they come by.

An agency writes them as it likes; RabbitMQ hands them on unread. The client library
raises at text that is no UTF-8, at a moment past the year 9999, at a table of unknown
types or without end; it ends the whole connection then, gets the same message on the
next, and nobody's messages are taken any more. What cannot be read is read as nothing
here: the hub looks at few properties, and at none of these kinds to decide.
"""

import struct
from datetime import UTC, datetime

from pamqp import decode
from pamqp.common import FieldArray, FieldTable

_LENGTH = struct.Struct(">I")
_MOMENT_BYTES = 8
_NO_MOMENT = datetime.fromtimestamp(0, tz=UTC)
_UNREADABLE = (ValueError, OverflowError, OSError, IndexError, RecursionError)


def tolerate() -> None:
    """Teach the client library to read on; for the whole process, once."""
    decode.METHODS |= {"shortstr": _text, "table": _table, "timestamp": _moment}
    decode.TABLE_MAPPING |= {b"A": _array, b"F": _table, b"T": _moment}


def _text(value: bytes) -> tuple[int, str]:
    """A short string; bytes that are no UTF-8 are marked."""
    end = 1 + value[0]
    return end, value[1:end].decode("utf-8", errors="replace")


def _moment(value: bytes) -> tuple[int, datetime]:
    try:
        return decode.timestamp(value)
    except _UNREADABLE:
        return _MOMENT_BYTES, _NO_MOMENT


def _table(value: bytes) -> tuple[int, FieldTable]:
    try:
        return decode.field_table(value)
    except _UNREADABLE:
        return _past(value), {}


def _array(value: bytes) -> tuple[int, FieldArray]:
    try:
        return decode.field_array(value)
    except _UNREADABLE:
        return _past(value), []


def _past(value: bytes) -> int:
    """Where what stands behind a table or an array begins."""
    return _LENGTH.size + int(_LENGTH.unpack_from(value)[0])
