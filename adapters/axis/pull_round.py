"""One round of polling over one kind of message (see `polling`)."""

import logging
from datetime import date, datetime, timedelta

from adapters.axis.connector import (
    Ack,
    AxisConnector,
    Listed,
    MessageType,
    Page,
    Window,
)
from adapters.axis.pull_state import MOST_TROUBLED, PullState, Step
from hub.edxml.dates import VIETNAM
from hub.errors import NotAllowed, PermanentFailure, SourceUnavailable
from hub.kit import Kit
from hub.model.arrivals import Offer, Source
from hub.model.faults import Fault
from hub.polling import Lease, Memory

log = logging.getLogger(__name__)

#: Longer than a line may stand still: who holds it is alive or soon replaced.
LEASE = timedelta(seconds=120)
#: So many failures in a row are the axis', not the messages'.
_ILL = 10
#: A list that goes on telling what was told already has no end.
_STALE_PAGES = 5
#: Some axes list by the day, and there may be none for weeks.
_EMPTY_PAGES = 400
_MOST_PAGES = 5_000
#: What is fetched is base64 in JSON: a third more than the document, and some.
_SWELLING = 1.5
_STATUS = "status/"
#: Who no longer knows what was in trouble looks so far back.
_ANEW = timedelta(days=60)


def mark_of(source: str, kind: MessageType) -> str:
    """Name of the mark where the state of a source's polling stands."""
    return f"axis-pull/{source}/{kind}"


def door_id(row: Listed) -> str:
    """Identity at the door; documents and statuses are numbered apart by some axes."""
    return row.doc_id if row.kind is MessageType.EDOC else _STATUS + row.doc_id


def is_about_a_status(receipt_door_id: str) -> bool:
    """Whether what arrived under this id was a status: none is owed for that."""
    return receipt_door_id.startswith(_STATUS)


