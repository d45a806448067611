"""The polling of an axis: nothing lost, nothing twice, and no storm."""

from datetime import date, timedelta

import pytest

from adapters.axis.connector import MessageType
from adapters.axis.polling import Pace, Poller
from adapters.axis.pull_round import LEASE, mark_of
from adapters.axis.pull_settings import AXIS_PULL
from adapters.axis.pull_state import PullState, Step
from hub.errors import (
    JournalUnavailable,
    NotAllowed,
    PermanentFailure,
    SourceUnavailable,
)
from hub.model.arrivals import Source
from hub.model.faults import Fault, FaultCode
from hub.polling import LONGEST_WAIT, Timer
from tests.fakes.axes import (
    TODAY,
    Killed,
    MemoryAxis,
    Message,
    Pauses,
    Tripwire,
    WiredEvidence,
    WiredIntake,
    WiredMarks,
    noon,
)
from tests.fakes.kits import ListeningIntake, MemoryMarks, kit_of
from tests.fakes.outsides import MemoryEvidence, SteppingClock

SOURCE = Source("truc-tinh", AXIS_PULL, carrier=True)


def some(count: int, **changes) -> list[Message]:
    return [Message(f"doc-{n:03}", **changes) for n in range(count)]


class World:
    """One axis and one hub; `poller` starts a process of it."""

    def __init__(self, messages: list[Message], **axis) -> None:
        self.axis = MemoryAxis(messages, **axis)
        self.clock = SteppingClock()
        self.evidence = MemoryEvidence()
        self.intake = ListeningIntake()
        self.marks = MemoryMarks()

    def poller(self, **changes) -> Poller:
        kit = kit_of(
            evidence=self.evidence,
            intake=self.intake,
            clock=self.clock,
            **{"marks": self.marks, **changes},
        )
        return Poller(SOURCE, self.axis, kit, Pace(60), Timer(jitter=lambda: 0.0))

    def state(self, kind: MessageType = MessageType.EDOC) -> PullState:
        found = PullState.read(self.marks.marks.get(mark_of(SOURCE.name, kind), ""))
        assert found is not None
        return found

    @property
    def taken(self) -> list[str]:
        return [offer.door_id for offer in self.intake.offers]

    @property
    def states(self) -> set[str]:
        return {m.state for m in self.axis.messages}


async def test_everything_is_taken_once_and_acknowledged_after():
    world = World(some(120))

    assert await world.poller().once()

    assert world.taken == [f"doc-{n:03}" for n in range(120)]
    assert world.states == {"done"}
    assert world.axis.calls.index("done doc-000") > world.axis.calls.index(
        "fetch doc-000"
    )


async def test_the_offer_is_what_the_axis_answered_and_never_strict():
    world = World(some(1))

    await world.poller().once()

    [offer] = world.intake.offers
    assert world.evidence.kept[offer.digest] == b'{"data":"doc-000"}'
    assert (offer.source, offer.strict_id) == (SOURCE, False)
    assert offer.content_type == "application/json; form=vxp-getedoc"
    assert offer.size == 18


async def test_statuses_are_polled_too_under_ids_of_their_own():
    same = Message("doc-000", MessageType.STATUS, data=b'{"data":"status"}')
    world = World([*some(1), same])

    await world.poller().once()

    assert world.taken == ["doc-000", "status/doc-000"]
    assert world.states == {"done"}


async def test_a_message_that_is_said_to_be_in_hand_is_fetched_all_the_same():
    world = World(some(1, state="processing"))

    await world.poller().once()

    assert world.taken == ["doc-000"]


async def test_what_is_settled_is_not_fetched_again():
    world = World([*some(1, state="done"), Message("doc-x", state="fail")])

    await world.poller().once()

    assert world.taken == []


