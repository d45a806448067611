"""The axis that we call: a small real one on loopback, by VXP and by LGSP."""

import asyncio
import base64
import hmac
import json
from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar

from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.axis import lgsp, vxp
from adapters.axis.pull_adapter import PACKAGE, TRANSLATOR, PullAdapter
from adapters.axis.pull_settings import AXIS_PULL, PullSettings
from hub.fetch.client import Allowed, FetchClient
from hub.model.arrivals import Offer, Taken
from hub.model.ids import AgencyCode
from hub.model.receipts import Receipt
from hub.ports import Evidence, Intake
from hub.rehearsal.samples import Sample
from hub.rehearsal.stage import free_port
from tests.contract.sides import LIMIT, OURS, THEIRS, Item, Mood, Side, kit_for

#: Mood -> HTTP status and the axis' own code.
_TROUBLE = {
    Mood.NOT_NOW: (200, 20),
    Mood.WRONG_TOKEN: (200, 15),
    Mood.NEVER: (200, 18),
}


@dataclass
class RememberingIntake:
    """Implements the port Intake: what each id of the door became."""

    inner: Intake
    arrivals: dict[str, str] = field(default_factory=dict)

    async def accept(self, offer: Offer) -> Taken:
        taken = await self.inner.accept(offer)
        self.arrivals[offer.door_id] = taken.arrival.id
        return taken


