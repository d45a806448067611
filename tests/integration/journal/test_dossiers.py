"""Dossiers on both databases: written with the conclusion, made again by rebuild."""

import asyncio
from datetime import timedelta

from hub.journal.rebuild import rebuild
from hub.model.arrivals import Door, Source
from hub.model.dossiers import Dossier, DossierAct
from hub.model.ids import AgencyCode
from hub.model.records import (
    DeskItem,
    DeskName,
    OutboxKind,
    OutboxRow,
    Sent,
    Tag,
)
from tests.integration.journal.scenes import (
    LEASE,
    NOW,
    concluded,
    conclusion,
    offer,
)

HOUR = timedelta(hours=1)
NUMBER, OTHER = "000.00.37.H40-191202-00001", "H40.37-191202-77777"


def told(**changes) -> Dossier:
    values = {
        "act": DossierAct.ADD,
        "number": NUMBER,
        "procedure": "9.900001.000.00.37.H40",
        "office": AgencyCode("000.03.37.H40"),
        "channel": 2,
        "status": "1",
        "submitted_at": NOW,
        "said_at": NOW,
    }
    return Dossier(**{**values, **changes})


async def test_a_dossier_is_kept_with_the_conclusion_and_changed_by_the_next(store):
    await concluded(store, "one", dossier=told())
    await concluded(
        store,
        "two",
        dossier=told(
            act=DossierAct.UPDATE,
            status="2",
            other_number=OTHER,
            received_at=NOW + HOUR,
            said_at=NOW + HOUR,
        ),
    )
    (row,) = await store.dossiers.find(NUMBER)
    assert (row.status, row.received_at) == ("2", NOW + HOUR)
    assert (row.submitted_at, row.channel) == (NOW, 2)
    assert await store.dossiers.find(OTHER) == [row]


async def test_a_message_under_the_other_number_is_about_the_same_dossier(store):
    await concluded(store, "one", dossier=told(other_number=OTHER))
    progress = told(
        act=DossierAct.PROGRESS, number=OTHER, status="4", said_at=NOW + HOUR
    )
    await concluded(store, "two", dossier=progress)
    (row,) = await store.dossiers.every()
    assert (row.number, row.other_number, row.status) == (NUMBER, OTHER, "4")


async def test_an_older_message_that_comes_late_does_not_turn_it_back(store):
    await concluded(store, "one", dossier=told(status="4", said_at=NOW + HOUR))
    await concluded(store, "two", dossier=told(status="1"))
    (row,) = await store.dossiers.every()
    assert row.status == "4"


async def test_what_a_clock_lists_stays_once_and_goes_when_it_is_done(store):
    arrival = await concluded(store, "one", dossier=told())
    item = DeskItem(
        id="item-1",
        desk=DeskName.PICK_UP,
        since=NOW,
        reason=NUMBER,
        arrival=arrival.id,
        agency=AgencyCode("000.03.37.H40"),
    )
    for _ in range(2):
        await store.dossiers.ran_out([item], [], {"calendar": "c1"}, NOW)
    assert [i.id for i in await store.dossiers.listed()] == ["item-1"]
    tags = [e.tag for e in await store.queries.log(0, 1000)]
    assert tags.count(Tag.CLOCK_RAN_OUT) == 1
    assert (await rebuild(store)).differences == ()
    await store.dossiers.stopped([item], NOW + HOUR)
    assert await store.dossiers.listed() == []
    assert (await rebuild(store)).differences == ()
    (row,) = await store.dossiers.every()
    assert row.number == NUMBER


