"""Reads what an axis answers: numbers as text, any case, errors under every status.

Whatever cannot be read is temporary, with a reason: an error page of a proxy, half a
reply, or a new word is no statement about a document.
"""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Never

import msgspec

from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.answers import Trouble, Wire, codes, http
from hub.model.calls import OpenReply, Reply
from hub.model.faults import Fault, FaultCode

#: A list of 1,000 lines is some 300 KB; an axis that ignores page sizes stays under.
MOST_BYTES = 33_554_432
#: Shorter bodies are looked at whole before they are taken for a document.
HEAD_BYTES = 65_536
#: Blanks a server may write behind the last brace.
_TAIL_BYTES = 1_024
_ID = re.compile(r"[\x21-\x7e]{1,200}")
_FAILED = frozenset({"fail", "failed", "error", "false"})
_DATA = ("data", "result")


#: Error codes that both axes share (EDXML.md 3.1, 3.2).
CODES: Mapping[str, Trouble] = codes(Wire.AXIS)
#: Permanent code of an axis -> what our own list of faults calls it.
_FAULTS: Mapping[str, FaultCode] = {
    "10": FaultCode.FRAME,
    "18": FaultCode.UNKNOWN_RECEIVER,
    "19": FaultCode.SENDER_NOT_ALLOWED,
    "22": FaultCode.NOT_EDXML,
    "23": FaultCode.UNKNOWN_RECEIVER,
}
#: The same for what HTTP itself says, where no code of the axis comes along.
HTTP: Mapping[int, Trouble] = http(Wire.AXIS)

#: And where a message is fetched: only "gone" speaks of the message, everything else
#: of our asking, and no message may be refused over that.
FETCHED: Mapping[int, Trouble] = {
    HTTPStatus.UNAUTHORIZED: Trouble.CREDENTIALS,
    HTTPStatus.FORBIDDEN: Trouble.CREDENTIALS,
    HTTPStatus.GONE: Trouble.PERMANENT,
}


class Told:
    """A JSON object; names are found whatever their case and underscores."""

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = {_bare(name): value for name, value in fields.items()}

    @property
    def fields(self) -> Mapping[str, object]:
        """All of it by bare names: lower case, without underscores and hyphens."""
        return self._fields

    def text(self, *names: str) -> str:
        """The first of these that holds something, as text without its edges."""
        return next((t for name in names if (t := _text(self._get(name)))), "")

    def inner(self, *names: str) -> "Told":
        """The first of these that is an object; an empty one where none is."""
        found = (value for n in names if isinstance(value := self._get(n), dict))
        return Told(next(found, {}))

    def rows(self, *names: str) -> "list[Told] | None":
        """The first of these that is a list, its objects; None where none is.

        A single object counts as a list of one, as some XML-to-JSON bridges write it.
        """
        for name in names:
            value = self._get(name)
            if isinstance(value, dict):
                return [Told(value)]
            if isinstance(value, list):
                return [Told(each) for each in value if isinstance(each, dict)]
        return None

    def has(self, *names: str) -> bool:
        """Whether one of these is there and holds something."""
        return any(self._get(name) not in (None, "", [], {}) for name in names)

    def _get(self, name: str) -> object:
        return self._fields.get(_bare(name))


def read(
    reply: Reply, codes: Mapping[str, Trouble], http: Mapping[int, Trouble] = HTTP
) -> Told:
    """What a reply says, where it says that all is well.

    Raises SourceUnavailable or PermanentFailure by `codes`, else by HTTP's status.
    """
    told = _object(reply)
    if told is None:  # a proxy speaks, not the axis: no statement about a message
        raise SourceUnavailable(f"HTTP {reply.status} without readable JSON")
    _check(told, codes)
    _raise_for_status(reply.status, http)
    return told


async def document(
    reply: OpenReply, check: Callable[[Reply], None]
) -> AsyncIterator[bytes]:
    """The chunks of a document; an error told instead, or half of it, raises.

    A short body is handed to `check` whole; of a long one only the two ends are
    looked at. Raises what `check` raises, and SourceUnavailable.
    """
    head = bytearray()
    async for chunk in reply.chunks:
        head += chunk
        if len(head) > HEAD_BYTES:
            break
    else:
        check(Reply(reply.status, reply.headers, bytes(head)))
        yield bytes(head)
        return
    is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    if reply.status != HTTPStatus.OK or not is_json:
        raise SourceUnavailable(f"HTTP {reply.status} without a document")
    yield bytes(head)
    tail = bytes(head[-_TAIL_BYTES:])
    async for chunk in reply.chunks:
        yield chunk
        tail = (tail + chunk)[-_TAIL_BYTES:]
    if not tail.rstrip().endswith(b"}"):
        raise SourceUnavailable("a document that was cut off")


def check_document(reply: Reply, codes: Mapping[str, Trouble]) -> None:
    """Whether a short reply has a document; raises as `read` does where it has none."""
    if not read(reply, codes, FETCHED).has("edxml", "data", "content"):
        raise SourceUnavailable("a reply without a document")


def is_id(text: str) -> bool:
    """Whether an axis' id can stand in a header and an address as it is."""
    return _ID.fullmatch(text) is not None


def spoken(text: str, most: int = 120) -> str:
    """What another system wrote, fit for a log line and a journal."""
    return "".join(c if c.isprintable() else " " for c in text)[:most].strip()


def _object(reply: Reply) -> Told | None:
    try:
        found: object = msgspec.json.decode(reply.body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if isinstance(found, list):
        return Told({"data": found})
    return Told(found) if isinstance(found, dict) else None


def _check(told: Told, codes: Mapping[str, Trouble]) -> None:
    """Raise where a reply tells of a failure, at its top or in its data."""
    inner = told.inner(*_DATA)
    code = _code(told) or _code(inner)
    failed = {told.text("status").lower(), told.text("success").lower()} & _FAILED
    if code in {"", "0"} and not failed:
        return
    description = told.text("errorDesc", "message") or inner.text("errorDesc")
    _raise(code, description, codes.get(code, Trouble.TEMPORARY))


def _code(told: Told) -> str:
    """An error code without the zeros before it; "" where there is none."""
    text = told.text("errorCode")
    return text.lstrip("0") or "0" if text.isdigit() else text


def _raise(code: str, description: str, trouble: Trouble) -> Never:
    said = spoken(f"{code} {description}")
    if trouble is Trouble.PERMANENT:
        raise PermanentFailure(
            Fault(_FAULTS.get(code, FaultCode.FRAME), "axis", said or "refused")
        )
    raise SourceUnavailable(f"{trouble}: the axis says {said or 'fail'}")


def _raise_for_status(status: int, http: Mapping[int, Trouble]) -> None:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    _raise(f"HTTP {status}", "", http.get(status, Trouble.TEMPORARY))


def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() if isinstance(value, str | int | float) else ""
