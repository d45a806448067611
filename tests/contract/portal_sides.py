"""The TTHC portal that pushes dossiers and hears of them by progress entries."""

import asyncio
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.portal.adapter import PACKAGE, TRANSLATOR, PortalAdapter
from adapters.portal.doors import DOSSIERS
from adapters.portal.media import content_type
from adapters.portal.settings import PORTAL_POLL, PORTAL_PUSH, PortalSettings
from adapters.portal.taking import door_id
from hub.fetch.client import Allowed, FetchClient
from hub.model.arrivals import Door
from hub.model.dossiers import DossierAct
from hub.model.ids import Digest, digest_of
from hub.model.receipts import Receipt
from hub.ports import Evidence, Intake
from hub.rehearsal.samples import Sample
from hub.rehearsal.stage import free_port
from tests.contract.pull_sides import RememberingIntake
from tests.contract.sides import LIMIT, OURS, THEIRS, Item, Mood, Side, kit_for

CODE, OFFICE = "000.00.00.H40", "000.03.37.H40"
_ANSWERS: dict[Mood, tuple[int, object]] = {
    Mood.WELL: (200, {"error_code": 0, "message": "Cập nhật thành công"}),
    Mood.NOT_NOW: (200, {"error_code": 1, "message": "Hệ thống bận"}),
    Mood.WRONG_TOKEN: (401, {"error_code": -3, "message": "Phiên đã hết hạn"}),
    Mood.NEVER: (200, {"error_code": 3, "message": "Hồ sơ không tồn tại"}),
}


def dossier(number: str, data: bytes) -> bytes:
    """An item of the contract as a portal has it."""
    values = {
        "MaHoSo": number,
        "MaTTHC": "1.002891",
        "TrichYeuHoSo": "Đăng ký khai sinh",
        "DonViXuLy": OFFICE,
        "NgayNopHoSo": "20191202080000",
        "TrangThaiHoSo": "2",
        "GhiChu": b64encode(data[:6_000]).decode(),
    }
    return json.dumps(values, ensure_ascii=False).encode()


@dataclass
class Portal:
    """The portal's own server: login and progress, in a mood."""

    mood: Mood = Mood.WELL
    heard: list[bytes] = field(default_factory=list)
    #: What its list has.
    dossiers: list[bytes] = field(default_factory=list)

    async def list(self, request: web.Request) -> web.Response:
        head = b'{"error_code": 0, "tongSoTrang": 1, "data": ['
        body = head + b",".join(self.dossiers) + b"]}"
        return web.Response(body=body, content_type="application/json")

    async def log_in(self, request: web.Request) -> web.Response:
        asked = await request.json()
        assert asked["password"] == OURS
        return web.json_response({"session": "session-1", "error_code": 0})

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.read())
        if self.mood is Mood.SILENT:
            await asyncio.Event().wait()
        status, said = _ANSWERS[self.mood]
        return web.json_response(said, status=status)


@dataclass
class PortalPushSide(Side):
    """By the push door; each item is a lot of one."""

    adapter: PortalAdapter
    portal: Portal
    session: ClientSession
    url: str
    kept: Digest
    intake: RememberingIntake
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    translator = TRANSLATOR
    door = PORTAL_PUSH
    content_types = (*map(content_type, DossierAct), "application/json", "")
    speaks_edxml = False
    ground = {"code": CODE, "agencies": {OFFICE: OFFICE}}  # noqa: RUF012 - declared so

    @property
    def heard(self) -> list[bytes]:  # type: ignore[override] # seen, not set
        return self.portal.heard

    def be(self, mood: Mood) -> None:
        self.portal.mood = mood

    def has_taken(self, item: Item) -> bytes:
        return dossier(item.id, item.data)

    def receipt(self, receipt: Receipt) -> Receipt:
        return replace(receipt, sha256=self.kept, door_id=f"add/{self.kept}")

    @classmethod
    def samples(cls, samples: dict[str, Sample]) -> dict[str, Sample]:
        kind = content_type(DossierAct.ADD)
        return {
            name: replace(one, xml=dossier(name, one.xml), content_type=kind)
            for name, one in samples.items()
        }

    async def bring(self, item: Item) -> str | None:
        return await self._push(item, THEIRS)

    async def bring_as_a_stranger(self, item: Item) -> str | None:
        return await self._push(item, "nobodys-token-nobodys-token")

    async def _push(self, item: Item, token: str) -> str | None:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
        }
        body = b'{"data": [' + dossier(item.id, item.data) + b"]}"
        post = self.session.post(self.url + DOSSIERS, data=body, headers=headers)
        async with post as response:
            if response.status != 200:
                return None
            return str((await response.json())["data"][0]["arrival"])

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        intake: Intake,
        evidence: Evidence,
        *,
        down: bool = False,
        limit: int = LIMIT,
    ) -> AsyncIterator["PortalPushSide"]:
        portal = Portal()
        theirs, ours = web.Application(), web.Application()
        theirs.add_routes(
            [
                web.post("/auth", portal.log_in),
                web.post("/progress", portal.hear),
                web.post("/list", portal.list),
            ]
        )
        far = TestServer(theirs, shutdown_timeout=0)
        await far.start_server()
        remembering = RememberingIntake(intake)
        root = f"http://127.0.0.1:{free_port() if down else far.port}"
        settings = _settings(root, cls.door)
        secrets = {"token": THEIRS, "calls": OURS}
        fetch = FetchClient(
            [Allowed.of(a.url, private=True) for a in settings.addresses()]
        )
        kit = kit_for(
            settings, secrets, remembering, evidence, fetch=fetch, limit=limit
        )
        kept = dossier("receipt", b"")
        await evidence.keep_bytes(kept)
        ours.add_routes(PACKAGE.routes(kit))
        async with TestServer(ours) as near, ClientSession() as session:
            adapter = PACKAGE.build(settings, secrets, kit)
            assert isinstance(adapter, PortalAdapter)
            url = str(near.make_url("")).rstrip("/")
            yield cls(adapter, portal, session, url, digest_of(kept), remembering)
        await fetch.close()
        await far.close()


@dataclass
class PortalPollSide(PortalPushSide):
    """By the poll door: what is brought stands in the portal's list."""

    door = PORTAL_POLL
    knocks = False

    async def bring(self, item: Item) -> str | None:
        async with self.turn:
            row = dossier(item.id, item.data)
            if row not in self.portal.dossiers:
                self.portal.dossiers.append(row)
            poller = self.adapter.poller
            assert poller is not None
            if not await poller.once():
                return None
            return self.intake.arrivals.get(door_id(DossierAct.ADD, digest_of(row)))


def _settings(root: str, door: Door) -> PortalSettings:
    calls = {
        "auth_url": f"{root}/auth",
        "login": {"username": "truc", "password_file": "ours"},
        "progress_url": f"{root}/progress",
    }
    if door == PORTAL_POLL:
        calls["list_url"] = f"{root}/list"
    return PortalSettings.model_validate(
        {
            "name": "cong-dvc",
            "doors": [door],
            "code": CODE,
            "token_file": Path("theirs"),
            "calls": calls,
            "inner_network": True,
        }
    )