async def test_an_alert_is_planned_once_and_survives_a_rebuild(store):
    alert = OutboxRow(
        id="alert-1",
        kind=OutboxKind.ALERT,
        target="operators",
        due_at=NOW,
        deadline=NOW + 24 * HOUR,
        agency=AgencyCode("000.03.37.H40"),
        headers={"matter": "pick-up", "office": "000.03.37.H40", "count": 2},
    )
    for _ in range(2):
        await store.dossiers.ran_out([], [alert], {}, NOW)
    (entry,) = [
        e for e in await store.queries.log(0, 1000) if e.tag is Tag.ALERT_PLANNED
    ]
    assert (entry.agency, entry.facts["count"]) == (alert.agency, 2)
    assert (await rebuild(store)).differences == ()
    (row,) = await store.outbox.due([OutboxKind.ALERT], NOW, HOUR, 10)
    assert (row.id, row.headers) == (alert.id, alert.headers)
    await store.outbox.settle(row, Sent(NOW))
    assert (await rebuild(store)).differences == ()
    assert await store.outbox.due([OutboxKind.ALERT], NOW, HOUR, 10) == []


async def test_what_has_ended_is_looked_at_no_more_but_found(store):
    for place, status in enumerate(("3", "7", "8", "9", "10", "12", "")):
        one = told(number=f"H-{place}", status=status, submitted_at=None)
        await concluded(store, status, dossier=one)
    assert [r.status for r in await store.dossiers.every()] == ["12", ""]
    (row,) = await store.dossiers.find("H-4")
    assert row.status == "10"


async def test_done_straight_after_stopping_is_doubted_and_both_are_kept(store):
    await concluded(store, "one", dossier=told(status="8"))
    assert await store.dossiers.doubted() == []
    done = told(status="9", said_at=NOW + HOUR, finished_at=NOW + HOUR)
    await concluded(store, "two", dossier=done)
    (row,) = await store.dossiers.doubted()
    assert (row.status, row.status_before) == ("9", "8")
    assert (await rebuild(store)).differences == ()


async def test_two_numbers_told_apart_become_one_dossier_when_a_message_names_both(
    store,
):
    await concluded(store, "one", dossier=told())
    await concluded(store, "two", dossier=told(number=OTHER, status="2"))
    assert len(await store.dossiers.every()) == 2
    both = told(other_number=OTHER, status="4", said_at=NOW + HOUR)
    await concluded(store, "three", dossier=both)
    (row,) = await store.dossiers.every()
    assert (row.number, row.other_number, row.status) == (NUMBER, OTHER, "4")
    assert (await rebuild(store)).differences == ()


async def test_a_second_number_that_two_dossiers_were_given_makes_them_no_one(store):
    await concluded(store, "one", dossier=told(number="H-1", other_number=OTHER))
    await concluded(store, "two", dossier=told(number="H-2", other_number=OTHER))
    assert [r.number for r in await store.dossiers.every()] == ["H-1", "H-2"]
    assert [r.number for r in await store.dossiers.find(OTHER)] == ["H-1", "H-2"]
    stranger = told(number=OTHER, procedure="9.900099.000.00.37.H40")
    await concluded(store, "three", dossier=stranger)
    assert len(await store.dossiers.every()) == 3


async def test_the_same_number_from_another_source_is_another_dossier(store):
    await concluded(store, "one", dossier=told())
    other = Source(name="another", door=Door("portal-push"))
    arrival = (await store.journal.accept(offer("x", b"x", source=other), NOW)).arrival
    claim = await store.journal.claim(arrival.id, NOW, LEASE)
    done = conclusion(claim, "x", dossier=told())
    assert await store.journal.conclude(done, unless_changed=0)
    assert [r.source for r in await store.dossiers.find(NUMBER)] == ["another", "axis"]


async def test_two_workers_that_hear_of_a_new_dossier_at_once_keep_one_row(store):
    names = [f"doc-{n}" for n in range(8)]
    steps = [told(status="4", said_at=NOW + n * HOUR) for n in range(8)]
    await asyncio.gather(
        *(concluded(store, n, dossier=s) for n, s in zip(names, steps, strict=True))
    )
    (row,) = await store.dossiers.every()
    assert row.status_at == NOW + 7 * HOUR
