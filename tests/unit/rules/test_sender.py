import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.arrivals import Door, Source
from hub.model.envelopes import Organization
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.rules.decide import decide
from hub.rules.sender import sender
from tests.unit.rules.cases import CARRIER, NOI_VU, OUTSIDE, UBND, case, envelope


def fault_of(code, source=CARRIER):
    said = envelope(sender=Organization(AgencyCode(code)))
    choice = sender(case(envelope=said, source=source))
    return choice and choice.reason and choice.reason.code


@pytest.mark.parametrize("code", ["", "  ", "null", "NULL", " Null "])
def test_a_missing_sender_is_refused(code):
    assert fault_of(code) is FaultCode.NO_SENDER


@pytest.mark.parametrize(
    "code", [OUTSIDE, "28.22.H17", "vxp.saas.03", "000.05.00.H40", "37.H41"]
)
def test_a_carrier_speaks_for_whoever_is_not_attached_here(code):
    assert fault_of(code) is None


@pytest.mark.parametrize(
    "code",
    [
        UBND,
        "H40.37",
        "h40.37",
        " 000.00.37.h40 ",
        "000.00.37.H40\u200b",
        "000.50.37.H40",
        "02.37.H40",
        "000.2.37.H40",
        "000.02.37.H40.",
        "000,02,37,H40",
        "OOO.O2.37.H4O",
        "0000.002.037.H40",
        "H40.37.02",
        "H40.37.02.000",
        "H40-37-2",
        "37.H40",
        "90.37.H40",
    ],
)
def test_a_carrier_never_speaks_for_an_agency_of_ours(code):
    assert fault_of(code) is FaultCode.SENDER_NOT_ALLOWED


@pytest.mark.parametrize("code", ["000.99.37.H40", "001.99.37.H40", "H40.37.99"])
def test_a_carrier_never_speaks_for_a_code_of_our_territory(code):
    assert fault_of(code) is FaultCode.SENDER_NOT_ALLOWED


@given(st.text("0O5.,H4 37-", max_size=20))
def test_no_code_breaks_the_folding(code):
    assert fault_of(code) in {None, FaultCode.NO_SENDER, FaultCode.SENDER_NOT_ALLOWED}


def test_nobody_speaks_in_the_hubs_own_name():
    assert fault_of("000.90.37.H40") is FaultCode.SENDER_NOT_ALLOWED


def test_a_code_that_only_looks_like_one_of_ours_is_refused():
    cyrillic = "000.00.37.\u041d40"
    assert fault_of(cyrillic) is FaultCode.SENDER_NOT_ALLOWED


def test_another_source_speaks_for_its_own_codes_by_any_name_of_them():
    office = Source("noi-vu", Door("axis-rest"), codes=(NOI_VU,))
    assert fault_of(NOI_VU, office) is None
    assert fault_of("h40.37.2 ", office) is None
    assert fault_of(UBND, office) is FaultCode.SENDER_NOT_ALLOWED
    assert fault_of(OUTSIDE, office) is FaultCode.SENDER_NOT_ALLOWED


def test_a_source_without_codes_speaks_for_nobody():
    assert fault_of(OUTSIDE, Source("x", Door("axis-rest"))) is not None


def test_two_codes_nobody_knows_are_not_the_same():
    source = Source("x", Door("axis-rest"), codes=(AgencyCode("000.00.00.G11"),))
    assert fault_of("000.00.00.G12", source) is FaultCode.SENDER_NOT_ALLOWED


def test_an_operators_yes_does_not_change_who_may_speak():
    said = envelope(sender=Organization(UBND))
    assert decide(case(envelope=said, released=True)).rule == "sender"
