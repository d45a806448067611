"""A mailbox of 2,000 mails, odd ones among them, into a real journal."""

import gc
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.journal.marks import SqlMarks
from hub.journal.store import open_journal
from hub.journal.tables import arrivals, entries
from hub.model.ids import digest_of
from hub.model.records import Tag
from hub.pipeline.intake import HubIntake
from hub.rehearsal import mails
from tests.fakes.outsides import SteppingClock

pytestmark = pytest.mark.mail


def resident() -> int:
    """Bytes of memory this process has now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096


@pytest.mark.parametrize("many", [100, pytest.param(2_000, marks=pytest.mark.full)])
async def test_nothing_is_lost_nothing_taken_twice_and_memory_stays_flat(
    office, many, tmp_path, capsys
):
    sent = Counter(digest_of(one.data) for one in mails.mailbox_of(many))
    office.fill(one.data for one in mails.mailbox_of(many))
    served = await office.digests("INBOX")
    # A server may not keep a NUL or a mixed line end as it was handed over.
    assert (served - sent).total() <= many / 100
    async with open_journal(f"sqlite:///{tmp_path}/j.db", migrate=True) as store:
        marks = SqlMarks(store.database, store.duties, "front")
        intake = HubIntake(store.journal, SteppingClock())
        kit = office.kit(marks=marks, intake=intake)
        gc.collect()
        before, began = resident(), time.monotonic()
        assert await office.read(kit)
        seconds, grown = time.monotonic() - began, resident() - before
        assert await office.read(kit)  # another look finds nothing
        kept = Counter(
            path.name for path in (tmp_path / "e").rglob("*") if len(path.name) == 64
        )
        rows = await store.database.read(
            lambda c: c.execute(
                select(entries.c.tag, arrivals.c.digest).join(
                    arrivals, arrivals.c.id == entries.c.arrival
                )
            ).all()
        )
    with capsys.disabled():
        print(f"\n{many} mails: {seconds:.1f} s, memory +{grown / 1e6:.1f} MB")  # noqa: T201 - a measurement to be seen
    assert {row.tag for row in rows} == {Tag.ARRIVAL_ACCEPTED}
    taken = Counter(row.digest for row in rows)
    assert taken == served == kept
    assert await office.digests("lienthong-processed") == served
    assert grown < 60e6
