"""Revocation gathered beforehand: found, kept, shared, and never in the way."""

import asyncio
import time
from dataclasses import replace

import pytest

from hub.model.findings import Revocation, SubIndication
from hub.model.knowledge import Needs
from hub.rehearsal.pki import ISSUING_LIST, OCSP, ROOT_LIST
from hub.rehearsal.responder import Mood
from hub.trust.gatherer import Rules
from tests.integration.trust.conftest import DAY, HASTY, HOUR, NOW

MINUTE = 60.0
#: A download goes on long after the document has.
PATIENT = Rules(manner=replace(HASTY, download_seconds=30))


async def test_lists_and_answers_are_gathered_for_a_document(desk, leaf):
    worker = await desk.worker()
    found = desk.judged(leaf, await worker.gather(desk.needs(leaf)))
    assert found.passed
    assert found.revocation is Revocation.GOOD
    assert set(desk.responder.asked) == {
        f"/{ROOT_LIST}",
        f"/{ISSUING_LIST}",
        f"/{OCSP}",
    }


async def test_a_document_without_signatures_asks_nobody(desk):
    worker = await desk.worker()
    before = await worker.gather(Needs())
    assert before.anchors
    assert not desk.responder.asked


async def test_revoked_is_found_where_only_ocsp_says_so(desk, leaf):
    desk.responder.answered[leaf.serial] = NOW - DAY
    worker = await desk.worker()
    found = desk.judged(leaf, await worker.gather(desk.needs(leaf)))
    assert found.revocation is Revocation.REVOKED


async def test_revoked_is_found_where_only_the_list_says_so(desk, leaf):
    desk.responder.listed[leaf.serial] = NOW - DAY
    desk.responder.answers = Mood.DOWN
    worker = await desk.worker()
    found = desk.judged(leaf, await worker.gather(desk.needs(leaf)))
    assert found.revocation is Revocation.REVOKED


async def test_the_second_document_asks_nobody_and_has_the_same_knowledge(desk, leaf):
    worker = await desk.worker()
    first = await worker.gather(desk.needs(leaf))
    asked = desk.responder.asked.copy()
    second = await worker.gather(desk.needs(leaf))
    assert desk.responder.asked == asked
    assert second == first
    assert all(a is b for a, b in zip(first.crls, second.crls, strict=True))


async def test_answers_are_only_about_this_documents_certificates(desk, leaf):
    other = desk.pki.leaf("UBND xã Giao Tân")
    worker = await desk.worker()
    both = await worker.gather(desk.needs(leaf, other))
    mine = await worker.gather(desk.needs(leaf))
    assert len(mine.ocsps) == len(both.ocsps) - 1
    assert mine.crls == both.crls
    assert mine.version != both.version


async def test_what_is_kept_survives_a_restart(desk, leaf):
    worker = await desk.worker()
    before = await worker.gather(desk.needs(leaf))
    await worker.close()
    desk.responder.feel(Mood.DOWN)
    again = await desk.worker()
    assert await again.gather(desk.needs(leaf)) == before


async def test_two_workers_and_ten_documents_make_one_download_of_each(desk, leaf):
    one, other = await desk.worker(), await desk.worker()
    found = await asyncio.gather(
        *(w.gather(desk.needs(leaf)) for w in (one, other) for _ in range(5))
    )
    assert len({k.version for k in found}) == 1
    assert desk.judged(leaf, found[0]).passed
    assert desk.responder.asked[f"/{ISSUING_LIST}"] == 1
    assert desk.responder.asked[f"/{ROOT_LIST}"] == 1


@pytest.mark.parametrize(
    "mood",
    [
        Mood.DOWN,
        Mood.ERROR,
        Mood.MISSING,
        Mood.GARBAGE,
        Mood.OLD,
        Mood.SLOW,
        Mood.HUGE,
        Mood.WRONG_SIGNER,
        Mood.STALE,
    ],
)
async def test_stale_while_error_the_last_good_answer_stands(desk, leaf, mood):
    """An hour later the server is ill: what it said before counts, with its age."""
    rules = Rules(manner=replace(HASTY, list_bytes=200_000))
    worker = await desk.worker(rules)
    before = await worker.gather(desk.needs(leaf))
    desk.responder.feel(mood)
    desk.clock.step(5 * HOUR.total_seconds())
    await worker.refresh()
    after = await worker.gather(desk.needs(leaf))
    assert after == before
    found = desk.judged(leaf, after)
    assert found.passed
    assert found.revocation_at == NOW - HOUR / 60


