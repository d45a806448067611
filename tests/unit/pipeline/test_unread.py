"""The watch over agencies' queues: who does not read, and who is nearly full."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.broker.depths import Depth
from hub.model.calendar import VIETNAM
from hub.model.ids import AgencyCode
from hub.model.policy import DeliveryPolicy
from hub.model.records import DeskName
from hub.pipeline.listing import ListTerms
from hub.pipeline.unread import UnreadKeeper, UnreadTerms
from tests.fakes.outsides import SteppingClock
from tests.unit.pipeline.test_clocks import CALENDAR, MemoryShelves

MONDAY = datetime(2019, 11, 18, 8, 0, tzinfo=VIETNAM)
HOUR = timedelta(hours=1)
ONE, TWO = AgencyCode("000.03.37.H40"), AgencyCode("000.05.37.H40")
READERS = {"agency.tu-phap.urgent": ONE, "agency.y-te.urgent": TWO}
EMPTY = Depth("agency.tu-phap.urgent", 0)


class Broker:
    """Shows what a test says."""

    def __init__(self) -> None:
        self.depths = [EMPTY, Depth("agency.y-te.urgent", 0, 1)]

    async def look(self):
        return self.depths

    def tu_phap(self, ready: int | None, consumers: int = 0) -> None:
        self.depths[0] = replace(EMPTY, ready=ready, consumers=consumers)


@pytest.fixture
def lists():
    return MemoryShelves()


@pytest.fixture
def broker():
    return Broker()


@pytest.fixture
def make(lists, broker):
    """A relay's watch; a second one is that of a relay started later."""

    def made():
        terms = UnreadTerms(
            ListTerms(CALENDAR, {ONE: "Phòng Tư pháp"}),
            DeliveryPolicy(queue_length=100, unread_minutes=60),
            READERS,
        )
        clock = SteppingClock(MONDAY)
        return UnreadKeeper(lists, lists, terms, clock, broker.look, holder="me")

    return made


@pytest.fixture
def keeper(make):
    return make()


async def test_a_queue_that_waits_an_hour_with_nobody_there_is_listed_with_its_agency(
    keeper, broker, lists
):
    broker.tu_phap(3)
    await keeper.look(MONDAY)
    await keeper.look(MONDAY + 0.9 * HOUR)
    assert lists.items == []
    await keeper.look(MONDAY + HOUR)

    (item,) = lists.items
    assert (item.desk, item.agency) == (DeskName.UNREAD, ONE)
    assert item.reason == "agency.tu-phap.urgent"
    (alert,) = lists.alerts
    assert alert.headers["name"] == "Phòng Tư pháp"


async def test_it_leaves_the_list_when_somebody_reads(keeper, broker, lists):
    broker.tu_phap(3)
    await keeper.look(MONDAY)
    await keeper.look(MONDAY + HOUR)
    broker.tu_phap(3, consumers=1)
    await keeper.look(MONDAY + 1.1 * HOUR)

    assert lists.items == []


async def test_who_reads_now_and_then_is_not_listed(keeper, broker, lists):
    for hours in range(5):
        broker.tu_phap(3)
        await keeper.look(MONDAY + hours * HOUR)
        broker.tu_phap(0)
        await keeper.look(MONDAY + (hours + 0.5) * HOUR)

    assert lists.items == []


async def test_a_nearly_full_queue_is_listed_at_once_though_somebody_is_there(
    keeper, broker, lists
):
    broker.tu_phap(79, consumers=1)
    await keeper.look(MONDAY)
    assert lists.items == []
    broker.tu_phap(80, consumers=1)
    await keeper.look(MONDAY)

    assert [item.agency for item in lists.items] == [ONE]


async def test_what_is_listed_stays_listed_for_a_relay_that_starts_anew(
    make, broker, lists
):
    broker.tu_phap(3)
    first = make()
    await first.look(MONDAY)
    await first.look(MONDAY + HOUR)
    before = list(lists.items)
    await make().look(MONDAY + 1.1 * HOUR)

    assert lists.items == before != []


async def test_a_queue_the_broker_does_not_have_is_no_matter(keeper, broker, lists):
    broker.tu_phap(None)
    await keeper.look(MONDAY)
    await keeper.look(MONDAY + 2 * HOUR)

    assert lists.items == []
