"""The record itself: numbers, chain, proofs, rebuilding, on both databases."""

import asyncio

import pytest
from sqlalchemy import delete, select, text, update

from hub.errors import JournalUnavailable
from hub.evidence.folder import FolderEvidence
from hub.journal.rebuild import dump, rebuild
from hub.journal.tables import (
    arrivals,
    deliveries,
    desk,
    documents,
    entries,
    outbox,
    paper_tasks,
    particulars,
    seals,
    unsealed,
)
from hub.journal.verify import verify
from hub.model.records import OutboxKind, Tag
from tests.integration.journal.conftest import POSTGRES
from tests.integration.journal.scenes import NOW, a_full_day, claimed, concluded, offer

_GUARDS = {
    "sqlite": [
        f"DROP TRIGGER {table}_no_{verb}"
        for table in ("entries", "seals")
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"DROP TRIGGER {table}_append_only ON {table}" for table in ("entries", "seals")
    ],
}


async def run(store, *statements):
    def work(connection):
        for statement in statements:
            connection.execute(statement)

    await store.database.write(work)


async def tamper(store, *statements):
    """What somebody with the database's password can do."""

    def work(connection):
        for guard in _GUARDS[connection.dialect.name]:
            connection.execute(text(guard))
        for statement in statements:
            connection.execute(statement)

    await store.database.write(work)


async def seal(store):
    while await store.sealer.seal(100):
        pass


@pytest.fixture
async def evidence(tmp_path):
    kept = FolderEvidence(tmp_path / "evidence")
    for body in (b"doc-1", b"body of doc-1"):
        await kept.keep_bytes(body)
    return kept


async def problems(store, evidence):
    return (await verify(store, evidence)).problems


@pytest.mark.parametrize("table", [entries, seals], ids=["entries", "seals"])
async def test_the_database_itself_refuses_to_change_the_record(store, table):
    await concluded(store)
    await seal(store)
    column = table.c.digest if table is seals else table.c.facts
    for statement in (update(table).values({column: "x"}), delete(table)):
        with pytest.raises(JournalUnavailable):
            await run(store, statement)
    assert len(await store.queries.log(None, 100)) == 3


@pytest.mark.parametrize("kind", [POSTGRES], indirect=True)
async def test_postgresql_refuses_to_truncate_the_record(store):
    await concluded(store)
    with pytest.raises(JournalUnavailable):
        await run(store, text("TRUNCATE entries CASCADE"))


async def test_every_entry_gets_its_number_in_order_without_gaps(store):
    await concluded(store)
    assert await store.sealer.seal(2) == 2
    assert await store.sealer.seal(2) == 1
    assert await store.sealer.seal(2) == 0
    assert [e.number for e in await store.queries.log(None, 10)] == [1, 2, 3]


async def test_numbers_have_no_gaps_when_all_write_and_seal_at_once(store, second):
    async def write(opened, name):
        await concluded(opened, name)

    async def seal_some(opened):
        for _ in range(10):
            await opened.sealer.seal(3)

    both = (store, second)
    await asyncio.gather(
        *(write(s, f"d{n}{i}") for i, s in enumerate(both) for n in range(10)),
        *(seal_some(s) for s in both),
    )
    await seal(store)
    told = await store.queries.log(None, 1000)
    assert sorted(e.number for e in told) == list(range(1, 61))


async def test_a_sound_journal_verifies(store, evidence):
    await concluded(store)
    await claimed(store, "doc-1 again", b"doc-1")
    await seal(store)
    [twin] = [e for e in await store.queries.log(None, 9) if e.number == 4]
    assert twin.tag is Tag.ARRIVAL_ACCEPTED

    report = await verify(store, evidence)
    assert report.problems == ()
    assert report.sound
    assert (report.entries, report.sealed) == (4, 4)
    assert (report.particulars, report.erased) == (1, 0)
    assert (4, report.head) == await store.queries.head()


async def test_an_unsealed_tail_is_no_problem(store, evidence):
    await concluded(store)
    await store.sealer.seal(1)
    report = await verify(store, evidence)
    assert report.sound
    assert (report.entries, report.sealed) == (3, 1)