@dataclass
class SmallAxis:
    """Its ledger, and its mood towards statuses."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    mood: Mood = Mood.WELL
    heard: list[bytes] = field(default_factory=list)

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """Where it is called."""

    def rows(self) -> list[dict[str, str]]:
        return [
            {"docId": i, "messageType": "edoc", "status": self.states[i]}
            for i in self.bodies
        ]

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.read())
        if self.mood is Mood.SILENT:
            await asyncio.Event().wait()
        if self.mood in _TROUBLE:
            status, code = _TROUBLE[self.mood]
            told = {"status": "FAIL", "success": False, "errorCode": code}
            return web.json_response(told, status=status)
        return web.json_response({"status": "OK", "success": True, "docId": "1"})

    async def get(self, request: web.Request) -> web.Response:
        doc_id = request.query.get("docId") or request.headers["XroadVnpt-docId"]
        return web.Response(body=self.bodies[doc_id], content_type="application/json")


class SmallVxp(SmallAxis):
    """Knows its client by HMAC; lists statuses too, of which it has none."""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/getReceivedEdocList", self.list),
            web.post("/getEdoc", self.get),
            web.post("/updateStatus", self.update),
            web.post("/sendEdoc", self.hear),
        ]

    async def list(self, request: web.Request) -> web.Response:
        text = request.headers["XroadVnpt-header-json"].encode()
        proof = hmac.new(OURS.encode(), text, "sha256").hexdigest()
        assert request.headers["XroadVnpt-hash-header"] == proof
        kind = request.headers["XroadVnpt-messagetype"]
        size = int(request.headers["XroadVnpt-pageSize"])
        start = (int(request.headers["XroadVnpt-pageIndex"]) - 1) * size
        rows = self.rows()[start : start + size] if kind == "edoc" else []
        return web.json_response({"status": "OK", "ErrorCode": "0", "data": rows})

    async def update(self, request: web.Request) -> web.Response:
        doc_id = request.headers["XroadVnpt-docId"]
        self.states[doc_id] = request.headers["XroadVnpt-status"].upper()
        return web.json_response({"status": "OK", "ErrorCode": "0"})


class SmallLgsp(SmallAxis):
    """Knows its client by a login, and forgets a token it has shown three times."""

    shown = 0

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/auth/login", self.log_in),
            web.get("/syncReceivedEdocList", self.list),
            web.get("/getEdoc", self.get),
            web.post("/updateStatus", self.update),
            web.post("/sendEdoc", self.hear),
        ]

    async def log_in(self, request: web.Request) -> web.Response:
        assert (await request.json())["password"] == THEIRS
        self.shown = 0
        return web.json_response({"token": "a-token"})

    async def list(self, request: web.Request) -> web.Response:
        self.shown += 1
        if self.shown > 3:
            return web.json_response({"message": "licenseInfo:invalid"}, status=401)
        assert request.headers["X-SecretKey"] == OURS
        of_today = request.query["fromDate"] == "2019/12/02"
        rows = self.rows() if request.query["messageType"] == "edoc" else []
        return web.json_response({"success": True, "data": rows if of_today else []})

    async def update(self, request: web.Request) -> web.Response:
        told = await request.json()
        self.states[told["docId"]] = told["status"]
        return web.json_response({"success": True})


@dataclass
class PullSide(Side):
    """What both have in common."""

    adapter: PullAdapter
    axis: SmallAxis
    intake: RememberingIntake
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    translator = TRANSLATOR
    door = AXIS_PULL
    knocks = False
    axis_type: ClassVar[type[SmallAxis]]
    changes: ClassVar[dict[str, str]]
    #: The field of the answer that holds the edXML.
    named: ClassVar[str]

    @property
    def heard(self) -> list[bytes]:  # type: ignore[override] # seen, not set
        return self.axis.heard

    def be(self, mood: Mood) -> None:
        self.axis.mood = mood

    def has_taken(self, item: Item) -> bytes:
        return self.wrapped(item.data)

    @classmethod
    def wrapped(cls, data: bytes) -> bytes:
        return json.dumps({cls.named: base64.b64encode(data).decode()}).encode()

    async def bring(self, item: Item) -> str | None:
        async with self.turn:
            self.axis.bodies[item.id] = self.wrapped(item.data)
            self.axis.states[item.id] = "INITIAL"
            self.intake.arrivals.pop(item.id, None)
            await self.adapter.poller().once()
            is_done = self.axis.states[item.id].lower() == "done"
            arrival = self.intake.arrivals.get(item.id)
            assert is_done == bool(arrival), "acknowledged exactly when journaled"
            return arrival

    def receipt(self, receipt: Receipt) -> Receipt:
        sender = AgencyCode("000.00.00.G22")
        return replace(receipt, sender=sender, document_id="1", text_vi="Từ chối")

    @classmethod
    def samples(cls, samples: dict[str, Sample]) -> dict[str, Sample]:
        form = cls.content_types[0]
        return {
            name: replace(sample, xml=cls.wrapped(sample.xml), content_type=form)
            for name, sample in samples.items()
        }

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        intake: Intake,
        evidence: Evidence,
        *,
        down: bool = False,
        limit: int = LIMIT,
    ) -> AsyncIterator["PullSide"]:
        axis, app = cls.axis_type(), web.Application()
        app.add_routes(axis.routes())
        far = TestServer(app, shutdown_timeout=0)
        await far.start_server()
        port = free_port() if down else far.port
        settings = PullSettings.model_validate(
            {
                "name": "truc-tinh",
                "base_url": f"http://127.0.0.1:{port}/",
                "system_id": "H40-GT",
                "secret_file": "ours",
                "carrier": True,
                **cls.changes,
            }
        )
        fetch = FetchClient([Allowed.of(settings.base_url, private=True)])
        remembering = RememberingIntake(intake)
        secrets = {"secret": OURS, "password": THEIRS}
        kit = kit_for(
            settings, secrets, remembering, evidence, fetch=fetch, limit=limit
        )
        adapter = PACKAGE.build(settings, secrets, kit)
        assert isinstance(adapter, PullAdapter)
        yield cls(adapter, axis, remembering)
        await fetch.close()
        await far.close()


class VxpSide(PullSide):
    """The national axis."""

    axis_type = SmallVxp
    changes: ClassVar[dict[str, str]] = {"connector": "vxp"}
    named = "data"
    content_types = (vxp.FORM, "application/json", "")


class LgspSide(PullSide):
    """A provincial one."""

    axis_type = SmallLgsp
    changes: ClassVar[dict[str, str]] = {
        "connector": "lgsp",
        "username": "gt",
        "password_file": "theirs",
    }
    named = "edxml"
    content_types = (lgsp.FORM, "application/json", "")
