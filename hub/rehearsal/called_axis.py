"""A simulated axis that hubs call: VXP and LGSP over one ledger (EDXML.md 3.1, 3.2).

Wire choices where EDXML.md is silent stand in docs/dien-tap.md. It never imports the
hub's own connectors: it is the other side.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Self

from aiohttp import web

from hub.rehearsal.axis_wire import (
    VIETNAM,
    Refusal,
    System,
    as_json,
    may_control,
    object_of,
    turn,
)
from hub.rehearsal.faults import Faults, Mishap
from hub.rehearsal.ledger import DONE, FAIL, PROCESSING, Ledger, Line
from hub.rehearsal.lgsp_face import LgspFace
from hub.rehearsal.vxp_face import VxpFace

_LIMIT = 256 * 1024 * 1024


@dataclass
class AxisSimulator:
    """Serves on loopback; everything that happens stands in `ledger`."""

    systems: Sequence[System]
    faults: Faults = field(default_factory=Faults)
    ledger: Ledger = field(default_factory=Ledger)
    #: Rows of the catalogue as the axis writes them.
    catalogue: Callable[[], Iterable[Mapping[str, object]]] = lambda: ()
    host: str = "127.0.0.1"
    port: int = 0
    token_seconds: float = 1800
    #: Who may ask for the ledger and turn faults on; "": nobody.
    control_token: str = field(default="", repr=False)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(
            middlewares=[self.faults.middleware()], client_max_size=_LIMIT
        )
        app.add_routes([*VxpFace(self).routes(), *LgspFace(self).routes()])
        app.add_routes(
            [web.get("/_ledger", self._tell), web.post("/_faults", self._turn)]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"

    def put(self, system: str, doc_id: str, data: bytes, kind: str = "edoc") -> Line:
        """A message comes in for a system."""
        line = Line(doc_id, kind, "axis", system, data)
        self.ledger.put(system, line)
        return line

    # --- what both ways of calling have in common ---------------------------------

    def rows(self, system: str, kind: str, since: date, until: date) -> list[Line]:
        """What came for a system in a window of days, as careless as asked for."""
        lines = [
            line
            for line in self.ledger.of(system, kind)
            if since <= line.created_at.astimezone(VIETNAM).date() <= until
        ]
        return self.faults.shuffled(lines)

    def row(self, line: Line) -> dict[str, Any]:
        """One line of a list as the wire has it."""
        created = f"{line.created_at.astimezone(VIETNAM):%Y/%m/%d %H:%M:%S}"
        told: dict[str, Any] = {
            "docId": line.doc_id,
            "serviceType": "eDoc",
            "messageType": line.kind,
            "created_time": created,
            "updated_time": created,
            "from": line.sender,
            "to": line.receiver,
            "status": line.state,
            "status_desc": "",
        }
        if self.faults.strikes(Mishap.WORDS):  # as no description has it
            told["status"] = line.state.capitalize()
            del told["updated_time"], told["serviceType"]
        return told

    def find(self, system: str, doc_id: str) -> Line:
        """A message in a mailbox; raises Refusal."""
        line = self.ledger.find(system, doc_id)
        if line is None:
            raise Refusal("10", f"docId {doc_id}: not in this mailbox")
        return line

    def acknowledge(self, system: str, doc_id: str, word: str) -> None:
        """The system says it has it, or never will; raises Refusal."""
        states = {"done": DONE, "fail": FAIL, "processing": PROCESSING}
        state = states.get(word.lower())
        if state is None:
            raise Refusal("10", f"status {word!r}: none of done, fail, processing")
        line = self.find(system, doc_id)
        line.state = state
        line.note(state, system, datetime.now(UTC))

    def given(self, system: str, doc_id: str) -> bytes:
        """The message as base64; that it was fetched is noted."""
        line = self.find(system, doc_id)
        line.note("fetched", system, datetime.now(UTC))
        return base64.b64encode(line.data)

    def take(self, system: str, kind: str, receiver: str, data: bytes) -> str:
        """A system hands a message in; its docId. Raises Refusal."""
        if b"<edXML" not in data and b":edXML" not in data:
            raise Refusal("22", "no edXML")
        doc_id = hashlib.sha256(data).hexdigest()[:24]
        line = Line(doc_id, kind, system, receiver, data)
        line.note("sent", system, datetime.now(UTC))
        self.ledger.sent.append(line)
        return doc_id

    def zero(self) -> str | int:
        """The code of success, now and then as a number."""
        return 0 if self.faults.strikes(Mishap.WORDS) else "0"

    async def _tell(self, request: web.Request) -> web.Response:
        if not may_control(request, self.control_token):
            return as_json({"error": "credentials"}, 401)
        return as_json(self.ledger.export())

    async def _turn(self, request: web.Request) -> web.Response:
        if not may_control(request, self.control_token):
            return as_json({"error": "credentials"}, 401)
        return as_json(turn(self.faults, object_of(await request.text())))
