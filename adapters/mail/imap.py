"""Reads one folder of one mailbox: kept, journaled, and only then moved.

Nothing marks a mail before it is durable. A crash between any two steps redelivers it,
and it is recognised by its identity or, where the folder numbers anew, by its bytes.
"""

import logging
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from adapters.mail.envelope import from_mailbox
from adapters.mail.imap_state import MOST, FolderState
from adapters.mail.imap_wire import (
    HEADER,
    Gone,
    ImapWire,
    Listed,
    Reach,
    Refused,
    connected,
)
from adapters.mail.settings import Account
from hub.errors import PermanentFailure, SourceUnavailable, TemporaryFailure
from hub.kit import Kit
from hub.model.arrivals import Offer, Source
from hub.model.ids import Digest
from hub.polling import Lease, Memory, Overtaken, Timer

log = logging.getLogger(__name__)

#: Longer than a line may stand still: who holds it is alive or soon replaced.
LEASE = timedelta(seconds=60)
#: A wait is cut in pieces of so many seconds, so that the lease does not run out.
_SLICE = 20.0
#: A mail that stays where it is is looked at again after so long.
_AGAIN = timedelta(minutes=10)
#: Mails listed at a time.
_PAGE = 200
_LONGEST_WAIT = 300.0
_FIRST_WAIT = 2.0


class Notices(Protocol):
    """What a mail can mean beside being an arrival."""

    async def too_large(self, header: bytes) -> None:
        """Tell whoever sent a mail that will never be taken."""

    async def returned(self, digest: Digest, size: int) -> None:
        """Put a bounce on the document it is about; other mails are none."""


@dataclass(frozen=True, slots=True)
class Box:
    """One folder of one account, and how to get at it."""

    source: Source
    account: Account
    folder: str
    reach: Reach
    password: str = field(repr=False)
    poll_seconds: float

    @property
    def name(self) -> str:
        """As identities at the door begin."""
        return f"{self.account.name}/{self.folder}"

    @property
    def mark(self) -> str:
        """Name of its lease and its mark."""
        return f"mail-imap/{self.source.name}/{self.name}"


