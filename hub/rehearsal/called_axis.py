"""A simulated axis that hubs call: VXP and LGSPs over one ledger (EDXML.md 3.1-3.3).

Wire choices where EDXML.md is silent stand in `vxp_wire.py` and `lgsp_wire.py`. It
never imports the hub's own connectors: it is the other side.

    async with AxisSimulator([System("HUB", secret)]) as axis:
        axis.put("HUB", "doc-1", edxml)
        ...
        assert axis.ledger.states("HUB") == {"DONE": 1}
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Self

from aiohttp import web

from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.axis_post import KINDS, Post
from hub.rehearsal.axis_wire import VIETNAM, System
from hub.rehearsal.bearers import Bearers
from hub.rehearsal.bulk_agencies import bulk_agencies, wire_row
from hub.rehearsal.edxml_peek import glance
from hub.rehearsal.faults import Faults, Mishap
from hub.rehearsal.ledger import DONE, FAIL, INITIAL, PROCESSING, Ledger, Line
from hub.rehearsal.lgsp_face import LgspFace
from hub.rehearsal.stand import Stand
from hub.rehearsal.vxp_face import VxpFace
from hub.rehearsal.wso2_face import Wso2Face

_STATES = {name.lower(): name for name in (INITIAL, PROCESSING, DONE, FAIL)}
_SAID = {
    INITIAL: "Chờ nhận",
    PROCESSING: "Đang nhận",
    DONE: "Đã nhận",
    FAIL: "Không nhận được",
}


def national() -> Iterable[Mapping[str, object]]:
    """111,000 bodies, made up, the same every time."""
    return (wire_row(number, row) for number, row in enumerate(bulk_agencies(), 1))


@dataclass
class AxisSimulator:
    """Serves on loopback; everything that happens stands in `ledger`."""

    systems: Sequence[System]
    faults: Faults = field(default_factory=Faults)
    ledger: Ledger = field(default_factory=Ledger)
    #: Rows of the catalogue as the axis writes them; made when first asked for.
    catalogue: Callable[[], Iterable[Mapping[str, object]]] = lambda: ()
    host: str = "127.0.0.1"
    port: int = 0
    token_seconds: float = 1800
    #: Who may ask for the ledger and turn faults on; "": nobody.
    control_token: str = field(default="", repr=False)
    #: Code of a receiver -> how sending to it is refused (18 unknown, 23 locked).
    refused: dict[str, Code] = field(default_factory=dict)
    #: How far a signed moment may be from ours.
    skew_minutes: float = 10
    #: Whether Lạng Sơn's form takes files out of the edXML and lays them beside it.
    beside: bool = False

    def __post_init__(self) -> None:
        self.post = Post(self.ledger, self.systems, self.refused)
        self.bearers = Bearers(self.systems, self.faults, self.token_seconds)
        self._stand = Stand(self.faults, self.ledger.export, self.control_token)
        self._bodies: list[Mapping[str, object]] | None = None

    async def __aenter__(self) -> Self:
        faces = (VxpFace(self), LgspFace(self), Wso2Face(self))
        routes = [route for face in faces for route in face.routes()]
        control = {"put": self._put}
        self.port = await self._stand.start(self.host, self.port, routes, control)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stand.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"

    def put(self, system: str, doc_id: str, data: bytes, kind: str = "edoc") -> Line:
        """A message comes in for a system; its line in the ledger."""
        seen = glance(data)
        sender, to = seen.sender or "axis", next(iter(seen.receivers), system)
        line = Line(doc_id, kind, sender, to, data, document_id=seen.document_id)
        self.ledger.put(system, line)
        return line

    # --- what all ways of calling have in common -----------------------------------

    def rows(self, system: str, kind: str, since: date, until: date) -> list[Line]:
        """What came for a system in a window of days, as careless as asked for."""
        lines = self._within(self.ledger.of(system, kind), since, until)
        if lines and kind == "edoc" and self.faults.strikes(Mishap.TWICE):
            self._repeat(system, lines)
            lines = self._within(self.ledger.of(system, kind), since, until)
        return self.faults.shuffled(lines)

    def sent(self, system: str, kind: str, since: date, until: date) -> list[Line]:
        """What a system handed in."""
        mine = [s for s in self.ledger.sent if s.kind == kind if s.by == system]
        return self._within(mine, since, until)

    def row(self, line: Line) -> dict[str, Any]:
        """One line of a list as VXP has it."""
        return {
            "docId": line.doc_id,
            "serviceType": "eDoc",
            "messageType": line.kind,
            "created_time": _wall(line.created_at),
            "updated_time": _wall(line.updated_at),
            "from": line.sender,
            "to": line.receiver,
            "status": line.state,
            "status_desc": _SAID[line.state],
        }

    def acknowledge(
        self, system: str, doc_id: str, word: str, reason: str = ""
    ) -> None:
        """The system says it has it, or never will; raises Refusal."""
        state = _STATES.get(word.strip().lower())
        if state is None:
            raise Refusal(Code.FILE, f"status {word!r}: done, fail, processing")
        line = self._find(system, doc_id)
        line.state, line.reason = state, reason
        line.note(state, system, datetime.now(UTC))

    def given(self, system: str, doc_id: str) -> Line:
        """The message; that it was fetched is noted. Raises Refusal.

        Whether a real axis gives out again what a system handed in is not known [I].
        """
        if own := self.ledger.own(system, doc_id):
            own.note("looked at", system, datetime.now(UTC))
            return own
        line = self._find(system, doc_id)
        line.times += 1
        if line.state == INITIAL:
            line.state = PROCESSING
        line.note("fetched", system, datetime.now(UTC))
        return line

    def bodies(self) -> list[Mapping[str, object]]:
        """The catalogue, with what systems registered."""
        if self._bodies is None:
            self._bodies = list(self.catalogue())
        return self._bodies

    def register(self, body: Mapping[str, object]) -> None:
        """A body more, or another word about one; raises Refusal."""
        if not body.get("code"):
            raise Refusal(Code.SDK, "code: bắt buộc")
        self.unregister(str(body["code"]))
        self.bodies().append(body)

    def unregister(self, code: str) -> None:
        """A body less; one that is not there changes nothing."""
        self._bodies = [body for body in self.bodies() if body.get("code") != code]

    def _find(self, system: str, doc_id: str) -> Line:
        line = self.ledger.find(system, doc_id)
        if line is None:
            raise Refusal(Code.FILE, f"không có docId {doc_id!r} trong hộp thư này")
        return line

    def _within(self, lines: Iterable[Line], since: date, until: date) -> list[Line]:
        return [
            line
            for line in lines
            if since <= line.created_at.astimezone(VIETNAM).date() <= until
        ]

    def _repeat(self, system: str, lines: list[Line]) -> None:
        """One that is no copy and has none yet comes once more, another docId on it."""
        copied = {line.copy_of for line in lines}
        for line in lines:
            if not line.copy_of and line.doc_id not in copied:
                again = self.put(system, f"{line.doc_id}-2", line.data, line.kind)
                again.copy_of, again.created_at = line.doc_id, line.created_at
                return

    async def _put(self, request: web.Request) -> Mapping[str, Any]:
        """`POST /_put?system=…&docId=…&messageType=edoc`, the edXML as the body."""
        asked = request.query
        system = asked.get("system", self.systems[0].id)
        if system not in {one.id for one in self.systems}:
            raise ValueError(f"system {system!r}")
        kind = asked.get("messageType", "edoc")
        if kind not in KINDS:
            raise ValueError(f"messageType {kind!r}: {', '.join(KINDS)}")
        data = await request.read()
        named = asked.get("docId") or hashlib.sha256(data).hexdigest()[:24]
        line = self.put(system, named, data, kind)
        return {"docId": line.doc_id, "system": system, "sha256": line.digest}


def _wall(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%Y/%m/%d %H:%M:%S}"
