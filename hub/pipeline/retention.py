"""What is kept too long goes: particulars and bytes, never an entry.

A plan reads and says; applying it erases one document a transaction, so that it may be
stopped and begun again anywhere. What is blocked stays whole (`hub.model.retention`).
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hub.errors import TemporaryFailure
from hub.model.retention import Erasure, Fate, Kept, RetentionPolicy, fate_of
from hub.pipeline.sweep import Attic, Duties, Named, collect
from hub.ports import Clock

#: Held by who erases and by who copies: a copy must not miss what goes meanwhile.
DUTY = "retention"
LEASE = timedelta(minutes=10)
#: Bytes kept again within a day may be named in a moment; see sweep.py.
_UNNAMED_AGE = timedelta(days=1)
_PAGE = 200
#: In place of a class, in entries that erase operators' words.
OPERATORS = "operators"


class Holdings(Protocol):
    """The journal's part."""

    async def documents(self, after: str, limit: int) -> Sequence[Kept]:
        """Documents past a key, in order."""

    async def strays(self, after: str, limit: int) -> Sequence[Kept]:
        """Arrivals that were no document, past an id, in order."""

    async def erase(self, kept: Kept, what: Erasure, at: datetime) -> bool:
        """Erase of one document; False: something happened to it meanwhile."""

    async def loose(self, before: datetime) -> int:
        """How many entries about no document, older than that, have particulars."""

    async def erase_loose(self, before: datetime, what: Erasure, at: datetime) -> int:
        """Erase some of those; 0 when none are left."""


@dataclass(frozen=True, slots=True)
class Law:
    """What retention goes by."""

    policy: RetentionPolicy
    #: Version of the policy file: it stands in the entries.
    version: str
    clock: Clock


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done."""

    documents: int = 0
    #: Something happened to them meanwhile: the next time.
    skipped: int = 0
    #: Operators' words about no document.
    words: int = 0


class DutyTakenError(TemporaryFailure):
    """Retention or a backup runs somewhere else just now."""


async def plan(holdings: Holdings, law: Law) -> AsyncIterator[Fate]:
    """The fate of everything that is kept, documents first."""
    now = law.clock.now()
    async for kept in _everything(holdings):
        yield fate_of(law.policy, kept, now)


@dataclass(frozen=True, slots=True)
class Turn:
    """One process's turn at what may go."""

    duties: Duties
    clock: Clock
    #: This process and no other.
    holder: str
    lease: timedelta = LEASE

    async def hold(self) -> None:
        """Take or prolong it; raises DutyTakenError."""
        now = self.clock.now()
        if not await self.duties.hold(DUTY, self.holder, now + self.lease, now):
            raise DutyTakenError(DUTY)

    async def end(self) -> None:
        """Let the next one have it."""
        now = self.clock.now()
        await self.duties.hold(DUTY, self.holder, now, now)


async def apply(holdings: Holdings, law: Law, turn: Turn, actor: str) -> Applied:
    """Erase what is due, each document in a transaction of its own.

    Raises DutyTakenError where somebody else is at it, or a backup is being made.
    """
    done = skipped = 0
    await turn.hold()
    async for fate in plan(holdings, law):
        if not fate.goes or fate.retention_class is None:
            continue
        what = Erasure(
            particulars=fate.particulars,
            bodies=fate.bodies,
            retention_class=fate.retention_class.name,
            policy_version=law.version,
            actor=actor,
        )
        erased = await holdings.erase(fate.kept, what, law.clock.now())
        done, skipped = done + erased, skipped + (not erased)
        await turn.hold()
    return Applied(done, skipped, await _erase_words(holdings, law, turn, actor))


async def words_due(holdings: Holdings, law: Law) -> int:
    """How many of operators' words about no document would go now."""
    before = _words_before(law)
    return 0 if before is None else await holdings.loose(before)


async def _erase_words(holdings: Holdings, law: Law, turn: Turn, actor: str) -> int:
    before, total = _words_before(law), 0
    if before is None:
        return 0
    what = Erasure(
        particulars=True,
        bodies=False,
        retention_class=OPERATORS,
        policy_version=law.version,
        actor=actor,
    )
    while done := await holdings.erase_loose(before, what, law.clock.now()):
        total += done
        await turn.hold()
    return total


def _words_before(law: Law) -> datetime | None:
    days = law.policy.operators_days
    return None if days is None else law.clock.now() - timedelta(days=days)


async def sweep_bytes(named: Named, attic: Attic, clock: Clock) -> int:
    """Erase the bytes that nothing needs any more; how many files."""
    return await collect(named, attic, clock.now() - _UNNAMED_AGE)


async def _everything(holdings: Holdings) -> AsyncIterator[Kept]:
    after = ""
    while page := await holdings.documents(after, _PAGE):
        for kept in page:
            yield kept
        after = str(page[-1].document)
    after = ""
    while page := await holdings.strays(after, _PAGE):
        for kept in page:
            yield kept
        after = page[-1].arrivals[0]
