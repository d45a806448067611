"""The axis that calls us: by REST and by SOAP, hearing receipts by HTTP."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.axis.adapter import PACKAGE, SOAP_TRANSLATOR, TRANSLATOR
from adapters.axis.doors import PATH
from adapters.axis.settings import AXIS_REST, AXIS_SOAP, AxisSettings
from adapters.axis.soap import PATH as SOAP_PATH
from hub.fetch.client import Allowed, FetchClient
from hub.ports import Adapter, Evidence, Intake
from hub.rehearsal.samples import Sample
from hub.rehearsal.stage import free_port
from tests.contract.sides import LIMIT, OURS, THEIRS, Item, Mood, Side, kit_for

_STATUS = {
    Mood.WELL: 204,
    Mood.NOT_NOW: 503,
    Mood.WRONG_TOKEN: 401,
    Mood.NEVER: 422,
    Mood.SILENT: 204,
}


@dataclass
class Listener:
    """The source's server for receipts; answers by its mood, or never."""

    mood: Mood = Mood.WELL
    heard: list[bytes] = field(default_factory=list)

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.read())
        if self.mood is Mood.SILENT:
            await asyncio.Event().wait()
        return web.Response(status=_STATUS[self.mood])


@dataclass
class AxisSide(Side):
    """By REST."""

    adapter: Adapter
    listener: Listener
    session: ClientSession
    url: str

    translator = TRANSLATOR
    door = AXIS_REST
    content_types: ClassVar[tuple[str, ...]] = (
        "application/xml",
        "application/soap+xml; charset=utf-8",
        "multipart/related; boundary=b",
        "multipart/form-data",
        "",
    )

    @property
    def heard(self) -> list[bytes]:  # type: ignore[override] # seen, not set
        return self.listener.heard

    def be(self, mood: Mood) -> None:
        self.listener.mood = mood

    async def bring(self, item: Item) -> str | None:
        return await self._bring(item, THEIRS)

    async def bring_as_a_stranger(self, item: Item) -> str | None:
        return await self._bring(item, OURS)

    async def _bring(self, item: Item, token: str) -> str | None:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": item.content_type,
            "Idempotency-Key": item.id,
        }
        post = self.session.post(self.url + PATH, data=item.data, headers=headers)
        async with post as response:
            if response.status != 202:
                return None
            return str((await response.json())["arrival"])

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        intake: Intake,
        evidence: Evidence,
        *,
        down: bool = False,
        limit: int = LIMIT,
    ) -> AsyncIterator["AxisSide"]:
        listener = Listener()
        theirs, ours = web.Application(), web.Application(client_max_size=LIMIT)
        theirs.add_routes([web.post("/receipts", listener.hear)])
        far = TestServer(theirs, shutdown_timeout=0)
        await far.start_server()
        settings = _settings(f"http://127.0.0.1:{free_port() if down else far.port}/")
        secrets = {"token": THEIRS, "receipts": OURS}
        fetch = FetchClient([Allowed.of(settings.receipts_url, private=True)])
        kit = kit_for(settings, secrets, intake, evidence, fetch=fetch, limit=limit)
        ours.add_routes(PACKAGE.routes(kit))
        async with TestServer(ours) as near, ClientSession() as session:
            adapter = PACKAGE.build(settings, secrets, kit)
            yield cls(adapter, listener, session, str(near.make_url("")).rstrip("/"))
        await fetch.close()
        await far.close()


def _settings(root: str) -> AxisSettings:
    return AxisSettings(
        name="truc-tinh",
        doors=(AXIS_REST, AXIS_SOAP),
        token_file=Path("theirs"),
        carrier=True,
        receipts_url=f"{root}receipts",
        receipts_token_file=Path("ours"),
        inner_network=True,
    )


@dataclass
class SoapSide(AxisSide):
    """By SOAP 1.1, the document as base64 in the message."""

    translator = SOAP_TRANSLATOR
    door = AXIS_SOAP
    content_types = (
        "text/xml; charset=utf-8",
        "application/soap+xml; action=SendDocument",
        "multipart/related; boundary=b; type=text/xml",
        "",
    )

    def has_taken(self, item: Item) -> bytes:
        return _message(item.data)

    async def _bring(self, item: Item, token: str) -> str | None:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": "SendDocument",
            "Idempotency-Key": item.id,
        }
        url = self.url + SOAP_PATH
        post = self.session.post(url, data=_message(item.data), headers=headers)
        async with post as response:
            found = re.search(r"DocumentId>([0-9a-f]{32})<", await response.text())
            return found[1] if found and response.status == 200 else None

    @classmethod
    def samples(cls, samples: dict[str, Sample]) -> dict[str, Sample]:
        return {
            name: replace(sample, xml=_message(sample.xml), content_type="text/xml")
            for name, sample in samples.items()
        }


def _message(document: bytes) -> bytes:
    return (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        b'<SendDocument xmlns="urn:lienthong:axis:v1"><Document>'
        + base64.b64encode(document)
        + b"</Document></SendDocument></s:Body></s:Envelope>"
    )
