"""What every poller works with: its turn among fronts, its memory, its waits."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, Self, TypeVar

import msgspec

from hub.errors import TemporaryFailure
from hub.ports import Clock, Marks

#: Who is away is asked no less often than this, seconds.
LONGEST_WAIT = 900.0
_SPREAD = 0.2
_MOST_DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class Timer:
    """Handed in, so that tests need not wait."""

    pause: Callable[[float], Awaitable[object]] = asyncio.sleep
    #: 0..1, so that many hubs do not knock together.
    jitter: Callable[[], float] = random.SystemRandom().random

    def wait(
        self, seconds: float, failures: int, longest: float = LONGEST_WAIT
    ) -> float:
        """Seconds until the next round, after so many that broke off in a row."""
        doubled = seconds * 2.0 ** min(failures, _MOST_DOUBLINGS)
        return min(doubled, max(longest, seconds)) * (1 + _SPREAD * self.jitter())


class Overtaken(Exception):
    """Another front does this duty."""


class Lease:
    """One process' turn at a duty; prolonged where half of it is over."""

    def __init__(
        self, marks: Marks, clock: Clock, name: str, length: timedelta
    ) -> None:
        self._marks = marks
        self._clock = clock
        self._name = name
        self._length = length
        self._until: datetime | None = None

    async def hold(self) -> None:
        """Take or prolong it; raises Overtaken."""
        now = self._clock.now()
        if self._until and now < self._until - self._length / 2:
            return
        if not await self._marks.hold(self._name, now + self._length, now):
            raise Overtaken
        self._until = now + self._length

    async def prolonging(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """The pieces; what is long must not outlive the lease."""
        async for piece in pieces:
            await self.hold()
            yield piece

    def forget(self) -> None:
        """Ask the journal at the next `hold`, whatever was held."""
        self._until = None

    async def let_go(self) -> None:
        """Another front need not wait for it to run out."""
        if self._until is not None:
            self._until = None
            now = self._clock.now()
            with suppress(TemporaryFailure):
                await self._marks.hold(self._name, now, now)


@dataclass(frozen=True, slots=True)
class Marked:
    """A value that is kept in a mark, as JSON; its fields all have defaults."""

    @classmethod
    def read(cls, mark: str) -> Self | None:
        """A mark as it was written; None where it cannot be read."""
        if not mark:
            return cls()
        try:
            return msgspec.json.decode(mark.encode(), type=cls)
        except msgspec.DecodeError:
            return None

    def write(self) -> str:
        """The text of the mark."""
        return msgspec.json.encode(self).decode()


State = TypeVar("State", bound=Marked)


class Memory(Generic[State]):
    """The state of a duty in its mark, written by compare-and-set."""

    def __init__(self, marks: Marks, name: str, kind: type[State]) -> None:
        self._marks = marks
        self._name = name
        self._kind = kind
        self._written = ""
        #: As last read or saved, or as its owner has changed it since.
        self.state = kind()

    async def load(self) -> bool:
        """Read the mark; False: it cannot be read, the state is begun anew."""
        self._written = await self._marks.read(self._name)
        state = self._kind.read(self._written)
        self.state = state or self._kind()
        return state is not None

    async def save(self, state: State) -> None:
        """Write a state that is another; raises Overtaken."""
        self.state = state
        text = state.write()
        if text == self._written:
            return
        if not await self._marks.swap(self._name, self._written, text):
            raise Overtaken
        self._written = text