async def test_two_fronts_never_poll_at_once():
    world = World(some(30))
    other = MemoryMarks("two", world.marks.marks, world.marks.leases)
    first, second = world.poller(), world.poller(marks=other)
    second_looks: list[bool] = []

    await first.once()
    calls = len(world.axis.calls)
    second_looks.append(await second.once())

    assert len(world.axis.calls) == calls
    assert {m.fetched for m in world.axis.messages} == {1}
    world.clock.step(LEASE.total_seconds() + 1)
    await second.once()
    assert len(world.axis.calls) > calls
    assert {m.fetched for m in world.axis.messages} == {1}


async def test_who_lost_the_lease_in_the_middle_stops_there():
    world = World(some(10), page_size=1)
    other = MemoryMarks("two", world.marks.marks, world.marks.leases)

    async def steal() -> None:
        world.clock.step(LEASE.total_seconds() + 1)
        now = world.clock.now()
        await other.hold("axis-pull/truc-tinh", now + LEASE, now)

    class Slow(ListeningIntake):
        async def accept(self, offer):
            if len(self.offers) == 3:
                await steal()
            return await super().accept(offer)

    world.intake = Slow()

    assert await world.poller().once()
    assert len(world.taken) == 4
    assert world.axis.calls[-1] == "done doc-003"


async def test_a_message_that_takes_long_does_not_outlive_the_lease():
    world = World(some(1))
    other = MemoryMarks("two", world.marks.marks, world.marks.leases)
    second = world.poller(marks=other)

    class Slow(MemoryAxis):
        async def _chunks(self, data):
            for start in range(0, len(data), 3):
                world.clock.step(LEASE.total_seconds() * 0.7)
                yield data[start : start + 3]
                lists = self.calls.count("list")
                await second.once()
                assert self.calls.count("list") == lists, "two fronts at once"

    world.axis = Slow(world.axis.messages)
    second = world.poller(marks=other)

    await world.poller().once()

    assert world.taken == ["doc-000"]
    assert world.axis.messages[0].fetched == 1


async def test_a_mark_that_another_changed_ends_the_round_without_harm():
    world = World(some(1))
    name = mark_of(SOURCE.name, MessageType.EDOC)

    class Moved(MemoryMarks):
        async def swap(self, name: str, old: str, new: str) -> bool:
            self.marks[name] = PullState(date(2020, 1, 1)).write()
            return await super().swap(name, old, new)

    world.marks = Moved()

    assert await world.poller().once()
    assert world.marks.marks[name] == PullState(date(2020, 1, 1)).write()


async def test_days_already_listed_are_listed_again_for_what_comes_late():
    world = World(some(1))
    poller = world.poller()
    await poller.once()
    world.axis.messages.append(Message("late", day=TODAY - timedelta(days=2)))

    world.clock.step(60)
    await poller.once()

    assert world.taken == ["doc-000", "late"]
    assert {w.since for w in world.axis.windows} == {TODAY - timedelta(days=2)}
    assert {w.until for w in world.axis.windows} == {TODAY + timedelta(days=1)}


async def test_a_clock_that_once_ran_ahead_hides_no_day():
    world = World(some(1))
    poller = world.poller()
    world.clock.step(400 * 86_400)
    await poller.once()
    world.clock.step(-400 * 86_400)
    world.axis.messages.append(Message("after"))

    await world.poller().once()

    assert world.axis.windows[-1].since == TODAY - timedelta(days=2)
    assert "after" in world.taken


async def test_after_a_clock_ran_ahead_days_without_the_axis_are_listed_too():
    world = World([])
    poller = world.poller()
    world.clock.step(400 * 86_400)
    await poller.once()
    world.clock.step(-400 * 86_400)
    world.axis.away = True
    await poller.once()
    world.axis.messages.append(Message("meanwhile", day=TODAY + timedelta(days=1)))
    world.clock.step(9 * 86_400)
    world.axis.away = False

    await poller.once()

    assert world.taken == ["meanwhile"]


