"""One request of the child, in this process: the bytes must be those kept."""

from dataclasses import replace

import pytest

from hub.edxml.schemas import NAMES
from hub.judging.child import craft_of, perform
from hub.judging.hand import Hand
from hub.judging.protocol import Operation, Request, Setup
from hub.model.faults import FaultCode
from hub.model.ids import digest_of
from hub.model.knowledge import Knowledge, Needs
from hub.model.limits import Limits
from hub.model.policy import SecrecyPolicy, VerificationPolicy
from hub.resources import resource
from tests.fakes.outsides import NOON
from tests.unit.edxml.look_alikes import layered

SETUP = Setup(
    translators={"axis-rest": "adapters.axis.translate:translate"},
    limits=Limits(),
    verification=VerificationPolicy(),
    secrecy=SecrecyPolicy(),
    policy_version="policy-1",
    hub_code="000.90.37.H40",
    schemas={name: resource("schemas", name).read_bytes() for name in NAMES},
)


@pytest.fixture(scope="module")
def craft():
    return craft_of(SETUP)


@pytest.fixture
def request_of(tmp_path):
    def make(operation: Operation, data: bytes, **changes) -> Request:
        path = tmp_path / "matter"
        path.write_bytes(data)
        values = {
            "operation": operation,
            "path": str(path),
            "digest": digest_of(data),
            "door": "axis-rest",
            "content_type": "application/xml",
            "at": NOON,
            "out": str(tmp_path / "out"),
        }
        return Request(**{**values, **changes})

    return make


def test_examine_answers_an_envelope_with_what_it_was_judged_by(craft, request_of):
    known = Knowledge(version="trust-1")
    examined = perform(
        request_of(Operation.EXAMINE, layered()), Hand(craft), known
    ).examined
    assert examined is not None
    assert examined.envelope is not None
    assert examined.digest == digest_of(layered())
    assert examined.verdict.policy_version == "policy-1"
    assert examined.verdict.trust_version == "trust-1"


@pytest.mark.parametrize("operation", Operation)
def test_other_bytes_than_those_kept_are_never_looked_at(craft, request_of, operation):
    request = request_of(operation, layered(), digest=digest_of(b"what was kept"))
    with pytest.raises(ValueError, match="does not match its digest"):
        perform(request, Hand(craft), Knowledge())


def test_what_cannot_be_read_needs_nothing_and_has_its_fault(craft, request_of):
    answer = perform(
        request_of(Operation.INSPECT, b"<!DOCTYPE a>"), Hand(craft), Knowledge()
    )
    assert answer.needs == Needs()
    answer = perform(
        request_of(Operation.EXAMINE, b"<!DOCTYPE a>"), Hand(craft), Knowledge()
    )
    assert answer.examined is not None
    assert answer.examined.fault is not None
    assert answer.examined.fault.code is FaultCode.DOCTYPE
    assert answer.examined.identity is None


def test_written_is_named_and_carries_the_hubs_own_hop(craft, request_of, tmp_path):
    answer = perform(
        request_of(Operation.WRITE, layered(), paper=1), Hand(craft), Knowledge()
    )
    assert answer.written == str(tmp_path / "out")
    body = (tmp_path / "out").read_text()
    assert "000.90.37.H40" in body
    assert "2019/12/02 12:00:00" in body  # 5 o'clock UTC is noon in Vietnam


def test_a_door_without_a_translator_is_a_bug_and_not_a_verdict(craft, request_of):
    with pytest.raises(KeyError):
        perform(
            request_of(Operation.EXAMINE, layered(), door="mail"),
            Hand(craft),
            Knowledge(),
        )


def test_a_translator_that_is_not_there_is_no_craft():
    missing = replace(SETUP, translators={"axis-rest": "nowhere:none"})
    with pytest.raises(ModuleNotFoundError):
        craft_of(missing)
