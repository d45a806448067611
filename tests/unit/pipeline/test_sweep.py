"""Whatever stands still is found and woken by whoever has the duty."""

import asyncio
from datetime import datetime, timedelta

from hub.errors import JournalUnavailable
from hub.model.ids import ArrivalId, Digest
from hub.model.knowledge import Knowledge
from hub.pipeline.keeping import Keeper
from hub.pipeline.sweep import Housekeeper, Rooms
from tests.fakes.means import means
from tests.fakes.outsides import NOON, MemoryEvidence, SteppingClock


class Strays:
    def __init__(self, *found: str) -> None:
        self.found = [ArrivalId(f) for f in found]
        self.woken: list[ArrivalId] = []
        self.down = 0

    async def stranded(self, at, older_than: timedelta):
        if self.down:
            self.down -= 1
            raise JournalUnavailable("away")
        return self.found

    async def wake(self, ids, at):
        self.woken += ids
        self.found = []
        return ids


class Sealing:
    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.batches: list[int] = []

    async def seal(self, limit: int) -> int:
        done = min(limit, self.waiting)
        self.waiting -= done
        self.batches.append(done)
        return done


class Duties:
    def __init__(self, *, granted: bool = True) -> None:
        self.granted = granted
        self.asked: list[str] = []

    async def hold(self, name, holder, until, at) -> bool:
        self.asked.append(name)
        return self.granted


class Attic:
    """Evidence with the moment each was last kept."""

    def __init__(self, **kept: datetime) -> None:
        self.kept = kept
        self.kept_again: list[str] = []
        self.manifest: dict[Digest, bytes] = {}

    async def digests(self):
        return frozenset({Digest("named")})

    async def manifests(self):
        return frozenset(self.manifest)

    async def read(self, digest) -> bytes:
        return self.manifest[digest]

    async def orphans(self, known, older_than):
        return [d for d, at in self.kept.items() if d not in known and at < older_than]

    async def erase(self, digest, older_than) -> bool:
        if digest in self.kept_again:
            return False
        del self.kept[digest]
        return True

    async def tidy(self, older_than) -> int:
        return 0


def keeper_of(strays, sealing, duties, attic=None) -> Housekeeper:
    attic = attic or Attic()
    return Housekeeper(
        Rooms(strays, sealing, duties, attic, attic), SteppingClock(), "me"
    )


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)


async def run(work, condition) -> None:
    task = asyncio.create_task(work)
    await until(condition)
    task.cancel()


async def test_strays_are_woken():
    strays = Strays("a", "b")
    keeper = keeper_of(strays, Sealing(0), Duties())
    await run(keeper.sweep(every=0), lambda: len(strays.woken) == 2)
    assert strays.woken == ["a", "b"]


async def test_a_journal_away_for_a_moment_does_not_end_the_sweep():
    strays = Strays("a")
    strays.down = 1
    keeper = keeper_of(strays, Sealing(0), Duties())
    await run(keeper.sweep(every=0), lambda: strays.woken == ["a"])


async def test_without_the_duty_nothing_is_touched():
    strays, sealing, duties = Strays("a"), Sealing(3), Duties(granted=False)
    keeper = keeper_of(strays, sealing, duties)
    await run(keeper.sweep(every=0), lambda: len(duties.asked) > 3)
    await run(keeper.seal(every=0), lambda: len(duties.asked) > 8)
    assert not strays.woken
    assert not sealing.batches


async def test_the_sealer_works_off_what_was_committed_batch_by_batch():
    sealing = Sealing(25)
    keeper = keeper_of(Strays(), sealing, Duties())
    await run(keeper.seal(every=0, batch=10), lambda: sealing.waiting == 0)
    assert sealing.batches[:3] == [10, 10, 5]


async def test_only_what_nobody_names_and_is_a_day_old_is_erased():
    old, young = NOON - timedelta(hours=25), NOON - timedelta(hours=23)
    attic = Attic(named=old, orphan=old, just_kept=young, kept_again=old)
    attic.kept_again = ["kept_again"]
    keeper = keeper_of(Strays(), Sealing(0), Duties(), attic)
    await run(keeper.collect(every=0), lambda: "orphan" not in attic.kept)
    assert set(attic.kept) == {"named", "just_kept", "kept_again"}


async def test_what_a_verdict_was_made_of_is_named_by_its_manifest():
    evidence, old = MemoryEvidence(), NOON - timedelta(hours=25)
    keeper = Keeper(evidence, SteppingClock(), means())
    manifest = await keeper.keep(Knowledge(crls=(b"crl",), version="trust-1"))
    items = {digest: old for digest in evidence.kept if digest != manifest}
    attic = Attic(named=old, orphan=old, **items)
    attic.manifest[manifest] = evidence.kept[manifest]
    housekeeper = keeper_of(Strays(), Sealing(0), Duties(), attic)
    await run(housekeeper.collect(every=0), lambda: "orphan" not in attic.kept)
    assert set(attic.kept) == {"named", *items}


async def test_a_manifest_that_cannot_be_read_stops_the_collection():
    old = NOON - timedelta(hours=25)
    attic, duties = Attic(orphan=old), Duties()
    attic.manifest[Digest("0" * 64)] = b"torn"
    housekeeper = keeper_of(Strays(), Sealing(0), duties, attic)
    await run(housekeeper.collect(every=0), lambda: len(duties.asked) > 2)
    assert set(attic.kept) == {"orphan"}
