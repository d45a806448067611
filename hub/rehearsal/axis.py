"""A stand-in for the axis: hands documents to the hub's REST door, hears receipts.

It speaks the wire form of schemas/axis-rest.openapi.yaml from the outside and keeps
everything it was told in the open. To rehearse without a program of one's own:

    python -m hub.rehearsal.axis --hub http://127.0.0.1:8080 --token-file axis.token
        --port 9000 --trust config/trust --send report-signed --send doctype
"""

import argparse
import asyncio
import hmac
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from hub.errors import SourceUnavailable
from hub.rehearsal.axis_documents import REST as DOCUMENTS
from hub.rehearsal.axis_documents import Document, DocumentsFace
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Sample, Scene, revoked_in

DOOR = "/axis/v1/documents"
RECEIPTS = "/receipts"
_MOST_BYTES = 200_000_000
_PATIENCE = ClientTimeout(total=60)


@dataclass(frozen=True, slots=True)
class Handed:
    """What the hub answered to one document, and when."""

    #: The axis' docId: Idempotency-Key of the request, `door_id` of the receipt.
    door_id: str
    status: int
    #: The hub's JSON: of the 202, or of its refusal.
    answer: dict[str, Any]
    sent_at: datetime
    answered_at: datetime

    @property
    def taken(self) -> bool:
        """The hub has it now."""
        return self.status == HTTPStatus.ACCEPTED


def _now() -> datetime:
    return datetime.now(UTC)


