"""What leaves for bodies elsewhere: planned, sent, given up, and made again."""

from dataclasses import replace

from sqlalchemy import select

from hub.journal.bounces import SqlBounces
from hub.journal.forward_list import ForwardList
from hub.journal.rebuild import dump, rebuild
from hub.journal.tables import forwards
from hub.model.documents import Identity
from hub.model.envelopes import Kind
from hub.model.forwarded import ForwardState, ForwardWish
from hub.model.ids import AgencyCode, digest_of
from hub.model.receipts import Untold
from hub.model.records import DeskName, GivenUp, Left, OutboxKind, Sent, Tag
from hub.model.sending import Sending
from hub.pipeline.forwards import Passage, forward_row
from tests.integration.journal.scenes import (
    LATER,
    MINUTE,
    NOW,
    ONE,
    claimed,
    conclusion,
    delivery,
    document,
    key,
    leased,
    receipt,
)

G01, G02 = AgencyCode("000.00.00.G01"), AgencyCode("000.00.00.G02")
CONTENT = digest_of(b"content of doc-1")


def forward(arrival, source="axis", *, receivers=(G01, G02), **changes):
    sending = Sending(
        id=f"forward-{source}-{len(receivers)}",
        kind=Kind.NEW,
        sender=ONE,
        receivers=receivers,
        document_id="doc-1",
        name="doc-1",
        at=NOW,
    )
    passage = Passage(
        source, digest_of(b"body"), LATER, arrival.id, key(), follows=None
    )
    return replace(forward_row(sending, passage), **changes)


async def sent_out(store, *rows):
    """A document of ours on its way: one row a source, one here, and the receipt."""
    arrival = await claimed(store)
    whole = (
        delivery(arrival, ONE),
        *(make(arrival) for make in rows or (forward,)),
        replace(receipt(arrival), follows=key()),
    )
    done = conclusion(arrival, outbox=whole, document=document(content=CONTENT))
    assert await store.journal.conclude(done, unless_changed=0)
    return arrival


async def rows_of(store):
    query = select(forwards).order_by(forwards.c.id)
    return await store.database.read(lambda c: c.execute(query).all())


async def test_each_receiver_has_a_row_that_says_where_it_is(store):
    await sent_out(store)
    planned = await rows_of(store)
    assert [(r.agency, r.state) for r in planned] == [
        (G01, "planned"),
        (G02, "planned"),
    ]
    (row,) = await leased(store, OutboxKind.FORWARD)
    await store.outbox.settle(row, Sent(NOW + MINUTE, {"remote": "axis-7"}))
    told = {(r.state, r.sent_at, r.remote) for r in await rows_of(store)}
    assert told == {("sent", NOW + MINUTE, "axis-7")}
    entry = (await store.queries.log(None, 1))[0]
    assert (entry.tag, entry.facts["remote"]) == (Tag.FORWARD_SENT, "axis-7")


async def test_the_frozen_row_gives_the_sending_back(store):
    arrival = await sent_out(store)
    (row,) = await leased(store, OutboxKind.FORWARD)
    assert row.headers["receivers"] == [G01, G02]
    assert (row.arrival, row.body) == (arrival.id, digest_of(b"body"))


async def test_what_was_given_up_says_so_and_what_left_stays(store):
    await sent_out(store, forward, lambda a: forward(a, "mail", receivers=(ONE,)))
    for row in await leased(store, OutboxKind.FORWARD):
        left = Sent(NOW, {"remote": ""})
        outcome = left if row.target == "mail" else GivenUp(NOW, "deadline")
        await store.outbox.settle(row, outcome)
    told = {(r.source, r.state) for r in await rows_of(store)}
    assert told == {("axis", "given-up"), ("mail", "sent")}


async def test_a_receipt_waits_for_forwards_as_for_deliveries(store):
    await sent_out(store)
    (here,) = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(here, Sent(NOW))
    assert await leased(store, OutboxKind.ANSWER) == []
    (out,) = await leased(store, OutboxKind.FORWARD)
    await store.outbox.settle(out, Sent(NOW, {"remote": ""}))
    assert len(await leased(store, OutboxKind.ANSWER)) == 1


