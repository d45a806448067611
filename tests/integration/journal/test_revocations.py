"""What processes know together about revocation answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.journal.queries import Queries
from hub.journal.revocations import SqlRevocations
from hub.model.ids import Digest
from hub.model.revocations import KeptAnswer, RevocationKind, Wanted

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIST = Wanted(
    Digest("a" * 64),
    RevocationKind.CRL,
    "http://ca.example/a.crl",
    Digest("b" * 64),
    ("http://ca.example/a.crl", "http://other.example/a.crl"),
)
ANSWER = KeptAnswer(Digest("c" * 64), 800, NOW - HOUR, NOW + DAY)


@pytest.fixture
def memory(store):
    return SqlRevocations(store.database)


@pytest.fixture
def other(second):
    return SqlRevocations(second.database)


async def row(memory, wanted=LIST):
    return (await memory.read([wanted.key])).get(wanted.key)


async def test_one_process_asks_and_the_other_is_told_so(memory, other):
    assert await memory.claim(LIST, NOW, NOW + HOUR)
    assert not await other.claim(LIST, NOW, NOW + HOUR)
    assert (await row(other)).claimed(NOW)
    assert (await row(other)).wanted == LIST


async def test_a_claim_of_one_who_died_runs_out(memory, other):
    await memory.claim(LIST, NOW, NOW + HOUR)
    assert await other.claim(LIST, NOW + HOUR, NOW + 2 * HOUR)


async def test_what_is_not_due_is_asked_for_by_nobody_unless_told_to(memory, other):
    await memory.claim(LIST, NOW, NOW + HOUR)
    await memory.keep(LIST.key, ANSWER, NOW, NOW + HOUR)
    assert not await other.claim(LIST, NOW, NOW + HOUR)
    assert await other.claim(LIST, NOW, NOW + HOUR, early=True)


async def test_an_answer_is_there_for_all_and_gives_the_claim_back(memory, other):
    await memory.claim(LIST, NOW, NOW + HOUR)
    assert await memory.keep(LIST.key, ANSWER, NOW, NOW + HOUR)
    found = await row(other)
    assert found.answer == ANSWER
    assert found.in_force(NOW)
    assert not found.in_force(NOW + DAY)
    assert (found.claimed_until, found.due_at) == (None, NOW + HOUR)


async def test_an_older_answer_never_takes_the_place_of_a_newer(memory):
    await memory.claim(LIST, NOW, NOW + HOUR)
    await memory.keep(LIST.key, ANSWER, NOW, NOW)
    older = replace(ANSWER, digest=Digest("d" * 64), this_update=NOW - DAY)
    assert not await memory.keep(LIST.key, older, NOW, NOW)
    assert (await row(memory)).answer == ANSWER


async def test_failures_are_counted_and_the_answer_stays(memory):
    await memory.claim(LIST, NOW, NOW + HOUR)
    await memory.keep(LIST.key, ANSWER, NOW, NOW)
    for _ in range(2):
        await memory.fail(LIST, "timeout", NOW, NOW + HOUR)
    found = await row(memory)
    assert (found.failures, found.why, found.answer) == (2, "timeout", ANSWER)
    assert not found.due(NOW)
    assert found.due(NOW + HOUR)


async def test_a_failure_of_what_was_never_heard_of_is_remembered(memory):
    host = Wanted(Digest("e" * 64), RevocationKind.HOST, "http://x:80", Digest(""))
    await memory.fail(host, "timeout", NOW, NOW + HOUR)
    assert (await row(memory, host)).failures == 1


async def test_success_forgets_failures(memory):
    await memory.fail(LIST, "timeout", NOW, NOW)
    await memory.claim(LIST, NOW, NOW + HOUR)
    await memory.keep(LIST.key, ANSWER, NOW, NOW)
    assert ((await row(memory)).failures, (await row(memory)).why) == (0, "")


async def test_only_lists_that_were_wanted_lately_are_listed(memory):
    answer = replace(LIST, key=Digest("f" * 64), kind=RevocationKind.OCSP)
    old = replace(LIST, key=Digest("1" * 64))
    for wanted, at in ((LIST, NOW), (answer, NOW), (old, NOW - 40 * DAY)):
        await memory.claim(wanted, at, at + HOUR)
    assert set(await memory.lists(NOW - 30 * DAY)) == {LIST.key}
    await memory.touch([old.key], NOW)
    assert set(await memory.lists(NOW - 30 * DAY)) == {LIST.key, old.key}


async def test_what_nobody_wants_any_more_is_forgotten(memory):
    await memory.claim(LIST, NOW - 40 * DAY, NOW)
    assert await memory.tidy(NOW - 30 * DAY) == 1
    assert await row(memory) is None


async def test_bytes_of_an_answer_are_never_collected(memory, store):
    await memory.claim(LIST, NOW, NOW + HOUR)
    await memory.keep(LIST.key, ANSWER, NOW, NOW)
    assert ANSWER.digest in await Queries(store.database).digests()
    await memory.forget([LIST.key])
    assert ANSWER.digest not in await Queries(store.database).digests()
