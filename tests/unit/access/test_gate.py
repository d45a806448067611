"""Who asks: tokens, signed headers, certificates, and any of them together."""

import hmac
from hashlib import sha256

import pytest

from adapters.axis import vxp_signing
from hub.access import signed
from hub.access.gate import Gate
from hub.access.rates import Rates
from hub.access.tokens import token_hash
from hub.errors import NotAllowed
from hub.model.arrivals import Credential, Door, Shown, Source
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.ports import Access
from tests.fakes.outsides import SteppingClock
from tests.unit.access.signing import SECRET, SYSTEM, signed_headers

REST, SOAP = Door("axis-rest"), Door("axis-soap")
AXIS = (Source("truc-tinh", REST, carrier=True), Source("truc-tinh", SOAP))
OFFICE = (Source("noi-vu", REST),)
AXIS_TOKEN = "axis-token-axis-token-axis"
OFFICE_TOKEN = "office-token-office-token-"
AGENCY_TOKEN = "agency-token-agency-token-"
CERTIFICATE = b"der of a certificate"


class Ticks:
    """A monotonic clock the test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
def clock():
    return SteppingClock()


@pytest.fixture
def gate(ticks, clock) -> Access:
    """mypy holds it against the port."""
    return Gate(
        [
            (Credential(token=AXIS_TOKEN), AXIS),
            (Credential(system_id=SYSTEM, secret=SECRET), AXIS),
            (Credential(system_id="OTHER", secret="another-secret-another"), OFFICE),
            (Credential(token=OFFICE_TOKEN), OFFICE),
            (Credential(certificate_sha256=sha256(CERTIFICATE).hexdigest()), OFFICE),
        ],
        {token_hash(AGENCY_TOKEN): AgencyCode("000.01.37.H40")},
        Rates(per_second=1, burst=2, monotonic=ticks),
        clock,
    )


def bearer(token: str, certificate: bytes = b"") -> Shown:
    return Shown({"authorization": f"Bearer {token}"}, certificate)


def refusal(call) -> tuple[FaultCode, str]:
    with pytest.raises(NotAllowed) as caught:
        call()
    return caught.value.fault.code, caught.value.fault.place


def refused(gate, shown: Shown, door: Door = REST) -> tuple[FaultCode, str]:
    return refusal(lambda: gate.source(door, shown))


# --- tokens


@pytest.mark.parametrize("place", [0, 1])
def test_the_token_tells_the_source_at_each_of_its_doors(gate, place):
    assert gate.source(AXIS[place].door, bearer(AXIS_TOKEN)) == AXIS[place]


def test_a_door_that_is_not_the_sources_stays_shut(gate):
    assert refused(gate, bearer(OFFICE_TOKEN), SOAP)[0] is FaultCode.CREDENTIALS


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {AXIS_TOKEN}",
        f"Bearer {AXIS_TOKEN}x",
        AXIS_TOKEN,
        "Bearer \u00e9",
        "Bearer \udcff",
    ],
)
def test_anything_else_is_refused(gate, header):
    shown = Shown({"authorization": header})
    assert refused(gate, shown)[0] is FaultCode.CREDENTIALS


def test_who_shows_nothing_is_refused(gate):
    assert refused(gate, Shown())[0] is FaultCode.CREDENTIALS


def test_an_agencys_token_opens_no_sources_door(gate):
    assert refused(gate, bearer(AGENCY_TOKEN))[0] is FaultCode.CREDENTIALS


def test_a_sources_token_downloads_nothing(gate):
    call = lambda: gate.agency(f"Bearer {AXIS_TOKEN}")  # noqa: E731
    assert refusal(call)[0] is FaultCode.CREDENTIALS


def test_who_comes_too_fast_waits_and_may_come_again(gate, ticks):
    header = f"Bearer {AGENCY_TOKEN}"
    gate.agency(header)
    gate.agency(header)
    assert refusal(lambda: gate.agency(header))[0] is FaultCode.RATE
    ticks.at += 1
    assert gate.agency(header) == "000.01.37.H40"


def test_a_source_has_one_rate_whatever_it_shows(gate):
    gate.source(REST, bearer(AXIS_TOKEN))
    gate.source(REST, Shown(signed_headers()))
    assert refused(gate, bearer(AXIS_TOKEN), SOAP)[0] is FaultCode.RATE


def test_a_wrong_token_costs_the_right_ones_nothing(gate):
    for _ in range(10):
        refusal(lambda: gate.agency("Bearer wrong"))
        refused(gate, bearer("wrong"))
    assert gate.agency(f"Bearer {AGENCY_TOKEN}")
    assert gate.source(REST, bearer(AXIS_TOKEN))


# --- signed headers


def test_signed_headers_tell_the_source(gate):
    assert gate.source(REST, Shown(signed_headers())) == AXIS[0]


def test_what_our_own_client_signs_our_own_door_takes(gate, clock):
    values = {
        "systemid": SYSTEM,
        "timestamp": vxp_signing.timestamp(clock.now()),
        "hash-file": sha256(b"x").hexdigest(),
    }
    made = vxp_signing.signed(values, SECRET)
    headers = {name.lower(): value for name, value in made.items()}
    assert gate.source(REST, Shown(headers | {"content-length": "1"})) == AXIS[0]


def test_a_replay_within_the_skew_is_let_through_and_a_late_one_is_not(gate, clock):
    again = Shown(signed_headers())
    gate.source(REST, again)
    clock.step(299)
    assert gate.source(REST, again) == AXIS[0]
    clock.step(2)
    assert refused(gate, again) == (FaultCode.TIMESTAMP, signed.TIMESTAMP)
    clock.step(-602)
    assert refused(gate, again) == (FaultCode.TIMESTAMP, signed.TIMESTAMP)


@pytest.mark.parametrize(
    "stated", ["02122019T120000", "31022019T120000+0700", "2019-12-02", "x" * 400]
)
def test_a_moment_in_another_form_is_told(gate, stated):
    shown = Shown(signed_headers(timestamp=stated))
    assert refused(gate, shown) == (FaultCode.TIMESTAMP, signed.TIMESTAMP)


def test_a_body_goes_only_with_its_signed_hash(gate):
    without = signed_headers(hash_file="")
    place = (FaultCode.CREDENTIALS, signed.HASH_FILE)
    assert refused(gate, Shown(without)) == place
    beside = without | {signed.HASH_FILE: "0" * 64}
    assert refused(gate, Shown(beside)) == place
    chunked = without | {"content-length": "0", "transfer-encoding": "chunked"}
    assert refused(gate, Shown(chunked)) == place
    assert gate.source(REST, Shown(without | {"content-length": "0"})) == AXIS[0]


@pytest.mark.parametrize("name", [signed.SYSTEM_ID, signed.TIMESTAMP, signed.HASH_FILE])
def test_a_header_that_is_not_as_signed_is_refused(gate, name):
    shown = Shown(signed_headers() | {name: "02122019T120001+0700"})
    assert refused(gate, shown)[0] is FaultCode.CREDENTIALS


@pytest.mark.parametrize("name", ["systemid", "timestamp"])
def test_what_must_be_signed_and_is_not_is_refused(gate, name):
    by_systemid = name == "systemid"
    headers = (
        signed_headers(systemid="") if by_systemid else signed_headers(timestamp="")
    )
    headers.setdefault(signed.SYSTEM_ID, SYSTEM)
    headers.setdefault(signed.TIMESTAMP, "02122019T120000+0700")
    told = (FaultCode.CREDENTIALS, f"{signed.PREFIX}{name}")
    assert refused(gate, Shown(headers)) == told


def test_names_that_disagree_with_the_text_are_refused(gate):
    shown = Shown(signed_headers() | {signed.NAMES: "systemid;timestamp"})
    assert refused(gate, shown) == (FaultCode.CREDENTIALS, signed.NAMES)


def test_another_systems_secret_proves_nothing_for_this_one(gate):
    shown = Shown(signed_headers(secret="another-secret-another"))
    assert refused(gate, shown)[0] is FaultCode.CREDENTIALS


@pytest.mark.parametrize("proof", ["", "0" * 64, "\udcff", "é"])
def test_a_wrong_proof_is_refused(gate, proof):
    shown = Shown(signed_headers() | {signed.PROOF: proof})
    assert refused(gate, shown)[0] is FaultCode.CREDENTIALS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "[[]]",
        '[["systemid", "HSN-01"]]',
        '{"systemid": 1}',
        '{"systemid": {"a": "b"}}',
        '{"systemid": "a", "SystemId": "b"}',
        "[" * 10_000,
        '{"systemid": "' + "x" * 20_000 + '"}',
    ],
)
def test_a_text_that_is_no_flat_object_is_refused_though_it_is_signed(gate, text):
    proof = hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest()
    headers = signed_headers() | {signed.TEXT: text, signed.PROOF: proof}
    assert refused(gate, Shown(headers))[0] is FaultCode.CREDENTIALS


def test_a_name_that_is_not_ascii_is_signed_as_it_came(gate):
    raw = "Phòng Nội vụ".encode().decode("utf-8", "surrogateescape")
    assert gate.source(REST, Shown(signed_headers(note=raw))) == AXIS[0]


# --- certificates, and more than one proof


def test_a_client_certificate_tells_the_source(gate):
    assert gate.source(REST, Shown({}, CERTIFICATE)) == OFFICE[0]


def test_a_certificate_nobody_has_proves_nothing_and_harms_nothing(gate):
    stranger = b"der of a proxy"
    assert refused(gate, Shown({}, stranger))[0] is FaultCode.CREDENTIALS
    assert gate.source(REST, bearer(AXIS_TOKEN, stranger)) == AXIS[0]


def test_proofs_that_speak_of_two_sources_are_nobodys(gate):
    both = bearer(AXIS_TOKEN, CERTIFICATE)
    assert refused(gate, both)[0] is FaultCode.CREDENTIALS
    assert gate.source(REST, bearer(OFFICE_TOKEN, CERTIFICATE)) == OFFICE[0]


def test_a_wrong_token_is_not_mended_by_a_sound_certificate(gate):
    assert refused(gate, bearer("wrong", CERTIFICATE))[0] is FaultCode.CREDENTIALS


def test_no_secret_is_shown_by_what_holds_it():
    shown = Shown(signed_headers())
    claim = signed.claimed(shown.headers)
    credential = Credential(system_id=SYSTEM, secret=SECRET, token=AXIS_TOKEN)
    assert SECRET not in repr(credential) + repr(claim) + repr(shown)
    assert AXIS_TOKEN not in repr(credential)
