"""Offers, conclusions and whole scenes that the journal's tests play."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid4, uuid5

from hub.journal.steering import Said
from hub.journal.store import Store
from hub.model.arrivals import Arrival, Door, Offer, Source
from hub.model.batches import Asked, BatchAction
from hub.model.decisions import Disposition
from hub.model.documents import Identity
from hub.model.dossiers import Dossier, DossierAct
from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey, digest_of
from hub.model.recalls import (
    Kin,
    RecallRow,
    RecallState,
    Relation,
    Seen,
    VersionLink,
    Withdrawal,
)
from hub.model.records import (
    Conclusion,
    DeskItem,
    DeskName,
    DocumentRow,
    GivenUp,
    Later,
    NewEntry,
    OpenVerdict,
    OutboxKind,
    OutboxRow,
    Outcome,
    PaperTask,
    Sent,
    Tag,
)
from hub.model.rejudging import OpenCase, Rejudgement, VerdictState
from hub.model.statuses import Said as Word
from hub.model.targets import Target, TargetKind

NOW = datetime(2019, 11, 15, 8, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=1)
LEASE = timedelta(seconds=30)
AXIS = Source(name="axis", door=Door("axis-rest"), carrier=True)
ONE, TWO = AgencyCode("H40.1"), AgencyCode("H40.2")
ALL_KINDS = tuple(OutboxKind)


def offer(name: str = "doc-1", body: bytes = b"<edXML/>", **changes) -> Offer:
    return Offer(
        source=changes.get("source", AXIS),
        door_id=name,
        digest=digest_of(body),
        size=changes.get("size", len(body)),
        content_type="application/xml",
        strict_id=changes.get("strict_id", False),
    )


def key(name: str = "doc-1") -> DocumentKey:
    return DocumentKey(digest_of(name.encode()))


def identity(name: str = "doc-1") -> Identity:
    return Identity(key(name), digest_of(b"content of " + name.encode()))


def document(name: str = "doc-1", **changes) -> DocumentRow:
    fields = {
        "key": key(name),
        "content": identity(name).content,
        "sender": AgencyCode("000.00.00.G01"),
        "document_id": name,
        "kind": "new",
        "disposition": Disposition.DELIVER,
        "rule": "deliver",
        "headline": "passed",
        "decided_at": NOW,
    }
    return DocumentRow(**{**fields, **changes})


def delivery(arrival: Arrival, agency: AgencyCode, name: str = "doc-1") -> OutboxRow:
    return OutboxRow(
        id=str(uuid5(NAMESPACE_URL, f"{name}/{agency}/1")),
        kind=OutboxKind.DELIVER,
        target=f"agency-{agency}",
        due_at=NOW,
        deadline=NOW + timedelta(hours=72),
        arrival=arrival.id,
        document=key(name),
        agency=agency,
        headers={"document_id": name, "paper": 0, "được": ["a", 1.5, None]},
        body=digest_of(b"body of " + name.encode()),
    )


def receipt(arrival: Arrival) -> OutboxRow:
    return OutboxRow(
        id=str(uuid5(NAMESPACE_URL, f"receipt/{arrival.id}")),
        kind=OutboxKind.ANSWER,
        target="axis",
        due_at=NOW,
        arrival=arrival.id,
        headers={"outcome": "deliver"},
    )


def conclusion(arrival: Arrival, name: str = "doc-1", **changes) -> Conclusion:
    row = changes.pop("document", document(name))
    entries = (
        NewEntry(
            Tag.ARRIVAL_READ,
            NOW,
            arrival.id,
            key(name),
            facts={"quirks": 0},
            particulars={"subject": "Về việc cấp đất cho ông Nguyễn Văn A"},
        ),
        NewEntry(
            Tag.DOCUMENT_DECIDED,
            NOW,
            arrival.id,
            key(name),
            facts={"rule": "deliver"},
        ),
    )
    fields = {
        "arrival": arrival.id,
        "claim": arrival.claim,
        "document": row,
        "entries": entries,
        "outbox": (delivery(arrival, ONE, name), receipt(arrival)),
    }
    return Conclusion(**{**fields, **changes})


def held(arrival: Arrival, name: str = "doc-1", **changes) -> Conclusion:
    """A conclusion that puts the arrival on the list of the held."""
    item = DeskItem(
        id=f"held-{arrival.id}",
        desk=changes.pop("desk", DeskName.HELD),
        since=NOW,
        reason="unknown-chain",
        arrival=arrival.id,
        document=key(name),
    )
    row = document(name, disposition=Disposition.HOLD, **changes)
    return conclusion(
        arrival, name, document=row, outbox=(receipt(arrival),), desk=(item,)
    )


#: An authority whose revocation data was not to be had.
SOME_CA = digest_of(b"CN=some CA")


def left_open(arrival: Arrival, name: str = "doc-1", **changes) -> Conclusion:
    """A conclusion whose verdict waits for revocation data; due in a minute."""
    told = OpenVerdict(
        document=key(name),
        headline="indeterminate",
        since=NOW,
        due_at=NOW + MINUTE,
        until=NOW + timedelta(days=30),
        waits_for=changes.pop("waits_for", SOME_CA),
    )
    done = conclusion(arrival, name, open_verdict=told, **changes)
    facts = {"headline": "indeterminate", "findings": []}
    judged = NewEntry(Tag.ENVELOPE_JUDGED, NOW, arrival.id, key(name), facts=facts)
    return replace(done, entries=(*done.entries, judged))


async def concluded_open(store: Store, name: str = "doc-1", **changes) -> Arrival:
    arrival = await claimed(store, name, name.encode())
    done = left_open(arrival, name, **changes)
    assert await store.journal.conclude(done, unless_changed=0)
    return arrival


async def case_of(store: Store, arrival: Arrival, at=NOW + MINUTE) -> OpenCase:
    """An open verdict in the hands of a worker that its pointer reached."""
    await store.rejudging.wake(at, 100)
    case = await store.rejudging.claim(arrival.id, at, LEASE)
    assert case is not None
    return case


def notice(case: OpenCase, at=NOW + MINUTE) -> OutboxRow:
    holder = case.holders[0]
    return OutboxRow(
        id=str(uuid5(NAMESPACE_URL, f"notice/{holder.message_id}/{at}")),
        kind=OutboxKind.NOTICE,
        target=holder.queue,
        due_at=at,
        arrival=case.arrival.id,
        document=case.document,
        agency=holder.agency,
        lane=holder.lane,
        follows=case.document,
    )


def rejudgement(case: OpenCase, at=NOW + MINUTE, **changes) -> Rejudgement:
    """It is revoked: the agency hears it, and the operators."""
    item = DeskItem(
        id=f"verdict-{case.arrival.id}",
        desk=DeskName.VERDICT,
        since=at,
        reason="verdict-worse",
        arrival=case.arrival.id,
        document=case.document,
    )
    facts = {"headline": "failed", "findings": []}
    entry = NewEntry(
        Tag.ENVELOPE_JUDGED_AGAIN, at, case.arrival.id, case.document, facts=facts
    )
    fields = {
        "case": case,
        "at": at,
        "entries": (entry,),
        "headline": "failed",
        "state": VerdictState.SETTLED,
        "due_at": at,
        "waits_for": Digest("0" * 64),
        "outbox": (notice(case, at),) if case.holders else (),
        "desk": (item,),
    }
    return Rejudgement(**{**fields, **changes})


def paper(name: str = "doc-1") -> PaperTask:
    return PaperTask(f"paper-{name}", key(name), ONE, NOW)


async def claimed(
    store: Store, name: str = "doc-1", body: bytes = b"<edXML/>"
) -> Arrival:
    taken = await store.journal.accept(offer(name, body), NOW)
    arrival = await store.journal.claim(taken.arrival.id, NOW, LEASE)
    assert arrival is not None
    return arrival


async def concluded(store: Store, name: str = "doc-1", **changes) -> Arrival:
    arrival = await claimed(store, name, name.encode())
    done = await store.journal.conclude(
        conclusion(arrival, name, **changes), unless_changed=0
    )
    assert done
    return arrival


async def leased(store: Store, *kinds: OutboxKind, at=NOW) -> list[OutboxRow]:
    return await store.outbox.due(kinds or ALL_KINDS, at, LEASE, 100)


async def a_full_day(store: Store) -> None:
    """Something of everything: delivered, held, released, buried, given up, refused."""
    told = Dossier(DossierAct.ADD, "H-1", status="1", channel=2)
    await concluded(store, "doc-1", paper=(paper(),), dossier=told)
    copy = await claimed(store, "copy of doc-1", b"doc-1")
    twin = conclusion(
        copy,
        document=document(disposition=Disposition.DISCARD),
        outbox=(delivery(copy, TWO),),
    )
    assert await store.journal.conclude(twin, unless_changed=1)
    waiting = await claimed(store, "doc-2", b"doc-2")
    assert await store.journal.conclude(held(waiting, "doc-2"), unless_changed=0)
    freed = await claimed(store, "doc-3", b"doc-3")
    assert await store.journal.conclude(held(freed, "doc-3"), unless_changed=0)
    assert await store.operators.release(freed.id, "lan", "đã gọi điện", NOW)
    again = await store.journal.claim(freed.id, NOW, LEASE)
    assert again is not None
    late = conclusion(again, "doc-3")
    assert await store.journal.conclude(late, unless_changed=1)
    stuck = await claimed(store, "doc-4", b"doc-4")
    await store.operators.bury(stuck.id, "Traceback …", NOW)
    unread = await claimed(store, "doc-5", b"not XML")
    refusal = conclusion(unread, document=None, outbox=(receipt(unread),))
    assert await store.journal.conclude(refusal, unless_changed=0)
    await store.journal.accept(offer("doc-5", b"not XML"), NOW)
    await store.journal.accept(offer("doc-6", b"waits"), NOW)
    await _left_in_turn(store)
    await _steered(store)
    await store.operators.fetched(delivery(freed, ONE).id, NOW + MINUTE)
    await store.operators.reject(
        str(uuid5(NAMESPACE_URL, f"doc-1/{TWO}/1")), {"reason": "x"}, NOW + MINUTE
    )
    await _judged_again(store)
    await store.sweep.wake([freed.id, ArrivalId(uuid4().hex)], NOW + MINUTE)
    while await store.sealer.seal(3):
        pass


async def _left_in_turn(store: Store) -> None:
    """One is sent, one given up, one put off, and so on."""
    rows = await leased(store, OutboxKind.DELIVER, OutboxKind.ANSWER)
    outcomes: list[Outcome] = [
        Sent(NOW + MINUTE),
        GivenUp(NOW + MINUTE, "unroutable: no queue"),
        Later(NOW + MINUTE, "broker down"),
    ]
    for place, row in enumerate(rows):
        await store.outbox.settle(row, outcomes[place % 3])


async def _steered(store: Store) -> None:
    """A target was down, another is held open."""
    for name in ("axis", "portal"):
        target = Target(TargetKind.SOURCES, name)
        await store.targets.open(target, "down", NOW, NOW + MINUTE)
    await store.targets.close(Target(TargetKind.SOURCES, "portal"), NOW + MINUTE)
    held = Target(TargetKind.AGENCIES, "xa-giao-an")
    await store.targets.hold_open(held, Said(NOW, "lan", reason="đang sửa máy"))
    first, *_ = await store.batches.dead()
    asked = Asked("lan", NOW + MINUTE, "máy đã sửa xong")
    batch = await store.batches.begin(BatchAction.REPLAY, [first.item.id], asked)
    await store.batches.advance(batch.id, NOW + MINUTE, lambda _: 60 * MINUTE, 10)


async def _taken_back(store: Store) -> None:
    """A document that is recalled before it leaves."""
    gone = await concluded(store, "doc-r", said=(Word(key(), ONE, "03", NOW, NOW),))
    row = delivery(gone, ONE, "doc-r")
    by = await claimed(store, "recall of doc-r", b"recall")
    mine, its = key("recall of doc-r"), key("doc-r")
    kin = Kin(
        target_ids=("doc-r",),
        seen=(Seen(its, 1),),
        links=(
            VersionLink(
                "link", mine, "doc-r", Relation.REVOKES, "doc-r", its, "", by.id, LATER
            ),
        ),
        recalls=(
            RecallRow(
                "recall",
                mine,
                its,
                ONE,
                Relation.REVOKES,
                RecallState.CANCELLED,
                LATER,
            ),
        ),
        withdrawals=(Withdrawal(its, ONE, cancel=(row.id,)),),
    )
    revoke = document("recall of doc-r", document_id="doc-r", kind="revoke")
    out = OutboxRow(
        id=str(uuid5(NAMESPACE_URL, "forward/doc-r")),
        kind=OutboxKind.FORWARD,
        target="axis",
        due_at=LATER,
        document=mine,
        headers={"receivers": ["000.00.00.G01"]},
    )
    done = conclusion(by, "recall of doc-r", document=revoke, outbox=(out,), kin=kin)
    assert await store.journal.conclude(done, unless_changed=0)


async def _judged_again(store: Store) -> None:
    """One waits, one was settled and its agency heard it, one asked for and seen."""
    await concluded_open(store, "doc-7", waits_for=digest_of(b"CN=another CA"))
    revoked = await concluded_open(store, "doc-8")
    await store.rejudging.conclude(rejudgement(await case_of(store, revoked)))
    for row in await leased(store, OutboxKind.DELIVER, OutboxKind.NOTICE, at=LATER):
        await store.outbox.settle(row, Sent(LATER, {"way": "pull"}))
    for row in await leased(store, OutboxKind.NOTICE, at=LATER):
        await store.outbox.settle(row, Sent(LATER))
    asked = await concluded_open(store, "doc-9")
    until = LATER + timedelta(days=30)
    await store.rejudging.ask([asked.id], "lan", LATER, until)
    gone = rejudgement(await case_of(store, asked, LATER), LATER, outbox=())
    given_up = replace(gone.entries[0], tag=Tag.REJUDGING_GIVEN_UP)
    await store.rejudging.conclude(
        replace(gone, entries=(given_up,), state=VerdictState.GIVEN_UP)
    )
    await store.rejudging.seen(asked.id, "lan", LATER)
    await _taken_back(store)
