"""The shelf: each agency sees and confirms its own, each source hears of its own."""

from dataclasses import replace
from functools import partial

from hub.journal.delivering import record_acknowledged
from hub.journal.rebuild import dump, rebuild
from hub.journal.shelf import SqlShelf
from hub.model.arrivals import Door, Source
from hub.model.decisions import Disposition, Lane
from hub.model.records import GivenUp, NewEntry, OutboxKind, Sent, Tag
from hub.ports import Shelf
from tests.integration.journal.scenes import (
    LEASE,
    MINUTE,
    NOW,
    ONE,
    TWO,
    claimed,
    concluded,
    conclusion,
    delivery,
    document,
    key,
    leased,
    offer,
    receipt,
)


def shelf_of(store) -> Shelf:
    """mypy holds it against the port."""
    return SqlShelf(store.database)


def decided(arrival, name, disposition="deliver", **facts) -> tuple[NewEntry, ...]:
    told = {"disposition": disposition, "rule": "r", "reason": None, **facts}
    return (NewEntry(Tag.DOCUMENT_DECIDED, NOW, arrival.id, key(name), facts=told),)


async def sent(store) -> None:
    for row in await leased(store, OutboxKind.DELIVER):
        await store.outbox.settle(row, Sent(NOW + MINUTE))


async def test_what_was_delivered_waits_for_its_agency_and_no_other(store):
    await concluded(store)
    shelf = shelf_of(store)
    (waiting,) = await shelf.pending(ONE, 10)
    assert waiting.document_id == "doc-1"
    assert waiting.sender == "000.00.00.G01"
    assert waiting.since == NOW
    assert await shelf.find(ONE, waiting.id) == waiting
    assert await shelf.pending(TWO, 10) == []
    assert await shelf.find(TWO, waiting.id) is None
    assert await shelf.find(ONE, "no-such") is None


async def test_urgent_comes_first_then_the_oldest(store):
    for name in ("a", "b"):
        await concluded(store, name)
    await concluded(store, "c", document=document("c", lane=Lane.URGENT))
    found = [w.document_id for w in await shelf_of(store).pending(ONE, 10)]
    assert found[0] == "c"
    assert set(found) == {"a", "b", "c"}
    assert len(await shelf_of(store).pending(ONE, 2)) == 2


async def test_what_is_confirmed_is_off_the_shelf_and_can_still_be_had(store):
    await concluded(store)
    shelf = shelf_of(store)
    (waiting,) = await shelf.pending(ONE, 10)
    assert await shelf.confirm(ONE, waiting.id, NOW + MINUTE)
    assert await shelf.confirm(ONE, waiting.id, NOW + 2 * MINUTE)
    assert await shelf.pending(ONE, 10) == []
    assert await shelf.find(ONE, waiting.id) == waiting
    entries = await store.queries.entries_of(document=key())
    confirmed = [e for e in entries if e.tag is Tag.DELIVERY_CONFIRMED]
    assert [(e.moment, e.actor) for e in confirmed] == [(NOW + MINUTE, ONE)]


async def test_nobody_confirms_for_another(store):
    await concluded(store)
    shelf = shelf_of(store)
    (waiting,) = await shelf.pending(ONE, 10)
    assert not await shelf.confirm(TWO, waiting.id, NOW)
    assert not await shelf.confirm(ONE, "no-such", NOW)
    assert await shelf.pending(ONE, 10) == [waiting]


async def test_what_was_only_downloaded_still_waits(store):
    await concluded(store)
    shelf = shelf_of(store)
    (waiting,) = await shelf.pending(ONE, 10)
    await store.operators.fetched(waiting.id, NOW)
    assert await shelf.pending(ONE, 10) == [waiting]


async def test_a_queue_that_fails_later_does_not_put_it_back(store):
    await concluded(store)
    shelf = shelf_of(store)
    (waiting,) = await shelf.pending(ONE, 10)
    await shelf.confirm(ONE, waiting.id, NOW)
    (row,) = await leased(store, OutboxKind.DELIVER)
    await store.outbox.settle(row, GivenUp(NOW + MINUTE, "no queue"))
    assert await shelf.pending(ONE, 10) == []


async def test_a_secret_document_is_on_nobodys_shelf(store):
    arrival = await claimed(store, "doc-s", b"s")
    row = document("doc-s", secret=True, document_id="", notation="")
    done = conclusion(
        arrival, "doc-s", document=row, outbox=(delivery(arrival, ONE, "doc-s"),)
    )
    assert await store.journal.conclude(done, unless_changed=0)
    shelf = shelf_of(store)
    assert await shelf.pending(ONE, 10) == []
    assert await shelf.find(ONE, delivery(arrival, ONE, "doc-s").id) is None
    assert not await shelf.confirm(ONE, delivery(arrival, ONE, "doc-s").id, NOW)


async def test_a_source_hears_what_became_of_its_documents_in_order(store):
    arrival = await claimed(store, "doc-1", b"1")
    row = document(notation="12/QĐ-UBND")
    told = decided(arrival, "doc-1")
    await store.journal.conclude(
        conclusion(arrival, document=row, entries=told), unless_changed=0
    )
    await sent(store)
    shelf = shelf_of(store)
    (waiting,) = await shelf.pending(ONE, 10)
    await shelf.confirm(ONE, waiting.id, NOW + 2 * MINUTE)
    traces = await shelf.traces("axis", None, 10)
    assert [(t.state, t.agency) for t in traces] == [
        ("delivered", ""),
        ("queued", ONE),
        ("confirmed", ONE),
    ]
    assert {(t.document_id, t.notation) for t in traces} == {("doc-1", "12/QĐ-UBND")}
    later = await shelf.traces("axis", NOW + 2 * MINUTE, 10)
    assert [t.state for t in later] == ["confirmed"]
    assert len(await shelf.traces("axis", None, 1)) == 1


