"""What a door hears, on both databases."""

import asyncio
from dataclasses import replace

import pytest

from hub.errors import KeyReused
from hub.model.arrivals import Door, Source
from hub.model.faults import FaultCode
from hub.model.ids import digest_of
from hub.model.records import OutboxKind, Tag
from tests.integration.journal.scenes import MINUTE, NOW, leased, offer


async def test_an_arrival_is_recorded_with_its_wake_row(store):
    taken = await store.journal.accept(offer(), NOW)

    assert not taken.repeated
    assert await store.queries.arrival(taken.arrival.id) == taken.arrival
    [entry] = await store.queries.entries_of(arrival=taken.arrival.id)
    assert entry.tag is Tag.ARRIVAL_ACCEPTED
    assert entry.moment == NOW
    assert entry.actor == "axis"
    [wake] = await leased(store)
    assert wake.kind is OutboxKind.WAKE
    assert wake.target == "hub.arrivals"
    assert wake.deadline is None
    assert wake.headers == {"arrival": taken.arrival.id}


async def test_the_trace_is_a_w3c_traceparent_named_by_the_arrival(store):
    arrival = (await store.journal.accept(offer(), NOW)).arrival
    version, trace, span, flags = arrival.trace.split("-")
    assert (version, trace, flags) == ("00", arrival.id, "01")
    assert len(span) == 16


async def test_a_large_arrival_wakes_the_worker_for_large_ones(store):
    await store.journal.accept(offer(size=1_001), NOW)
    [wake] = await leased(store)
    assert wake.target == "hub.arrivals.large"


async def test_the_same_again_is_the_earlier_arrival_and_wakes_nobody(store):
    first = await store.journal.accept(offer(strict_id=True), NOW)
    again = await store.journal.accept(offer(strict_id=True), NOW + MINUTE)

    assert again.repeated
    assert again.arrival == first.arrival
    assert len(await leased(store)) == 1
    tags = [e.tag for e in await store.queries.entries_of(arrival=first.arrival.id)]
    assert tags == [Tag.ARRIVAL_ACCEPTED, Tag.ARRIVAL_REPEATED]


async def test_the_lot_of_each_coming_is_noted_and_is_no_part_of_the_identity(store):
    lots = [f"{digest_of(b'one')}#0", f"{digest_of(b'two')}#7", ""]
    taken = [await store.journal.accept(replace(offer(), lot=lot), NOW) for lot in lots]

    assert len({each.arrival.id for each in taken}) == 1
    entries = await store.queries.entries_of(arrival=taken[0].arrival.id)
    assert [e.facts.get("lot", "") for e in entries] == lots
    assert {digest_of(b"one"), digest_of(b"two")} <= await store.queries.digests()


async def test_a_clients_key_with_other_bytes_is_refused_and_changes_nothing(store):
    await store.journal.accept(offer(strict_id=True), NOW)
    with pytest.raises(KeyReused) as caught:
        await store.journal.accept(offer(body=b"other", strict_id=True), NOW)
    assert caught.value.fault.code is FaultCode.KEY_REUSED
    assert len(await store.queries.log(None, 10)) == 1


async def test_a_door_that_pulls_takes_changed_bytes_as_a_new_arrival(store):
    first = await store.journal.accept(offer(), NOW)
    changed = await store.journal.accept(offer(body=b"other"), NOW)
    again = await store.journal.accept(offer(body=b"other"), NOW)

    assert not changed.repeated
    assert changed.arrival.id != first.arrival.id
    assert changed.arrival.door_id == f"doc-1#{digest_of(b'other')}"
    assert again.repeated
    assert again.arrival.id == changed.arrival.id


async def test_two_sources_may_use_the_same_id(store):
    other = Source(name="portal", door=Door("axis-rest"))
    first = await store.journal.accept(offer(), NOW)
    second = await store.journal.accept(offer(source=other), NOW)
    assert not second.repeated
    assert first.arrival.id != second.arrival.id


async def test_many_at_once_through_two_processes_are_one_arrival(store, second):
    answers = await asyncio.gather(
        *(s.journal.accept(offer(), NOW) for s in (store, second) for _ in range(10))
    )
    assert len({taken.arrival.id for taken in answers}) == 1
    assert [taken.repeated for taken in answers].count(False) == 1
    assert len(await leased(store)) == 1


async def test_the_same_id_with_ever_other_headers_grows_no_longer(store):
    """A client that varies its content type must not make names without end."""
    door = replace(offer(), content_type="application/xml")
    kinds = [f"application/xml; v={number}" for number in range(60)]
    taken = [
        await store.journal.accept(replace(door, content_type=kind), NOW)
        for kind in kinds
    ]
    again = await store.journal.accept(replace(door, content_type=kinds[-1]), NOW)

    assert max(len(each.arrival.door_id) for each in taken) < 200
    assert len({each.arrival.id for each in taken}) == 60
    assert (again.repeated, again.arrival.id) == (True, taken[-1].arrival.id)
