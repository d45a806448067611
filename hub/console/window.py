"""The read-only window: the routing log live and each document's timeline.

On loopback, behind a token that `hub up` prints; its depth is an issue of its own.
"""

import asyncio
import contextlib
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib import resources
from typing import Any, Protocol

from aiohttp import web
from jinja2 import Environment, PackageLoader

import hub.console
from hub.console.delivery_words import TITLES, cells
from hub.console.kin_words import reasons
from hub.console.timeline import VIETNAM, line_of, lines, plain
from hub.console.words import DESKS, say
from hub.model.deliveries import DeliveryLine, DeliveryWish
from hub.model.ids import ArrivalId, DocumentKey
from hub.model.recalls import Lineage
from hub.model.records import DeskItem, DeskName, Entry

_COOKIE = "hub_window"
_PAGE = 200
#: Deliveries of one document that are shown.
_MOST_LINES = 2_000
_TIMELINE = ("Diễn biến của văn bản", "The document's timeline")
#: Windows open at once; each reads the journal a few times a second.
_MOST_STREAMS = 20
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; "
    "style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Look(Protocol):
    """What the window reads of the journal; secrets come without texts."""

    async def log(self, after: int | None, limit: int) -> Sequence[Entry]:
        """Entries after an id, or the last ones; oldest first."""

    async def entries_of(
        self, *, arrival: ArrivalId | None = None, document: DocumentKey | None = None
    ) -> Sequence[Entry]:
        """The entries of one arrival or document, oldest first."""

    async def desk(
        self, name: DeskName | None = None, *, open_only: bool = True
    ) -> Sequence[DeskItem]:
        """What waits for a person."""

    async def lineages(
        self, documents: Collection[DocumentKey]
    ) -> Mapping[DocumentKey, Lineage]:
        """What recalled, updated or replaced them; those of which anything did."""


class Where(Protocol):
    """Where deliveries are; a secret document is not named."""

    async def lines(self, wish: DeliveryWish) -> Sequence[DeliveryLine]:
        """Those asked for, the longest in their state first."""


