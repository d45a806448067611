"""What leaves to an agency leaves by the way the registry says."""

from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from hub.errors import PermanentFailure, Unroutable
from hub.model.agencies import Agency, AgencyKind, Takes
from hub.model.ids import AgencyCode
from hub.model.records import OutboxKind, OutboxRow
from hub.pipeline.outlet import AgencyOutlet, by_queue
from tests.fakes.outsides import NOON, ListeningPublisher, MemoryEvidence

COMMUNE = Agency(
    code=AgencyCode("000.24.37.H40"),
    name="UBND xã Giao An",
    kind=AgencyKind.COMMUNE,
    queue="xa-giao-an",
    mailboxes=("giaoan@namdinh.gov.vn", "vanthu@namdinh.gov.vn"),
)


@dataclass
class ListeningPost:
    """Implements the port Post."""

    delivered: list[tuple[str, str, bytes]] = field(default_factory=list)

    async def deliver(self, row: OutboxRow, to: str, body: bytes) -> None:
        self.delivered.append((row.id, to, body))


class Bench:
    def __init__(self, takes: Takes, **changes) -> None:
        self.publisher, self.post = ListeningPublisher(), ListeningPost()
        self.evidence = MemoryEvidence()
        commune = replace(COMMUNE, takes=takes, **changes)
        self.outlet = AgencyOutlet(
            self.publisher, self.evidence, by_queue([commune]), self.post
        )

    async def row(self, data: bytes = b"<edXML/>", **headers) -> OutboxRow:
        return OutboxRow(
            "m-1",
            OutboxKind.DELIVER,
            "xa-giao-an",
            NOON,
            headers=headers,
            body=await self.evidence.keep_bytes(data),
        )


@pytest.mark.parametrize("takes", Takes)
async def test_each_way_is_taken_by_its_own_outlet_and_told(takes):
    bench = Bench(takes)
    told = await bench.outlet.send(await bench.row())
    assert told == {"queue": "xa-giao-an.ordinary", "way": takes}
    assert len(bench.publisher.delivered) == (takes is Takes.AMQP)
    assert len(bench.post.delivered) == (takes is Takes.MAIL)


async def test_an_agency_that_is_in_no_registry_is_the_brokers_matter():
    bench = Bench(Takes.PULL)
    await bench.outlet.send(replace(await bench.row(), target="phong-la"))
    assert [row.target for row, _ in bench.publisher.delivered] == ["phong-la"]


async def test_a_large_body_is_mailed_whole_and_published_empty():
    mail, queue = Bench(Takes.MAIL), Bench(Takes.AMQP)
    await mail.outlet.send(await mail.row(b"large", body="claim"))
    await queue.outlet.send(await queue.row(b"large", body="claim"))
    assert mail.post.delivered == [("m-1", "giaoan@namdinh.gov.vn", b"large")]
    assert queue.publisher.delivered[0][1] == b""


async def test_mail_without_a_mailbox_or_a_server_is_a_persons_matter():
    no_box = Bench(Takes.MAIL, mailboxes=())
    with pytest.raises(Unroutable):
        await no_box.outlet.send(await no_box.row())
    bench = Bench(Takes.MAIL)
    with pytest.raises(Unroutable):
        await replace(bench.outlet, post=None).send(await bench.row())
    with pytest.raises(PermanentFailure):
        await bench.outlet.send(replace(await bench.row(), body=None))


def test_of_agencies_that_had_a_queue_in_turn_the_last_has_it():
    before = replace(COMMUNE, valid_until=date(2024, 12, 31), takes=Takes.MAIL)
    assert by_queue([COMMUNE, before]) == {"xa-giao-an": COMMUNE}
    assert by_queue([before, COMMUNE]) == {"xa-giao-an": COMMUNE}
