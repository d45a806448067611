"""Hands envelopes to an axis that we call, as few times as can be told.

A try may end without an answer: the line was cut, or this process died after the axis
took it. Before another try the axis is asked what it has of ours. Where it cannot be
asked (an LGSP has no list of what was sent), it is handed over again, with the same
bytes and DocumentId, and the log says so.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from adapters.axis.connector import AxisConnector, MessageType, Parcel
from hub.model.envelopes import Kind
from hub.model.sending import Sending
from hub.ports import Clock, Marks

log = logging.getLogger(__name__)

_TRYING, _DONE = "trying ", "done "


@dataclass(frozen=True, slots=True)
class Handover:
    """What one source hands to its axis."""

    source: str
    connector: AxisConnector
    marks: Marks
    clock: Clock

    async def hand(self, sending: Sending, data: bytes) -> str:
        """The axis' id for it; raises what the connector raises."""
        name = f"sent/{self.source}/{sending.id}"
        before = await self.marks.read(name)
        if before.startswith(_DONE):
            return before.removeprefix(_DONE)
        parcel = Parcel(sending.name, data, sending.sender, sending.receivers)
        known = None
        if before.startswith(_TRYING):
            known = await self._look(sending, parcel, _moment(before))
        else:
            before = await self._begin(name, before)
        remote = known or await self._send(sending, parcel)
        await self.marks.swap(name, before, f"{_DONE}{remote}")
        return remote

    async def _begin(self, name: str, before: str) -> str:
        """Said before it is tried: whoever comes after a crash knows of it."""
        trying = f"{_TRYING}{self.clock.now().isoformat()}"
        await self.marks.swap(name, before, trying)
        return trying

    async def _look(
        self, sending: Sending, parcel: Parcel, since: datetime
    ) -> str | None:
        """What the axis calls it, where an earlier try went through."""
        found = await self.connector.find_sent(_type(sending), parcel, since)
        if found:
            log.info("an earlier try went through", extra={"docId": found})
        else:
            told = "not there" if found is not None else "cannot be asked"
            log.warning("handed over again", extra={"axis": told})
        return found

    async def _send(self, sending: Sending, parcel: Parcel) -> str:
        if _type(sending) is MessageType.STATUS:
            return await self.connector.send_status(parcel)
        return await self.connector.send(parcel)


def _type(sending: Sending) -> MessageType:
    status = sending.kind is Kind.STATUS
    return MessageType.STATUS if status else MessageType.EDOC


def _moment(trying: str) -> datetime:
    """When it was tried first."""
    return datetime.fromisoformat(trying.removeprefix(_TRYING))
