"""What is in hand is read once, and given up for what comes."""

from dataclasses import replace

import pytest

from hub.edxml.schemas import NAMES
from hub.judging import examine, hand
from hub.judging.child import craft_of, perform
from hub.judging.hand import Hand
from hub.judging.protocol import Operation, Request, Setup
from hub.model.ids import digest_of
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import SecrecyPolicy, VerificationPolicy
from tests.fakes.outsides import NOON
from tests.unit.edxml.look_alikes import layered
from tests.unit.edxml.reading import SCHEMAS

SETUP = Setup(
    translators={"axis-rest": "hub.edxml.dialects:frame"},
    limits=Limits(),
    verification=VerificationPolicy(),
    secrecy=SecrecyPolicy(),
    policy_version="policy-1",
    hub_code="000.90.37.H40",
    schemas={name: (SCHEMAS / name).read_bytes() for name in NAMES},
)
DOCUMENT = layered()


@pytest.fixture(scope="module")
def craft():
    return craft_of(SETUP)


@pytest.fixture
def request_of(tmp_path):
    def make(operation=Operation.EXAMINE, data=DOCUMENT, **changes) -> Request:
        path = tmp_path / digest_of(data)
        path.write_bytes(data)
        base = Request(
            operation=operation,
            path=str(path),
            digest=digest_of(data),
            door="axis-rest",
            content_type="application/xml",
            at=NOON,
            out=str(tmp_path / "out"),
        )
        return replace(base, **changes)

    return make


def other(number: int) -> bytes:
    return DOCUMENT + b"\n" * number


def test_what_is_in_hand_is_not_read_again(craft, request_of):
    held = Hand(craft)
    first = held.take(request_of())
    assert held.take(request_of(Operation.WRITE)).reading is first.reading
    assert first.reading == examine.read(examine.Matter(DOCUMENT, *_how(first)), craft)


def _how(matter):
    return matter.door, matter.content_type, matter.at


def test_answers_are_the_same_with_a_reading_in_hand_and_without(craft, request_of):
    held, known = Hand(craft), Knowledge(version="trust-1")
    for operation in (Operation.INSPECT, Operation.EXAMINE):
        request = request_of(operation)
        warm = perform(request, held, known)
        assert warm == perform(request, Hand(craft), known)


def test_another_moment_or_another_content_type_is_not_mixed_up(craft, request_of):
    held = Hand(craft)
    first = held.take(request_of())
    later = NOON.replace(year=NOON.year + 1)
    assert held.take(request_of(at=later)).at == later
    assert held.take(request_of(content_type="text/xml")).reading is not first.reading


def test_two_are_held_and_the_first_goes_for_a_third(craft, request_of):
    held = Hand(craft)
    readings = [held.take(request_of(data=other(n))).reading for n in range(3)]
    assert held.take(request_of(data=other(2))).reading is readings[2]
    assert held.take(request_of(data=other(1))).reading is readings[1]
    assert held.take(request_of(data=other(0))).reading is not readings[0]


def test_a_large_one_is_held_alone(craft, request_of):
    held = Hand(craft)
    small = held.take(request_of()).reading
    large = request_of(data=other(hand._MOST_BYTES))
    first = held.take(large).reading
    assert held.take(large).reading is first
    assert held.take(request_of()).reading is not small


def test_what_was_written_is_laid_down(craft, request_of):
    held = Hand(craft)
    first = held.take(request_of()).reading
    perform(request_of(Operation.WRITE), held, Knowledge())
    assert held.take(request_of()).reading is not first


def test_what_cannot_be_read_is_not_held(craft, request_of):
    taken = Hand(craft).take(request_of(data=b"<!DOCTYPE a>"))
    assert taken.reading is None
    assert taken.data == b"<!DOCTYPE a>"