async def test_the_cursor_waits_while_the_axis_is_away():
    world = World(some(1))
    poller = world.poller()
    await poller.once()
    world.axis.away = True
    for _ in range(5):
        world.clock.step(86_400)
        await poller.once()
    world.axis.messages.append(Message("meanwhile", day=TODAY + timedelta(days=1)))
    world.axis.away = False

    await poller.once()

    assert world.axis.windows[-1].since == TODAY - timedelta(days=2)
    assert world.taken == ["doc-000", "meanwhile"]
    assert world.state().cursor == TODAY + timedelta(days=1)
    await poller.once()
    assert world.state().cursor == TODAY + timedelta(days=5)


async def test_a_list_that_reorders_between_pages_loses_nothing():
    world = World(some(40), page_size=7)
    world.axis.meanwhile = world.axis.messages.reverse
    poller = world.poller()

    for _ in range(4):
        await poller.once()
        world.clock.step(60)

    assert sorted(world.taken) == [f"doc-{n:03}" for n in range(40)]
    assert world.states == {"done"}


async def test_after_days_away_a_list_that_shrinks_while_it_is_read_loses_nothing():
    old = [
        Message(f"day-{day}-{n}", day=TODAY + timedelta(days=day))
        for day in range(1, 11)
        for n in range(4)
    ]
    world = World([], page_size=7, hides_settled=True)
    poller = world.poller()
    await poller.once()
    world.axis.messages += old
    world.clock.step(10 * 86_400)

    for _ in range(8):
        await poller.once()
        world.clock.step(60)

    assert sorted(world.taken) == sorted(m.doc_id for m in old)
    assert world.state().cursor == TODAY + timedelta(days=10)


async def test_an_axis_without_lists_of_statuses_is_polled_for_documents_as_ever():
    world = World(some(1), knows_statuses=False)
    poller = world.poller()

    assert not await poller.once()

    assert world.states == {"done"}
    assert poller.wait() == 60


async def test_an_axis_going_and_coming_back_is_one_line_each(caplog):
    world = World(some(1), away=True)
    poller = world.poller()

    for _ in range(5):
        await poller.once()
    world.axis.away = False
    for _ in range(5):
        await poller.once()

    told = [r.message for r in caplog.records if r.message.startswith("axis is")]
    assert told == ["axis is away"] * 2 + ["axis is back"] * 2


async def test_one_poisoned_message_holds_up_no_other():
    world = World(some(5))
    world.axis.poison["doc-001"] = SourceUnavailable("HTTP 500")
    poller = world.poller()

    assert await poller.once()

    assert len(world.taken) == 4
    troubled = world.state().troubled["doc-001"]
    assert (troubled.step, troubled.tries, troubled.why) == (Step.FETCH, 1, "HTTP 500")


async def test_a_poisoned_message_is_tried_ever_less_often_and_taken_when_it_is_well():
    world = World(some(1))
    world.axis.poison["doc-000"] = SourceUnavailable("HTTP 500")
    poller = world.poller()
    for _ in range(24 * 60):
        await poller.once()
        world.clock.step(60)
    tries = world.axis.calls.count("fetch doc-000")
    world.axis.poison.clear()
    for _ in range(6 * 60 + 1):
        await poller.once()
        world.clock.step(60)

    assert tries == 8  # 0, 1, 6, 36 min, 2 h 36, and every six hours
    assert world.taken == ["doc-000"]
    assert world.state().troubled == {}


async def test_many_poisoned_messages_in_a_row_do_not_stop_the_rest_for_long():
    world = World(some(60))
    for number in range(40):
        world.axis.poison[f"doc-{number:03}"] = SourceUnavailable("HTTP 500")
    poller = world.poller()

    for _ in range(5):
        await poller.once()
        world.clock.step(60)

    assert len(world.taken) == 20


async def test_what_the_axis_refuses_for_good_is_said_to_fail_and_listed():
    world = World(some(3))
    world.axis.poison["doc-001"] = PermanentFailure(
        Fault(FaultCode.FRAME, "axis", "10 file invalid")
    )
    poller = world.poller()

    for _ in range(3):
        assert await poller.once()
        world.clock.step(60)

    assert [m.state for m in world.axis.messages] == ["done", "fail", "done"]
    assert world.state().refused == {"doc-001": "frame axis 10 file invalid"}
    assert world.axis.calls.count("fetch doc-001") == 1


