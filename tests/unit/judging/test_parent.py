"""The parent's side: a child may do what it likes, every question is answered."""

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hub.errors import EvidenceUnavailable, TemporaryFailure
from hub.judging.parent import ChildJudge, Crowded, NoChild
from hub.judging.process import ChildGone
from hub.judging.protocol import Setup
from hub.model.faults import FaultCode
from hub.model.findings import Indication, SubIndication
from hub.model.ids import Digest
from hub.model.knowledge import Knowledge, Needs
from hub.model.limits import Limits
from hub.model.policy import SecrecyPolicy, VerificationPolicy
from hub.model.verdicts import Headline
from tests.fakes.children import COMMAND, SECRET
from tests.fakes.outsides import NOON, arrival

KNOWN = Knowledge(crls=(b"list-1",), version="trust-1")
SETUP = Setup(
    translators={},
    limits=Limits(judging_seconds=20),
    verification=VerificationPolicy(),
    secrecy=SecrecyPolicy(),
    policy_version="p",
    hub_code="000.90.37.H40",
    schemas={},
)
#: For children that hang: fresh ones answer well within it.
HASTY = replace(SETUP, limits=Limits(judging_seconds=0.5))


class Bench:
    """A judge over a child that misbehaves as the content type says."""

    def __init__(self, folder, setup: Setup = SETUP) -> None:
        self.folder = folder
        self.spool = folder / "spool"
        (folder / ("d" * 64)).touch()
        self.judge = ChildJudge(setup, folder.joinpath, self.spool, COMMAND)

    async def examine(self, how: str = "", knowledge: Knowledge = KNOWN):
        return await self.judge.examine(self.arrival(how), knowledge, at=NOON)

    def arrival(self, how: str = ""):
        return arrival(digest=Digest("d" * 64), content_type=how)

    async def child_of(self, how: str = "") -> str:
        """The pid of the process that answered."""
        return str((await self.examine(how)).fault.place)

    async def seen(self) -> int:
        """The pid of the child once it went wrong."""
        mark = self.folder / f"{'d' * 64}.seen"
        async with asyncio.timeout(20):
            while not (mark.exists() and mark.read_text()):
                await asyncio.sleep(0.01)
        return int(mark.read_text())


@pytest.fixture
async def bench(tmp_path):
    bench = Bench(tmp_path)
    yield bench
    await bench.judge.close()


@pytest.fixture
async def hasty(tmp_path):
    bench = Bench(tmp_path, HASTY)
    yield bench
    await bench.judge.close()