class Window:
    """Routes under /window."""

    def __init__(
        self, look: Look, where: Where, token: str, poll_seconds: float = 0.3
    ) -> None:
        self._look = look
        self._where = where
        self._token = sha256(token.encode()).hexdigest()
        self._poll = poll_seconds
        self._streams = 0
        self._ending = asyncio.Event()
        self._pages = Environment(
            loader=PackageLoader("hub.console", "pages"), autoescape=True
        )

    def routes(self) -> list[web.RouteDef]:
        """What the front serves."""
        return [
            web.get("/window", self.log),
            web.get("/window/events", self.events),
            web.get("/window/desk", self.desk),
            web.get("/window/t/{id:[0-9a-f]{32,64}}", self.timeline),
            web.get(r"/window/{file:style\.css|log\.js}", self.asset),
        ]

    async def log(self, request: web.Request) -> web.StreamResponse:
        """The routing log's last page, newest first; the rest comes by events."""
        if (refusal := self._admit(request)) is not None:
            return refusal
        language = _language(request)
        entries = await self._look.log(None, _PAGE)
        shown = [_row(entry, language) for entry in reversed(entries)]
        after = entries[-1].id if entries else 0
        title = ("Nhật ký định tuyến", "Routing log")
        return self._page(request, "log.html", title, lines=shown, after=after)

    async def timeline(self, request: web.Request) -> web.StreamResponse:
        """One document's or arrival's timeline."""
        if (refusal := self._admit(request)) is not None:
            return refusal
        wanted = request.match_info["id"]
        if len(wanted) == len("0" * 32):
            entries = await self._look.entries_of(arrival=ArrivalId(wanted))
        else:
            entries = await self._look.entries_of(document=DocumentKey(wanted))
        if not entries:
            raise web.HTTPNotFound
        language, title = _language(request), _TIMELINE
        where = await self._deliveries(entries)
        return self._page(
            request,
            "timeline.html",
            title,
            lines=lines(entries, language),
            titles=[say(pair, language) for pair in TITLES],
            deliveries=[told.row() for told in cells(where, language)],
            subject_id=wanted,
        )

    async def _deliveries(self, entries: Sequence[Entry]) -> list[DeliveryLine]:
        """Of every document the entries are about."""
        keys = dict.fromkeys(e.document for e in entries if e.document)
        wishes = [DeliveryWish(document=key, limit=_MOST_LINES) for key in keys]
        return [line for wish in wishes for line in await self._where.lines(wish)]

    async def desk(self, request: web.Request) -> web.StreamResponse:
        """What waits for a person."""
        if (refusal := self._admit(request)) is not None:
            return refusal
        language = _language(request)
        waiting = await self._look.desk()
        documents = {i.document for i in waiting if i.document}
        kin = await self._look.lineages(documents)
        items = [
            {
                "since": f"{i.since.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}",
                "desk": say(DESKS[i.desk], language),
                "reason": plain(" · ".join(reasons(i, kin, language))),
                "link": i.arrival or i.document or "",
            }
            for i in waiting
        ]
        title = ("Chờ người xử lý", "Waiting for a person")
        return self._page(request, "desk.html", title, items=items)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events; a reconnecting browser names the last id it saw."""
        if (refusal := self._admit(request)) is not None:
            return refusal
        seen = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
        after = int(seen) if seen.isdecimal() else 0
        if self._streams >= _MOST_STREAMS:
            return web.Response(status=503, headers={"Retry-After": "10"})
        self._streams += 1
        try:
            return await self._stream(request, after)
        finally:
            self._streams -= 1

    async def _stream(self, request: web.Request, after: int) -> web.StreamResponse:
        """Until the browser goes or the front ends: it must not wait for windows."""
        response = web.StreamResponse(
            headers={**_HEADERS, "Content-Type": "text/event-stream"}
        )
        await response.prepare(request)
        while not self._ending.is_set():
            entries = await self._look.log(after, _PAGE)
            for entry in entries:
                data = json.dumps(_row(entry, _language(request)), ensure_ascii=False)
                await response.write(f"id: {entry.id}\ndata: {data}\n\n".encode())
                after = entry.id
            if not entries:
                await self._pause()
                await response.write(b": still here\n\n")
        return response

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._poll):
                await self._ending.wait()

    async def end(self, _: web.Application) -> None:
        """End every stream; hang it on the application's shutdown."""
        self._ending.set()

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """The style sheet and the script; nothing secret in them."""
        name = request.match_info["file"]
        source = (resources.files(hub.console) / "pages" / name).read_text()
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return web.Response(text=source, content_type=kind, headers=_HEADERS)

    def _admit(self, request: web.Request) -> web.StreamResponse | None:
        """None for who has the token; a token in the address becomes a cookie."""
        if self._is_token(request.query.get("token", "")):
            response = web.Response(status=303, headers={"Location": request.path})
            response.set_cookie(
                _COOKIE, request.query["token"], httponly=True, samesite="Strict"
            )
            return response
        if self._is_token(request.cookies.get(_COOKIE, "")):
            return None
        return web.Response(
            status=401,
            text="Cần mã truy cập do `hub up` in ra. / The token `hub up` prints.",
            headers=_HEADERS,
        )

    def _is_token(self, offered: str) -> bool:
        hashed = sha256(offered.encode("utf-8", "surrogateescape")).hexdigest()
        return hmac.compare_digest(hashed, self._token)

    def _page(
        self,
        request: web.Request,
        name: str,
        title: tuple[str, str],
        **values: Any,  # noqa: ANN401 - whatever the page shows
    ) -> web.Response:
        language = _language(request)
        english = language == "en"
        text = self._pages.get_template(name).render(
            language=language,
            title=title[english],
            t=lambda vi, en: en if english else vi,
            **values,
        )
        response = web.Response(text=text, content_type="text/html", headers=_HEADERS)
        response.set_cookie("hub_lang", language, samesite="Strict")
        return response


def _language(request: web.Request) -> str:
    wanted = request.query.get("lang") or request.cookies.get("hub_lang", "vi")
    return "en" if wanted == "en" else "vi"


def _row(entry: Entry, language: str) -> dict[str, Any]:
    line = line_of(entry, language)
    return {
        **{k: v for k, v in asdict(line).items() if k in {"title", "detail", "id"}},
        "local": line.local,
        "link": entry.arrival or entry.document or "",
    }
