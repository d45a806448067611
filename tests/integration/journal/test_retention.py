"""What is kept too long goes, what is open stays, and the chain holds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from hub.evidence.folder import FolderEvidence
from hub.journal.delivering import record_acknowledged
from hub.journal.entries import append
from hub.journal.rebuild import dump, rebuild
from hub.journal.recall_tables import recalls
from hub.journal.retention import Retention
from hub.journal.tables import deliveries, particulars
from hub.journal.verify import verify
from hub.model.dossiers import Dossier, DossierAct
from hub.model.ids import digest_of
from hub.model.paper import PaperState, PaperStep
from hub.model.recalls import RecallState
from hub.model.records import DeskName, Facts, NewEntry, OutboxKind, Sent, Tag
from hub.model.retention import Block, Erasure, Kept, Matter
from tests.integration.journal.scenes import (
    LATER,
    MINUTE,
    NOW,
    ONE,
    claimed,
    concluded,
    concluded_open,
    conclusion,
    delivery,
    document,
    held,
    key,
    leased,
    offer,
    paper,
)

LONG_AFTER = NOW + timedelta(days=4_000)
ALL = Erasure(
    particulars=True,
    bodies=True,
    retention_class="van-ban",
    policy_version="p1",
    actor="lan",
)


@pytest.fixture
def retention(store) -> Retention:
    return Retention(store.database)


async def answered(store, name="doc-1", **changes):
    """A document that left, whose source was told and whose agency has it."""
    arrival = await concluded(store, name, **changes)
    for kinds in ((OutboxKind.DELIVER,), (OutboxKind.ANSWER,)):
        for row in await leased(store, *kinds, at=LATER):
            await store.outbox.settle(row, Sent(LATER))
    for row in await leased(store, OutboxKind.WAKE, at=LATER):
        await store.outbox.settle(row, Sent(LATER))

    def confirm(connection):
        query = select(deliveries.c.id).where(deliveries.c.document == key(name))
        for one in connection.execute(query).scalars().all():
            record_acknowledged(connection, one, LATER)

    await store.database.write(confirm)
    return arrival


async def the(retention: Retention, name: str = "doc-1") -> Kept:
    [kept] = [k for k in await retention.documents("", 99) if k.document == key(name)]
    return kept


async def seal(store):
    while await store.sealer.seal(100):
        pass


async def test_a_document_is_read_with_all_its_comings(store, retention):
    first = await answered(store)
    twin = await claimed(store, "copy of doc-1", b"doc-1")
    copy = conclusion(twin, document=None, outbox=())
    assert await store.journal.conclude(copy, unless_changed=1)
    await wake_away(store)
    kept = await the(retention)
    assert set(kept.arrivals) == {first.id, twin.id}
    assert (kept.matter, kept.sources, kept.bodies) == (Matter.NEW, ("axis",), 2)
    assert (kept.last_at, kept.particulars, kept.blocks) == (LATER, 2, ())
    assert await retention.strays("", 99) == []


async def test_what_was_no_document_stands_by_itself(store, retention):
    unread = await claimed(store, "doc-5", b"not XML")
    entries = (NewEntry(Tag.DOCUMENT_DECIDED, NOW, unread.id, facts={"rule": "x"}),)
    refusal = conclusion(unread, document=None, outbox=(), entries=entries)
    assert await store.journal.conclude(refusal, unless_changed=0)
    await store.journal.accept(offer("doc-6", b"waits"), NOW)
    strays = await retention.strays("", 99)
    assert {
        k.arrivals[0] == unread.id: Block.UNDECIDED in k.blocks for k in strays
    } == {
        True: False,
        False: True,
    }
    assert {k.matter for k in strays} == {Matter.UNREAD}


async def test_pages_hold_everything_once(store, retention):
    for number in range(5):
        await concluded(store, f"doc-{number}")
    told, after = [], ""
    while page := await retention.documents(after, 2):
        told += page
        after = page[-1].document
    assert len({k.document for k in told}) == len(told) == 5


async def test_erasing_leaves_entries_and_the_chain_and_says_so(
    store, retention, tmp_path
):
    evidence = FolderEvidence(tmp_path / "evidence")
    for body in (b"doc-1", b"body of doc-1", b"doc-2", b"body of doc-2"):
        await evidence.keep_bytes(body)
    arrival = await answered(store)
    await answered(store, "doc-2")
    await seal(store)
    assert await retention.erase(await the(retention), ALL, LONG_AFTER)
    await seal(store)
    evidence.path(arrival.digest).unlink()
    evidence.path(digest_of(b"body of doc-1")).unlink()

    report = await verify(store, evidence)
    assert report.problems == ()
    assert (report.particulars, report.erased, report.let_go) == (1, 1, 1)
    read = await store.queries.entries_of(arrival=arrival.id)
    assert [e.particulars for e in read if e.particulars is not None] == [{}]
    told = [e for e in read if e.tag in {Tag.PARTICULARS_ERASED, Tag.BODIES_ERASED}]
    assert [(e.actor, e.facts["class"], e.facts["policy_version"]) for e in told] == [
        ("lan", "van-ban", "p1")
    ] * 2
    kept = await the(retention)
    assert (kept.particulars, kept.bodies, kept.last_at) == (0, 0, LATER)


async def test_bytes_that_another_document_needs_are_still_named(store, retention):
    """The same bytes came twice; the collector asks what is named."""
    first = await answered(store)
    other = await claimed(store, "doc-2", b"doc-1")
    assert other.digest == first.digest
    assert await store.journal.conclude(conclusion(other, "doc-2"), unless_changed=0)
    body = digest_of(b"body of doc-1")
    assert {first.digest, body} <= await store.queries.digests()
    assert await retention.erase(await the(retention), ALL, LONG_AFTER)
    named = await store.queries.digests()
    assert (first.digest in named, body in named) == (True, False)


async def test_a_manifest_is_named_as_long_as_one_verdict_needs_it(store, retention):
    manifest = digest_of(b"manifest")
    for name in ("doc-1", "doc-2"):
        arrival = await claimed(store, name, name.encode())
        facts: Facts = {"headline": "passed", "knowledge": manifest}
        judged = NewEntry(Tag.ENVELOPE_JUDGED, NOW, arrival.id, key(name), facts=facts)
        done = conclusion(arrival, name, outbox=())
        done = replace(done, entries=(*done.entries, judged))
        assert await store.journal.conclude(done, unless_changed=0)
    for name, left in (("doc-1", {manifest}), ("doc-2", set())):
        await wake_away(store)
        assert await retention.erase(await the(retention, name), ALL, LONG_AFTER)
        assert await store.queries.manifests() == left
        assert (manifest in await store.queries.digests()) == bool(left)


async def wake_away(store):
    for row in await leased(store, OutboxKind.WAKE, at=LATER):
        await store.outbox.settle(row, Sent(LATER))


async def test_erased_again_is_nothing_and_what_comes_again_is_kept(store, retention):
    arrival = await answered(store)
    assert await retention.erase(await the(retention), ALL, LONG_AFTER)
    twin = await claimed(store, "copy", b"doc-1")
    assert await store.journal.conclude(
        conclusion(twin, document=None, outbox=()), unless_changed=1
    )
    kept = await the(retention)
    assert (kept.bodies, kept.particulars) == (1, 1)
    assert twin.digest in await store.queries.digests()
    assert arrival.digest == twin.digest


async def test_what_moved_since_it_was_read_is_left_alone(store, retention):
    await answered(store)
    kept = await the(retention)
    older = replace(kept, last_at=kept.last_at - MINUTE)
    assert not await retention.erase(older, ALL, LONG_AFTER)
    assert (await the(retention)).particulars == 1


async def test_rebuilding_keeps_what_was_erased_erased(store, retention):
    await answered(store)
    await concluded_open(store, "doc-2")
    assert await retention.erase(await the(retention), ALL, LONG_AFTER)
    before = await dump(store)
    report = await rebuild(store)
    assert report.differences == ()
    assert await dump(store) == before
    assert (report.erased_particulars, report.erased_bodies) == (1, 1)


async def test_operators_words_about_no_document_are_erased_by_their_age(
    store, retention, tmp_path
):
    words = [
        NewEntry(Tag.DESK_SEEN, at, actor="lan", particulars={"reason": "x"})
        for at in (NOW, LATER)
    ]
    await store.database.write(lambda c: append(c, words))
    assert await retention.loose(LATER) == 1
    assert await retention.erase_loose(LATER, ALL, LONG_AFTER) == 1
    assert await retention.erase_loose(LATER, ALL, LONG_AFTER) == 0
    await seal(store)
    report = await verify(store, FolderEvidence(tmp_path))
    assert (report.problems, report.erased, report.particulars) == ((), 1, 1)


async def test_an_erased_document_is_not_judged_again(store, retention):
    arrival = await answered(store)
    only_bodies = replace(ALL, particulars=False)
    assert await retention.erase(await the(retention), only_bodies, LONG_AFTER)
    asked = await store.rejudging.ask([arrival.id], "lan", LATER, LONG_AFTER)
    assert asked == []


async def open_desk(store):
    arrival = await claimed(store, "doc-1", b"doc-1")
    assert await store.journal.conclude(held(arrival), unless_changed=0)


async def buried(store):
    arrival = await answered(store)
    await store.operators.bury(arrival.id, "Traceback …", NOW)


async def dead(store):
    await answered(store)
    arrival = (await store.queries.arrivals_of(key()))[0]
    message = delivery(arrival, ONE).id
    assert await store.operators.reject(message, {"reason": "x"}, LATER)


async def leaving(store):
    await concluded(store)


async def judged_later(store):
    await concluded_open(store)


async def on_paper(store):
    await answered(store, paper=(paper(),))


async def paper_differs(store):
    await answered(store, paper=(paper(),))
    step = PaperStep(paper().id, PaperState.DIFFERS, LATER, "lan", note="thiếu trang")
    await store.paper.step(step)


async def never_taken(store):
    await concluded(store)
    for kinds in ((OutboxKind.DELIVER,), (OutboxKind.ANSWER,), (OutboxKind.WAKE,)):
        for row in await leased(store, *kinds, at=LATER):
            await store.outbox.settle(row, Sent(LATER))


async def recall_open(store):
    await answered(store)
    row = {
        "id": "r",
        "recall": key("doc-9"),
        "document": key(),
        "agency": ONE,
        "relation": "revokes",
        "state": RecallState.ASKED,
        "at": LATER,
        "about": "",
        "request": "",
    }
    await store.database.write(lambda c: c.execute(insert(recalls), row))


async def dossier_open(store):
    told = Dossier(DossierAct.ADD, "H-1", status="4", channel=2)
    await answered(store, dossier=told)


async def secret(store):
    arrival = await claimed(store, "doc-1", b"doc-1")
    told = held(arrival, desk=DeskName.SECRET, secret=True)
    assert await store.journal.conclude(told, unless_changed=0)


@pytest.mark.parametrize(
    ("scene", "block"),
    [
        (open_desk, Block.LISTED),
        (secret, Block.LISTED),
        (buried, Block.LISTED),
        (dead, Block.LISTED),
        (leaving, Block.LEAVING),
        (judged_later, Block.OPEN_VERDICT),
        (on_paper, Block.PAPER),
        (paper_differs, Block.PAPER),
        (never_taken, Block.UNANSWERED),
        (recall_open, Block.UNANSWERED),
        (dossier_open, Block.OPEN_DOSSIER),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
async def test_what_is_open_is_never_erased(store, retention, scene, block):
    await scene(store)
    kept = await the(retention)
    assert block in kept.blocks
    assert not await retention.erase(kept, ALL, LONG_AFTER)
    rows = await store.database.read(lambda c: c.execute(select(particulars)).all())
    assert rows != []
    assert Tag.BODIES_ERASED not in await tags(store)


async def tags(store) -> Iterable[Tag]:
    return [e.tag for e in await store.queries.log(None, 100)]


async def test_the_first_paper_step_that_ends_it_unblocks_it(store, retention):
    await on_paper(store)
    await store.paper.step(PaperStep(paper().id, PaperState.RECEIVED, LATER, "lan"))
    assert (await the(retention)).blocks == ()


async def test_a_dossier_that_ended_goes_as_a_dossier(store, retention):
    told = Dossier(DossierAct.ADD, "H-1", status="10", channel=2)
    await answered(store, dossier=told)
    kept = await the(retention)
    assert (kept.matter, kept.blocks) == (Matter.DOSSIER, ())


async def test_a_status_waits_for_nobodys_answer(store, retention):
    row = document(kind="status")
    await concluded(store, document=row)
    for kinds in ((OutboxKind.DELIVER,), (OutboxKind.ANSWER,), (OutboxKind.WAKE,)):
        for one in await leased(store, *kinds, at=LATER):
            await store.outbox.settle(one, Sent(LATER))
    kept = await the(retention)
    assert (kept.matter, kept.blocks) == (Matter.STATUS, ())
