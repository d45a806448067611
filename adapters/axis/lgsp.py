"""A provincial axis by REST, as Lạng Sơn's is called (EDXML.md 3.2).

A login gives a bearer token for half an hour; system id and secret travel beside it.
A day of the list is one page: this axis has none of its own.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from adapters.axis import replies
from adapters.axis.connector import (
    Ack,
    Listed,
    MessageType,
    Page,
    Parcel,
    Window,
)
from adapters.axis.forms import File, form
from adapters.axis.lgsp_login import Login, Session
from adapters.axis.replies import Told
from adapters.axis.rows import catalogue_rows, page_of
from hub.edxml.dates import write_date
from hub.model.answers import Trouble
from hub.model.calls import Call
from hub.model.catalogue import CatalogueRow
from hub.ports import Clock, Fetch

FORM = "application/json; form=lgsp-getedoc"
#: Error codes of the Lạng Sơn axis (EDXML.md 3.2).
CODES: Mapping[str, Trouble] = replies.CODES
_check_document = partial(replies.check_document, codes=CODES)
_WORDS: Mapping[Ack, str] = {Ack.DONE: "done", Ack.FAIL: "fail"}
#: 123,000 bodies on one page.
_CATALOGUE_BYTES = 134_217_728


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One call, before a token is put on it."""

    method: str
    path: str
    body: bytes = field(default=b"", repr=False)
    content_type: str = "application/json"
    #: The most bytes of its answer.
    most: int = replies.MOST_BYTES


class LgspConnector:
    """Implements AxisConnector for an LGSP by REST."""

    def __init__(self, fetch: Fetch, clock: Clock, base_url: str, login: Login) -> None:
        self._fetch = fetch
        self._base = base_url.rstrip("/")
        self._session = Session(fetch, clock, self._base, login, CODES)

    @property
    def form(self) -> str:
        return FORM

    async def list(self, kind: MessageType, window: Window, mark: str = "") -> Page:
        day = date.fromisoformat(mark) if mark else window.since
        query = {
            "messageType": kind,
            "fromDate": write_date(day),
            "toDate": write_date(day),
        }
        path = f"syncReceivedEdocList?{urlencode(query)}"
        told = await self._ask(_Wanted("GET", path))
        page, _ = page_of(told, kind, day)
        following = day + timedelta(days=1)
        more = following.isoformat() if following <= window.until else ""
        return Page(page.rows, more, page.unread)

    @asynccontextmanager
    async def fetch(self, listed: Listed) -> AsyncIterator[AsyncIterator[bytes]]:
        wanted = _Wanted("GET", f"getEdoc?{urlencode({'docId': listed.doc_id})}")
        token = await self._session.token()
        for is_last in (False, True):
            async with self._fetch.open(self._call(wanted, token)) as opened:
                if opened.status != HTTPStatus.UNAUTHORIZED or is_last:
                    yield replies.document(opened, _check_document)
                    return
            token = await self._session.token(instead_of=token)

    async def acknowledge(self, listed: Listed, ack: Ack, reason: str = "") -> None:
        said = {"docId": listed.doc_id, "status": _WORDS[ack]}
        if reason:
            said["description"] = reason
        await self._ask(_Wanted("POST", "updateStatus", json.dumps(said).encode()))

    async def send(self, parcel: Parcel) -> str:
        return await self._send(MessageType.EDOC, parcel)

    async def send_status(self, parcel: Parcel) -> str:
        return await self._send(MessageType.STATUS, parcel)

    async def find_sent(
        self,
        kind: MessageType,  # noqa: ARG002 - the port has it
        parcel: Parcel,  # noqa: ARG002 - the same
        since: datetime,  # noqa: ARG002 - the same
    ) -> str | None:
        return None  # this axis lists only what was received (EDXML.md 3.2)

    async def catalogue(self) -> AsyncIterator[CatalogueRow]:
        wanted = _Wanted("GET", "getAgenciesList", most=_CATALOGUE_BYTES)
        rows, _ = catalogue_rows(await self._ask(wanted))
        for row in rows:
            yield row

    async def _send(self, kind: MessageType, parcel: Parcel) -> str:
        file = File("edocFile", f"{parcel.name}.edxml", "application/xml", parcel.data)
        content_type, body = form([("messageType", kind)], file)
        told = await self._ask(_Wanted("POST", "sendEdoc", body, content_type))
        return told.text("docId") or told.inner("data").text("docId")

    async def _ask(self, wanted: _Wanted) -> Told:
        """One call; a token that is no longer good is replaced once."""
        token = await self._session.token()
        reply = await self._fetch.ask(self._call(wanted, token), wanted.most)
        if reply.status == HTTPStatus.UNAUTHORIZED:
            token = await self._session.token(instead_of=token)
            reply = await self._fetch.ask(self._call(wanted, token), wanted.most)
        return replies.read(reply, CODES)

    def _call(self, wanted: _Wanted, token: str) -> Call:
        headers = self._session.headers(token)
        if wanted.body:
            headers["Content-Type"] = wanted.content_type
        return Call(wanted.method, f"{self._base}/{wanted.path}", headers, wanted.body)
