"""A rehearsal's server of revocation: CRLs and OCSP, well or as servers fall ill.

It serves the PKI that names it (`Pki.make(at, served=…)`). What it says of whom, and
how it feels, may be changed while it runs.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from hub.rehearsal.certificates import Identity
from hub.rehearsal.faults import drop
from hub.rehearsal.pki import FRESH, ISSUING_LIST, OCSP, ROOT_LIST, Pki

_HOUR = timedelta(hours=1)
_BLOCK = bytes(1_048_576)


class Mood(StrEnum):
    """How it answers."""

    WELL = "well"
    #: Takes the line and drops it.
    DOWN = "down"
    ERROR = "error"
    MISSING = "missing"
    #: An HTML page with 200, as portals in between do.
    GARBAGE = "garbage"
    #: What it said two months ago, which has run out.
    STALE = "stale"
    #: What it said yesterday, still in force: a replay.
    OLD = "old"
    #: Nothing for a long while.
    SLOW = "slow"
    #: More than anybody wants to have.
    HUGE = "huge"
    #: Signed by an authority nobody knows, under the right name.
    WRONG_SIGNER = "wrong-signer"


@dataclass
class Responder:
    """Serves one PKI on one port of this machine until it is left."""

    pki: Pki
    port: int
    #: The time it lives at.
    now: Callable[[], datetime]
    #: Serial -> since when; what the lists say, and what OCSP says.
    listed: dict[int, datetime] = field(default_factory=dict)
    answered: dict[int, datetime] = field(default_factory=dict)
    #: Further entries of the issuing authority's list, of nobody.
    padding: int = 0
    lists: Mood = Mood.WELL
    answers: Mood = Mood.WELL
    slow_seconds: float = 30.0
    #: Blocks of 1 MB that a huge answer has.
    huge_blocks: int = 64
    #: Where it sends those who ask, instead of answering; "": nowhere.
    moved_to: str = ""
    #: How often each path was asked for.
    asked: Counter[str] = field(default_factory=Counter)
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get(f"/{ROOT_LIST}", self._root_list)
        app.router.add_get(f"/{ISSUING_LIST}", self._issuing_list)
        app.router.add_post(f"/{OCSP}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()

    def feel(self, mood: Mood) -> None:
        """Both halves at once."""
        self.lists = self.answers = mood

    def revoke(self, leaf: Identity, since: datetime) -> None:
        """Say so by list and by OCSP."""
        self.listed[leaf.serial] = self.answered[leaf.serial] = since

    async def _root_list(self, request: web.Request) -> web.StreamResponse:
        return await self._list(request, self.pki.root, [])

    async def _issuing_list(self, request: web.Request) -> web.StreamResponse:
        more = [((1 << 120) + n, self.now() - _HOUR) for n in range(self.padding)]
        return await self._list(
            request, self.pki.issuing, [*self.listed.items(), *more]
        )

    async def _list(
        self,
        request: web.Request,
        issuer: Identity,
        revoked: list[tuple[int, datetime]],
    ) -> web.StreamResponse:
        if (ill := await self._ill(request, self.lists)) is not None:
            return ill
        signer = self._signer(issuer, self.lists)
        made = self.pki.crl(revoked, at=self._made(self.lists), issuer=signer)
        return web.Response(body=made, content_type="application/pkix-crl")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if (ill := await self._ill(request, self.answers)) is not None:
            return ill
        asked = ocsp.load_der_ocsp_request(await request.read())
        issuer = self._asked_of(asked)
        if issuer is None:
            refusal = ocsp.OCSPResponseBuilder.build_unsuccessful(
                ocsp.OCSPResponseStatus.UNAUTHORIZED
            )
            return _ocsp(refusal)
        return _ocsp(self._said(asked, self._signer(issuer, self.answers)))

    def _said(self, asked: ocsp.OCSPRequest, signer: Identity) -> ocsp.OCSPResponse:
        revoked, made = self.answered.get(asked.serial_number), self._made(self.answers)
        status = ocsp.OCSPCertStatus
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            asked.issuer_name_hash,
            asked.issuer_key_hash,
            asked.serial_number,
            asked.hash_algorithm,
            status.REVOKED if revoked else status.GOOD,
            made,
            made + FRESH,
            revoked,
            None,
        )
        by = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.parsed)
        return by.sign(signer.key, hashes.SHA256())

    def _asked_of(self, asked: ocsp.OCSPRequest) -> Identity | None:
        """The authority of ours whose key the request names."""
        for authority in (self.pki.issuing, self.pki.root):
            key = x509.SubjectKeyIdentifier.from_public_key(authority.key.public_key())
            if key.digest == asked.issuer_key_hash:
                return authority
        return None

    def _signer(self, issuer: Identity, mood: Mood) -> Identity:
        """The authority, or one that has its certificate and another's key."""
        if mood is not Mood.WRONG_SIGNER:
            return issuer
        return Identity(issuer.certificate, self.pki.other_issuing.key)

    def _made(self, mood: Mood) -> datetime:
        ages = {Mood.STALE: timedelta(days=60), Mood.OLD: timedelta(days=1)}
        return self.now() - ages.get(mood, timedelta(minutes=1))

    async def _ill(self, request: web.Request, mood: Mood) -> web.StreamResponse | None:
        """What it sends instead of an answer; None: it is well enough."""
        self.asked[request.path] += 1
        if self.moved_to:
            there = {"Location": f"{self.moved_to}{request.path}"}
            return web.Response(status=301, headers=there)
        match mood:
            case Mood.DOWN:
                drop(request)
            case Mood.ERROR:
                return web.Response(status=503)
            case Mood.MISSING:
                return web.Response(status=404)
            case Mood.GARBAGE:
                return web.Response(text="<html>Đăng nhập</html>")
            case Mood.HUGE:
                return await self._huge(request)
            case Mood.SLOW:
                await asyncio.sleep(self.slow_seconds)
            case _:
                pass
        return None

    async def _huge(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(self.huge_blocks):
            await response.write(_BLOCK)
        return response


def _ocsp(response: ocsp.OCSPResponse) -> web.Response:
    body = response.public_bytes(Encoding.DER)
    return web.Response(body=body, content_type="application/ocsp-response")
