"""Each adapter with both its sides: the source before it and the hub behind it.

A new adapter brings one class like `AxisSide` and stands in ADAPTERS; every rule of
test_adapters.py then holds for it too.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.axis.adapter import TRANSLATOR, AxisAdapter
from adapters.axis.doors import PATH, RestDoor
from adapters.axis.settings import AXIS_REST, AxisSettings
from hub.access.gate import Gate
from hub.access.rates import Rates
from hub.fetch.client import Allowed, FetchClient
from hub.model.arrivals import Credential
from hub.ports import Adapter, Evidence, Intake
from hub.rehearsal.stage import free_port
from tests.fakes.outsides import SteppingClock

#: The secrets of a source: what it shows us, and what we show it.
THEIRS, OURS = "token-that-they-show-at-our-door", "token-that-we-show-at-their-side"
_LIMIT = 50_000_000


@dataclass(frozen=True)
class Item:
    """What a source has: its own id for it, the entity, and the type it gives it."""

    id: str
    data: bytes
    content_type: str = "application/xml"


@dataclass
class Listener:
    """The source's server for receipts; answers with `status`, or never."""

    status: int = 204
    silent: bool = False
    heard: list[bytes] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.read())
        if self.silent:
            await asyncio.Event().wait()
        return web.Response(status=self.status)


@dataclass
class AxisSide:
    """The axis: calls our REST door, hears receipts by HTTP."""

    adapter: Adapter
    listener: Listener
    session: ClientSession
    url: str

    translator = TRANSLATOR
    door = AXIS_REST
    #: Types its source may give an entity, rightly or not.
    content_types = (
        "application/xml",
        "application/soap+xml; charset=utf-8",
        "multipart/related; boundary=b",
        "multipart/form-data",
        "",
    )

    async def bring(self, item: Item) -> str | None:
        """Hand the item over once; the arrival we were told, None if not taken."""
        headers = {
            "Authorization": f"Bearer {THEIRS}",
            "Content-Type": item.content_type,
            "Idempotency-Key": item.id,
        }
        post = self.session.post(self.url, data=item.data, headers=headers)
        async with post as response:
            told = await response.json()
            return str(told["arrival"]) if response.status == 202 else None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, intake: Intake, evidence: Evidence, *, down: bool = False
    ) -> AsyncIterator["AxisSide"]:
        """Both sides on loopback; `down`: nobody listens where receipts go."""
        listener = Listener()
        theirs, ours = web.Application(), web.Application(client_max_size=_LIMIT)
        theirs.add_routes([web.post("/receipts", listener.hear)])
        far = TestServer(theirs, shutdown_timeout=0)
        await far.start_server()
        port = free_port() if down else far.port
        settings = _settings(f"http://127.0.0.1:{port}/receipts")
        fetch = FetchClient([Allowed.of(settings.receipts_url, private=True)])
        door = RestDoor(_access(settings), evidence, intake, _LIMIT)
        ours.add_routes(door.routes())
        async with TestServer(ours) as near, ClientSession() as session:
            adapter = AxisAdapter(settings, fetch, OURS)
            yield cls(adapter, listener, session, str(near.make_url(PATH)))
        await fetch.close()
        await far.close()


def _settings(receipts_url: str) -> AxisSettings:
    return AxisSettings(
        name="truc-tinh",
        doors=(AXIS_REST,),
        token_file=Path("theirs"),
        carrier=True,
        receipts_url=receipts_url,
        receipts_token_file=Path("ours"),
        inner_network=True,
    )


def _access(settings: AxisSettings) -> Gate:
    known = [(Credential(token=THEIRS), settings.sources())]
    return Gate(known, {}, Rates(1e6, 1e6, lambda: 0.0), SteppingClock())


#: Every adapter there is; the rules are asked of each.
ADAPTERS = (AxisSide,)
