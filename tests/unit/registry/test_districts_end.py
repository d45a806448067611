"""Districts ended on 1 July 2025: old codes, their heirs, and the book of 2019."""

from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.registry.reading import read_agencies
from hub.rules.decide import decide
from tests.unit.rules.cases import case, envelope

LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)
#: 30 June in Vietnam until 17:00 UTC, then 1 July.
LAST_MINUTE = datetime(2025, 6, 30, 16, 59, tzinfo=UTC)
FIRST_MINUTE = datetime(2025, 6, 30, 17, 0, tzinfo=UTC)
DISTRICT = "000.00.37.H40"
THREE = ["xa-moi-giao-minh", "xa-moi-giao-hoa", "xa-moi-giao-phuc"]
SHIPPED = Path(__file__).parents[3] / "config" / "agencies.yaml"


@pytest.fixture(scope="module")
def book():
    return read_agencies(Path(__file__).with_name("communes_2025.yaml").read_bytes())


def heirs(book, code, day):
    return [agency.queue for agency in book.heirs(AgencyCode(code), day)]


def decided(book, moment, *to):
    return decide(case(envelope=envelope(to=to), registry=book, accepted_at=moment))


def queues(decision):
    return [receiver.queue for receiver in decision.routing.receivers]


def test_until_the_last_day_the_district_and_its_offices_are_there(book):
    assert heirs(book, DISTRICT, LAST) == ["ubnd-huyen"]
    assert heirs(book, "000.14.37.H40", LAST) == ["phong-nnmt"]
    assert heirs(book, "H42.102", LAST) == []


@pytest.mark.parametrize(
    "code", ["000.24.37.H40", "H40.37.24", "000.36.37.H40", "H40.37.36", "H42.102"]
)
def test_communes_merged_into_one_are_followed_under_every_code(book, code):
    assert heirs(book, code, FIRST) == ["xa-moi-giao-hoa"]
    assert queues(decided(book, FIRST_MINUTE, code)) == ["xa-moi-giao-hoa"]


@pytest.mark.parametrize("code", ["000.20.37.H40", "000.23.37.H40", "H40.37.42"])
def test_who_was_merged_twice_is_followed_through_the_chain(book, code):
    assert heirs(book, code, date(2025, 1, 1)) == ["tt-giao-thuy"]
    assert heirs(book, code, FIRST) == ["xa-moi-giao-minh"]


@pytest.mark.parametrize(
    "code", [DISTRICT, "H40.37", "H40.37.1", "000.05.37.H40", "000.14.37.H40"]
)
def test_the_district_and_what_went_into_it_have_no_single_heir(book, code):
    assert heirs(book, code, FIRST) == THREE
    assert book.find(AgencyCode(code), FIRST) is None
    decision = decided(book, FIRST_MINUTE, code)
    assert decision.disposition is Disposition.HOLD
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.SEVERAL_HEIRS
    assert decision.reason.detail == f"{code}: H42.101, H42.102, H42.103"


def test_a_split_commune_waits_for_a_clerk_and_names_its_two_heirs(book):
    decision = decided(book, FIRST_MINUTE, "H40.37.30")
    assert decision.reason is not None
    assert decision.reason.detail == "H40.37.30: H42.102, H42.103"


def test_who_ended_without_heirs_is_told_and_never_delivered(book):
    decision = decided(book, FIRST_MINUTE, "000.10.37.H40", "H42.101")
    assert queues(decision) == ["xa-moi-giao-minh"]
    assert decision.routing.unknown == ("000.10.37.H40",)


def test_the_last_minute_in_vietnam_is_still_the_districts(book):
    assert queues(decided(book, LAST_MINUTE, DISTRICT)) == ["ubnd-huyen"]
    assert decided(book, FIRST_MINUTE, DISTRICT).rule == "heirs"


def test_no_carrier_speaks_for_a_code_of_the_district_after_its_end(book):
    forged = envelope(sender=envelope().receivers[0], to=("H42.101",))
    decision = decide(case(envelope=forged, registry=book, accepted_at=FIRST_MINUTE))
    assert decision.reason is not None
    assert decision.reason.code is FaultCode.SENDER_NOT_ALLOWED


def test_the_book_of_2019_stays_as_it_was():
    told = sha256(SHIPPED.read_bytes()).hexdigest()
    assert told == "ad676f181b1abf5772beff128bb7c3501502d24fca74d45834d97066b5f2a87b"
