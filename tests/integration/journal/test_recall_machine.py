"""Recalls in every order, with copies, lost confirms, crashes and restarts.

A machine plays a sender, the doors, workers, a relay and a broker over one SQLite
journal. Processes die between any two steps; the journal is closed and opened again.
What must hold is written below as sentences.
"""

import asyncio
import shutil
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from hub.journal.forward_rows import CANCELLED
from hub.journal.rebuild import rebuild
from hub.journal.recall_tables import versions
from hub.journal.store import Store, open_journal
from hub.journal.tables import arrivals, deliveries, documents, outbox
from hub.model.arrivals import ArrivalState
from hub.model.envelopes import Hop
from hub.model.ids import AgencyCode, ArrivalId
from hub.model.recalls import IN_FORCE, Relation
from hub.model.records import DeskName, GivenUp, OutboxKind, OutboxRow, Sent
from tests.fakes.district import LEASE, District, letter, recall, replacement, update
from tests.unit.rules.cases import GIAO_AN, NOI_VU, OUTSIDE, UBND

AGENCIES = (UBND, NOI_VU, GIAO_AN)
SOME = st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=3, unique=True)
#: What a relay may live through with one row.
FATES = (
    "sent",
    "confirm lost",
    "not taken",
    "dies before",
    "dies after",
    "given up",
)
PLACES = st.integers(0, 20)
LEAVING = (OutboxKind.DELIVER, OutboxKind.ANSWER)


