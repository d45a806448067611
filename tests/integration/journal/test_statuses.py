"""What agencies say: kept by document, agency and code, and what it is about."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.journal.rebuild import dump, rebuild
from hub.journal.shelf import SqlShelf
from hub.model.arrivals import AGENCY_AMQP, Source
from hub.model.decisions import Disposition
from hub.model.documents import Identity
from hub.model.dossiers import Dossier, DossierAct
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.recalls import Kin, Relation, VersionLink
from hub.model.records import (
    Conclusion,
    DeskItem,
    DeskName,
    NewEntry,
    OutboxKind,
    Sent,
    Tag,
)
from hub.model.spoken import Spoken
from hub.model.statuses import Mention, Said
from tests.integration.journal.scenes import (
    LATER,
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
)

SENDER = AgencyCode("000.00.00.G01")
ITSELF = Source("agency.one", AGENCY_AMQP, (ONE,))


def word(code: str = "03", at=LATER, **changes) -> Said:
    fields = {"document": key(), "agency": ONE, "code": code, "at": at, "heard_at": at}
    return Said(**{**fields, **changes})


async def said(store, name: str, *words: Said, **changes) -> None:
    """A status came by an agency's door and was taken."""
    taken = await store.journal.accept(offer(name, name.encode(), source=ITSELF), NOW)
    arrival = await store.journal.claim(taken.arrival.id, NOW, LEASE)
    told = tuple(replace(one, arrival=arrival.id) for one in words)
    row = document(name, kind=Kind.STATUS, document_id="doc-1")
    entries = (NewEntry(Tag.DOCUMENT_DECIDED, LATER, arrival.id, key(name)),)
    done = Conclusion(arrival.id, arrival.claim, row, entries, (), said=told, **changes)
    assert await store.journal.conclude(done, unless_changed=0)


async def left(store, *kinds: OutboxKind, at=NOW) -> None:
    for row in await leased(store, *kinds or (OutboxKind.DELIVER,), at=at):
        await store.outbox.settle(row, Sent(at))


async def mentioned(store, mention: Mention):
    asked = Identity(key("asking"), Digest("0" * 64), mentions=(mention,))
    nobody = ArrivalId("0" * 32)
    history = await store.journal.background(nobody, asked)
    return history.subjects


async def test_codes_are_kept_with_their_moments_whatever_order_they_come_in(store):
    await concluded(store)
    await said(store, "st-1", word("05", LATER))
    await said(store, "st-2", word("03", NOW + MINUTE))
    await said(store, "st-3", word("05", LATER + MINUTE))
    told = await store.statuses.of(key())
    assert [(t.code, t.first_at, t.last_at, t.times) for t in told] == [
        ("03", NOW + MINUTE, NOW + MINUTE, 1),
        ("05", LATER, LATER + MINUTE, 2),
    ]
    assert {t.agency for t in told} == {ONE}


async def test_the_first_word_acknowledges_the_delivery_once(store):
    arrival = await concluded(store)
    await left(store)
    await said(store, "st-1", word("03"))
    await said(store, "st-2", word("06", LATER + MINUTE))
    [one] = await store.queries.deliveries(key())
    assert one.state == "acknowledged"
    log = await store.queries.entries_of(arrival=arrival.id)
    confirmed = [e for e in log if e.tag is Tag.DELIVERY_CONFIRMED]
    assert [e.facts["code"] for e in confirmed] == ["03"]


async def test_a_word_of_the_sender_or_the_hub_acknowledges_nothing(store):
    await concluded(store)
    await left(store)
    await said(store, "st-1", word("13"))
    await said(store, "st-2", word("01", by="hub"))
    [one] = await store.queries.deliveries(key())
    assert one.state == "queued"


@pytest.mark.parametrize(
    "mention",
    [
        Mention(document_id="doc-1"),
        Mention(SENDER, notation="12/CV"),
    ],
)
async def test_a_document_is_found_by_its_own_names(store, mention):
    row = document(notation="12/CV")
    arrival = await concluded(store, document=row)
    (found,) = await mentioned(store, mention)
    assert (found.key, found.source, found.sender) == (key(), "axis", SENDER)
    assert (found.arrival, found.receivers) == (arrival.id, (ONE,))


async def test_a_document_is_found_by_the_delivery_an_agency_was_sent(store):
    arrival = await concluded(store)
    (found,) = await mentioned(store, Mention(delivery=delivery(arrival, ONE).id))
    assert found.key == key()
    assert await mentioned(store, Mention(delivery="of nobody")) == ()


