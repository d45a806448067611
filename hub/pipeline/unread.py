"""Watches the queues of agencies: one that nobody reads, or that is nearly full.

The hub itself is not hurt: a full queue takes no more, what is for it waits in the
outbox, and everybody else goes on. But documents lie there unseen, so a person is told.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.broker.depths import Depth
from hub.model.ids import AgencyCode
from hub.model.policy import DeliveryPolicy
from hub.model.records import DeskItem, DeskName
from hub.pipeline.listing import ListKeeper, Lists, ListTerms
from hub.pipeline.naming import derived_id
from hub.pipeline.sweep import Duties
from hub.ports import Clock

#: Share of a queue's length at which it is nearly full.
_NEARLY = 0.8

#: The depth of every queue of an agency; raises BrokerUnavailable.
Look = Callable[[], Awaitable[Sequence[Depth]]]


@dataclass(frozen=True, slots=True)
class UnreadTerms:
    """What the watch goes by."""

    lists: ListTerms
    delivery: DeliveryPolicy
    #: Queue -> agency that reads it.
    readers: Mapping[str, AgencyCode] = field(default_factory=dict)


class UnreadKeeper(ListKeeper):
    """Puts queues on the list, and takes those off that are read again."""

    duty = "unread"

    def __init__(
        self,
        lists: Lists,
        duties: Duties,
        terms: UnreadTerms,
        clock: Clock,
        look: Look,
        *,
        holder: str,
    ) -> None:
        super().__init__(lists, duties, terms.lists, clock, holder)
        self._terms = terms
        self._look = look
        #: Queue -> since when it was seen waiting with nobody there.
        self._since: dict[str, datetime] = {}

    async def due(self, now: datetime) -> dict[str, DeskItem]:
        """Every queue that a person must hear of, by the matter's id."""
        listed = {item.reason: item for item in await self._lists.listed()}
        depths = [d for d in await self._look() if d.queue in self._terms.readers]
        self._note(depths, listed, now)
        items = [
            listed.get(depth.queue) or self._item(depth.queue, now)
            for depth in depths
            if self._is_matter(depth, now)
        ]
        return {item.id: item for item in items}

    def _note(
        self, depths: Sequence[Depth], listed: Mapping[str, DeskItem], now: datetime
    ) -> None:
        """Since when each waits unread; what is listed has waited long enough."""
        for depth in depths:
            if not depth.ready or depth.consumers:
                self._since.pop(depth.queue, None)
            elif depth.queue in listed:
                self._since[depth.queue] = now - self._patience
            else:
                self._since.setdefault(depth.queue, now)

    def _is_matter(self, depth: Depth, now: datetime) -> bool:
        since = self._since.get(depth.queue)
        if since is not None and now - since >= self._patience:
            return True
        return (depth.ready or 0) >= _NEARLY * self._terms.delivery.queue_length

    @property
    def _patience(self) -> timedelta:
        return timedelta(minutes=self._terms.delivery.unread_minutes)

    def _item(self, queue: str, now: datetime) -> DeskItem:
        return DeskItem(
            id=derived_id("unread", queue),
            desk=DeskName.UNREAD,
            since=now,
            reason=queue,
            agency=self._terms.readers[queue],
        )