async def test_what_is_too_large_is_said_to_fail_with_its_reason():
    world = World([Message("big", data=b"{" + b" " * 200 + b"}"), *some(1)])

    await Poller(
        SOURCE,
        world.axis,
        kit_of(
            limit=100, intake=world.intake, marks=world.marks, clock=SteppingClock()
        ),
        Pace(60),
    ).once()

    assert [m.state for m in world.axis.messages] == ["fail", "done"]
    assert world.axis.messages[0].reason == "too-large"
    assert world.taken == ["doc-000"]


async def test_a_refused_message_that_the_axis_does_not_settle_is_not_fetched_again():
    world = World(some(1))
    world.axis.poison["doc-000"] = PermanentFailure(Fault(FaultCode.NOT_EDXML))
    poller = world.poller()
    await poller.once()
    world.axis.messages[0].state = "initial"

    await poller.once()

    assert world.axis.calls.count("fetch doc-000") == 1


async def test_a_lost_acknowledgement_is_said_again_without_fetching_again():
    world = World(some(2))
    world.axis.deaf["doc-000"] = [SourceUnavailable("no answer")]
    poller = world.poller()
    await poller.once()
    assert world.state().troubled["doc-000"].step is Step.SAY_DONE

    world.clock.step(61)
    await poller.once()

    assert world.states == {"done"}
    assert [m.fetched for m in world.axis.messages] == [1, 1]
    assert world.state().troubled == {}


async def test_an_acknowledgement_that_is_refused_never_makes_a_stored_message_fail():
    world = World(some(1))
    refusal = PermanentFailure(Fault(FaultCode.FRAME, "axis", "10"))
    world.axis.deaf["doc-000"] = [refusal] * 3
    poller = world.poller()

    for _ in range(200):
        await poller.once()
        world.clock.step(60)

    assert world.states == {"done"}
    assert "fail doc-000" not in world.axis.calls
    assert world.axis.messages[0].fetched == 1


async def test_a_lost_fail_keeps_its_reason():
    world = World(some(1))
    world.axis.poison["doc-000"] = PermanentFailure(Fault(FaultCode.NOT_EDXML))
    world.axis.deaf["doc-000"] = [SourceUnavailable("no answer")]
    poller = world.poller()
    await poller.once()
    world.clock.step(61)

    await poller.once()

    assert world.axis.messages[0].reason == "not-edxml"
    assert world.state().refused == {"doc-000": "not-edxml"}


@pytest.mark.parametrize(
    "trouble",
    [JournalUnavailable("full"), NotAllowed(Fault(FaultCode.ADDRESS))],
)
async def test_trouble_of_our_own_is_no_messages_fault(trouble):
    world = World(some(2))
    world.intake.troubles.append(trouble)
    poller = world.poller()

    assert not await poller.once()
    assert world.state().troubled == {}
    assert await poller.once()

    assert world.states == {"done"}


async def test_an_address_that_is_not_allowed_makes_no_message_fail():
    world = World(some(1))
    world.axis.poison["doc-000"] = NotAllowed(Fault(FaultCode.ADDRESS))

    assert not await world.poller().once()

    assert world.states == {"initial"}


async def test_an_unreadable_mark_begins_anew_and_loses_nothing():
    world = World(some(1))
    world.marks.marks[mark_of(SOURCE.name, MessageType.EDOC)] = '{"cursor": 7'

    assert await world.poller().once()

    assert world.taken == ["doc-000"]
    assert world.state().cursor == TODAY


async def test_after_an_unreadable_mark_what_was_in_trouble_for_weeks_is_found():
    world = World([Message("stuck", day=TODAY - timedelta(days=40))])
    world.marks.marks[mark_of(SOURCE.name, MessageType.EDOC)] = '{"cursor": 7'

    assert await world.poller().once()

    assert world.taken == ["stuck"]


class Endless(MemoryAxis):
    """Every page has one behind it."""

    async def list(self, kind, window, mark=""):
        page = await super().list(kind, window, str(len(mark) % 2))
        return type(page)(page.rows, mark + "x")


