"""The transport frame of the portal: one message, many dossiers, not one byte changed.

Only the frame is read: {session, madonvi, service, isUpdating, data: [...]}, a bare
array, or a single object (EDXML.md 4.2, 4.5). What stands in `data` is cut out as it
came; whether it can be read is found out behind the door.
"""

import re
from dataclasses import dataclass, field
from typing import Never, TypeVar

import msgspec
from msgspec import Raw

from adapters.portal import strict_json
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.limits import Limits

T = TypeVar("T")

_BOM = b"\xef\xbb\xbf"
_BLANKS = b" \t\r\n"
_BYTE = re.compile(r"\(byte ([0-9]+)\)")
_YES, _NO = frozenset({"true", "1"}), frozenset({"false", "0", ""})


@dataclass(frozen=True, slots=True)
class Lot:
    """One message of a portal, its dossiers as slices of the bytes received."""

    items: tuple[bytes, ...] = field(repr=False)
    session: str = field(default="", repr=False)
    service: str = ""
    #: None: it does not say.
    updating: bool | None = None


def split(body: bytes, most: int) -> Lot:
    """The dossiers of a message, at most so many.

    Raises MalformedEnvelope: EMPTY, ENCODING, NOT_JSON, TOO_DEEP, TOO_MANY_PARTS,
    OPERATION (isUpdating unclear).
    """
    _check_letters(body)
    inside = body.removeprefix(_BOM).strip(_BLANKS)
    if not inside:
        _refuse(FaultCode.EMPTY, "")
    if not inside.startswith(b"{"):
        return Lot(_items(inside, "", most))
    members = {k.casefold(): v for k, v in _decode(inside, dict[str, Raw]).items()}
    if "data" not in members:
        return Lot((inside,))
    data = bytes(members["data"])
    told = _frame(inside.replace(data, b"null", 1))
    return Lot(
        _items(data, "data", most),
        session=told.get("session", ""),
        service=told.get("service", ""),
        updating=flag(told.get("isupdating")),
    )


def flag(text: str | None) -> bool | None:
    """`isUpdating` as written; None: not there. Raises OPERATION where unclear."""
    if text is None:
        return None
    said = text.strip().casefold()
    if said not in _YES | _NO:
        _refuse(FaultCode.OPERATION, "isUpdating")
    return said in _YES


def _items(data: bytes, place: str, most: int) -> tuple[bytes, ...]:
    if data.startswith(b"{"):
        return (data,)
    if data in {b"null", b'""', b"[]"}:
        _refuse(FaultCode.EMPTY, place)
    if not data.startswith(b"["):
        _refuse(FaultCode.NOT_JSON, place or "byte 0", "a list is due")
    rows = _decode(data, list[Raw])
    if not rows:
        _refuse(FaultCode.EMPTY, place)
    if len(rows) > most:
        _refuse(FaultCode.TOO_MANY_PARTS, f"{place}[{most}]", f"limit {most}")
    return tuple(bytes(row) for row in rows)


def _frame(rest: bytes) -> dict[str, str]:
    """The frame without its data; a key that stands twice is told."""
    value = strict_json.decode(rest, Limits())
    assert isinstance(value, dict), "it began with a brace"
    found: dict[str, str] = {}
    for name, one in value.items():
        key = name.casefold()
        if key in found:
            _refuse(FaultCode.NOT_JSON, key[:40], "key twice")
        text = str(one) if isinstance(one, str | bool) else ""
        found[key] = text.strip()
    return found


def _decode(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except RecursionError:
        _refuse(FaultCode.TOO_DEEP, "")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        match = _BYTE.search(str(error))
        _refuse(FaultCode.NOT_JSON, f"byte {match[1]}" if match else "")


def _check_letters(body: bytes) -> None:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        _refuse(FaultCode.ENCODING, f"byte {error.start}")


def _refuse(code: FaultCode, place: str, detail: str = "") -> Never:
    raise MalformedEnvelope(Fault(code, place, detail))
