"""Applying a plan: one document at a time, stopped and begun again."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from hub.errors import JournalUnavailable
from hub.model.ids import ArrivalId, DocumentKey
from hub.model.retention import (
    Block,
    Erasure,
    Kept,
    Matter,
    RetentionClass,
    RetentionPolicy,
)
from hub.pipeline.retention import (
    Applied,
    DutyTakenError,
    Law,
    Turn,
    apply,
    plan,
    words_due,
)
from tests.fakes.outsides import NOON, SteppingClock
from tests.unit.model.test_retention import KEPT
from tests.unit.pipeline.test_sweep import Duties

OLD = replace(KEPT, last_at=NOON - timedelta(days=300))
STRAY = replace(OLD, document=None, matter=Matter.UNREAD)
LAW = Law(
    RetentionPolicy((RetentionClass("rest", 100, 200),)), "p1", SteppingClock(NOON)
)


def number(one: Kept, n: int) -> Kept:
    key = DocumentKey(f"d{n}") if one.document else None
    return replace(one, document=key, arrivals=(ArrivalId(f"a{n}"),))


@dataclass
class Holdings:
    """A journal's part that breaks when told to, and keeps what it erased."""

    kept: list[Kept]
    erased: list[str] = field(default_factory=list)
    how: list[Erasure] = field(default_factory=list)
    breaks_after: int = 99
    moved: tuple[str, ...] = ()
    words: int = 0

    async def documents(self, after: str, limit: int) -> Sequence[Kept]:
        mine = [k for k in self.kept if k.document and k.document > after]
        return mine[:2]

    async def strays(self, after: str, limit: int) -> Sequence[Kept]:
        return [k for k in self.kept if not k.document and k.arrivals[0] > after][:2]

    async def erase(self, kept: Kept, what: Erasure, at: datetime) -> bool:
        if len(self.erased) == self.breaks_after:
            raise JournalUnavailable("away")
        if kept.document in self.moved:
            return False
        self.erased.append(kept.arrivals[0])
        self.how.append(what)
        gone = replace(kept, particulars=0, bodies=0)
        self.kept = [gone if k == kept else k for k in self.kept]
        return True

    async def loose(self, before: datetime) -> int:
        return self.words

    async def erase_loose(self, before: datetime, what: Erasure, at: datetime) -> int:
        some = min(self.words, 2)
        self.words -= some
        return some


def turn(duties: Duties) -> Turn:
    return Turn(duties, LAW.clock, "me")


def everything() -> Holdings:
    return Holdings([*(number(OLD, n) for n in range(5)), number(STRAY, 7)])


async def test_a_plan_reads_every_page_and_touches_nothing():
    holdings = everything()
    fates = [fate async for fate in plan(holdings, LAW)]
    assert len(fates) == 6
    assert all(fate.goes for fate in fates)
    assert holdings.erased == []


async def test_everything_that_is_due_goes_by_its_class():
    holdings = everything()
    assert await apply(holdings, LAW, turn(Duties()), "lan") == Applied(6, 0)
    assert len(set(holdings.erased)) == 6
    assert set(holdings.how) == {
        Erasure(
            particulars=True,
            bodies=True,
            retention_class="rest",
            policy_version="p1",
            actor="lan",
        )
    }


async def test_what_stopped_midway_goes_on_where_it_was():
    holdings = everything()
    holdings.breaks_after = 2
    with pytest.raises(JournalUnavailable):
        await apply(holdings, LAW, turn(Duties()), "lan")
    holdings.breaks_after = 99
    assert await apply(holdings, LAW, turn(Duties()), "lan") == Applied(4, 0)
    assert len(set(holdings.erased)) == len(holdings.erased) == 6


async def test_what_moved_meanwhile_is_counted_and_left():
    holdings = replace(everything(), moved=("d1",))
    assert await apply(holdings, LAW, turn(Duties()), "lan") == Applied(5, 1)


async def test_what_is_open_is_not_even_asked_for():
    held = replace(number(OLD, 1), blocks=(Block.PAPER,))
    holdings = Holdings([held])
    assert await apply(holdings, LAW, turn(Duties()), "lan") == Applied()


@pytest.mark.parametrize(("days", "erased"), [(None, 0), (100, 5)])
async def test_operators_words_about_no_document_go_after_their_days(days, erased):
    law = replace(LAW, policy=replace(LAW.policy, operators_days=days))
    holdings = Holdings([], words=5)
    assert await words_due(holdings, law) == erased
    assert (await apply(holdings, law, turn(Duties()), "lan")).words == erased


async def test_two_never_erase_at_once():
    with pytest.raises(DutyTakenError):
        await apply(everything(), LAW, turn(Duties(granted=False)), "lan")