async def test_a_notice_that_follows_all_waits_for_all(store):
    arrival = await claimed(store)
    told = replace(
        receipt(arrival),
        kind=OutboxKind.NOTICE,
        agency=ONE,
        follows=key(),
        follows_all=True,
    )
    own = replace(told, id="own", follows_all=False)
    rows = (delivery(arrival, ONE), forward(arrival), told, own)
    done = conclusion(arrival, outbox=rows)
    assert await store.journal.conclude(done, unless_changed=0)
    (here,) = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(here, Sent(NOW))
    assert [r.id for r in await leased(store, OutboxKind.NOTICE)] == ["own"]
    (out,) = await leased(store, OutboxKind.FORWARD)
    await store.outbox.settle(out, Sent(NOW, {"remote": ""}))
    assert [r.id for r in await leased(store, OutboxKind.NOTICE)] == [told.id]


async def test_a_forward_overtakes_no_other_by_its_own_source(store):
    def recall(source):
        return lambda a: forward(a, source, id=f"recall-{source}", follows=key())

    await sent_out(store, forward, recall("axis"), recall("mail"))
    first = await leased(store, OutboxKind.FORWARD)
    assert {row.id for row in first} == {"forward-axis-2", "recall-mail"}
    for row in first:
        await store.outbox.settle(row, Sent(NOW, {"remote": ""}))
    assert [r.id for r in await leased(store, OutboxKind.FORWARD)] == ["recall-axis"]


async def test_bodies_elsewhere_count_among_those_who_have_it(store):
    arrival = await sent_out(store)
    known = await store.journal.background(arrival.id, Identity(key(), CONTENT))
    assert known.earlier is not None
    assert set(known.earlier.delivered_to) == {ONE, G01, G02}
    (row,) = await leased(store, OutboxKind.FORWARD)
    await store.outbox.settle(row, GivenUp(NOW, "deadline"))
    known = await store.journal.background(arrival.id, Identity(key(), CONTENT))
    assert known.earlier is not None
    assert known.earlier.delivered_to == (ONE,)


async def test_a_rebuild_makes_the_same_rows(store):
    await sent_out(store, forward, lambda a: forward(a, "mail", receivers=(ONE,)))
    first, _ = await leased(store, OutboxKind.FORWARD)
    await store.outbox.settle(first, Sent(NOW, {"remote": "axis-7"}))
    before = await dump(store)
    report = await rebuild(store)
    assert (await dump(store), report.differences) == (before, ())


async def by_letter(store, remote: str = "") -> str:
    """A letter that left for one body; `remote`: the other side's own id."""
    await sent_out(store, lambda a: forward(a, "mail", receivers=(G01,)))
    (row,) = await leased(store, OutboxKind.FORWARD)
    told = {"remote": remote or row.id}
    await store.outbox.settle(row, Sent(NOW, told))
    return row.id


async def test_a_letter_that_came_back_is_a_dead_letter_once_and_leaves_again(store):
    letter, bounces = await by_letter(store), SqlBounces(store.database)
    assert await bounces.bounced(letter, "5.1.1", NOW + MINUTE)
    await bounces.bounced(letter, "5.1.1", NOW + MINUTE)
    items = [i for i in await store.queries.desk() if i.outbox == letter]
    assert [(i.desk, i.reason) for i in items] == [(DeskName.DEAD, "bounced 5.1.1")]
    (line,) = await ForwardList(store.database).lines(ForwardWish())
    assert line.state is ForwardState.GIVEN_UP
    before = await dump(store)
    assert (await rebuild(store)).differences == ()
    assert await dump(store) == before


async def test_nobody_bounces_what_an_axis_took(store):
    letter = await by_letter(store, remote="axis-7")
    assert not await SqlBounces(store.database).bounced(letter, "5.1.1", NOW)


async def test_a_secret_document_is_not_named_in_the_list(store):
    arrival = await claimed(store)
    row = document(content=CONTENT, secret=True, notation="12/M")
    done = conclusion(arrival, outbox=(forward(arrival),), document=row)
    assert await store.journal.conclude(done, unless_changed=0)
    lines = await ForwardList(store.database).lines(ForwardWish(documents=(key(),)))
    assert {(line.document_id, line.notation) for line in lines} == {("", "")}


async def test_a_status_that_its_source_asks_for_is_not_called_sent(store):
    await sent_out(store)
    (row,) = await leased(store, OutboxKind.FORWARD)
    await store.outbox.settle(row, Left(NOW, Untold.ASKS))
    entry = (await store.queries.log(None, 1))[0]
    assert (entry.tag, entry.facts["why"]) == (Tag.FORWARD_LEFT, "asks")
    assert {r.state for r in await rows_of(store)} == {"left"}
    before = await dump(store)
    assert (await rebuild(store)).differences == ()
    assert await dump(store) == before
