"""What tests of recalls ask of a journal."""

from hub.model.arrivals import Door, Source
from hub.model.envelopes import (
    Kind,
    Organization,
    Reference,
    StatusReport,
)
from tests.fakes.district import (
    LETTER,
)
from tests.unit.rules.cases import (
    UBND,
    envelope,
)

OFFICE = Source("office", Door("axis-rest"), codes=(UBND,))


async def lineage(district, document_id=LETTER, kind="new"):
    found = await district.store.queries.find(document_id)
    for key in found.documents:
        row = await district.store.queries.document(key)
        if row.kind == kind:
            return await district.store.queries.lineage(key)
    raise AssertionError(f"no document {document_id}")


async def states(district, kind="new"):
    found = await lineage(district, kind=kind)
    return {one.agency: one.state for one in found.recalls}


def word(code, sender, about, **changes):
    """A status as the VNPT kit writes it."""
    report = StatusReport(code, Reference(about, document_id=LETTER), **changes)
    return envelope(
        kind=Kind.STATUS,
        sender=Organization(sender),
        to=(),
        document_id=LETTER,
        subject="",
        status=report,
    )


async def entries(district, tag):
    found = await district.store.queries.log(None, 5_000)
    return [entry for entry in found if entry.tag is tag]


async def release(district, arrival):
    now = district.clock.now()
    assert await district.store.operators.release(arrival, "lan", "đã hỏi lại", now)