def is_gone(pid: int) -> bool:
    """Neither alive nor a zombie."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def limit_reached(examined) -> bool:
    return examined.fault.code is FaultCode.RESOURCE_LIMIT


async def test_one_warm_child_answers_all(bench):
    await bench.judge.start()
    pid = bench.judge.child_pid
    assert await bench.child_of() == await bench.child_of() == str(pid)
    needs = await bench.judge.inspect(bench.arrival())
    assert needs.issuers == (str(pid),)


async def test_a_child_is_replaced_after_so_many_documents_and_not_questions(tmp_path):
    judge = ChildJudge(
        SETUP, tmp_path.joinpath, tmp_path / "spool", COMMAND, lifetime=2
    )
    one = arrival(digest=Digest("d" * 64), content_type="")
    (tmp_path / one.digest).touch()
    pids = []
    for _ in range(5):
        await judge.inspect(one)
        await judge.examine(one, KNOWN, at=NOON)
        await judge.write(one, 0)
        pids.append(judge.child_pid)
    await judge.close()
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


async def test_many_callers_are_answered_by_one_child_each_with_its_own(bench):
    mine = [replace(bench.arrival(), digest=Digest(f"{n:064x}")) for n in range(40)]
    for one in mine:
        (bench.folder / one.digest).touch()
    found = await asyncio.gather(
        *(bench.judge.examine(a, KNOWN, at=NOON) for a in mine)
    )
    assert [e.digest for e in found] == [a.digest for a in mine]
    assert {e.fault.place for e in found} == {str(bench.judge.child_pid)}


@pytest.mark.parametrize("how", ["leave", "garbage", "too_long", "half", "other_shape"])
async def test_a_child_gone_wrong_once_is_followed_by_one_that_answers(bench, how):
    answered_by = await bench.child_of(f"{how} once")
    assert answered_by == str(bench.judge.child_pid)
    gone = await bench.seen()
    assert answered_by != str(gone)
    assert is_gone(gone)


@pytest.mark.parametrize("how", ["leave", "garbage", "too_long", "half", "other_shape"])
async def test_what_ends_two_children_is_a_finding_and_no_envelope(bench, how):
    examined = await bench.examine(how)
    assert limit_reached(examined)
    assert examined.envelope is None
    assert is_gone(await bench.seen())
    assert await bench.child_of() == str(bench.judge.child_pid)


async def test_that_children_ended_stands_in_the_verdict_as_a_finding(bench):
    verdict = (await bench.examine("leave")).verdict
    (finding,) = verdict.findings
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.RESOURCE_LIMIT,)
    assert verdict.headline is Headline.INDETERMINATE
    assert (verdict.policy_version, verdict.trust_version) == ("p", "trust-1")
    assert verdict.at == NOON


async def test_others_are_served_while_a_document_has_its_second_try(hasty):
    heavy = asyncio.create_task(hasty.examine("hang-for 0.8"))
    await asyncio.sleep(0.55)  # the warm child is gone, the second one begins
    answered = [await hasty.child_of() for _ in range(20)]
    assert not heavy.done()
    assert len(set(answered)) == 1
    assert not limit_reached(await heavy)


async def test_there_is_one_second_child_and_who_needs_it_meanwhile_is_put_off(hasty):
    first = asyncio.create_task(hasty.examine("hang"))
    await hasty.seen()
    other = replace(hasty.arrival("leave"), digest=Digest("e" * 64))
    (hasty.folder / other.digest).touch()
    with pytest.raises(Crowded) as caught:
        await hasty.judge.examine(other, KNOWN, at=NOON)
    assert isinstance(caught.value, TemporaryFailure)
    assert limit_reached(await first)
    assert limit_reached(await hasty.judge.examine(other, KNOWN, at=NOON))


async def test_what_ended_the_warm_child_goes_to_the_second_at_once(hasty):
    """Its next question does not cost the others their child again."""
    assert not limit_reached(await hasty.examine("hang-for 0.8"))
    answered = await hasty.child_of()
    assert not limit_reached(await hasty.examine("hang-for 0.8"))
    assert await hasty.child_of() == answered


async def test_what_was_inspected_in_vain_is_not_examined_as_well(hasty):
    assert await hasty.judge.inspect(hasty.arrival("hang")) == Needs()
    gone = await hasty.seen()
    assert limit_reached(await hasty.examine("hang"))
    assert await hasty.seen() == gone


async def test_a_cancelled_second_try_leaves_no_child(hasty):
    asking = asyncio.create_task(hasty.examine("hang"))
    warm = await hasty.seen()
    async with asyncio.timeout(20):
        while await hasty.seen() == warm:
            await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert is_gone(await hasty.seen())


async def test_what_ends_two_children_needs_nothing_gathered(bench):
    needs = await bench.judge.inspect(bench.arrival("leave"))
    assert needs.issuers == ()


async def test_a_child_that_is_killed_is_followed_by_one_that_answers(bench):
    asking = asyncio.create_task(bench.child_of("hang once"))
    gone = await bench.seen()
    os.kill(gone, 9)
    assert await asking == str(bench.judge.child_pid)
    assert is_gone(gone)


async def test_a_child_killed_between_two_questions_costs_nothing(bench):
    await bench.judge.start()
    os.kill(bench.judge.child_pid, 9)
    assert await bench.child_of() == str(bench.judge.child_pid)


async def test_past_its_budget_a_child_is_killed_and_a_fresh_one_answers(hasty):
    assert await hasty.child_of("hang once") == str(hasty.judge.child_pid)
    assert is_gone(await hasty.seen())


async def test_the_second_try_has_twice_the_budget(tmp_path):
    bench = Bench(tmp_path, replace(SETUP, limits=Limits(judging_seconds=1)))
    assert not limit_reached(await bench.examine("hang-for 1.3"))
    await bench.judge.close()


async def test_who_hangs_twice_is_a_resource_limit_and_the_next_one_is_served(hasty):
    assert limit_reached(await hasty.examine("hang"))
    assert is_gone(await hasty.seen())
    assert await hasty.child_of() == str(hasty.judge.child_pid)


async def test_a_cancelled_question_leaves_no_answer_to_the_next_one(bench):
    asking = asyncio.create_task(bench.examine("hang"))
    gone = await bench.seen()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert is_gone(gone)
    assert await bench.child_of() == str(bench.judge.child_pid)


async def test_who_waits_for_its_turn_may_be_cancelled_without_harm(bench):
    first = asyncio.create_task(bench.child_of("hang once"))
    gone = await bench.seen()
    waiting = asyncio.create_task(bench.examine())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not is_gone(gone)
    os.kill(gone, 9)
    assert await first == str(bench.judge.child_pid)


async def test_every_item_of_knowledge_is_sent_once(bench):
    newer = replace(KNOWN, ocsps=(b"answer-2",), version="trust-2")
    told = [
        (await bench.examine(knowledge=k)).fault.detail
        for k in (KNOWN, KNOWN, newer, newer, KNOWN)
    ]
    assert told == ["list-1", "", "answer-2", "", ""]


async def test_a_fresh_child_is_told_the_knowledge_again(bench):
    await bench.examine()
    assert (await bench.examine("leave once")).fault.detail == "list-1"


async def test_a_child_is_replaced_after_so_many_questions(bench):
    answered = [await bench.child_of() for _ in range(501)]
    assert len(set(answered[:500])) == 1
    assert answered[500] != answered[499]
    assert is_gone(int(answered[0]))


async def test_what_is_written_stands_in_the_spool(bench):
    path = await bench.judge.write(bench.arrival(), paper=1)
    assert path.parent == bench.spool
    assert path.read_bytes() == b"<edXML/>"


@pytest.mark.parametrize("how", ["leave", "forget"])
async def test_what_was_not_written_is_not_called_written(bench, how):
    with pytest.raises(ChildGone):
        await bench.judge.write(bench.arrival(how), paper=1)
    assert list(bench.spool.iterdir()) == []


async def test_a_child_that_talks_without_end_is_heard_to_the_end(hasty):
    assert not limit_reached(await hasty.examine("talk"))


async def test_nothing_a_child_says_of_a_document_reaches_the_log(bench, caplog):
    with caplog.at_level(logging.DEBUG):
        assert limit_reached(await bench.examine("quote"))
    lines = [vars(r) for r in caplog.records if r.message == "judging child gone"]
    assert [line["last_words"] for line in lines] == ["", ""]
    assert [line["why"] for line in lines] == ["died", "died"]
    assert SECRET not in repr([vars(record) for record in caplog.records])


async def test_no_document_is_blamed_when_no_child_can_be_started(tmp_path):
    no_setup = Bench(tmp_path, replace(SETUP, hub_code="cannot start"))
    no_program = Bench(tmp_path)
    no_program.judge = ChildJudge(SETUP, tmp_path.joinpath, tmp_path, ["/no/program"])
    for bench in (no_setup, no_program):
        with pytest.raises(NoChild) as caught:
            await bench.examine()
        assert isinstance(caught.value, TemporaryFailure)
        assert bench.judge.child_pid is None


async def test_closed_the_child_is_gone_and_closing_twice_is_closing_once(bench):
    await bench.judge.start()
    pid = bench.judge.child_pid
    await bench.judge.close()
    await bench.judge.close()
    assert is_gone(pid)
    assert await bench.child_of() != str(pid)


async def test_evidence_that_cannot_be_read_now_is_no_fault_of_the_document(bench):
    (bench.folder / ("d" * 64)).unlink()
    with pytest.raises(EvidenceUnavailable):
        await bench.examine()


async def test_a_spool_that_cannot_be_made_puts_the_document_off(bench):
    bench.spool.write_text("a file where the folder should be")
    with pytest.raises(EvidenceUnavailable):
        await bench.judge.write(bench.arrival(), 0)


async def test_no_secret_of_ours_is_in_the_environment_of_a_child(bench):
    pid = await bench.child_of()
    names = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    assert {n.partition(b"=")[0] for n in names if n} == {
        b"PATH",
        b"LANG",
        b"PYTHONPATH",
    }
