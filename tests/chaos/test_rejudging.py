"""`kill -9` of a worker between every two steps of judging again: told once."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest

from hub.evidence.folder import FolderEvidence
from hub.journal.rebuild import rebuild
from hub.journal.store import Store, open_journal
from hub.model.records import DeskName, OutboxKind, Sent, Tag
from hub.model.rejudging import VerdictState
from tests.integration.journal.scenes import LATER, concluded_open, leased

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]
#: More steps than there are.
MOST = 40


async def one_life(folder: Path, steps: int) -> bool:
    """Whether it came to its end."""
    process = await asyncio.create_subprocess_exec(
        *("setpriv", "--pdeathsig", "KILL", "--", sys.executable),
        *("-m", "tests.chaos.dying_rejudger", str(folder), str(steps)),
        cwd=ROOT,
    )
    async with asyncio.timeout(60):
        return await process.wait() == 0


async def lives(folder: Path) -> int:
    """Die at step 1, 2, 3 ... until one life goes through; how many deaths it took."""
    for steps in range(1, MOST):
        if await one_life(folder, steps):
            return steps - 1
    raise AssertionError("it never came to its end")


def journal(folder: Path):
    return open_journal(f"sqlite:///{folder}/journal.db", migrate=True)


async def told(store: Store) -> Counter[Tag]:
    return Counter(entry.tag for entry in await store.queries.log(0, 1000))


async def test_one_verdict_is_added_and_everybody_hears_it_once(tmp_path):
    async with journal(tmp_path) as store:
        await concluded_open(store)
    assert await lives(tmp_path) >= 8
    async with journal(tmp_path) as store:
        assert (await told(store))[Tag.ENVELOPE_JUDGED_AGAIN] == 1
        assert len(await store.queries.desk(DeskName.VERDICT)) == 1
        (row,) = await store.rejudging.listed(open_only=False)
        assert (row.state, row.headline) == (VerdictState.SETTLED, "failed")
        (delivery,) = await leased(store, OutboxKind.DELIVER, at=LATER)
        await store.outbox.settle(delivery, Sent(LATER))
        much_later = LATER.replace(year=2020)
        (notice,) = await leased(store, OutboxKind.NOTICE, at=much_later)
        evidence = FolderEvidence(tmp_path / "evidence")
        assert notice.body is not None
        assert b'"verdict":"failed"' in await evidence.read(notice.body)
        assert (await rebuild(store)).differences == ()


async def test_it_goes_on_where_two_workers_die_in_turn_and_two_live(tmp_path):
    async with journal(tmp_path) as store:
        await concluded_open(store)
    await one_life(tmp_path, 4)
    assert all(await asyncio.gather(one_life(tmp_path, 0), one_life(tmp_path, 0)))
    for _ in range(2):  # a lease of the dead may have been in force
        await one_life(tmp_path, 30)
    async with journal(tmp_path) as store:
        assert (await told(store))[Tag.ENVELOPE_JUDGED_AGAIN] == 1