class Round:
    """Brings in what an axis has of one kind; made anew for every round."""

    def __init__(
        self,
        source: Source,
        connector: AxisConnector,
        kit: Kit,
        kind: MessageType,
        window_days: int,
    ) -> None:
        self._source = source
        self._connector = connector
        self._kit = kit
        self._kind = kind
        self._back = timedelta(days=window_days)
        lease = f"axis-pull/{source.name}"
        self._lease = Lease(kit.marks, kit.clock, lease, LEASE)
        self._memory = Memory(kit.marks, mark_of(source.name, kind), PullState)
        self._seen: set[str] = set()
        self._failures = 0
        #: The oldest day something was fetched of; for no day told, the first listed.
        self._oldest: date | None = None

    async def run(self) -> None:
        """All that is due; raises Overtaken, or what says that the axis is away."""
        await self._lease.hold()
        await self._load()
        day = self._now().astimezone(VIETNAM).date()
        # An axis whose clock runs ahead lists under tomorrow.
        until = day + timedelta(days=1)
        # Our own clock may have run ahead once: a cursor in the future hides days.
        await self._memory.save(self._memory.state.not_after(day))
        window = Window((self._memory.state.cursor or day) - self._back, until)
        await self._pages(window)
        await self._due()
        # What was fetched may have moved what was not from a page to one already read:
        # a day is done with once nothing of it is left to fetch.
        await self._memory.save(self._memory.state.until(min(day, self._oldest or day)))

    async def _load(self) -> None:
        if not await self._memory.load():
            mark = mark_of(self._source.name, self._kind)
            log.error("mark unreadable, begun anew", extra={"mark": mark})
            self._back = max(self._back, _ANEW)

    async def _due(self) -> None:
        """Messages in trouble whose moment has come, listed today or not."""
        now = self._now()
        waiting = sorted(
            self._memory.state.troubled.items(), key=lambda item: item[1].due_at
        )
        for doc_id, troubled in waiting:
            if troubled.due_at <= now:
                await self._take(Listed(doc_id, self._kind))

    async def _pages(self, window: Window) -> None:
        mark, stale, empty = "", 0, 0
        before: frozenset[str] = frozenset()
        for _ in range(_MOST_PAGES):
            await self._lease.hold()
            page = await self._connector.list(self._kind, window, mark)
            fresh = await self._page(page, window)
            stale = 0 if fresh or not page.rows else stale + 1
            empty = 0 if page.rows else empty + 1
            told = frozenset(row.doc_id for row in page.rows)
            if not page.next or (told and told == before):
                return  # at its end, or an axis that gives all of it on every page
            before = told
            if stale >= _STALE_PAGES or empty >= _EMPTY_PAGES:
                break
            mark = page.next
        raise SourceUnavailable("a list without an end")

    async def _page(self, page: Page, window: Window) -> bool:
        """Take what one page lists; False: nothing was new."""
        if page.unread:
            facts = {"source": self._source.name, "lines": page.unread}
            log.warning("lines of the axis' list unreadable", extra=facts)
        fresh = [row for row in page.rows if row.doc_id not in self._seen]
        for row in fresh:
            self._seen.add(row.doc_id)
            if not self._is_passed_over(row):
                day = _day(row) or window.since
                self._oldest = min(day, self._oldest or day)
                await self._take(row)
        return bool(fresh)

    def _is_passed_over(self, row: Listed) -> bool:
        known = (
            row.doc_id in self._memory.state.troubled
            or row.doc_id in self._memory.state.refused
        )
        return row.is_settled or known

    async def _take(self, row: Listed) -> None:
        """Bring one message as far as it goes; its trouble is its own."""
        await self._lease.hold()
        known = self._memory.state.troubled.get(row.doc_id)
        step, why = (known.step, known.why) if known else (Step.FETCH, "")
        try:
            if step is Step.FETCH:
                step, why = await self._store(row)
            await self._tell(row, step, why)
        except SourceUnavailable as error:
            reason = why if step is Step.SAY_FAIL else str(error)
            await self._trouble(row, step, reason)
        else:
            self._failures = 0

    async def _store(self, row: Listed) -> tuple[Step, str]:
        """Fetch, keep and record; what the axis must hear then, and why."""
        try:
            async with self._connector.fetch(row) as chunks:
                limit = int(self._kit.limit * _SWELLING)
                digest, size = await self._kit.evidence.keep(
                    self._lease.prolonging(chunks), limit
                )
        except NotAllowed:
            raise  # our own settings: no statement about this message
        except PermanentFailure as error:
            return Step.SAY_FAIL, _words(error.fault)
        await self._kit.intake.accept(
            Offer(
                source=self._source,
                door_id=door_id(row),
                digest=digest,
                size=size,
                content_type=self._connector.form,
            )
        )
        return Step.SAY_DONE, ""

    async def _tell(self, row: Listed, step: Step, why: str) -> None:
        """Acknowledge, and forget what was due.

        Raises SourceUnavailable, where the axis refuses to hear it too: a person sees
        it in `hub check`, and it is said again ever less often.
        """
        ack = Ack.DONE if step is Step.SAY_DONE else Ack.FAIL
        try:
            await self._connector.acknowledge(row, ack, why)
        except PermanentFailure as error:
            raise SourceUnavailable(_words(error.fault)) from error
        if step is Step.SAY_FAIL:
            facts = {"source": self._source.name, "doc": row.doc_id, "why": why}
            log.error("message of the axis refused", extra=facts)
            await self._memory.save(self._memory.state.with_refused(row.doc_id, why))
        elif row.doc_id in self._memory.state.troubled:
            await self._memory.save(self._memory.state.without(row.doc_id))

    async def _trouble(self, row: Listed, step: Step, why: str) -> None:
        """Put one message off; raises SourceUnavailable once the axis itself is ill."""
        facts = {"source": self._source.name, "doc": row.doc_id, "why": why}
        log.warning("message of the axis put off", extra=facts)
        now = self._now()
        await self._memory.save(
            self._memory.state.with_trouble(row.doc_id, step, why, now)
        )
        self._failures += 1
        if self._failures >= _ILL or len(self._memory.state.troubled) >= MOST_TROUBLED:
            raise SourceUnavailable(why)

    def _now(self) -> datetime:
        return self._kit.clock.now()


def _day(row: Listed) -> date | None:
    return row.created_at.astimezone(VIETNAM).date() if row.created_at else None


def _words(fault: Fault) -> str:
    return " ".join(t for t in (fault.code, fault.place, fault.detail) if t)