class FolderReader:
    """Empties one folder, one front at a time."""

    def __init__(
        self, box: Box, kit: Kit, notices: Notices, timer: Timer = Timer()
    ) -> None:
        self._box = box
        self._kit = kit
        self._notices = notices
        self._timer = timer
        self._failures = 0
        self._lease = Lease(kit.marks, kit.clock, box.mark, LEASE)
        self._memory = Memory(kit.marks, box.mark, FolderState)
        self._oversize: set[int] = set()
        self._not_before: dict[int, datetime] = {}
        #: The mail on which the line broke off last; 0: none.
        self._broken = 0

    async def run(self) -> None:
        """Read until cancelled; a server that is away is asked ever less often."""
        try:
            while True:
                await self.session()
                await self._timer.pause(self.wait())
        finally:
            await self._lease.let_go()

    def wait(self) -> float:
        """Seconds until the next connection."""
        if not self._failures:
            return self._timer.wait(_SLICE, 0)
        return self._timer.wait(_FIRST_WAIT, self._failures - 1, _LONGEST_WAIT)

    async def session(self, *, once: bool = False) -> bool:
        """Connect and read until it breaks off; `once`: until all is taken.

        False: it broke off, or another front reads here.
        """
        try:
            await self._lease.hold()
            async with connected(self._box.reach) as wire:
                await self._begin(wire)
                await self._go_on(wire, once=once)
        except Overtaken:
            self._lease.forget()
            return False
        except (TemporaryFailure, PermanentFailure, Refused) as error:
            self._failed(error)
            return False
        return True

    async def _begin(self, wire: ImapWire) -> None:
        account = self._box.account
        await wire.login(account.username, self._box.password)
        validity = await wire.select(self._box.folder)
        if not await self._memory.load():
            log.error("mark unreadable, begun anew", extra={"mark": self._box.mark})
        if self._memory.state.validity not in {0, validity}:
            log.warning("folder numbers anew", extra={"folder": self._box.mark})
            self._oversize.clear()
            self._not_before.clear()
            self._broken = 0
        self._memory.state = self._memory.state.under(validity)

    async def _go_on(self, wire: ImapWire, *, once: bool) -> None:
        while True:
            await self._round(wire)
            if self._failures:
                log.warning("mailbox is back", extra={"folder": self._box.mark})
            self._failures = 0
            if once:
                return
            await self._rest(wire)

    async def _rest(self, wire: ImapWire) -> None:
        """Until a mail comes, or it is time to look."""
        left = self._box.poll_seconds
        while left > 0:
            await self._lease.hold()
            seconds, left = min(left, _SLICE), left - _SLICE
            if "IDLE" not in wire.capabilities:
                await self._timer.pause(seconds)
            elif await wire.idle(seconds):
                return
        await wire.noop()

    async def _round(self, wire: ImapWire) -> None:
        """All mails that are there, oldest first, whether they move on or not."""
        seen: set[int] = set()
        left: set[int] = set()
        first = 1
        while rows := await wire.listing(first, first + _PAGE - 1):
            fresh = [row for row in rows if row.uid not in seen]
            for row in fresh:
                seen.add(row.uid)
                if not await self._is_moved(wire, row):
                    left.add(row.uid)
            first += 0 if fresh else _PAGE
        await self._memory.save(self._memory.state.cleared(left))

    async def _is_moved(self, wire: ImapWire, row: Listed) -> bool:
        """Take one mail; False: it stays. Its trouble is its own."""
        now = self._now()
        if row.deleted or self._not_before.get(row.uid, now) > now:
            return False
        try:
            await self._lease.hold()
            await self._take(wire, row)
        except Gone:
            return True
        except Refused as error:
            await self._stuck(row, str(error))
            return False
        except SourceUnavailable as error:
            await self._broke_off(row, str(error))
            raise
        self._memory.state = self._memory.state.without(row.uid)
        self._not_before.pop(row.uid, None)
        return True

    async def _take(self, wire: ImapWire, row: Listed) -> None:
        """Durable first, then out of the way."""
        account = self._box.account
        if row.size > self._kit.limit or row.uid in self._oversize:
            await self._too_large(wire, row)
            return
        digest, size = await self._keep(wire, row)
        door_id = self._memory.state.identity(row.uid, digest, self._box.name)
        await self._memory.save(self._memory.state.taking(row.uid, digest, door_id))
        await self._kit.intake.accept(
            Offer(
                source=self._box.source,
                door_id=door_id,
                digest=digest,
                size=size,
                content_type=from_mailbox(account.mailbox),
            )
        )
        await self._notices.returned(digest, size)
        await wire.move(row.uid, account.processed)

    async def _keep(self, wire: ImapWire, row: Listed) -> tuple[Digest, int]:
        try:
            async with aclosing(wire.body(row.uid)) as body:
                return await self._kit.evidence.keep(
                    self._lease.prolonging(body), self._kit.limit
                )
        except PermanentFailure as error:
            # The server told a smaller size; it is in the middle of the mail now.
            self._oversize.add(row.uid)
            raise SourceUnavailable("imap: a mail larger than told") from error

    async def _too_large(self, wire: ImapWire, row: Listed) -> None:
        """Into a folder of its own; its sender hears of it where it can be told."""
        header = b"".join([piece async for piece in wire.body(row.uid, HEADER)])
        facts = {"folder": self._box.mark, "uid": row.uid, "size": row.size}
        log.error("mail over the limit", extra=facts)
        try:
            await self._notices.too_large(header)
        except (SourceUnavailable, PermanentFailure) as error:
            log.warning("sender not told", extra={"why": str(error)})
        await wire.move(row.uid, self._box.account.too_large)

    async def _broke_off(self, row: Listed, why: str) -> None:
        """A mail on which the line breaks twice running must not hold up the others."""
        if self._broken == row.uid:
            await self._stuck(row, why)
        self._broken = row.uid

    async def _stuck(self, row: Listed, why: str) -> None:
        facts = {"folder": self._box.mark, "uid": row.uid, "why": why}
        log.warning("mail stays where it is", extra=facts)
        self._not_before[row.uid] = self._now() + _AGAIN
        await self._memory.save(self._memory.state.troubled(row.uid, why))
        if len(self._memory.state.stuck) >= MOST:
            raise SourceUnavailable(f"imap: the server refuses: {why}")

    def _failed(self, error: Exception) -> None:
        """Told once when it goes away, not at every try."""
        self._failures += 1
        if self._failures == 1:
            facts = {"folder": self._box.mark, "why": str(error)}
            log.warning("mailbox is away", extra=facts)

    def _now(self) -> datetime:
        return self._kit.clock.now()
