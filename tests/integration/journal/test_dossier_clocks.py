"""The watch over dossiers on a real journal: two relays, one list, one alert."""

from dataclasses import replace
from datetime import datetime, timedelta

from hub.journal.rebuild import rebuild
from hub.model.calendar import VIETNAM
from hub.model.dossiers import Dossier, DossierAct
from hub.model.ids import AgencyCode
from hub.model.policy import DossierPolicy
from hub.model.records import Facts, OutboxKind, Tag
from hub.pipeline.clocks import DUTY, ClockKeeper, Terms
from hub.registry.calendar import read_calendar
from hub.resources import resource
from tests.fakes.outsides import SteppingClock
from tests.integration.journal.scenes import LEASE, claimed, concluded, held

OFFICE = AgencyCode("000.03.37.H40")
FRIDAY = datetime(2019, 11, 15, 9, 0, tzinfo=VIETNAM)
MONDAY = FRIDAY + timedelta(days=3)
MINUTE = timedelta(minutes=1)
TERMS = Terms(
    read_calendar(resource("config", "calendar.yaml").read_bytes()),
    DossierPolicy(),
    {},
    {OFFICE: "Phòng Tư pháp"},
    {"policy": "p1", "calendar": "c1", "procedures": "t1"},
)
ONLINE = Dossier(
    DossierAct.ADD,
    "000.00.37.H40-191115-00001",
    office=OFFICE,
    channel=2,
    status="1",
    submitted_at=FRIDAY,
)


def keeper(store, holder: str) -> ClockKeeper:
    return ClockKeeper(store.dossiers, store.duties, TERMS, SteppingClock(), holder)


async def tags(store, tag: Tag) -> list[Facts]:
    return [e.facts for e in await store.queries.log(0, 1000) if e.tag is tag]


async def test_a_dossier_nobody_took_up_is_listed_called_out_and_goes_by_itself(store):
    await concluded(store, "one", dossier=ONLINE)
    one, two = keeper(store, "one"), keeper(store, "two")
    await one.look(MONDAY)
    assert await store.dossiers.listed() == []
    for relay in (one, two, one):
        await relay.look(MONDAY + MINUTE)
    (item,) = await store.dossiers.listed()
    assert (item.desk, item.agency, item.reason) == ("pick-up", OFFICE, ONLINE.number)
    (ran_out,) = await tags(store, Tag.CLOCK_RAN_OUT)
    assert (ran_out["calendar"], ran_out["policy"]) == ("c1", "p1")
    (alert,) = await store.outbox.due([OutboxKind.ALERT], MONDAY + MINUTE, LEASE, 9)
    assert alert.headers["name"] == "Phòng Tư pháp"
    assert alert.headers["count"] == 1
    assert ONLINE.number not in str(alert)
    assert (await rebuild(store)).differences == ()

    taken = replace(ONLINE, status="2", received_at=MONDAY + MINUTE)
    await concluded(store, "two", dossier=replace(taken, said_at=MONDAY))
    await two.look(MONDAY + 2 * MINUTE)
    assert await store.dossiers.listed() == []
    assert len(await tags(store, Tag.CLOCK_STOPPED)) == 1
    assert (await rebuild(store)).differences == ()


async def test_what_runs_out_again_is_listed_again(store):
    await concluded(store, "one", dossier=ONLINE)
    watch = keeper(store, "one")
    await watch.look(MONDAY + MINUTE)
    (item,) = await store.dossiers.listed()
    await store.dossiers.stopped([item], MONDAY + MINUTE)
    await watch.look(MONDAY + 2 * MINUTE)
    assert [i.id for i in await store.dossiers.listed()] == [item.id]
    assert len(await tags(store, Tag.ALERT_PLANNED)) == 1
    assert (await rebuild(store)).differences == ()


async def test_a_dossier_given_to_another_office_changes_lists(store):
    other = AgencyCode("000.04.37.H40")
    await concluded(store, "one", dossier=ONLINE)
    watch = keeper(store, "one")
    await watch.look(MONDAY + MINUTE)
    told = replace(ONLINE, office=other, said_at=MONDAY)
    await concluded(store, "two", dossier=told)
    await watch.look(MONDAY + 2 * MINUTE)
    (item,) = await store.dossiers.listed()
    assert item.agency == other
    assert (await rebuild(store)).differences == ()


async def test_one_relay_at_a_time_has_the_duty(store):
    until = MONDAY + 3 * MINUTE
    assert await store.duties.hold(DUTY, "one", until, MONDAY)
    assert not await store.duties.hold(DUTY, "two", until, MONDAY)
    assert await store.duties.hold(DUTY, "two", until + MINUTE, until)


async def test_a_release_of_the_document_leaves_the_clocks_list_alone(store):
    arrival = await claimed(store, "one", b"one")
    waits = replace(held(arrival, "one"), dossier=ONLINE)
    assert await store.journal.conclude(waits, unless_changed=0)
    await keeper(store, "one").look(MONDAY + MINUTE)
    assert await store.operators.release(arrival.id, "lan", "đã gọi điện", MONDAY)
    (item,) = await store.queries.desk()
    assert item.desk == "pick-up"
    assert (await rebuild(store)).differences == ()