class RehearsalAxis:
    """An axis on loopback; use it as `async with`, on a free port unless given one."""

    def __init__(
        self,
        hub_url: str,
        token: str,
        receipts_token: str,
        *,
        port: int = 0,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self.hub_url = hub_url.rstrip("/")
        self.port = port
        #: Receipts as heard, each id once, in order.
        self.receipts: list[dict[str, Any]] = []
        #: Receipt id -> how often it came.
        self.heard: dict[str, int] = {}
        #: Documents of the hub's agencies, taken by REST or SOAP.
        self.face = DocumentsFace(receipts_token)
        #: So many of the next receipts are answered with HTTP 500.
        self.failing = 0
        self._token = token
        self._receipts_token = receipts_token
        self._now = now
        self._news = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._client: ClientSession | None = None

    def __repr__(self) -> str:
        return f"RehearsalAxis({self.receipts_url})"

    @property
    def receipts_url(self) -> str:
        """Where the hub is to post receipts."""
        return f"http://127.0.0.1:{self.port}{RECEIPTS}"

    @property
    def documents_url(self) -> str:
        """Where the hub is to hand documents over; under it, `/soap`."""
        return f"http://127.0.0.1:{self.port}{DOCUMENTS}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Be there: able to send, and listening."""
        self._client = ClientSession(timeout=_PATIENCE)
        await self.up()

    async def stop(self) -> None:
        """End both."""
        await self.down()
        if self._client:
            await self._client.close()

    async def up(self) -> None:
        """Listen, after `down` on the same port again."""
        app = web.Application(client_max_size=_MOST_BYTES)
        app.router.add_post(RECEIPTS, self._hear)
        app.add_routes(self.face.routes())
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = int(self._runner.addresses[0][1])

    async def down(self) -> None:
        """Stop listening: connections are refused."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def send(self, sample: Sample, door_id: str = "") -> Handed:
        """Hand a document over; the same sample has the same docId unless given one.

        Raises SourceUnavailable where the hub cannot be reached or breaks off.
        """
        assert self._client, "start it first"
        key = door_id or doc_id(sample)
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Idempotency-Key": key,
            "Content-Type": sample.content_type,
        }
        sent_at = self._now()
        try:
            async with self._client.post(
                self.hub_url + DOOR, data=BytesIO(sample.xml), headers=headers
            ) as answer:
                body = _object(await answer.read())
        except (ClientError, TimeoutError) as error:
            raise SourceUnavailable(f"the hub does not answer: {error}") from error
        return Handed(key, answer.status, body, sent_at, self._now())

    async def receipt_for(self, door_id: str, timeout: float) -> dict[str, Any]:  # noqa: ASYNC109 - the caller's patience, one number
        """The first receipt for a docId; raises TimeoutError after so many seconds."""
        async with asyncio.timeout(timeout), self._news:
            while True:
                for receipt in self.receipts:
                    if receipt.get("door_id") == door_id:
                        return receipt
                await self._news.wait()

    async def _hear(self, request: web.Request) -> web.Response:
        if not _shows(request.headers.get("Authorization", ""), self._receipts_token):
            return web.json_response({"error": "credentials"}, status=401)
        if self.failing > 0:
            self.failing -= 1
            return web.json_response({"error": "rehearsed"}, status=500)
        receipt = _object(await request.read())
        if not isinstance(receipt.get("id"), str):
            return web.json_response({"error": "no receipt"}, status=400)
        return await self._keep(receipt)

    async def _keep(self, receipt: dict[str, Any]) -> web.Response:
        name = str(receipt["id"])
        async with self._news:
            self.heard[name] = self.heard.get(name, 0) + 1
            repeated = self.heard[name] > 1
            if not repeated:
                self.receipts.append(receipt)
            self._news.notify_all()
        return web.json_response({"received": name, "repeated": repeated})


def doc_id(sample: Sample) -> str:
    """24 hex digits, as the axis numbers what it carries."""
    return sha256(f"{sample.name}\n".encode() + sample.xml).hexdigest()[:24]


def _object(data: bytes) -> dict[str, Any]:
    """A JSON object; {} for anything else."""
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _shows(header: str, token: str) -> bool:
    return hmac.compare_digest(header.encode(), f"Bearer {token}".encode())


def _say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def arguments(line: Sequence[str] | None) -> argparse.Namespace:
    """The command line, read; exits 2 where it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m hub.rehearsal.axis")
    parser.add_argument("--hub", required=True, help="the hub's address, http://…")
    parser.add_argument(
        "--token-file", type=Path, required=True, help="token shown at the hub's door"
    )
    parser.add_argument(
        "--receipts-token-file", type=Path, help="token the hub shows; else the same"
    )
    parser.add_argument("--port", type=int, default=0, help="0: a free one")
    parser.add_argument(
        "--trust", type=Path, help="write the rehearsal's certificates and CRLs here"
    )
    parser.add_argument(
        "--send", action="append", default=[], choices=[*CASES, "all"], metavar="NAME"
    )
    parser.add_argument(
        "--wait", type=float, default=60, help="seconds to wait for each receipt"
    )
    return parser.parse_args(line)


def _samples(wanted: argparse.Namespace) -> list[Sample]:
    """The samples asked for, with trust written so that the hub can judge them."""
    scene = Scene(Pki.make(DEFAULT_AT))
    names = list(CASES) if "all" in wanted.send else wanted.send
    made = [CASES[name](scene) for name in names]
    if wanted.trust:
        scene.pki.write_trust(wanted.trust, at=_now(), revoked=revoked_in(made))
    return made


async def rehearse(wanted: argparse.Namespace) -> int:
    """Send what was asked for and say what came of it; then listen until stopped.

    Returns 1 where a document was not taken or its receipt did not come in time.
    """
    token = wanted.token_file.read_text().strip()
    other = wanted.receipts_token_file
    heard = other.read_text().strip() if other else token
    samples = _samples(wanted)
    async with RehearsalAxis(wanted.hub, token, heard, port=wanted.port) as axis:
        axis.face.news = _say_document
        _say(receipts_url=axis.receipts_url, documents_url=axis.documents_url)
        if not samples:
            await asyncio.Event().wait()
        results = [await _one(axis, sample, wanted.wait) for sample in samples]
    return 0 if all(results) else 1


def _say_document(came: Document) -> None:
    seen = came.seen
    _say(
        document=seen.document_id,
        sender=seen.sender,
        to=seen.receivers or (seen.about_sender,),
        status=seen.status,
        times=came.times,
        size=len(came.data),
    )


async def _one(axis: RehearsalAxis, sample: Sample, patience: float) -> bool:
    """Hand one sample over and wait for its receipt; True when both came."""
    handed = await axis.send(sample)
    _say(sample=sample.name, status=handed.status, answer=handed.answer)
    if not handed.taken:
        return False
    try:
        receipt = await axis.receipt_for(handed.door_id, patience)
    except TimeoutError:
        _say(sample=sample.name, receipt=None, waited=patience)
        return False
    _say(sample=sample.name, receipt=receipt, expected=sample.expected.disposition)
    return True


def main(line: Sequence[str] | None = None) -> int:
    """`python -m hub.rehearsal.axis`."""
    try:
        return asyncio.run(rehearse(arguments(line)))
    except KeyboardInterrupt:
        return 0
    except (OSError, SourceUnavailable) as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