async def test_a_list_that_never_ends_is_left_and_the_cursor_stays():
    world = World([])
    world.axis = Endless(some(2), page_size=1)

    assert not await world.poller().once()
    assert world.taken == ["doc-000", "doc-001"]
    assert world.state().cursor is None
    assert world.axis.calls.count("list") == 2 + 5 + 400  # documents, statuses


async def test_an_axis_that_gives_all_on_every_page_is_at_its_end():
    class Whole(MemoryAxis):
        async def list(self, kind, window, mark=""):
            page = await super().list(kind, window)
            return type(page)(page.rows, "again" if page.rows else "")

    world = World([])
    world.axis = Whole(some(2))

    assert await world.poller().once()
    assert world.axis.calls.count("list") == 3


async def test_an_axis_that_was_away_for_a_day_is_asked_rarely_and_caught_up_in_turn():
    world = World(some(300))
    world.axis.away = True
    pauses = Pauses(world.clock, noon(3))
    timer = Timer(pauses.pause, jitter=lambda: 0.5)
    kit = kit_of(
        evidence=world.evidence,
        intake=world.intake,
        clock=world.clock,
        marks=world.marks,
    )
    poller = Poller(SOURCE, world.axis, kit, Pace(60), timer)
    with pytest.raises(Killed):
        await poller.run()
    asked = len(world.axis.calls)
    world.axis.away = False
    pauses.until = world.clock.now() + timedelta(seconds=1)
    with pytest.raises(Killed):
        await poller.run()

    assert asked < 220  # one call for either kind, not 2,880
    assert max(pauses.waits) == LONGEST_WAIT * 1.1
    assert len(world.taken) == 300
    assert len(world.axis.calls) - asked == 300 * 2 + 300 // 50 + 1
    assert pauses.waits[-1] == 66.0


def wired(kill_at: int, shared: World) -> tuple[Poller, Tripwire]:
    """A process that dies at a step; what outlives it is in `shared`."""
    wire = Tripwire(kill_at)
    shared.axis.wire = wire
    evidence = WiredEvidence(shared.evidence.kept, wire=wire)
    intake = WiredIntake(shared.intake.offers, evidence=evidence, wire=wire)
    marks = WiredMarks(
        f"process-{kill_at}", shared.marks.marks, shared.marks.leases, wire=wire
    )
    kit = kit_of(evidence=evidence, intake=intake, clock=shared.clock, marks=marks)
    return Poller(SOURCE, shared.axis, kit, Pace(60)), wire


def troublesome() -> World:
    """Ordinary messages, a status, one that is poison, one refused, one deaf."""
    messages = [*some(6), Message("status", MessageType.STATUS)]
    world = World(messages, page_size=3)
    world.axis.poison["doc-001"] = SourceUnavailable("HTTP 500")
    world.axis.poison["doc-002"] = PermanentFailure(Fault(FaultCode.NOT_EDXML))
    world.axis.deaf["doc-003"] = [SourceUnavailable("no answer")]
    return world


async def steps() -> int:
    world = troublesome()
    poller, wire = wired(0, world)
    await poller.once()
    return len(wire.steps)


async def test_a_process_may_die_between_any_two_steps():
    total = await steps()
    assert total > 60
    for kill_at in range(1, total + 1):
        world = troublesome()
        doomed, _ = wired(kill_at, world)
        with pytest.raises(Killed):
            await doomed.once()
        world.clock.step(LEASE.total_seconds() + 1)
        world.axis.poison.pop("doc-001")
        heir, _ = wired(0, world)
        for _ in range(4):
            await heir.once()
            world.clock.step(400)

        states = {m.doc_id: m.state for m in world.axis.messages}
        assert states.pop("doc-002") == "fail", kill_at
        assert set(states.values()) == {"done"}, kill_at
        assert sorted(world.taken) == sorted(
            ["doc-000", "doc-001", "doc-003", "doc-004", "doc-005", "status/status"]
        ), kill_at
