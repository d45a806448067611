"""Dossiers on both databases: written with the conclusion, made again by rebuild."""

from datetime import timedelta

from hub.journal.rebuild import rebuild
from hub.model.dossiers import Dossier, DossierAct
from hub.model.ids import AgencyCode
from hub.model.records import DeskItem, DeskName, Tag
from tests.fakes.outsides import NOON
from tests.integration.journal.scenes import concluded

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
        "submitted_at": NOON,
        "said_at": NOON,
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
            received_at=NOON + HOUR,
            said_at=NOON + HOUR,
        ),
    )
    (row,) = await store.dossiers.find(NUMBER)
    assert (row.status, row.received_at) == ("2", NOON + HOUR)
    assert (row.submitted_at, row.channel) == (NOON, 2)
    assert await store.dossiers.find(OTHER) == [row]


async def test_a_message_under_the_other_number_is_about_the_same_dossier(store):
    await concluded(store, "one", dossier=told(other_number=OTHER))
    progress = told(
        act=DossierAct.PROGRESS, number=OTHER, status="4", said_at=NOON + HOUR
    )
    await concluded(store, "two", dossier=progress)
    (row,) = await store.dossiers.every()
    assert (row.number, row.other_number, row.status) == (NUMBER, OTHER, "4")


async def test_an_older_message_that_comes_late_does_not_turn_it_back(store):
    await concluded(store, "one", dossier=told(status="4", said_at=NOON + HOUR))
    await concluded(store, "two", dossier=told(status="1"))
    (row,) = await store.dossiers.every()
    assert row.status == "4"


async def test_what_a_clock_lists_stays_once_and_goes_when_it_is_done(store):
    arrival = await concluded(store, "one", dossier=told())
    item = DeskItem(
        id="item-1",
        desk=DeskName.PICK_UP,
        since=NOON,
        reason=NUMBER,
        arrival=arrival.id,
        agency=AgencyCode("000.03.37.H40"),
    )
    for _ in range(2):
        await store.dossiers.ran_out([item], [], NOON)
    assert [i.id for i in await store.dossiers.listed()] == ["item-1"]
    tags = [e.tag for e in await store.queries.log(0, 1000)]
    assert tags.count(Tag.CLOCK_RAN_OUT) == 1
    assert (await rebuild(store)).differences == ()
    await store.dossiers.stopped([item], NOON + HOUR)
    assert await store.dossiers.listed() == []
    assert (await rebuild(store)).differences == ()
    (row,) = await store.dossiers.every()
    assert row.number == NUMBER
