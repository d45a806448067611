"""The AMQP door of agencies: who sent it, what is kept, what a person must see."""

from dataclasses import dataclass, field, replace

import pytest

from hub.agencies.inbound import AgencyInbox, Room, source_of
from hub.broker.consumer import Incoming
from hub.broker.topology import INBOUND_DEAD
from hub.errors import EvidenceUnavailable
from hub.model.agencies import Agency, AgencyKind
from hub.model.arrivals import AGENCY_AMQP
from hub.model.ids import AgencyCode, digest_of
from hub.model.inbound import Unaccepted
from hub.pipeline.intake import HubIntake
from tests.fakes.outsides import NOON, MemoryJournal, SteppingClock

OFFICE = Agency(
    AgencyCode("000.02.37.H40"),
    "Phòng Nội vụ",
    AgencyKind.OFFICE,
    "noi-vu",
    aliases=(AgencyCode("H40.37.2"),),
)
MESSAGE = Incoming(
    message_id="doc-1",
    body=b"<edXML/>",
    headers={},
    redelivered=False,
    queue="hub.inbound.noi-vu",
    user_id="agency.noi-vu",
    content_type="application/edxml+xml",
    exchange="agency.noi-vu.in",
)


@dataclass
class Drawer:
    """Implements Evidence.keep_bytes; a full disk takes nothing."""

    full: bool = False
    kept: list[bytes] = field(default_factory=list)

    async def keep_bytes(self, data: bytes):
        if self.full:
            raise EvidenceUnavailable("no space")
        self.kept.append(data)
        return digest_of(data)


@dataclass
class Listed:
    """Implements Refusals."""

    items: list[Unaccepted] = field(default_factory=list)

    async def unaccepted(self, what: Unaccepted, at) -> bool:
        assert at == NOON
        self.items.append(what)
        return True


@pytest.fixture
def journal():
    return MemoryJournal()


@pytest.fixture
def drawer():
    return Drawer()


@pytest.fixture
def listed():
    return Listed()


@pytest.fixture
def inbox(journal, drawer, listed):
    clock = SteppingClock()
    room = Room(HubIntake(journal, clock), drawer, listed, clock, limit=100)
    return AgencyInbox(room, {OFFICE.queue: OFFICE})


async def test_a_message_is_an_arrival_of_the_agency_whose_exchange_it_came_by(
    inbox, journal, drawer
):
    await inbox.take(MESSAGE)

    (offer,) = journal.offers
    assert offer.source == source_of(OFFICE)
    assert offer.source.name == "agency.noi-vu"
    assert offer.source.codes == ("000.02.37.H40", "H40.37.2")
    assert not offer.source.carrier
    assert offer.source.door == AGENCY_AMQP
    assert (offer.door_id, offer.user_id) == ("doc-1", "agency.noi-vu")
    assert (offer.digest, offer.size) == (digest_of(MESSAGE.body), len(MESSAGE.body))
    assert not offer.strict_id
    assert drawer.kept == [MESSAGE.body]


async def test_a_message_without_an_id_is_known_by_its_bytes_and_their_kind(
    inbox, journal
):
    unnamed = replace(MESSAGE, message_id="")
    await inbox.take(unnamed)
    await inbox.take(replace(unnamed, content_type="application/json"))
    await inbox.take(replace(unnamed, body=b"<other/>"))
    await inbox.take(unnamed)

    ids = [offer.door_id for offer in journal.offers]
    assert ids[0].startswith(f"{digest_of(MESSAGE.body)}/")
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"body": b"x" * 101}, "too-large"),
        ({"content_encoding": "gzip"}, "content-type"),
        ({"content_type": "application/xml; name=văn-bản"}, "content-type"),
        # Put straight into the queue: by somebody with more rights than an agency.
        ({"exchange": ""}, "not-permitted"),
        ({"exchange": "agency.tu-phap.in"}, "not-permitted"),
    ],
)
async def test_what_can_be_no_arrival_is_listed_with_its_bytes(
    inbox, journal, drawer, listed, change, reason
):
    message = replace(MESSAGE, **change)
    await inbox.take(message)

    assert journal.offers == []
    assert drawer.kept[-1] == message.body
    (item,) = listed.items
    assert (item.reason, item.agency) == (reason, OFFICE.code)
    assert item.digest == digest_of(message.body)
    assert (item.source, item.message_id) == ("agency.noi-vu", "doc-1")
    assert item.story != ""


@pytest.mark.parametrize("encoding", ["", "UTF-8", "identity", "binary"])
async def test_encodings_that_change_nothing_are_taken(inbox, journal, encoding):
    await inbox.take(replace(MESSAGE, content_encoding=encoding))

    assert len(journal.offers) == 1


async def test_what_died_before_it_was_taken_is_taken_by_the_brokers_word(
    inbox, journal, listed
):
    died = replace(
        MESSAGE, queue=INBOUND_DEAD, exchange=INBOUND_DEAD, routing_key="noi-vu"
    )
    await inbox.take(died)
    await inbox.take(replace(died, routing_key="giai-the"))

    assert [offer.source.name for offer in journal.offers] == ["agency.noi-vu"]
    assert [(i.source, i.agency, i.reason) for i in listed.items] == [
        ("agency.giai-the", None, "not-permitted")
    ]


async def test_a_full_disk_leaves_the_message_where_it_is(inbox, journal, drawer):
    drawer.full = True
    with pytest.raises(EvidenceUnavailable):
        await inbox.take(MESSAGE)
    assert journal.offers == []


async def test_a_bug_is_listed_with_its_story(inbox, listed, drawer):
    await inbox.bury(MESSAGE, "Traceback: …")

    (item,) = listed.items
    assert (item.reason, item.story) == ("buried", "Traceback: …")
    assert drawer.kept == [MESSAGE.body]


def test_each_agency_has_a_consumer_and_so_have_those_that_died(inbox):
    assert len(list(inbox.consumers(link=None))) == 2
