"""Where the elements of a SOAP message stand, on its bytes: nothing is built or kept.

Signatures are verified on bytes, so an edXML element inside a message is cut out, not
parsed and written again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pyexpat import ExpatError, ParserCreate

from hub.edxml.names import SOAP
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode

#: Envelope, Body, operation, its element, what that holds.
_DEPTH = 5
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")


@dataclass(slots=True)
class Spot:
    """One element: offsets of its whole and of what is inside, in bytes."""

    name: str
    path: str
    attributes: Mapping[str, str]
    start: int
    inner: int
    inner_end: int = 0
    end: int = 0
    children: list["Spot"] = field(default_factory=list)

    def named(self, *names: str) -> list["Spot"]:
        """Its children of these local names, in the order of the document."""
        return [child for child in self.children if child.name in names]


@dataclass(frozen=True, slots=True)
class Message:
    """The body of a SOAP message, and every link in it."""

    body: Spot
    #: (path, value) of each `href` attribute below Body, whatever its prefix.
    links: tuple[tuple[str, str], ...]


def walk(data: bytes) -> Message:
    """Find Body in a message on which `guard.check` has passed.

    Raises MalformedEnvelope(FRAME): no SOAP envelope, not exactly one Body.
    """
    scan = _Scan(data)
    root = scan.run()
    if root.name != "Envelope" or _namespace(data, root) not in SOAP:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, "Envelope"))
    bodies = root.named("Body")
    if len(bodies) != 1:
        raise MalformedEnvelope(Fault(FaultCode.FRAME, "Envelope/Body"))
    return Message(bodies[0], tuple(scan.links))


class _Scan:
    """One pass of expat; keeps what stands at most five levels deep."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._open: list[Spot] = []
        self._depth = 0
        self._root: Spot | None = None
        self.links: list[tuple[str, str]] = []
        self._parser = ParserCreate("utf-8")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def run(self) -> Spot:
        try:
            self._parser.Parse(self._data, True)  # noqa: FBT003 - pyexpat takes no keyword
        except ExpatError as error:
            place = f"line {error.lineno}"
            raise MalformedEnvelope(Fault(FaultCode.NOT_XML, place)) from error
        if self._root is None:
            raise MalformedEnvelope(Fault(FaultCode.FRAME, "Envelope"))
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        local = name.rpartition(":")[2]
        above = self._open[-1].path if self._open else ""
        path = f"{above}/{local}"[-200:].lstrip("/")
        self._note_links(path, attributes)
        if self._depth > _DEPTH:
            return
        start = self._parser.CurrentByteIndex
        tag = _TAG.match(self._data, start)
        inner = tag.end() if tag else start
        spot = Spot(local, path, attributes, start, inner)
        if self._open:
            self._open[-1].children.append(spot)
        else:
            self._root = spot
        self._open.append(spot)

    def _note_links(self, path: str, attributes: dict[str, str]) -> None:
        if self._in_body(path):
            self.links += [(path, value.strip()) for value in _hrefs(attributes)]

    def _in_body(self, path: str) -> bool:
        """Not by the path alone: of a long one only the end is kept."""
        ways = [spot.path for spot in self._open[1:2]] or [path]
        return ways == ["Envelope/Body"]

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._depth >= _DEPTH:
            return
        spot = self._open.pop()
        if self._data.startswith(b"/>", spot.inner - 2):
            spot.inner_end = spot.end = spot.inner
            return
        spot.inner_end = self._parser.CurrentByteIndex
        spot.end = self._data.find(b">", spot.inner_end) + 1


def hrefs(spot: Spot) -> list[str]:
    """The links of one element."""
    return list(_hrefs(spot.attributes))


def _hrefs(attributes: Mapping[str, str]) -> Iterator[str]:
    for name, value in attributes.items():
        if name.rpartition(":")[2] == "href":
            yield value


def _namespace(data: bytes, root: Spot) -> str:
    written = data[root.start + 1 : root.inner].split(maxsplit=1)[0].rstrip(b"/>")
    prefix, colon, _ = written.partition(b":")
    declared = f"xmlns:{prefix.decode()}" if colon else "xmlns"
    return root.attributes.get(declared, "")
