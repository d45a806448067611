"""The port `Journal` on a database."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from hub.journal import accepting, claims, concluding, gathering
from hub.journal.databases import Database
from hub.journal.waking import Waking
from hub.model.arrivals import Arrival, Offer, Taken
from hub.model.decisions import History
from hub.model.documents import Identity
from hub.model.ids import ArrivalId
from hub.model.knowledge import Gathered
from hub.model.records import Conclusion


class SqlJournal:
    """See `hub.ports.Journal`."""

    def __init__(self, database: Database, waking: Waking) -> None:
        self._database = database
        self._waking = waking

    async def accept(self, offer: Offer, at: datetime) -> Taken:
        work = partial(accepting.accept, offer=offer, at=at, waking=self._waking)
        return await self._database.write(work)

    async def claim(
        self, arrival: ArrivalId, at: datetime, lease: timedelta
    ) -> Arrival | None:
        work = partial(claims.claim, arrival=arrival, at=at, lease=lease)
        return await self._database.write(work)

    async def renew(self, arrival: Arrival, until: datetime) -> None:
        await self._database.write(partial(claims.renew, arrival=arrival, until=until))

    async def background(
        self, arrival: ArrivalId, identity: Identity | None
    ) -> History:
        work = partial(concluding.background, arrival=arrival, identity=identity)
        return await self._database.read(work)

    async def conclude(self, conclusion: Conclusion, *, unless_changed: int) -> bool:
        work = partial(
            concluding.conclude,
            conclusion=conclusion,
            version=unless_changed,
            waking=self._waking,
        )
        try:
            await self._database.write(work)
        except concluding.HistoryMovedError:
            return False
        return True

    async def gathered(self, arrival: ArrivalId) -> list[Gathered]:
        return await self._database.read(partial(gathering.recorded, arrival=arrival))

    async def gather(
        self, arrival: Arrival, files: Sequence[Gathered], at: datetime
    ) -> None:
        work = partial(gathering.record, arrival=arrival, files=files, at=at)
        await self._database.write(work)

    async def postpone(self, arrival: Arrival, due_at: datetime) -> None:
        await self._database.write(
            partial(
                claims.postpone, arrival=arrival, due_at=due_at, waking=self._waking
            )
        )
