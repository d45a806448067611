"""An axis is handed each envelope as few times as can be told."""

from datetime import timedelta

import pytest

from adapters.axis.connector import MessageType
from adapters.axis.handover import Handover
from hub.errors import SourceUnavailable
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode
from hub.model.sending import Sending
from tests.fakes.axes import MemoryAxis
from tests.fakes.kits import MemoryMarks
from tests.fakes.outsides import NOON, SteppingClock

OURS, THEIRS = AgencyCode("000.00.37.H40"), AgencyCode("000.00.00.G01")


def sending(number: int = 1, kind: Kind = Kind.NEW) -> Sending:
    name = f"sending-{number}"
    return Sending(name, kind, OURS, (THEIRS,), f"doc-{number}", name, NOON)


class Cut(MemoryAxis):
    """Takes what it is handed and says nothing, so many times."""

    cuts = 1

    async def send(self, parcel):
        doc_id = await super().send(parcel)
        if self.cuts:
            self.cuts -= 1
            raise SourceUnavailable("the line was cut")
        return doc_id


def handover(axis: MemoryAxis, marks: MemoryMarks | None = None) -> Handover:
    return Handover("truc", axis, marks or MemoryMarks(), SteppingClock())


@pytest.mark.parametrize(
    ("kind", "sent_as"),
    [
        (Kind.NEW, MessageType.EDOC),
        (Kind.REVOKE, MessageType.EDOC),
        (Kind.STATUS, MessageType.STATUS),
    ],
)
async def test_a_status_and_a_document_leave_by_their_own_operation(kind, sent_as):
    axis = MemoryAxis()
    assert await handover(axis).hand(sending(kind=kind), b"<edXML/>") == "doc-1"
    ((told, parcel),) = axis.sent
    assert (told, parcel.data, parcel.name) == (sent_as, b"<edXML/>", "sending-1")
    assert (parcel.sender, parcel.receivers) == (OURS, (THEIRS,))


async def test_after_a_crash_that_forgot_to_settle_it_is_not_handed_again():
    axis, marks = MemoryAxis(), MemoryMarks()
    for _ in range(2):  # the second is another process
        assert await handover(axis, marks).hand(sending(), b"one") == "doc-1"
    assert len(axis.sent) == 1


async def test_what_the_axis_took_without_a_word_is_found_there():
    axis, marks = Cut(), MemoryMarks()
    with pytest.raises(SourceUnavailable):
        await handover(axis, marks).hand(sending(), b"one")
    assert await handover(axis, marks).hand(sending(), b"one") == "doc-1"
    assert len(axis.sent) == 1


async def test_what_it_did_not_take_is_handed_again():
    class Away(MemoryAxis):
        async def send(self, parcel):
            if self.away:
                raise SourceUnavailable("away")
            return await super().send(parcel)

    axis, marks = Away(away=True), MemoryMarks()
    with pytest.raises(SourceUnavailable):
        await handover(axis, marks).hand(sending(), b"one")
    axis.away = False
    assert await handover(axis, marks).hand(sending(), b"one") == "doc-1"


async def test_an_axis_that_cannot_be_asked_gets_it_again_and_the_log_says_so(caplog):
    axis, marks = Cut(lists_sent=False), MemoryMarks()
    with pytest.raises(SourceUnavailable):
        await handover(axis, marks).hand(sending(), b"one")
    with caplog.at_level("WARNING"):
        assert await handover(axis, marks).hand(sending(), b"one") == "doc-2"
    assert [r.message for r in caplog.records] == ["handed over again"]
    assert {parcel.data for _, parcel in axis.sent} == {b"one"}, "the same bytes"


async def test_it_looks_back_to_the_moment_of_the_first_try():
    asked = []

    class Asked(Cut):
        async def find_sent(self, kind, parcel, since):
            asked.append(since)
            return await super().find_sent(kind, parcel, since)

    axis, marks = Asked(), MemoryMarks()
    with pytest.raises(SourceUnavailable):
        await handover(axis, marks).hand(sending(), b"one")
    later = SteppingClock(NOON + timedelta(days=3))
    await Handover("truc", axis, marks, later).hand(sending(), b"one")
    assert asked == [NOON]


async def test_two_documents_are_two():
    axis, marks = MemoryAxis(), MemoryMarks()
    told = [await handover(axis, marks).hand(sending(n), b"%d" % n) for n in range(2)]
    assert told == ["doc-1", "doc-2"]
