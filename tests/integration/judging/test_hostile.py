"""Real children under documents that hang, eat memory, print, raise or leave."""

import asyncio
import logging
import os
import signal
import sys

import pytest

from hub.model.faults import FaultCode
from hub.model.knowledge import Knowledge
from hub.rehearsal.samples import DEFAULT_AT
from tests.fakes.translators import SECRET
from tests.integration.judging.conftest import is_dead, left_behind, written

pytestmark = pytest.mark.asyncio(loop_scope="session")
KNOWN = Knowledge(version="none")


async def test_a_child_killed_in_the_middle_is_followed_by_one_that_answers(
    court_with, samples, tmp_path
):
    court, mark = court_with("hang_once"), tmp_path / "mark"
    xml = samples["report-signed"].xml
    arrival = await court.arrival(str(mark).encode() + b"\n" + xml)
    asking = asyncio.create_task(court.judge.examine(arrival, KNOWN, at=DEFAULT_AT))
    gone = await written(mark)
    os.kill(gone, signal.SIGKILL)
    examined = await asking
    assert examined.envelope.sender.code == "000.00.12.H40"
    assert court.judge.child_pid != gone
    assert gone not in left_behind()


@pytest.mark.parametrize("how", ["hang", pytest.param("spin", marks=pytest.mark.full)])
async def test_past_its_budget_it_is_killed_twice_and_then_told(
    court_with, tmp_path, how
):
    court, mark = court_with(how, judging_seconds=0.3), tmp_path / "mark"
    arrival = await court.arrival(str(mark).encode())
    examined = await court.judge.examine(arrival, KNOWN, at=DEFAULT_AT)
    assert examined.fault.code is FaultCode.RESOURCE_LIMIT
    assert await written(mark) not in left_behind()
    assert court.judge.child_pid is None


async def test_the_limit_on_memory_holds(court_with, tmp_path, caplog):
    court, mark = court_with("eat"), tmp_path / "mark"
    examined = await court.judge.examine(
        await court.arrival(str(mark).encode()), KNOWN, at=DEFAULT_AT
    )
    assert examined.fault.code is FaultCode.RESOURCE_LIMIT
    assert not mark.exists()
    assert [r.last_words for r in caplog.records] == ["MemoryError", "MemoryError"]


async def test_a_child_that_leaves_without_a_word_is_a_resource_limit(court_with):
    court = court_with("leave")
    examined = await court.judge.examine(
        await court.arrival(b"x"), KNOWN, at=DEFAULT_AT
    )
    assert examined.fault.code is FaultCode.RESOURCE_LIMIT


async def test_only_the_name_of_what_ended_a_child_reaches_the_log(court_with, caplog):
    court = court_with("stumble")
    with caplog.at_level(logging.DEBUG):
        examined = await court.judge.examine(
            await court.arrival(b"x"), KNOWN, at=DEFAULT_AT
        )
    assert examined.fault.code is FaultCode.RESOURCE_LIMIT
    gone = [r for r in caplog.records if r.message == "judging child gone"]
    assert [r.last_words for r in gone] == ["UnreadableSecret"] * 2
    assert [r.sha256 for r in gone] == [examined.digest] * 2
    told = repr([vars(record) for record in caplog.records])
    assert "Không Tên" not in told
    assert SECRET not in told


async def test_what_libraries_print_does_not_break_the_protocol(court_with, samples):
    court = court_with("chatter")
    arrival = await court.of(samples["report-signed"])
    examined = await court.judge.examine(arrival, KNOWN, at=DEFAULT_AT)
    assert examined.envelope.sender.code == "000.00.12.H40"
    assert (await court.judge.write(arrival, 0)).read_bytes().startswith(b"<")


PARENT = """
import asyncio, sys
from pathlib import Path
from hub.judging.parent import ChildJudge
from hub.model.knowledge import Knowledge
from tests.fakes.outsides import arrival
from tests.integration.judging.conftest import setup_with
from hub.model.ids import digest_of

async def main():
    path = Path(sys.argv[1])
    judge = ChildJudge(setup_with("spin"), lambda _: path, path.parent)
    one = arrival(digest=digest_of(path.read_bytes()))
    await judge.examine(one, Knowledge(), at=one.accepted_at)

asyncio.run(main())
"""


async def test_a_child_dies_with_its_parent_however_that_one_dies(tmp_path):
    mark, matter = tmp_path / "mark", tmp_path / "matter"
    matter.write_bytes(str(mark).encode())
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(matter)
    )
    child = await written(mark)
    assert not is_dead(child)
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(10):
        while not is_dead(child):
            await asyncio.sleep(0.01)
