"""How much may be out at once: so many messages, and so many bytes of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Window:
    """Lets callers in while there is room; first come, first served by count.

    A body larger than the whole window goes alone.
    """

    def __init__(self, count: int, octets: int) -> None:
        self._places = asyncio.Semaphore(count)
        self._octets = octets
        self._changed = asyncio.Condition()
        self.out = 0
        self.out_octets = 0

    @asynccontextmanager
    async def room(self, size: int) -> AsyncIterator[None]:
        """A place for one body of `size` bytes, given back at the end."""
        async with self._places:
            async with self._changed:
                await self._changed.wait_for(lambda: self._fits(size))
                self._take(size, 1)
            try:
                yield
            finally:
                self._take(-size, -1)
                await self._tell()

    def _fits(self, size: int) -> bool:
        return self.out == 0 or self.out_octets + size <= self._octets

    def _take(self, size: int, count: int) -> None:
        self.out += count
        self.out_octets += size

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