async def test_a_refusal_is_traced_with_its_sentence(store):
    arrival = await claimed(store, "doc-1", b"1")
    reason = {"code": "signature-broken", "place": "", "detail": ""}
    told = decided(arrival, "doc-1", "refuse", reason=reason)
    row = document(disposition=Disposition.REFUSE)
    done = conclusion(arrival, document=row, entries=told, outbox=(receipt(arrival),))
    await store.journal.conclude(done, unless_changed=0)
    (trace,) = await shelf_of(store).traces("axis", None, 10)
    assert trace.state == "refused"
    assert "chữ ký" in trace.text.lower()


async def test_one_source_hears_nothing_of_anothers(store):
    await concluded(store)
    other = Source(name="portal", door=Door("axis-soap"))
    await store.journal.accept(offer("x", source=other), NOW)
    assert await shelf_of(store).traces("portal", None, 10) == []


async def test_a_secret_document_is_traced_without_its_name(store):
    arrival = await claimed(store, "doc-s", b"s")
    row = document("doc-s", secret=True, disposition=Disposition.HOLD)
    told = decided(arrival, "doc-s", "hold")
    done = conclusion(arrival, "doc-s", document=row, entries=told, outbox=())
    await store.journal.conclude(done, unless_changed=0)
    (trace,) = await shelf_of(store).traces("axis", None, 10)
    assert (trace.state, trace.document_id, trace.notation) == ("held", "", "")


async def test_a_confirmation_survives_a_rebuild(store):
    await concluded(store)
    await sent(store)
    shelf = shelf_of(store)
    (waiting,) = await shelf.pending(ONE, 10)
    await shelf.confirm(ONE, waiting.id, NOW + MINUTE)
    before = await dump(store)
    report = await rebuild(store)
    assert report.differences == ()
    assert await dump(store) == before
    assert await shelf.pending(ONE, 10) == []


async def test_a_released_document_is_put_on_the_shelf_once(store):
    await concluded(store)
    again = await claimed(store, "copy", b"copy")
    twin = conclusion(
        again,
        document=document(disposition=Disposition.DISCARD),
        outbox=(replace(delivery(again, ONE), arrival=again.id),),
    )
    assert await store.journal.conclude(twin, unless_changed=1)
    assert len(await shelf_of(store).pending(ONE, 10)) == 1


async def test_traces_from_any_moment_are_those_at_or_after_it(store):
    names = [f"doc-{n}" for n in range(9)]
    moments = [NOW + 20 * n * MINUTE for n in range(9)]
    moments[4] -= 25 * MINUTE  # a host whose clock is behind
    for name, moment in zip(names, moments, strict=True):
        taken = await store.journal.accept(offer(name, name.encode()), moment)
        arrival = await store.journal.claim(taken.arrival.id, moment, LEASE)
        assert arrival is not None
        told = replace(decided(arrival, name)[0], moment=moment)
        done = conclusion(
            arrival, name, document=document(name), entries=(told,), outbox=()
        )
        assert await store.journal.conclude(done, unless_changed=0)
    shelf = shelf_of(store)
    for since in [*moments, NOW - MINUTE, NOW + 1000 * MINUTE, NOW + 25 * MINUTE]:
        found = await shelf.traces("axis", since, 100)
        due = [n for n, m in zip(names, moments, strict=True) if m >= since]
        assert [t.document_id for t in found] == due


async def test_a_trace_tells_the_status_by_which_it_was_confirmed(store):
    arrival = await claimed(store, "doc-1", b"1")
    told = decided(arrival, "doc-1")
    await store.journal.conclude(conclusion(arrival, entries=told), unless_changed=0)
    await sent(store)
    (waiting,) = await shelf_of(store).pending(ONE, 10)
    for code in ("03", "06"):
        work = partial(record_acknowledged, delivery=waiting.id, at=NOW, code=code)
        await store.database.write(work)
    traces = await shelf_of(store).traces("axis", None, 10)
    assert [(t.state, t.code) for t in traces if t.code] == [("confirmed", "03")]


async def test_what_was_fetched_is_noted_once_and_only_for_its_agency(store):
    arrival = await claimed(store, "doc-1", b"1")
    told = decided(arrival, "doc-1")
    await store.journal.conclude(conclusion(arrival, entries=told), unless_changed=0)
    await sent(store)
    shelf = shelf_of(store)
    (waiting,) = await shelf.pending(ONE, 10)

    await shelf.fetched(TWO, waiting.id, NOW + 2 * MINUTE)
    assert "fetched" not in {t.state for t in await shelf.traces("axis", None, 10)}
    for _ in range(2):
        await shelf.fetched(ONE, waiting.id, NOW + 2 * MINUTE)

    states = [t.state for t in await shelf.traces("axis", None, 10)]
    assert states.count("fetched") == 1
    assert await shelf.pending(ONE, 10) == [waiting]
