"""A receipt that came back stands on its document and on a person's list, once."""

from dataclasses import replace

from hub.journal.bounces import SqlBounces
from hub.journal.delivery_list import DeliveryList
from hub.journal.leasing import Leasing
from hub.journal.rebuild import dump, rebuild
from hub.mail_ports import Bounces
from hub.model.deliveries import DeliveryWish
from hub.model.records import DeskName, OutboxKind, Sent, Tag
from tests.integration.journal.scenes import (
    MINUTE,
    NOW,
    ONE,
    claimed,
    conclusion,
    delivery,
    key,
    leased,
    receipt,
)


def bounces_of(store) -> Bounces:
    """mypy holds it against the port."""
    return SqlBounces(store.database)


async def told(store):
    entries = await store.queries.entries_of(document=key("doc-1"))
    return [e for e in entries if e.tag is Tag.RECEIPT_BOUNCED]


async def planned(store) -> str:
    arrival = await claimed(store, "doc-1", b"1")
    rows = (delivery(arrival, ONE), replace(receipt(arrival), document=key("doc-1")))
    done = conclusion(arrival, outbox=rows)
    assert await store.journal.conclude(done, unless_changed=0)
    return rows[1].id


async def test_a_bounce_is_put_on_its_document_and_listed_once(store):
    receipt = await planned(store)
    bounces = bounces_of(store)
    assert await bounces.bounced(receipt, "5.1.1", NOW)
    assert await bounces.bounced(receipt, "5.1.1", NOW + MINUTE)
    (entry,) = await told(store)
    assert (entry.moment, entry.facts["status"]) == (NOW, "5.1.1")
    items = [i for i in await store.queries.desk() if i.outbox == receipt]
    assert [(i.desk, i.reason) for i in items] == [(DeskName.DEAD, "bounced 5.1.1")]


async def test_nobody_can_bounce_what_was_never_told(store):
    await planned(store)
    assert not await bounces_of(store).bounced("no-such", "5.1.1", NOW)
    (delivery,) = await leased(store, OutboxKind.DELIVER)
    assert not await bounces_of(store).bounced(delivery.id, "5.1.1", NOW)
    assert await told(store) == []


async def mailed(store, way: str = "mail") -> str:
    """A delivery that left for its agency by mail."""
    await planned(store)
    (row,) = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, Sent(NOW, {"way": way}))
    return row.id


async def test_a_delivery_that_came_back_is_a_dead_letter_once(store):
    message, bounces = await mailed(store), bounces_of(store)
    for _ in range(2):
        assert await bounces.bounced(message, "5.1.1", NOW + MINUTE)
    items = [i for i in await store.queries.desk() if i.outbox == message]
    assert [(i.desk, i.reason) for i in items] == [(DeskName.DEAD, "bounced 5.1.1")]
    (line,) = await DeliveryList(store.database).lines(DeliveryWish())
    assert (line.state, line.way) == ("rejected", "mail")
    before = await dump(store)
    assert (await rebuild(store)).differences == ()
    assert await dump(store) == before


async def test_nobody_bounces_what_went_another_way(store):
    message = await mailed(store, "pull")
    assert not await bounces_of(store).bounced(message, "5.1.1", NOW)


async def test_nobody_bounces_what_the_agency_acknowledged(store):
    message = await mailed(store)
    shelf = Leasing(store.database)
    assert await shelf.acknowledge(f"agency-{ONE}", message, NOW + MINUTE)
    assert not await bounces_of(store).bounced(message, "5.1.1", NOW + MINUTE)
    (line,) = await DeliveryList(store.database).lines(DeliveryWish())
    assert line.state == "acknowledged"


async def test_a_bounce_survives_a_rebuild(store):
    receipt = await planned(store)
    await bounces_of(store).bounced(receipt, "5.2.2", NOW)
    before = await dump(store)
    report = await rebuild(store)
    assert report.differences == ()
    assert await dump(store) == before
