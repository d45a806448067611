"""What comes back in a rehearsal: agencies answer and send by accounts of their own.

An agency publishes to its own exchange, as docs/co-quan.md tells its vendor, and the
scene ends with what the axis heard. Nothing here knows more than either side does.
"""

import asyncio
import json
import os
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import aio_pika
from aio_pika.abc import AbstractExchange

from hub.rehearsal import papers
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.axis_documents import Document
from hub.rehearsal.cast import DISTRICT, INFORMATION, OFFICES, PROVINCE
from hub.rehearsal.family_a import kit
from hub.rehearsal.good import letter_signed, report_signed, revoke
from hub.rehearsal.parcels import parcel_of
from hub.rehearsal.receivers import Received, Receivers
from hub.rehearsal.running import command
from hub.rehearsal.samples import Sample, Scene, drawn
from hub.rehearsal.stage import Stage, code_to_queue
from hub.rehearsal.xmlsigning import sign_xml

_PATIENCE = 60.0
_EDXML, _JSON = "application/edxml+xml", "application/json"
OFFICE = OFFICES[1]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing an agency did, and what the other side heard of it."""

    title_vi: str
    title_en: str
    #: By whose door.
    exchange: str
    #: What the axis heard, a line each; (): not in time.
    heard: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Desk:
    """An agency's software: its account at the broker, its exchange."""

    exchange: AbstractExchange

    async def say(self, **told: object) -> None:
        """A status as JSON."""
        await self.publish(json.dumps(told).encode(), _JSON)

    async def publish(self, body: bytes, content_type: str = _EDXML) -> None:
        """Sent is what the broker confirmed."""
        message = aio_pika.Message(
            body,
            message_id=str(uuid4()),
            content_type=content_type,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        await self.exchange.publish(message, "")


@dataclass(frozen=True, slots=True)
class Play:
    """Everybody on the stage."""

    scene: Scene
    axis: RehearsalAxis
    receivers: Receivers
    desks: Mapping[str, Desk] = field(hash=False)

    async def all(self) -> list[Told]:
        """The three scenes, one after the other."""
        return [await self.answer(), await self.send_out(), await self.give_back()]

    async def answer(self) -> Told:
        """An agency says that a document has arrived (01) and is registered (03)."""
        document = report_signed(self.scene)
        began, desk = time.monotonic(), self._desk(DISTRICT.code)
        got = await self._got(document, "new")
        for code in ("01", "03"):
            await desk.say(status=code, about=got.message_id)
        heard = [await self._status(code, document) for code in ("01", "03")]
        titles = "Cơ quan báo đã nhận, đã vào sổ", "Agency reports 01 and 03"
        return _told(titles, desk, heard, began)

    async def send_out(self) -> Told:
        """An office's own signed report, to the province."""
        began, desk = time.monotonic(), self._desk(OFFICE.code)
        paper = replace(
            papers.report(self.scene.day, OFFICE.name), notation="45/BC-PNV"
        )
        pdf = drawn(papers.report(self.scene.day)).pdf
        parcel = parcel_of(paper, OFFICE, (PROVINCE,), pdf)
        await desk.publish(sign_xml(kit(parcel), OFFICE.seal(self.scene.pki)))
        heard = await self._heard(
            lambda one: (
                one.seen.document_id == parcel.document_id
                and PROVINCE.code in one.seen.receivers
            )
        )
        titles = (
            "Phòng gửi báo cáo ký số lên tỉnh",
            "Office's own signed report goes out",
        )
        return _told(titles, desk, [heard], began)

    async def give_back(self) -> Told:
        """The sender wants a letter back; the agency agrees (15)."""
        began, desk = time.monotonic(), self._desk(DISTRICT.code)
        await self.axis.send(revoke(self.scene))
        letter = letter_signed(self.scene)
        await self._got(letter, "revoke")
        about = {"sender": INFORMATION.code, "document_id": letter.document_id}
        await desk.say(status="15", about=about)
        titles = "Nơi gửi thu hồi, cơ quan đồng ý", "Recall, agreed by the agency"
        return _told(titles, desk, [await self._status("15", letter)], began)

    def _desk(self, code: str) -> Desk:
        return self.desks[code]

    async def _got(self, document: Sample, kind: str) -> Received:
        """What an agency's system has of a document."""

        def found() -> Received | None:
            of = self.receivers.of(document.document_id)
            return next((one for one in of if one.headers["kind"] == kind), None)

        async with asyncio.timeout(_PATIENCE), self.receivers.news:
            await self.receivers.news.wait_for(lambda: found() is not None)
        got = found()
        assert got is not None, "waited for"
        return got

    async def _status(self, code: str, about: Sample) -> str:
        return await self._heard(
            lambda one: one.seen.status == code and one.seen.about == about.document_id
        )

    async def _heard(self, fits: Callable[[Document], bool]) -> str:
        """What the axis took, in a line; "": not in time."""
        for _ in range(int(_PATIENCE * 20)):
            found = next(filter(fits, self.axis.face.documents.values()), None)
            if found is not None:
                return _line(found)
            await asyncio.sleep(0.05)
        return ""


def _told(
    titles: tuple[str, str], desk: Desk, heard: Sequence[str], began: float
) -> Told:
    whole = tuple(heard) if all(heard) else ()
    return Told(*titles, desk.exchange.name, whole, time.monotonic() - began)


def _line(one: Document) -> str:
    """Who says what, as the axis reads it."""
    seen = one.seen
    if seen.status:
        return f"{seen.sender}: {seen.status} → {seen.about}"
    return f"{seen.sender}: {seen.notation} → {', '.join(seen.receivers)}"


@asynccontextmanager
async def desks(stage: Stage) -> AsyncIterator[dict[str, Desk]]:
    """The software of the agencies that play, by code: provisioned as in production."""
    queues = code_to_queue()
    wanted = {body.code: queues[body.code] for body in (DISTRICT, OFFICE)}
    urls = await _provisioned(stage, tuple(wanted.values()))
    async with AsyncExitStack() as ending:
        found = {}
        for code, slug in wanted.items():
            connection = await aio_pika.connect(urls[slug])
            await ending.enter_async_context(connection)
            channel = await connection.channel()
            # It may not declare anything: the exchange is there.
            exchange = await channel.get_exchange(f"agency.{slug}.in", ensure=False)
            found[str(code)] = Desk(exchange)
        yield found


async def _provisioned(stage: Stage, slugs: Sequence[str]) -> dict[str, str]:
    """`hub agencies provision`: each agency's URL, by its queue."""
    process = await asyncio.create_subprocess_exec(
        *command(stage),
        *("agencies", "provision", *slugs, "--json"),
        stdout=PIPE,
        env={**os.environ, "COLUMNS": "160"},
    )
    out, _ = await process.communicate()
    made: list[dict[str, Any]] = json.loads(out)["made"]
    by_user = {one["user"]: str(one["url"]) for one in made}
    return {slug: by_user[f"agency.{slug}"] for slug in slugs}