async def test_erased_particulars_still_verify(store, evidence):
    arrival = await concluded(store)
    await seal(store)
    await store.operators.erase(arrival.id, "retention", NOW)
    await seal(store)
    report = await verify(store, evidence)
    assert report.sound
    assert (report.particulars, report.erased) == (0, 1)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("facts", '{"rule":"refuse"}'),
        ("actor", "somebody"),
        ("moment", NOW.replace(year=2020)),
        ("tag", Tag.DESK_CLOSED),
        ("hmac", "0" * 64),
    ],
)
async def test_a_changed_entry_is_found(store, evidence, column, value):
    await concluded(store)
    await seal(store)
    one = update(entries).where(entries.c.id == 2).values({column: value})
    await tamper(store, one)
    assert "entry 2 is not what seal 2 says" in await problems(store, evidence)


async def test_a_removed_entry_is_found(store, evidence):
    await concluded(store)
    await seal(store)
    await tamper(
        store,
        delete(seals).where(seals.c.entry == 2),
        delete(entries).where(entries.c.id == 2),
    )
    found = await problems(store, evidence)
    assert "seal 2 is missing" in found
    assert "entry 3 is not what seal 3 says" in found


async def test_an_entry_slipped_past_the_sealer_is_found(store, evidence):
    await concluded(store)
    await run(store, delete(unsealed).where(unsealed.c.entry == 2))
    assert await problems(store, evidence) == ("entry 2 is outside the chain",)


async def test_a_whole_chain_made_again_differs_from_the_head_kept_elsewhere(
    store, evidence
):
    await concluded(store)
    await seal(store)
    _, head = await store.queries.head()
    listed = [{"entry": n} for n in (1, 2, 3)]
    await tamper(
        store,
        update(entries).where(entries.c.id == 1).values(actor="somebody"),
        delete(seals),
        unsealed.insert().values(listed),
    )
    await seal(store)
    report = await verify(store, evidence)
    assert report.sound
    assert report.head != head


async def test_changed_particulars_are_found(store, evidence):
    await concluded(store)
    await run(store, update(particulars).values(content='{"subject":"khác"}'))
    [problem] = await problems(store, evidence)
    assert problem == "the particulars of entry 2 were changed"


async def test_changed_or_missing_bytes_are_found(store, evidence):
    arrival = await concluded(store)
    evidence.path(arrival.digest).write_bytes(b"forged")
    assert await problems(store, evidence) == (
        f"the bytes of arrival {arrival.id} were changed",
    )
    evidence.path(arrival.digest).unlink()
    assert await problems(store, evidence) == (
        f"the bytes of arrival {arrival.id} are not in the evidence",
    )


async def test_rebuilt_projections_are_what_was_there(store):
    await a_full_day(store)
    before = await dump(store)
    assert all(before.values()), "the scene shows something of every projection"

    report = await rebuild(store)
    assert report.differences == ()
    assert await dump(store) == before
    assert report.rows == {name: len(rows) for name, rows in before.items()}


async def test_projections_lost_altogether_come_back(store):
    await a_full_day(store)
    before = await dump(store)
    lost = (deliveries, documents, arrivals, desk, paper_tasks)
    keep_wakes = outbox.c.kind != OutboxKind.WAKE
    await run(
        store, *(delete(table) for table in lost), delete(outbox).where(keep_wakes)
    )

    report = await rebuild(store)
    assert await dump(store) == before
    assert any(line.endswith("was missing") for line in report.differences)


async def test_a_projection_that_lies_is_put_right_and_told(store):
    arrival = await concluded(store)
    await run(store, update(documents).values(headline="passed?", rule="x"))
    report = await rebuild(store)
    key = (await store.queries.arrivals_of(report_key(report)))[0]
    assert key.id == arrival.id
    assert {line.split(": ")[1] for line in report.differences} == {"headline", "rule"}
    assert (await rebuild(store)).differences == ()


def report_key(report):
    return report.differences[0].removeprefix("documents ").split(":")[0]


async def test_a_rebuild_keeps_leases_and_tries(store):
    arrival = await claimed(store)
    await store.journal.accept(offer("other"), NOW)

    def fleeting(connection):
        rows = connection.execute(select(arrivals).order_by(arrivals.c.id)).all()
        return rows, connection.execute(select(outbox).order_by(outbox.c.id)).all()

    before = await store.database.read(fleeting)
    await rebuild(store)
    assert await store.database.read(fleeting) == before
    await store.journal.renew(arrival, NOW)
