"""Asks a portal for its dossiers: list, keep, journal, and only then remember.

Lists are by day and page. What a dossier said last is remembered by its digest, so
that a list told again brings nothing twice, and a dossier that changed comes as an
update. A crash between any two steps lists again, and intake recognises the bytes.
"""

import logging
from datetime import date, timedelta

from adapters.portal import lots
from adapters.portal.client import PortalClient
from adapters.portal.peek import peek
from adapters.portal.settings import Polling
from adapters.portal.taking import Taker
from hub.edxml.dates import VIETNAM
from hub.errors import PermanentFailure, SourceUnavailable, TemporaryFailure
from hub.kit import Kit
from hub.model.arrivals import Source
from hub.model.dossiers import DossierAct
from hub.model.ids import digest_of
from hub.polling import Lease, Overtaken, Timer

log = logging.getLogger(__name__)

SERVICE = "TraCuuHoSo"
#: Longer than a call may take: who holds it is alive or soon replaced.
LEASE = timedelta(seconds=120)
_MOST_PAGES = 5_000
#: Rows of one page, whatever size was asked for.
_MOST_ROWS = 5_000


class Poller:
    """Fetches from one portal, one front at a time."""

    def __init__(
        self,
        source: Source,
        client: PortalClient,
        kit: Kit,
        pace: Polling,
        timer: Timer = Timer(),
    ) -> None:
        self._source = source
        self._client = client
        self._kit = kit
        self._pace = pace
        self._timer = timer
        self._taker = Taker(kit.evidence, kit.intake)
        self._failures = 0
        lease = f"portal-poll/{source.name}"
        self._lease = Lease(kit.marks, kit.clock, lease, LEASE)

    async def run(self) -> None:
        """Ask until cancelled; a portal that is away is asked ever less often."""
        while True:
            await self.once()
            await self._timer.pause(self.wait())

    def wait(self) -> float:
        """Seconds until the next round."""
        return self._timer.wait(self._pace.seconds, self._failures)

    async def once(self) -> bool:
        """One round; False: it broke off."""
        try:
            await self._round()
        except Overtaken:
            return True  # another front has the lease: its matter
        except (TemporaryFailure, PermanentFailure) as error:
            self._failed(error)
            return False
        if self._failures:
            log.warning("portal is back", extra={"source": self._source.name})
        self._failures = 0
        return True

    async def _round(self) -> None:
        """Everything since the last day listed whole; the cursor moves at the end."""
        self._lease.forget()
        await self._lease.hold()
        name = f"portal-poll/{self._source.name}/cursor"
        written = await self._kit.marks.read(name)
        today = self._kit.clock.now().astimezone(VIETNAM).date()
        since = min(_day(written) or today, today)
        since -= timedelta(days=self._pace.window_days)
        # A portal whose clock runs ahead lists under tomorrow.
        await self._pages(since, today + timedelta(days=1))
        if written != today.isoformat():
            await self._kit.marks.swap(name, written, today.isoformat())

    async def _pages(self, since: date, until: date) -> None:
        before = b""
        for page in range(1, _MOST_PAGES + 1):
            await self._lease.hold()
            data, pages = await self._list(since, until, page)
            rows = _rows(data)
            if data == before and rows:
                raise SourceUnavailable("a list without an end")
            for row in rows:
                await self._take(row)
            last = page >= pages if pages is not None else None
            if last or (last is None and len(rows) < self._pace.page_size):
                return
            before = data
        raise SourceUnavailable("a list without an end")

    async def _list(
        self, since: date, until: date, page: int
    ) -> tuple[bytes, int | None]:
        asked = {
            "service": SERVICE,
            "tuNgay": f"{since:%Y%m%d}000000",
            "denNgay": f"{until:%Y%m%d}235959",
            "trang": page,
            "soLuong": self._pace.page_size,
        }
        url = self._client.calls.list_url
        told = await self._client.call(url, asked, words_due=False)
        told.check()
        return told.data, told.pages

    async def _take(self, row: bytes) -> None:
        """One dossier, if it says something new: keep, record, remember."""
        await self._lease.hold()
        digest = digest_of(row)
        name = f"portal-poll/{self._source.name}/said/{_known_by(row)}"
        said = await self._kit.marks.read(name)
        if said == digest:
            return
        if len(row) > self._kit.limit:  # never taken, told once
            facts = {"source": self._source.name, "size": len(row), "sha256": digest}
            log.error("dossier of the portal too large", extra=facts)
        else:
            act = DossierAct.UPDATE if said else DossierAct.ADD
            await self._taker.take(self._source, act, row)
        if not await self._kit.marks.swap(name, said, digest):
            raise Overtaken

    def _failed(self, error: Exception) -> None:
        """Told once when it goes away, not at every try."""
        self._failures += 1
        if self._failures == 1:
            facts = {"source": self._source.name, "why": str(error)}
            log.warning("portal is away", extra=facts)


def _known_by(row: bytes) -> str:
    """The dossier's number as a digest, fit for a mark; without one that of the row."""
    number = peek(row).number
    return digest_of(number.encode()) if number else digest_of(row)


def _rows(data: bytes) -> tuple[bytes, ...]:
    """The slices of one page; raises SourceUnavailable where it cannot be read."""
    if not data.strip() or data.strip() in {b"null", b"[]", b'""'}:
        return ()
    try:
        return lots.split(data, _MOST_ROWS).items
    except PermanentFailure as error:
        raise SourceUnavailable(f"a page that cannot be read: {error}") from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
