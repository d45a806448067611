from dataclasses import replace

import pytest

from hub.model.decisions import Disposition
from hub.model.envelopes import Business, Kind, Reference, StatusReport
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.rules.decide import decide
from tests.unit.rules.cases import UBND, UNSIGNED, case, envelope, status


def fault_of(said, **more):
    reason = decide(case(envelope=said, **more)).reason
    return reason and reason.code


def test_a_document_needs_an_id_a_subject_and_a_receiver():
    assert fault_of(envelope(document_id=" ")) is FaultCode.NO_DOCUMENT_ID
    assert fault_of(envelope(subject="")) is FaultCode.NO_SUBJECT
    assert fault_of(envelope(to=())) is FaultCode.NO_RECEIVER


@pytest.mark.parametrize("to", [("",), ("null",), ("", "NULL ")])
def test_receivers_without_a_code_are_no_receivers(to):
    assert fault_of(envelope(to=to)) is FaultCode.NO_RECEIVER


def test_one_receiver_without_a_code_does_not_stop_the_others():
    assert fault_of(envelope(to=("null", UBND))) is None


def test_what_cannot_be_told_apart_is_refused():
    assert fault_of(envelope(), identity=None) is FaultCode.NO_DOCUMENT_ID


def test_a_revoke_is_known_by_its_target_wherever_it_stands():
    target = envelope(kind=Kind.REVOKE, document_id="", business=Business("12"))
    assert fault_of(target) is None
    assert fault_of(replace(target, kind=Kind.NEW)) is FaultCode.NO_DOCUMENT_ID
    assert fault_of(replace(target, business=None)) is FaultCode.NO_DOCUMENT_ID


def test_a_status_needs_neither_subject_nor_signature_nor_paper():
    decision = decide(case(envelope=status(), verdict=UNSIGNED))
    assert decision.disposition is Disposition.DELIVER
    assert [r.code for r in decision.routing.receivers] == [UBND]
    assert decision.paper is None


@pytest.mark.parametrize("code", ["", "00", "07", "12", "14", "17", "3", "abc"])
def test_a_status_code_outside_the_list_is_refused(code):
    assert fault_of(status(code=code)) is FaultCode.STATUS_CODE


def test_a_status_without_a_report_is_refused():
    assert fault_of(replace(status(), status=None)) is FaultCode.STATUS_CODE


def test_a_status_must_say_what_it_is_about():
    about = StatusReport("03", Reference(UBND))
    assert fault_of(replace(status(), status=about)) is FaultCode.NO_DOCUMENT_ID
    noted = StatusReport("03", Reference(UBND, notation="12/BC-UBND"))
    assert fault_of(replace(status(), status=noted)) is None


def test_a_status_says_whose_document_it_is_about_or_which_delivery_it_answers():
    assert fault_of(status(AgencyCode("null"))) is FaultCode.NO_RECEIVER