@pytest.mark.parametrize("mood", [m for m in Mood if m not in {Mood.WELL, Mood.OLD}])
async def test_without_any_good_answer_the_document_goes_on_to_be_judged_later(
    desk, leaf, mood
):
    desk.responder.feel(mood)
    worker = await desk.worker(Rules(manner=replace(HASTY, list_bytes=200_000)))
    began = time.monotonic()
    found = desk.judged(leaf, await worker.gather(desk.needs(leaf)))
    assert found.reasons == (SubIndication.TRY_LATER,)
    assert time.monotonic() - began < desk.responder.slow_seconds / 2


async def test_when_the_server_is_well_again_the_answer_is_found(desk, leaf):
    desk.responder.feel(Mood.DOWN)
    worker = await desk.worker()
    await worker.gather(desk.needs(leaf))
    desk.responder.feel(Mood.WELL)
    desk.clock.step(2 * MINUTE)
    assert desk.judged(leaf, await worker.gather(desk.needs(leaf))).passed


async def test_who_fails_is_left_in_peace_and_delays_no_second_document(desk, leaf):
    desk.responder.feel(Mood.SLOW)
    worker = await desk.worker()
    await worker.refresh()  # to its bitter end: two seconds
    asked = desk.responder.asked.copy()
    other = desk.pki.leaf("UBND xã Giao Tân")
    await worker.gather(desk.needs(other))
    assert desk.responder.asked == asked


async def test_a_server_that_hangs_delays_one_document_and_none_after_it(desk):
    desk.responder.feel(Mood.SLOW)
    worker, other = await desk.worker(PATIENT), await desk.worker(PATIENT)
    began = time.monotonic()
    for number in range(12):
        leaf = desk.pki.leaf(f"UBND xã số {number % 4}")
        who = (worker, other)[number % 2]
        assert desk.judged(leaf, await who.gather(desk.needs(leaf))).reasons
    assert time.monotonic() - began < 12 * HASTY.wait_seconds / 2
    assert desk.responder.asked.total() <= 4


async def test_a_slow_list_arrives_after_the_document_has_gone_on(desk, leaf):
    desk.responder.feel(Mood.SLOW)
    desk.responder.slow_seconds = 1.4
    worker = await desk.worker(PATIENT)
    assert desk.judged(leaf, await worker.gather(desk.needs(leaf))).reasons
    async with asyncio.timeout(30):
        while not desk.judged(leaf, await worker.gather(desk.needs(leaf))).passed:
            await asyncio.sleep(0.05)
    assert desk.responder.asked[f"/{ISSUING_LIST}"] == 1


async def test_lists_are_fetched_ahead_of_their_end_so_that_documents_find_them(
    desk, leaf
):
    worker = await desk.worker()
    await worker.gather(desk.needs(leaf))
    before = desk.responder.asked[f"/{ISSUING_LIST}"]
    await worker.refresh()
    assert desk.responder.asked[f"/{ISSUING_LIST}"] == before
    desk.clock.step(4.1 * HOUR.total_seconds())
    await worker.refresh()
    assert desk.responder.asked[f"/{ISSUING_LIST}"] == before + 1


async def test_a_list_of_twenty_thousand_entries_is_kept_and_found_in(desk, leaf):
    desk.responder.padding = 20_000
    desk.responder.listed[leaf.serial] = NOW - DAY
    desk.responder.answers = Mood.DOWN
    patient = replace(HASTY, wait_seconds=30, download_seconds=30)
    worker = await desk.worker(Rules(manner=patient))
    knowledge = await worker.gather(desk.needs(leaf))
    assert max(map(len, knowledge.crls)) > 700_000
    assert desk.judged(leaf, knowledge).revocation is Revocation.REVOKED


async def test_offline_nobody_is_asked_and_what_is_kept_counts(desk, leaf):
    known = await (await desk.worker()).gather(desk.needs(leaf))
    asked = desk.responder.asked.copy()
    desk.clock.step(30 * DAY.total_seconds())
    offline = await desk.worker(Rules(online=False, manner=HASTY))
    assert await offline.gather(desk.needs(leaf)) == known
    await offline.refresh()
    assert desk.responder.asked == asked


async def test_bytes_lost_from_the_evidence_are_fetched_again(desk, leaf):
    worker = await desk.worker()
    await worker.gather(desk.needs(leaf))
    for path in (desk.folder / "evidence").glob("??/??/*"):
        path.unlink()
    again = await desk.worker()
    assert not (await again.gather(desk.needs(leaf))).crls
    assert desk.judged(leaf, await again.gather(desk.needs(leaf))).passed


async def test_a_newly_installed_authority_is_known_at_once(desk, leaf):
    path = desk.folder / "trust" / "intermediates" / "rehearsal-issuing.crt"
    bytes_ = path.read_bytes()
    path.unlink()
    worker = await desk.worker()
    await worker.gather(desk.needs(leaf))
    assert not desk.responder.asked
    path.write_bytes(bytes_)
    assert desk.judged(leaf, await worker.gather(desk.needs(leaf))).passed