class Recalls(RuleBasedStateMachine):
    """One document of one sender, its recalls, updates and replacement."""

    #: A migrated journal, to be copied.
    model: Path

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(dir=_fast_disk()))
        shutil.copy(self.model, self.folder / "journal.db")
        self.stack = AsyncExitStack()
        self.district = District(self.run(self.opened()), self.folder)
        #: What the broker holds: pointers to arrivals, some of them twice.
        self.pointers: list[ArrivalId] = []
        self.moment = 0
        #: How often an update gave the document to an agency.
        self.given: Counter[AgencyCode] = Counter()
        #: Delivery -> how much had left when it was cancelled.
        self.cancelled: dict[str, int] = {}

    def run(self, work):
        return self.runner.run(work)

    async def opened(self) -> Store:
        url = f"sqlite:///{self.folder}/journal.db"
        return await self.stack.enter_async_context(open_journal(url, migrate=False))

    # What the sender and the doors do.

    @initialize(to=SOME)
    def something_comes(self, to):
        self.run(self.district.arrives(letter(*to)))

    @rule(to=SOME)
    def the_document_comes(self, to):
        self.run(self.district.arrives(letter(*to)))

    @rule(to=SOME)
    def a_recall_comes(self, to):
        self.run(self.district.arrives(recall(*to)))

    @rule(to=SOME, add=SOME, cut=SOME)
    def an_update_comes(self, to, add, cut):
        """Each is said at its own moment: the sender's hop."""
        self.moment += 1
        hop = Hop(OUTSIDE, f"2019/11/20 09:{self.moment:02}:00")
        only = [code for code in add if code not in cut]
        self.given.update(only)
        told = update(*to, add=only, cut=cut, hops=(hop,))
        self.run(self.district.arrives(told))

    @rule(to=SOME)
    def a_replacement_comes(self, to):
        self.run(self.district.arrives(replacement(*to)))

    # What workers do.

    @rule()
    def pointers_reach_the_broker(self):
        for row in self.run(self.district.leased(OutboxKind.WAKE)):
            self.pointers.append(ArrivalId(str(row.arrival)))
            self.run(self.district.store.outbox.settle(row, Sent(self.now)))
        # Ids of arrivals are drawn at random, and the same story must be the same.
        self.pointers.sort(key=self.district.came.__getitem__)

    @precondition(lambda self: self.pointers)
    @rule(which=PLACES)
    def a_worker_carries_one(self, which):
        pointer = self.pointers.pop(which % len(self.pointers))
        self.run(self.district.carrier.take(pointer))

    @precondition(lambda self: self.pointers)
    @rule(which=PLACES)
    def a_worker_dies_with_one_in_hand(self, which):
        """Its claim lapses; the broker gives the pointer to another."""
        pointer = self.pointers[which % len(self.pointers)]
        self.run(self.district.store.journal.claim(pointer, self.now, LEASE))

    @precondition(lambda self: self.pointers)
    @rule()
    def the_broker_gives_one_twice(self):
        self.pointers.append(self.pointers[0])

    # What the relay does.

    @rule(fate=st.sampled_from(FATES))
    def the_relay_takes_a_row(self, fate):
        for row in self.run(self.district.leased(OutboxKind.DELIVER, limit=1)):
            self.run(self.meets(row, fate))

    @rule()
    def the_relay_answers_the_source(self):
        for row in self.run(self.district.leased(OutboxKind.ANSWER)):
            self.run(self.district.is_sent(row))

    async def meets(self, row: OutboxRow, fate: str) -> None:
        if fate in {"sent", "confirm lost", "dies after"}:
            self.district.left.append(row)
        settle = self.district.store.outbox.settle
        match fate:
            case "sent":
                await settle(row, Sent(self.now))
            case "given up":
                await settle(row, GivenUp(self.now, "deadline: broker down"))
            case "confirm lost" | "not taken":
                await self.district.put_off(row)
            case _:
                pass  # it died: the lease lapses

    # What time and electricity do.

    @rule(seconds=st.sampled_from([1, 60]))
    def time_goes_by(self, seconds):
        self.district.clock.step(seconds)

    @rule()
    def the_hub_is_started_anew(self):
        self.run(self.stack.aclose())
        self.stack = AsyncExitStack()
        self.district.store = self.run(self.opened())

    # What must hold.

    @property
    def now(self):
        return self.district.clock.now()

    @property
    def deliveries(self) -> list[OutboxRow]:
        return [r for r in self.district.left if r.kind is OutboxKind.DELIVER]

    @invariant()
    def a_document_never_leaves_for_an_agency_after_its_recall_did(self):
        recalled: set[AgencyCode] = set()
        for row in self.deliveries:
            asks = row.headers["kind"] == "revoke" and row.headers.get("recall")
            if asks and row.agency:
                recalled.add(row.agency)
            assert row.headers["kind"] != "new" or row.agency not in recalled

    @invariant()
    def what_was_cancelled_never_leaves_afterwards(self):
        for row in self.run(self.district.store.database.read(_cancelled)):
            self.cancelled.setdefault(row, len(self.district.left))
        for place, row in enumerate(self.district.left):
            assert place < self.cancelled.get(row.id, place + 1)

    @invariant()
    def one_message_id_is_always_the_same_message(self):
        seen: dict[str, tuple[object, ...]] = {}
        for row in self.district.left:
            told = (row.target, row.document, row.body, str(row.headers))
            assert seen.setdefault(row.id, told) == told

    @invariant()
    def an_agency_gets_the_document_again_only_where_an_update_gives_it_back(self):
        for agency in AGENCIES:
            mine = [r for r in self.deliveries if r.agency == agency]
            ids = {r.id for r in mine if r.headers["kind"] == "new"}
            assert len(ids) <= 1 + self.given[agency]

    def teardown(self):
        try:
            self.run(self.comes_to_rest())
            self.run(self.everything_has_its_end())
        finally:
            self.run(self.stack.aclose())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def comes_to_rest(self) -> None:
        """Everybody works on, the sweep too, and nobody dies any more."""
        for hours in (1, 2, 4, 8):
            self.district.clock.step(timedelta(hours=hours).total_seconds())
            sweep = self.district.store.sweep
            lost = await sweep.stranded(self.now, timedelta(seconds=30))
            await sweep.wake(lost, self.now)
            for pointer in self.pointers:
                await self.district.carrier.take(pointer)
            self.pointers.clear()
            await self.district.woken()
            await self.district.relayed(*LEAVING)

    async def everything_has_its_end(self) -> None:
        self.a_document_never_leaves_for_an_agency_after_its_recall_did()
        self.one_message_id_is_always_the_same_message()
        store = self.district.store
        listed = await store.queries.desk()
        dead = {item.outbox for item in listed if item.desk is DeskName.DEAD}
        held = {item.arrival for item in listed if item.desk is DeskName.HELD}
        await self.who_may_have_what_was_recalled_is_asked(dead)
        await self.nothing_is_silently_nowhere(dead, held)
        await self.a_recall_waits_only_while_its_document_is_not_there(held)
        report = await rebuild(store)
        assert report.differences == ()

    async def who_may_have_what_was_recalled_is_asked(self, dead) -> None:
        found = await self.district.store.queries.find(letter().document_id)
        for key in found.documents:
            told = await self.district.store.queries.lineage(key)
            for one in told.recalls:
                if one.document != key or one.state not in IN_FORCE:
                    continue
                if one.relation is Relation.REVOKES:
                    self._asked_if_it_left(key, one.agency, dead)

    def _asked_if_it_left(self, document, agency, dead) -> None:
        mine = [r for r in self.deliveries if r.agency == agency]
        has = [r for r in mine if r.document == document]
        asked = [
            r for r in mine if r.headers["kind"] == "revoke" and r.headers.get("recall")
        ]
        assert not has or asked or dead, "it left, and nobody asked for it back"

    async def nothing_is_silently_nowhere(self, dead, held) -> None:
        rows = await self.district.store.database.read(_state_of_things)
        arrivals, outbox = rows
        for arrival, state in arrivals:
            assert state == ArrivalState.DECIDED, arrival
        for row, state, kind in outbox:
            # What follows a dead letter waits with it for a person.
            assert state != "waiting" or dead, (row, kind)

    async def a_recall_waits_only_while_its_document_is_not_there(self, held) -> None:
        waiting = await self.district.store.database.read(_waiting)
        known = await self.district.store.database.read(_known)
        assert not (waiting & held) or not known


def _fast_disk() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _cancelled(connection):
    here = deliveries.c.state == CANCELLED
    return list(connection.execute(select(deliveries.c.id).where(here)).scalars())


def _state_of_things(connection):
    comings = connection.execute(select(arrivals.c.id, arrivals.c.state)).all()
    rows = select(outbox.c.id, outbox.c.state, outbox.c.kind)
    return comings, connection.execute(rows).all()


def _waiting(connection):
    query = select(versions.c.arrival).where(versions.c.waits)
    return set(connection.execute(query).scalars())


def _known(connection):
    query = select(documents.c.key).where(documents.c.kind == "new")
    return list(connection.execute(query).scalars())


def _machine(model: Path, examples: int, steps: int) -> None:
    machine = type("Recalls", (Recalls,), {"model": model})
    how = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=how)


def test_recalls_hold_in_some_orders(model):
    _machine(model, examples=3, steps=15)


@pytest.mark.full
def test_recalls_hold_in_many_orders(model):
    _machine(model, examples=60, steps=40)