async def test_a_word_on_a_recalls_delivery_is_one_on_its_document(store):
    await concluded(store)
    arrival = await claimed(store, "recall", b"recall")
    link = VersionLink(
        id="link",
        document=key("recall"),
        document_id="recall",
        relation=Relation.REVOKES,
        target_id="doc-1",
        target=key(),
        or_target="",
        arrival=arrival.id,
        at=NOW,
    )
    recall = document("recall", kind=Kind.REVOKE, document_id="recall")
    done = conclusion(arrival, "recall", document=recall, kin=Kin(links=(link,)))
    assert await store.journal.conclude(done, unless_changed=0)
    about = delivery(arrival, ONE, "recall").id
    found = await mentioned(store, Mention(delivery=about))
    assert [one.key for one in found] == [key(), key("recall")]


async def test_a_dossiers_document_is_found_by_its_number(store):
    told = Dossier(DossierAct.ADD, "H-1", other_number="H-1-B", status="1", channel=2)
    await concluded(store, dossier=told)
    for number in ("H-1", "H-1-B"):
        (found,) = await mentioned(store, Mention(dossier=number))
        assert (found.key, found.dossier, found.dossier_status) == (key(), "H-1", "1")


async def test_secret_documents_and_statuses_are_nobodys_subject(store):
    hidden = document(secret=True, disposition=Disposition.HOLD)
    await concluded(store, document=hidden, outbox=())
    await said(store, "st-1")
    assert await mentioned(store, Mention(document_id="doc-1")) == ()


async def test_an_office_that_speaks_of_a_dossier_moves_the_portals_row(store):
    told = Dossier(DossierAct.ADD, "H-1", status="1", channel=2)
    await concluded(store, dossier=told)
    news = Dossier(DossierAct.PROGRESS, "H-1", status="2", said_at=LATER, source="axis")
    await said(store, "st-1", word("03"), dossier=news)
    [row] = await store.dossiers.find("H-1")
    assert (row.source, row.status, row.received_at) == ("axis", "2", LATER)


async def test_what_is_missed_is_read_from_what_is_with_agencies(store):
    await concluded(store)
    assert await store.statuses.open(NOW) == []
    await left(store)
    [one] = await store.statuses.open(NOW)
    assert (one.agency, one.said, one.document_id) == (ONE, {}, "doc-1")
    assert await store.statuses.open(NOW + timedelta(days=1)) == []
    await said(store, "st-1", word("01"))
    [one] = await store.statuses.open(NOW)
    assert one.said == {"01": LATER}
    await said(store, "st-2", word("03", LATER + MINUTE))
    assert await store.statuses.open(NOW) == []
    await said(store, "st-3", word("answer", LATER + MINUTE))
    [one] = await store.statuses.open(NOW)
    assert set(one.said) == {"01", "03", "answer"}
    await said(store, "st-4", word("06", LATER + MINUTE))
    assert await store.statuses.open(NOW) == []
    await said(store, "st-5", word("13", LATER + MINUTE))
    assert len(await store.statuses.open(NOW)) == 1


async def test_what_was_taken_and_never_told_arrived_is_watched_till_01(store):
    await concluded(store)
    await left(store)
    await said(store, "st-1", word("06"))
    [one] = await store.statuses.open(NOW)
    assert set(one.said) == {"06"}
    await said(store, "st-2", word("01", LATER + MINUTE))
    assert await store.statuses.open(NOW) == []


async def test_what_was_taken_and_then_refused_is_not_watched(store):
    await concluded(store)
    await left(store)
    await said(store, "st-1", word("03"))
    assert len(await store.statuses.open(NOW)) == 1
    await said(store, "st-2", word("02", LATER + MINUTE))
    assert await store.statuses.open(NOW) == []


async def test_a_delivery_is_found_by_any_of_its_documents_names(store):
    arrival = await concluded(store, document=document(notation="12/CV"))
    for name in ("doc-1", "12/CV", key()[:8], delivery(arrival, ONE).id):
        [one] = await store.statuses.find(name)
        assert one.agency == ONE
    assert await store.statuses.find("") == []
    assert await store.statuses.find("12") == []


def spoken(arrival, code: str = "01", **changes) -> Spoken:
    row = document("said here", kind=Kind.STATUS, document_id="doc-1")
    leaves = replace(delivery(arrival, TWO, "said here"), document=row.key)
    told = word(code, by="hub", arrival=arrival.id)
    return Spoken(told, row, (leaves,), **changes)


