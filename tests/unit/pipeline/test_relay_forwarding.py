"""What leaves for bodies elsewhere leaves by its source, with its frozen bytes."""

from dataclasses import replace

import msgspec
import pytest

from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.envelopes import Kind
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, digest_of
from hub.model.records import GivenUp, Later, OutboxKind, OutboxRow, Sent
from hub.model.sending import Sending
from tests.fakes.outsides import NOON
from tests.unit.pipeline.test_relay import Bench

SENDING = Sending(
    id="sending-1",
    kind=Kind.NEW,
    sender=AgencyCode("000.00.37.H40"),
    receivers=(AgencyCode("000.00.00.G01"),),
    document_id="doc-1",
    name="sending-1",
    at=NOON,
)


@pytest.fixture
def bench():
    return Bench()


async def row(bench: Bench, **changes) -> OutboxRow:
    kept = await bench.evidence.keep_bytes(b"<edXML/>")
    made = OutboxRow(
        id=SENDING.id,
        kind=OutboxKind.FORWARD,
        target="truc-tinh",
        due_at=NOON,
        headers=msgspec.to_builtins(SENDING),
        body=kept,
        attempts=1,
    )
    return replace(made, **changes)


async def test_its_source_is_handed_the_sending_and_the_bytes(bench):
    outcome = await bench.relay.send(await row(bench))
    assert bench.adapter.forwarded == [(SENDING, b"<edXML/>")]
    told = {"target": "truc-tinh", "remote": "remote-1", "message_id": "sending-1"}
    assert outcome == Sent(NOON, told)


async def test_a_source_that_is_away_is_tried_later(bench):
    bench.adapter.troubles = [SourceUnavailable("away")]
    outcome = await bench.relay.send(await row(bench))
    assert isinstance(outcome, Later)
    assert bench.adapter.forwarded == []


@pytest.mark.parametrize("code", [FaultCode.NO_WAY_OUT, FaultCode.UNKNOWN_RECEIVER])
async def test_what_will_never_leave_is_a_persons_matter(bench, code):
    bench.adapter.troubles = [PermanentFailure(Fault(code))]
    outcome = await bench.relay.send(await row(bench))
    assert isinstance(outcome, GivenUp)
    assert code in outcome.reason


async def test_a_source_that_left_the_settings_is_an_operators_list(bench):
    outcome = await bench.relay.send(await row(bench, target="truc-cu"))
    assert isinstance(outcome, GivenUp)
    assert "truc-cu" in outcome.reason


@pytest.mark.parametrize("body", [None, digest_of(b"erased")])
async def test_one_without_its_bytes_stops_nobody_else(bench, body):
    outcome = await bench.relay.send(await row(bench, body=body))
    assert isinstance(outcome, GivenUp)
    assert isinstance(await bench.relay.send(await row(bench)), Sent)
