"""Documents of ours leave by a simulated axis, whatever it does wrong: each once."""

import pytest

from hub.errors import SourceUnavailable
from hub.model.envelopes import Kind
from hub.model.ids import AgencyCode
from hub.model.sending import Sending
from hub.rehearsal.called_axis import AxisSimulator
from hub.rehearsal.faults import Faults, Mishap
from tests.fakes.outsides import NOON
from tests.integration.axis.test_called_axis import SYSTEM, WAYS, faulty, front

OURS, THEIRS = AgencyCode("000.00.37.H40"), AgencyCode("000.00.00.G01")


def sending(number: int, kind: Kind = Kind.NEW) -> Sending:
    name = f"sending-{number}"
    return Sending(name, kind, OURS, (THEIRS,), f"doc-{number}", name, NOON)


def edxml(number: int) -> bytes:
    return (
        '<edXML><MessageHeader xmlns="http://e-doc">'
        f"<From><OrganId>{OURS}</OrganId></From><To><OrganId>{THEIRS}</OrganId></To>"
        f"<DocumentId>doc-{number}</DocumentId></MessageHeader></edXML>"
    ).encode()


async def forwarded(adapter, one: Sending, data: bytes):
    """As the relay does: again until it is taken."""
    for _ in range(50):
        try:
            return await adapter.forward(one, data)
        except SourceUnavailable:
            continue
    raise AssertionError("never taken")


@pytest.mark.parametrize("way", WAYS)
async def test_each_document_is_with_the_axis_once_under_the_id_we_keep(way, tmp_path):
    async with (
        AxisSimulator([SYSTEM], faulty(5)) as axis,
        front(axis, way, tmp_path) as one,
    ):
        told = [await forwarded(one.adapter, sending(n), edxml(n)) for n in range(20)]
        assert [line.doc_id for line in axis.ledger.sent] == told
        assert axis.ledger.sent[3].data == edxml(3)


async def test_an_answer_that_was_cut_off_is_looked_up_not_sent_again(tmp_path):
    faults = Faults({Mishap.CUT: 1.0})
    async with (
        AxisSimulator([SYSTEM], faults) as axis,
        front(axis, "vxp", tmp_path) as one,
    ):
        with pytest.raises(SourceUnavailable):
            await one.adapter.forward(sending(1), edxml(1))
        (line,) = axis.ledger.sent
        assert line.times == 1
        faults.set(Mishap.CUT, 0.0)
        assert await one.adapter.forward(sending(1), edxml(1)) == line.doc_id
        assert (line.times, len(axis.ledger.sent)) == (1, 1)


@pytest.mark.parametrize("way", WAYS)
async def test_a_recall_is_a_document_and_a_status_is_not(way, tmp_path):
    async with (
        AxisSimulator([SYSTEM]) as axis,
        front(axis, way, tmp_path) as one,
    ):
        await one.adapter.forward(sending(1, Kind.REVOKE), edxml(1))
        await one.adapter.forward(sending(2, Kind.STATUS), edxml(2))
        assert [line.kind for line in axis.ledger.sent] == ["edoc", "status"]