async def test_what_is_said_here_leaves_like_any_status_unless_one_was_said(store):
    arrival = await concluded(store)
    await left(store)
    await store.operators.fetched(delivery(arrival, ONE).id, NOW + MINUTE)
    [one] = await store.statuses.arrived_unsaid([ONE], NOW)
    assert one.fetched_at == NOW + MINUTE
    assert await store.statuses.arrived_unsaid([], NOW) == []
    assert await store.statuses.arrived_unsaid([TWO], NOW) == []
    told = spoken(arrival, unless_said=True)
    assert await store.statuses.speak(told)
    assert not await store.statuses.speak(told)
    assert await store.statuses.arrived_unsaid([ONE], NOW) == []
    [leaving] = await leased(store, OutboxKind.DELIVER, at=LATER)
    assert (leaving.agency, leaving.document) == (TWO, key("said here"))
    [one] = await store.queries.deliveries(key())
    assert one.state == "fetched"


async def test_an_operators_word_stands_with_who_and_why(store):
    arrival = await concluded(store)
    await left(store)
    told = spoken(arrival, "03", actor="lan", reason="cơ quan gọi điện")
    told = replace(told, said=replace(told.said, by="operator"))
    assert await store.statuses.speak(told)
    log = await store.queries.entries_of(document=key())
    [entry] = [e for e in log if e.tag is Tag.STATUS_SAID]
    assert (entry.actor, entry.particulars) == ("lan", {"reason": "cơ quan gọi điện"})
    assert entry.facts["code"] == "03"
    [one] = await store.queries.deliveries(key())
    assert one.state == "acknowledged"


async def test_a_refused_status_stays_on_its_list_until_somebody_has_seen_it(store):
    arrival = await claimed(store, "st-1", b"st-1")
    item = DeskItem(
        "status-1", DeskName.STATUS, NOW, "unknown-document", arrival.id, key("st-1")
    )
    row = document("st-1", kind=Kind.STATUS, disposition=Disposition.REFUSE)
    done = conclusion(arrival, "st-1", document=row, outbox=(), desk=(item,))
    assert await store.journal.conclude(done, unless_changed=0)
    assert [one.reason for one in await store.statuses.refused()] == [
        "unknown-document"
    ]
    assert await store.statuses.seen(arrival.id, "lan", LATER) == 1
    assert await store.statuses.refused() == []
    assert await store.statuses.seen(arrival.id, "lan", LATER) == 0


async def test_clocks_put_on_their_own_lists_and_take_off_them(store):
    arrival = await concluded(store)
    item = DeskItem("silent-1", DeskName.SILENT, NOW, "01", arrival.id, key(), ONE)
    await store.statuses.ran_out([item], (), {"policy": "p"}, NOW)
    await store.statuses.ran_out([item], (), {"policy": "p"}, NOW)
    assert await store.statuses.listed() == [item]
    assert await store.dossiers.listed() == []
    await store.statuses.stopped([item], LATER)
    assert await store.statuses.listed() == []


async def test_the_source_of_the_document_finds_the_word_in_its_traces(store):
    arrival = await claimed(store)
    facts = {"disposition": "deliver", "rule": "deliver"}
    decided = NewEntry(Tag.DOCUMENT_DECIDED, NOW, arrival.id, key(), facts=facts)
    done = conclusion(arrival, entries=(decided,))
    assert await store.journal.conclude(done, unless_changed=0)
    await store.statuses.speak(spoken(arrival))
    traces = await SqlShelf(store.database).traces("axis", None, 10)
    assert [(t.state, t.code, t.agency) for t in traces if t.code] == [
        ("status", "01", ONE)
    ]
    assert {t.document_id for t in traces} == {"doc-1"}


async def test_all_of_it_is_made_again_from_the_entries(store):
    arrival = await concluded(store)
    await left(store)
    item = DeskItem("silent-1", DeskName.SILENT, NOW, "01", arrival.id, key(), ONE)
    await store.statuses.ran_out([item], (), {}, NOW)
    await store.operators.fetched(delivery(arrival, ONE).id, NOW + MINUTE)
    await store.statuses.speak(spoken(arrival, unless_said=True))
    await said(store, "st-1", word("03"), word("answer"))
    await said(store, "st-2", word("03", LATER + MINUTE))
    await store.statuses.stopped([item], LATER)
    before = await dump(store)
    assert len(before["statuses"]) == 3
    report = await rebuild(store)
    assert report.differences == ()
    assert await dump(store) == before
