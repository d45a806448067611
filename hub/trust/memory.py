"""The seam to what all processes of an installation know of revocation answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.model.ids import Digest
from hub.model.revocations import KeptAnswer, Remembered, Wanted


class Memory(Protocol):
    """What all processes of an installation know; survives a restart."""

    async def read(self, keys: Sequence[Digest]) -> dict[Digest, Remembered]:
        """What is known under these keys."""

    async def lists(self, since: datetime) -> dict[Digest, Remembered]:
        """The revocation lists that documents wanted since a moment."""

    async def claim(
        self, wanted: Wanted, at: datetime, until: datetime, *, early: bool = False
    ) -> bool:
        """Take it on oneself to ask; False: another asks, or it is not due.

        `early`: though it is not due yet.
        """

    async def keep(
        self, key: Digest, answer: KeptAnswer, at: datetime, due_at: datetime
    ) -> bool:
        """Put a good answer in the place of the last; False: that one is newer."""

    async def fail(
        self, wanted: Wanted, why: str, at: datetime, again: datetime
    ) -> None:
        """Count a try in vain and give the claim back; the last answer stays."""

    async def touch(self, keys: Sequence[Digest], at: datetime) -> None:
        """Note that documents still want these."""

    async def forget(self, keys: Sequence[Digest]) -> None:
        """Know nothing of these any more."""

    async def tidy(self, before: datetime) -> int:
        """Forget what nobody has wanted since; how many."""
