"""Who asks at the SOAP door when several things are shown at once."""

from hashlib import sha256

import pytest

from adapters.axis.askers import Asker, Askers
from hub.access.gate import Gate
from hub.access.rates import Rates
from hub.access.tokens import token_hash
from hub.errors import NotAllowed
from hub.model.arrivals import Credential, Shown, Source
from hub.model.ids import AgencyCode
from tests.fakes.axis_doors import (
    AXIS,
    AXIS_TOKEN,
    OFFICE,
    OFFICE_TOKEN,
    OTHER,
    OTHER_TOKEN,
    ROOM,
    ROOM_TOKEN,
    SOAP,
)
from tests.fakes.outsides import SteppingClock

AXIS_CERTIFICATE, ROOM_CERTIFICATE = b"of the axis", b"of the room"
PROXY_CERTIFICATE = b"of nobody we know"


def proof(certificate: bytes) -> Credential:
    return Credential(certificate_sha256=sha256(certificate).hexdigest())


@pytest.fixture
def askers() -> Askers:
    known: list[tuple[Credential, tuple[Source, ...]]] = [
        (Credential(token=AXIS_TOKEN), AXIS),
        (proof(AXIS_CERTIFICATE), AXIS),
        (Credential(token=ROOM_TOKEN), ROOM),
        (proof(ROOM_CERTIFICATE), ROOM),
    ]
    agencies: dict[bytes, AgencyCode] = {
        token_hash(OFFICE_TOKEN): OFFICE,
        token_hash(OTHER_TOKEN): OTHER,
    }
    rates = Rates(per_second=1e6, burst=1e6, monotonic=lambda: 0.0)
    return Askers(Gate(known, agencies, rates, SteppingClock()), SOAP)


def shown(token: str = "", certificate: bytes = b"") -> Shown:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return Shown(headers, certificate)


@pytest.mark.parametrize(
    ("token", "certificate"),
    [
        (OTHER_TOKEN, AXIS_CERTIFICATE),
        (OTHER_TOKEN, ROOM_CERTIFICATE),
        (OFFICE_TOKEN, AXIS_CERTIFICATE),
        (ROOM_TOKEN, AXIS_CERTIFICATE),
    ],
)
def test_a_token_beside_anothers_certificate_is_nobodys(askers, token, certificate):
    with pytest.raises(NotAllowed):
        askers.by_headers(shown(token, certificate))
    with pytest.raises(NotAllowed):
        askers.by_token(token, shown(certificate=certificate))


@pytest.mark.parametrize("certificate", [b"", PROXY_CERTIFICATE, ROOM_CERTIFICATE])
def test_an_agency_may_come_over_the_line_of_the_system_that_speaks_for_it(
    askers, certificate
):
    asker = Asker(agency=OFFICE)
    assert askers.by_headers(shown(OFFICE_TOKEN, certificate)) == asker
    assert askers.by_token(OFFICE_TOKEN, shown(certificate=certificate)) == asker


def test_a_source_is_known_by_its_token_in_the_message_too(askers):
    assert askers.by_token(ROOM_TOKEN, shown()) == Asker(source=ROOM[1])


def test_a_token_in_the_message_may_not_be_anothers_than_the_headers(askers):
    for other in (AXIS_TOKEN, OFFICE_TOKEN, OTHER_TOKEN, "of nobody"):
        with pytest.raises(NotAllowed):
            askers.same(askers.by_headers(shown(ROOM_TOKEN)), other, shown(ROOM_TOKEN))
    room = askers.by_headers(shown(ROOM_TOKEN))
    assert askers.same(room, ROOM_TOKEN, shown(ROOM_TOKEN)) == room
    assert askers.same(room, "", shown(ROOM_TOKEN)) == room
