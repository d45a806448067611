"""The relay: sent, later, or given up with a reason; never lost."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec
import pytest

from hub.errors import (
    BrokerUnavailable,
    PermanentFailure,
    SourceUnavailable,
    Unroutable,
)
from hub.model.agencies import Agency, AgencyKind, Takes
from hub.model.decisions import Disposition, Lane
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.policy import DeliveryPolicy
from hub.model.receipts import Receipt, Untold
from hub.model.records import GivenUp, Later, Left, OutboxKind, OutboxRow, Sent
from hub.model.targets import Target, TargetKind
from hub.pipeline.breaker import Breakers
from hub.pipeline.relay import Outlets, Relay
from tests.fakes.outsides import (
    NOON,
    ListeningAdapter,
    ListeningAlarm,
    ListeningPublisher,
    MemoryEvidence,
    MemoryOutbox,
    MemoryTargets,
    SteppingClock,
)

COMMUNE = Agency(
    code=AgencyCode("000.24.37.H40"),
    name="UBND xã Giao An",
    kind=AgencyKind.COMMUNE,
    queue="xa-giao-an",
    mailboxes=("giaoan@namdinh.gov.vn",),
)


class Bench:
    """A relay with every outlet visible."""

    def __init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.publisher = ListeningPublisher()
        self.adapter = ListeningAdapter()
        self.alarm = ListeningAlarm()
        self.evidence = MemoryEvidence()
        self.clock = SteppingClock()
        outlets = Outlets(
            self.publisher, {"truc-tinh": self.adapter}, self.evidence, self.alarm
        )
        self.targets = MemoryTargets()
        self.breakers = Breakers(self.targets, self.clock, DeliveryPolicy())
        self.relay = Relay(self.outbox, outlets, self.clock, self.breakers)

    async def run_until_settled(self, count: int) -> None:
        running = asyncio.create_task(self.relay.relay())
        async with asyncio.timeout(5):
            while len(self.outbox.settled) < count:
                await asyncio.sleep(0)
        running.cancel()


@pytest.fixture
def bench():
    return Bench()


def delivery(number: int = 1, **changes) -> OutboxRow:
    row = OutboxRow(
        id=f"message-{number}",
        kind=OutboxKind.DELIVER,
        target="xa-giao-an",
        due_at=NOON,
        deadline=NOON + timedelta(hours=72),
        lane=Lane.URGENT,
        headers={"body": "inline"},
        attempts=1,
    )
    return replace(row, **changes)


def wake() -> OutboxRow:
    return OutboxRow("w", OutboxKind.WAKE, "hub.arrivals", NOON, attempts=1)


def answer() -> OutboxRow:
    receipt = Receipt(
        id="r",
        hub=AgencyCode("000.90.37.H40"),
        arrival=ArrivalId("a"),
        door_id="d",
        sha256=Digest("0" * 64),
        outcome=Disposition.DELIVER,
        at=NOON,
        rule="deliver",
    )
    headers = msgspec.to_builtins(receipt)
    return OutboxRow("r", OutboxKind.ANSWER, "truc-tinh", NOON, headers=headers)


async def test_a_due_delivery_is_published_with_its_frozen_body(bench):
    digest = await bench.evidence.keep_bytes(b"<edXML/>")
    bench.outbox.rows = [delivery(body=digest)]
    await bench.run_until_settled(1)
    (row, body), outcome = bench.publisher.delivered[0], bench.outbox.settled[0][1]
    assert (row.id, body) == ("message-1", b"<edXML/>")
    told = {"queue": "xa-giao-an.urgent", "way": "amqp", "message_id": "message-1"}
    assert outcome == Sent(NOON, told)


async def test_a_notice_goes_to_its_agency_as_a_delivery_does(bench):
    digest = await bench.evidence.keep_bytes(b"{}")
    bench.outbox.rows = [delivery(kind=OutboxKind.NOTICE, body=digest)]
    await bench.run_until_settled(1)
    (row, body), outcome = bench.publisher.delivered[0], bench.outbox.settled[0][1]
    assert (row.kind, body) == (OutboxKind.NOTICE, b"{}")
    assert outcome.facts["queue"] == "xa-giao-an.urgent"


async def test_a_large_body_stays_behind_for_the_claim_check(bench):
    digest = await bench.evidence.keep_bytes(b"x" * 10)
    await bench.relay.send(delivery(body=digest, headers={"body": "claim"}))
    assert bench.publisher.delivered[0][1] == b""


async def test_every_row_handed_out_is_settled_once(bench):
    bench.outbox.rows = [delivery(n) for n in range(300)]
    await bench.run_until_settled(300)
    assert {row.id for row, _ in bench.outbox.settled} == {
        f"message-{n}" for n in range(300)
    }
    assert len(bench.outbox.settled) == 300


async def test_a_journal_away_for_a_moment_stops_nothing(bench):
    bench.outbox.down = 2
    bench.outbox.rows = [wake()]
    await bench.run_until_settled(1)
    assert bench.publisher.woken


async def test_a_broker_that_is_away_moves_the_row_to_later(bench):
    bench.publisher.troubles = [BrokerUnavailable("gone")]
    outcome = await bench.relay.send(delivery())
    assert isinstance(outcome, Later)
    assert NOON < outcome.due_at <= NOON + timedelta(seconds=1.2)


async def test_past_its_deadline_a_row_is_a_persons_matter(bench):
    bench.publisher.troubles = [BrokerUnavailable("gone")]
    outcome = await bench.relay.send(delivery(deadline=NOON))
    assert outcome == GivenUp(NOON, "deadline: gone")


async def test_a_wake_row_is_never_given_up(bench):
    bench.publisher.troubles = [BrokerUnavailable("gone")]
    bench.clock.step(10_000_000)
    assert isinstance(await bench.relay.send(replace(wake(), attempts=99)), Later)


async def test_an_unroutable_row_is_given_up_at_once(bench):
    bench.publisher.troubles = [Unroutable("no queue")]
    outcome = await bench.relay.send(delivery())
    assert outcome == GivenUp(NOON, "unroutable: no queue")


async def test_a_pointer_whose_queue_is_gone_for_a_moment_comes_again(bench):
    bench.publisher.troubles = [Unroutable("no queue")]
    assert isinstance(await bench.relay.send(wake()), Later)


async def test_a_row_not_fit_to_leave_stops_no_other(bench):
    bench.outbox.rows = [delivery(1, body=Digest("f" * 64)), wake()]
    await bench.run_until_settled(2)
    outcomes = {row.id: outcome for row, outcome in bench.outbox.settled}
    assert outcomes["message-1"] == GivenUp(NOON, "unfit: KeyError")
    assert isinstance(outcomes["w"], Sent)


async def test_no_more_rows_are_leased_than_can_start(bench):
    digest = await bench.evidence.keep_bytes(b"<edXML/>")
    bench.publisher.gate = asyncio.Event()
    bench.outbox.rows = [delivery(n, body=digest) for n in range(100)]
    running = asyncio.create_task(bench.relay.relay())
    await asyncio.sleep(0.05)
    assert len(bench.outbox.rows) == 100 - 64
    bench.publisher.gate.set()
    async with asyncio.timeout(5):
        while len(bench.outbox.settled) < 100:
            await asyncio.sleep(0)
    running.cancel()


async def test_a_receipt_goes_through_the_adapter_that_brought_the_arrival(bench):
    outcome = await bench.relay.send(answer())
    assert isinstance(outcome, Sent)
    assert bench.adapter.answers[0].outcome is Disposition.DELIVER


async def test_a_source_that_refuses_a_receipt_for_good_ends_the_row(bench):
    bench.adapter.troubles = [PermanentFailure(Fault(FaultCode.FRAME))]
    assert isinstance(await bench.relay.send(answer()), GivenUp)


async def test_a_receipt_for_a_source_nobody_knows_is_listed(bench):
    outcome = await bench.relay.send(replace(answer(), target="truc-cu"))
    assert isinstance(outcome, GivenUp)
    assert outcome.reason.startswith("unroutable")


async def test_a_target_that_is_down_is_left_alone_and_costs_others_nothing(bench):
    bench.adapter.troubles = [SourceUnavailable("down")] * 5
    for _ in range(5):
        assert isinstance(await bench.relay.send(answer()), Later)
    held = await bench.relay.send(answer())
    assert held == Later(NOON + timedelta(seconds=10), "breaker open", counts=False)
    assert not bench.adapter.answers
    assert isinstance(await bench.relay.send(delivery()), Sent)


async def test_the_breaker_closes_when_the_target_takes_something_again(bench):
    bench.adapter.troubles = [SourceUnavailable("down")] * 5
    for _ in range(5):
        await bench.relay.send(answer())
    bench.clock.step(11)
    assert isinstance(await bench.relay.send(answer()), Sent)
    assert isinstance(await bench.relay.send(answer()), Sent)


async def test_when_the_pause_is_over_one_try_goes_and_the_rest_wait_for_it(bench):
    bench.adapter.troubles = [SourceUnavailable("down")] * 6
    for _ in range(5):
        await bench.relay.send(answer())
    bench.clock.step(11)
    first, second = await asyncio.gather(
        bench.relay.send(answer()), bench.relay.send(answer())
    )
    assert first.reason == "down"
    assert second.reason == "breaker open"


async def test_a_slow_source_fills_no_more_than_its_share(bench):
    gate = asyncio.Event()
    bench.adapter.gate = gate
    slow = [asyncio.create_task(bench.relay.send(answer())) for _ in range(20)]
    await asyncio.sleep(0)
    gate.set()
    outcomes = await asyncio.gather(*slow)
    assert sum(isinstance(o, Sent) for o in outcomes) == 16, "a quarter of 64"
    assert all(not o.counts for o in outcomes if isinstance(o, Later))


async def test_deliveries_pass_by_a_source_that_hangs(bench):
    bench.adapter.gate = asyncio.Event()
    digest = await bench.evidence.keep_bytes(b"<edXML/>")
    bench.outbox.rows = [replace(answer(), id=f"r{n}") for n in range(200)]
    bench.outbox.rows += [delivery(n, body=digest) for n in range(100)]
    running = asyncio.create_task(bench.relay.relay())
    async with asyncio.timeout(5):
        while len(bench.publisher.delivered) < 100:
            await asyncio.sleep(0)
    running.cancel()


async def test_an_alert_calls_the_operator(bench):
    row = OutboxRow("x", OutboxKind.ALERT, "operators", NOON, headers={"matter": "m"})
    assert isinstance(await bench.relay.send(row), Sent)
    assert bench.alarm.calls == [row]


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 1), (1, 1), (2, 5), (6, 1800), (50, 1800)]
)
def test_the_wait_grows_with_the_tries_and_stays_at_the_last(attempts, seconds):
    plan = DeliveryPolicy().plan(Target(TargetKind.AGENCIES, "xa-giao-an"))
    assert plan.wait(attempts, 0).total_seconds() == seconds
    assert plan.wait(attempts, 1).total_seconds() == pytest.approx(seconds * 1.2)


async def test_a_source_that_asks_by_itself_has_been_told_nothing(bench):
    bench.adapter.untold = Untold.ASKS
    assert await bench.relay.send(answer()) == Left(NOON, Untold.ASKS)


@dataclass
class HangingPost:
    """Implements the port Post: a mail server that does not come to an end."""

    waiting: int = 0

    async def deliver(self, row: OutboxRow, to: str, body: bytes) -> None:
        self.waiting += 1
        await asyncio.Event().wait()


async def test_a_mail_server_that_hangs_costs_the_agencies_on_queues_nothing():
    bench, post = Bench(), HangingPost()
    slugs = [f"xa-{number}" for number in range(20)]
    by_mail = {slug: replace(COMMUNE, queue=slug, takes=Takes.MAIL) for slug in slugs}
    outlets = Outlets(
        bench.publisher, {}, bench.evidence, bench.alarm, agencies=by_mail, post=post
    )
    relay = Relay(bench.outbox, outlets, bench.clock, bench.breakers)
    digest = await bench.evidence.keep_bytes(b"<edXML/>")
    mails = [delivery(n, target=slugs[n % 20], body=digest) for n in range(200)]
    queued = [delivery(1000 + n, body=digest) for n in range(100)]
    bench.outbox.rows = [*mails, *queued]
    running = asyncio.create_task(relay.relay())
    async with asyncio.timeout(5):
        while len(bench.publisher.delivered) < 100:
            await asyncio.sleep(0)
    assert post.waiting == 16, "a quarter of 64, for all of them together"
    running.cancel()
