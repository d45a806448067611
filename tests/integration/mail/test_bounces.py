"""A receipt goes out, comes back into a mailbox, and stands on its document."""

from dataclasses import replace

import pytest

from hub.journal.bounces import SqlBounces
from hub.journal.marks import SqlMarks
from hub.journal.store import open_journal
from hub.model.records import Tag
from hub.pipeline.intake import HubIntake
from hub.rehearsal.odd_mails import bounce
from tests.fakes.outsides import SteppingClock
from tests.integration.journal.scenes import claimed, conclusion, key, receipt

pytestmark = pytest.mark.mail


@pytest.fixture
async def store(tmp_path):
    async with open_journal(f"sqlite:///{tmp_path}/j.db", migrate=True) as opened:
        yield opened


async def test_a_bounce_ends_on_the_right_document(office, store):
    for name in ("doc-1", "doc-2"):
        arrival = await claimed(store, name, name.encode())
        told = replace(receipt(arrival), document=key(name))
        done = conclusion(arrival, name, outbox=(told,))
        assert await store.journal.conclude(done, unless_changed=0)
    kit = office.kit(
        marks=SqlMarks(store.database, store.duties, "front"),
        intake=HubIntake(store.journal, SteppingClock()),
        bounces=SqlBounces(store.database),
    )
    sending = {"host": "localhost", "address": "truc@lienthong.namdinh.gov.vn"}
    adapter = office.adapter(kit, sending=sending)
    await office.push(
        bounce("<1@other.vn>"), bounce(f"<{told.id}@lienthong.namdinh.gov.vn>")
    )
    (reader,) = adapter.readers()
    assert await reader.session(once=True)
    entries = await store.queries.entries_of(document=key("doc-2"))
    (entry,) = [e for e in entries if e.tag is Tag.RECEIPT_BOUNCED]
    assert entry.facts["status"] == "5.1.1"
    others = await store.queries.entries_of(document=key("doc-1"))
    assert not [e for e in others if e.tag is Tag.RECEIPT_BOUNCED]
    (item,) = [i for i in await store.queries.desk() if i.outbox == told.id]
    assert item.document == key("doc-2")
    assert await office.folder("INBOX") == []
