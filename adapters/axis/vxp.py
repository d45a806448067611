"""The national axis' adapter (XrdAdapter) as its kit calls it (EDXML.md 3.1).

Parameters travel as signed headers, lists are paged, everything but the counters is
POST. Where EDXML.md says [I], docs/goi-truc.md tells how we read it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

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
from adapters.axis.pulled import edxml_of
from adapters.axis.replies import Told
from adapters.axis.rows import catalogue_rows, page_of
from adapters.axis.vxp_signing import signed, timestamp
from hub.edxml.dates import VIETNAM, write_date
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.answers import Trouble, Wire, codes
from hub.model.calls import Call
from hub.model.catalogue import CatalogueRow
from hub.model.faults import Fault, FaultCode
from hub.model.ids import Digest, digest_of
from hub.ports import Clock, Fetch

FORM = "application/json; form=vxp-getedoc"
#: Error codes of SDKVXP; the kit reports exceptions of its own as 100.
CODES: Mapping[str, Trouble] = {**replies.CODES, **codes(Wire.VXP)}
_FIRST_PAGE = 1
_CATALOGUE_PAGE = 1000
#: A list without an end is a broken one: the catalogue has some 125 such pages.
_MOST_PAGES = 2000
_check_document = partial(replies.check_document, codes=CODES)
#: How far an axis' clock may be from ours.
_ODD_CLOCKS = timedelta(hours=1)
_MOST_GIVEN = 1_000
_WORDS: Mapping[Ack, str] = {Ack.DONE: "done", Ack.FAIL: "fail"}


@dataclass(frozen=True, slots=True)
class VxpConnector:
    """Implements AxisConnector for VXP."""

    fetcher: Fetch
    clock: Clock
    base_url: str
    system_id: str
    secret: str = field(repr=False)
    page_size: int = 50
    #: docId -> digest of what this system handed in under it; it never changes.
    given: dict[str, Digest] = field(default_factory=dict, repr=False, compare=False)

    @property
    def form(self) -> str:
        return FORM

    async def list(self, kind: MessageType, window: Window, mark: str = "") -> Page:
        index = int(mark or _FIRST_PAGE)
        told = await self._listed("getReceivedEdocList", kind, window, index)
        page, count = page_of(told, kind)
        # A page that is not full may be as large as this axis makes them.
        more = str(index + 1) if count else ""
        return Page(page.rows, more, page.unread)

    @asynccontextmanager
    async def fetch(self, listed: Listed) -> AsyncIterator[AsyncIterator[bytes]]:
        parameters = {"messagetype": listed.kind, "docId": listed.doc_id}
        async with self.fetcher.open(self._call("getEdoc", parameters)) as opened:
            yield replies.document(opened, _check_document)

    async def acknowledge(self, listed: Listed, ack: Ack, reason: str = "") -> None:
        parameters = {
            "messagetype": listed.kind,
            "docId": listed.doc_id,
            "status": _WORDS[ack],
            "description": reason,
        }
        await self._ask("updateStatus", parameters)

    async def send(self, parcel: Parcel) -> str:
        return await self._send(MessageType.EDOC, parcel)

    async def send_status(self, parcel: Parcel) -> str:
        return await self._send(MessageType.STATUS, parcel)

    async def find_sent(
        self, kind: MessageType, parcel: Parcel, since: datetime
    ) -> str | None:
        first = (since - _ODD_CLOCKS).astimezone(VIETNAM).date()
        last = self.clock.now().astimezone(VIETNAM).date()
        wanted = digest_of(parcel.data)
        async for line in self._sent(kind, Window(first, max(first, last))):
            early = line.created_at and line.created_at < since - _ODD_CLOCKS
            if early or line.sender != parcel.sender:
                continue
            if await self._digest(line) == wanted:
                return line.doc_id
        return ""

    async def catalogue(self) -> AsyncIterator[CatalogueRow]:
        before: tuple[CatalogueRow, ...] = ()
        for index in range(_FIRST_PAGE, _MOST_PAGES):
            parameters = {"pageSize": str(_CATALOGUE_PAGE), "pageIndex": str(index)}
            told = await self._ask("getAgenciesListQD20", parameters)
            rows, count = catalogue_rows(told)
            if rows[:1] and rows[:1] == before:
                return  # it gives all of it on every page
            for row in rows:
                yield row
            if not count:
                return
            before = rows[:1]
        raise SourceUnavailable("a catalogue without an end")

    async def _send(self, kind: MessageType, parcel: Parcel) -> str:
        for code in (parcel.sender, *parcel.receivers):
            if not replies.is_id(code):  # it goes into a header as it stands
                fault = Fault(FaultCode.UNKNOWN_RECEIVER, "To", replies.spoken(code))
                raise PermanentFailure(fault)
        name = f"{parcel.name}.edxml"
        file = File("file_doc", name, "application/octet-stream", parcel.data)
        content_type, body = form((), file)
        parameters = {
            "messagetype": kind,
            "from": parcel.sender,
            "to": ";".join(parcel.receivers),
            "filePath": name,
            "hash-file": digest_of(parcel.data),
        }
        call = self._call("sendEdoc", parameters, body, content_type)
        told = replies.read(await self.fetcher.ask(call, replies.MOST_BYTES), CODES)
        return told.text("docId") or told.inner("data").text("docId")

    async def _sent(self, kind: MessageType, window: Window) -> AsyncIterator[Listed]:
        """All lines of what this system handed in, page by page."""
        seen: set[str] = set()
        for index in range(_FIRST_PAGE, _MOST_PAGES):
            told = await self._listed("getSentEdocList", kind, window, index)
            page, count = page_of(told, kind)
            new = [row for row in page.rows if row.doc_id not in seen]
            for row in new:
                yield row
            seen.update(row.doc_id for row in new)
            if not count or not new:  # it gives all of it on every page
                return

    async def _digest(self, line: Listed) -> Digest:
        """Of the edXML behind a line, as far as the axis gives it out again."""
        if line.doc_id not in self.given:
            try:
                async with self.fetch(line) as chunks:
                    data = b"".join([chunk async for chunk in chunks])
                found = digest_of(edxml_of(data))
            except PermanentFailure:  # an axis that gives out nothing of one's own
                found = Digest("")
            if len(self.given) >= _MOST_GIVEN:
                self.given.clear()
            self.given[line.doc_id] = found
        return self.given[line.doc_id]

    async def _listed(
        self, path: str, kind: MessageType, window: Window, index: int
    ) -> Told:
        return await self._ask(
            path,
            {
                "messagetype": kind,
                "fromDate": write_date(window.since),
                "toDate": write_date(window.until),
                "pageSize": str(self.page_size),
                "pageIndex": str(index),
            },
        )

    async def _ask(self, path: str, parameters: Mapping[str, str]) -> Told:
        call = self._call(path, parameters)
        return replies.read(await self.fetcher.ask(call, replies.MOST_BYTES), CODES)

    def _call(
        self,
        path: str,
        parameters: Mapping[str, str],
        body: bytes = b"",
        content_type: str = "application/json",
    ) -> Call:
        common = {
            "systemid": self.system_id,
            "timestamp": timestamp(self.clock.now()),
            "servicetype": "eDoc",
            "version": "3.0.201608",
        }
        headers = signed({**common, **parameters}, self.secret)
        url = f"{self.base_url.rstrip('/')}/{path}"
        return Call("POST", url, {**headers, "Content-Type": content_type}, body)
