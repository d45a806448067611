"""Takes the JSON off what an axis answered to getEdoc; pure.

The edXML inside is base64 or text. Where an axis decodes the attachments and lays them
beside an edXML that has none left, they become the parts of the frame; an edXML that
still carries its own is whole, and what lies beside it is a copy.
"""

from collections.abc import Mapping
from typing import Never

import msgspec

from hub.edxml import runs
from hub.edxml.names import PAYLOAD
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity, Frame, Part
from hub.model.limits import Limits

_DOCUMENT = ("edxml", "data", "content")
_FILES = ("attachments", "attachment")
_NAME = ("filename", "name", "attachmentname")
_FILE = ("filecontent", "content", "data")
#: JSON is larger than what it carries by a third, and by what stands around it.
_SWELLING = 1.5
#: A reply is an object in an object or two.
_DEPTH = 4

_Fields = Mapping[str, msgspec.Raw]


def translate(entity: Entity, limits: Limits) -> Frame:
    """See `hub.ports.Translate`.

    Raises MalformedEnvelope: EMPTY, TOO_LARGE, NOT_JSON, FRAME (no document, or two),
    BASE64, TOO_MANY_PARTS.
    """
    if not entity.data:
        _refuse(FaultCode.EMPTY)
    _check_size(len(entity.data), int(limits.document_bytes * _SWELLING))
    fields = _fields(entity.data.removeprefix(b"\xef\xbb\xbf"), "")
    xml, around = _document(fields, _DEPTH)
    _check_size(len(xml), limits.document_bytes)
    if PAYLOAD.encode() in xml:
        return Frame(xml)
    parts = _parts(around, limits)
    return Frame(xml, parts, beside=bool(parts))


def edxml_of(data: bytes) -> bytes:
    """The edXML of an answer to getEdoc; raises MalformedEnvelope."""
    xml, _ = _document(_fields(data, ""), _DEPTH)
    return xml


def _document(fields: _Fields, depth: int) -> tuple[bytes, _Fields]:
    """The edXML, and the object it stands in."""
    name, raw = _only(fields, _DOCUMENT)
    if _start(raw).startswith(b"{"):
        if not depth:
            _refuse(FaultCode.FRAME, name)
        return _document(_fields(raw, name), depth - 1)
    text = _text(raw, name)
    if not text.strip():
        _refuse(FaultCode.EMPTY, name)
    return (_xml(text, name), fields)


def _xml(text: bytes, place: str) -> bytes:
    if text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return text
    return _decoded(text, place)


def _parts(fields: _Fields, limits: Limits) -> tuple[Part, ...]:
    name, raw = next(((n, fields[n]) for n in _FILES if n in fields), ("", None))
    if raw is None or _start(raw) == b"null":
        return ()
    try:
        found = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, name)) from error
    if len(found) > limits.parts:
        _refuse(FaultCode.TOO_MANY_PARTS, name, str(limits.parts))
    places = (f"{name} {number}" for number, _ in enumerate(found, 1))
    return tuple(_part(r, place) for r, place in zip(found, places, strict=False))


def _part(raw: msgspec.Raw, place: str) -> Part:
    fields = _fields(raw, place)
    names = [fields[n] for n in _NAME if n in fields]
    name = _text(names[0], place).decode().strip() if names else ""
    contents = [fields[n] for n in _FILE if n in fields]
    # Handed on as base64 text: the reader undoes it once, and says where it is damaged.
    data = _text(contents[0], place) if contents else b""
    return Part(content_id="", name=name, content_type="", data=data)


def _fields(data: bytes | msgspec.Raw, place: str) -> _Fields:
    """The members of an object by their names in lower case, values as they stand."""
    try:
        found = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedEnvelope(Fault(FaultCode.NOT_JSON, place)) from error
    fields = {name.casefold(): raw for name, raw in found.items()}
    if len(fields) != len(found):  # `data` and `Data`: two readers, two documents
        _refuse(FaultCode.FRAME, place, "names")
    return fields


def _only(fields: _Fields, names: tuple[str, ...]) -> tuple[str, msgspec.Raw]:
    """The one of these that holds something."""
    found = [(n, fields[n]) for n in names if n in fields and _holds(fields[n])]
    if len(found) != 1:
        _refuse(FaultCode.FRAME, names[0], f"{len(found)} documents")
    return found[0]


def _holds(raw: msgspec.Raw) -> bool:
    return _start(raw) not in {b"null", b'""', b"{}", b"[]"}


def _start(raw: msgspec.Raw) -> bytes:
    """The first bytes of a value, which may be of 100 MB."""
    return bytes(memoryview(raw)[:32]).strip()


def _text(raw: msgspec.Raw, place: str) -> bytes:
    try:
        text = msgspec.json.decode(raw, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, place)) from error
    return text.encode("utf-8", "surrogatepass")


def _decoded(text: bytes, place: str) -> bytes:
    data = runs.decode(text.strip())
    if data is None:
        _refuse(FaultCode.BASE64, place)
    return data


def _check_size(size: int, most: int) -> None:
    if size > most:
        _refuse(FaultCode.TOO_LARGE, f"byte {most + 1}", str(most))


def _refuse(code: FaultCode, place: str = "", detail: str = "") -> Never:
    raise MalformedEnvelope(Fault(code, place, detail))
