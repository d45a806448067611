"""A provincial axis by REST, as Lạng Sơn's is called (EDXML.md 3.2).

A login gives a bearer token for half an hour; system id and secret travel beside it.
A day of the list is one page: this axis has none of its own.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from adapters.axis import replies
from adapters.axis.connector import (
    Ack,
    CatalogueRow,
    Listed,
    MessageType,
    Page,
    Parcel,
    Window,
)
from adapters.axis.forms import File, form
from adapters.axis.replies import Told, Trouble
from adapters.axis.rows import catalogue_rows, page_of
from hub.edxml.dates import write_date
from hub.errors import SourceUnavailable
from hub.model.calls import Call, Reply
from hub.ports import Clock, Fetch

FORM = "application/json; form=lgsp-getedoc"
#: Error codes of the Lạng Sơn axis (EDXML.md 3.2).
CODES: Mapping[str, Trouble] = {
    "10": Trouble.PERMANENT,
    "15": Trouble.CREDENTIALS,
    "18": Trouble.PERMANENT,
    "19": Trouble.PERMANENT,
    "20": Trouble.TEMPORARY,
    "21": Trouble.TEMPORARY,
    "22": Trouble.PERMANENT,
    "23": Trouble.PERMANENT,
}
_JSON = "application/json"
_WORDS: Mapping[Ack, str] = {Ack.DONE: "done", Ack.FAIL: "fail"}
#: Said to be half an hour; renewed before that where the axis tells no time.
_TOKEN_SECONDS = 1_500.0
_EARLY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Login:
    """By what an LGSP knows us."""

    username: str
    password: str = field(repr=False)
    system_id: str
    secret: str = field(repr=False)
    application: str = ""


class LgspConnector:
    """Implements AxisConnector for an LGSP by REST."""

    def __init__(self, fetch: Fetch, clock: Clock, base_url: str, login: Login) -> None:
        self._fetch = fetch
        self._clock = clock
        self._base = base_url.rstrip("/")
        self._login = login
        self._lock = asyncio.Lock()
        self._token = ""
        self._good_until: datetime | None = None

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
        told = await self._ask("GET", f"syncReceivedEdocList?{urlencode(query)}")
        page, _ = page_of(told, kind, day)
        following = day + timedelta(days=1)
        more = following.isoformat() if following <= window.until else ""
        return Page(page.rows, more, page.unread)

    @asynccontextmanager
    async def fetch(self, listed: Listed) -> AsyncIterator[AsyncIterator[bytes]]:
        path = f"getEdoc?{urlencode({'docId': listed.doc_id})}"
        token = await self._bearer()
        for is_last in (False, True):
            async with self._fetch.open(self._call("GET", path, token)) as opened:
                if opened.status != HTTPStatus.UNAUTHORIZED or is_last:
                    yield replies.document(opened, _check_document)
                    return
            token = await self._bearer(instead_of=token)

    async def acknowledge(self, listed: Listed, ack: Ack, reason: str = "") -> None:
        said = {"docId": listed.doc_id, "status": _WORDS[ack]}
        if reason:
            said["description"] = reason
        await self._ask("POST", "updateStatus", json.dumps(said).encode())

    async def send(self, parcel: Parcel) -> str:
        return await self._send(MessageType.EDOC, parcel)

    async def send_status(self, parcel: Parcel) -> str:
        return await self._send(MessageType.STATUS, parcel)

    async def catalogue(self) -> AsyncIterator[CatalogueRow]:
        rows, _ = catalogue_rows(await self._ask("GET", "getAgenciesList"))
        for row in rows:
            yield row

    async def _send(self, kind: MessageType, parcel: Parcel) -> str:
        file = File("edocFile", f"{parcel.name}.edxml", "application/xml", parcel.data)
        content_type, body = form([("messageType", kind)], file)
        told = await self._ask("POST", "sendEdoc", body, content_type)
        return told.text("docId") or told.inner("data").text("docId")

    async def _ask(
        self, method: str, path: str, body: bytes = b"", content_type: str = _JSON
    ) -> Told:
        """One call; a token that is no longer good is replaced once."""
        token = await self._bearer()
        call = self._call(method, path, token, body, content_type)
        reply = await self._fetch.ask(call, replies.MOST_BYTES)
        if reply.status == HTTPStatus.UNAUTHORIZED:
            token = await self._bearer(instead_of=token)
            call = self._call(method, path, token, body, content_type)
            reply = await self._fetch.ask(call, replies.MOST_BYTES)
        return replies.read(reply, CODES)

    def _call(
        self,
        method: str,
        path: str,
        token: str,
        body: bytes = b"",
        content_type: str = _JSON,
    ) -> Call:
        headers = {
            "Authorization": f"Bearer {token}",
            "X-SystemId": self._login.system_id,
            "X-SecretKey": self._login.secret,
            "Accept": _JSON,
            **({"Content-Type": content_type} if body else {}),
        }
        return Call(method, f"{self._base}/{path}", headers, body)

    async def _bearer(self, instead_of: str = "") -> str:
        """A token in force; a new one where the old was refused or is about to end."""
        async with self._lock:
            ends = self._good_until
            is_good = ends is not None and self._clock.now() < ends - _EARLY
            if not self._token or not is_good or self._token == instead_of:
                await self._log_in()
            return self._token

    async def _log_in(self) -> None:
        said = {
            "username": self._login.username,
            "password": self._login.password,
            "applicationCode": self._login.application,
            "otp": None,
            "twoFactorProvider": None,
            "typeObjs": [0, 1],
        }
        url = f"{self._base}/auth/login?allow_anonymous=true"
        body = json.dumps(said).encode()
        call = Call("POST", url, {"Content-Type": _JSON, "Accept": _JSON}, body)
        told = replies.read(await self._fetch.ask(call, replies.MOST_BYTES), CODES)
        inner = told.inner("data", "result")
        names = ("token", "accessToken", "idToken", "jwt")
        token = told.text(*names) or inner.text(*names) or told.text("data")
        if not token.isascii() or not token.isprintable() or not token:
            raise SourceUnavailable("credentials: a login without a token")
        self._token = token
        self._good_until = self._clock.now() + _lifetime(told, inner)


def _lifetime(told: Told, inner: Told) -> timedelta:
    text = told.text("expiresIn") or inner.text("expiresIn")
    seconds = float(text) if text.isdigit() and len(text) < 8 else _TOKEN_SECONDS  # noqa: PLR2004 - more is no number of seconds
    return timedelta(seconds=max(seconds, 2 * _EARLY.total_seconds()))


def _check_document(reply: Reply) -> None:
    told = replies.read(reply, CODES)
    if not told.has("edxml", "data", "content"):
        raise SourceUnavailable("a reply without a document")
