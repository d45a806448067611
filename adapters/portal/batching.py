"""Puts entries that wait at the same moment together; each has its own outcome."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.portal.replies import Unclear
from hub.errors import HubError, PermanentFailure

#: Entries in a row that a portal says nothing clear about.
_ILL = 2
Entry = dict[str, str]


@dataclass(slots=True, eq=False)
class _Waiting:
    """One entry on its way."""

    entry: Entry
    settled: bool = False
    trouble: HubError | None = None


class Batcher:
    """Sends entries in lots; whoever has the turn sends for those behind him too."""

    def __init__(
        self, send: Callable[[list[Entry]], Awaitable[None]], most: int
    ) -> None:
        self._send = send
        self._most = most
        self._queue: list[_Waiting] = []
        self._turn = asyncio.Lock()

    async def put(self, entry: Entry) -> None:
        """Return when this entry was confirmed; raises what its own sending raised.

        Who gives up waiting takes his entry out of the queue; one that is being sent
        may still arrive: receipts are sent at least once.
        """
        one = _Waiting(entry)
        self._queue.append(one)
        try:
            await asyncio.sleep(0)  # those of the same moment queue up first
            while not one.settled:
                async with self._turn:
                    if not one.settled:
                        await self._next()
        finally:
            if one in self._queue:
                self._queue.remove(one)
        if one.trouble is not None:
            raise one.trouble

    async def _next(self) -> None:
        """One lot; where it is not taken as a whole, one by one to find out whose."""
        lot = self._queue[: self._most]
        try:
            await self._send([one.entry for one in lot])
        except (PermanentFailure, Unclear) as error:
            if len(lot) > 1:
                await self._alone(lot)
            else:
                self._settle(lot, error)
        except HubError as error:  # it is away, for those behind him too
            self._settle(list(self._queue), error)
        else:
            self._settle(lot, None)

    async def _alone(self, lot: list[_Waiting]) -> None:
        """One by one, as long as anybody gets through: one bad entry harms no other."""
        unclear = 0
        for number, one in enumerate(lot):
            try:
                await self._send([one.entry])
            except Unclear as error:
                self._settle([one], error)
                unclear += 1
                if unclear == _ILL:  # not the entries' trouble but the portal's
                    self._settle(lot[number + 1 :], error)
                    return
            except HubError as error:
                self._settle([one], error)
            else:
                self._settle([one], None)
                unclear = 0

    def _settle(self, lot: list[_Waiting], trouble: HubError | None) -> None:
        for one in lot:
            one.settled, one.trouble = True, trouble
            if one in self._queue:
                self._queue.remove(one)
