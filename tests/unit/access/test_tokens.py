"""Bearer tokens of sources and agencies."""

import pytest

from hub.access.tokens import TokenAccess, token_hash
from hub.errors import NotAllowed
from hub.model.arrivals import Credential, Door, Shown, Source
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode

AXIS = Source("truc-tinh", Door("axis-rest"), carrier=True)
AXIS_TOKEN = "axis-token-axis-token-axis"
AGENCY_TOKEN = "agency-token-agency-token-"


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
def access(ticks):
    return TokenAccess(
        [(Credential(token=AXIS_TOKEN), (AXIS,))],
        {token_hash(AGENCY_TOKEN): AgencyCode("000.01.37.H40")},
        per_second=1,
        burst=2,
        monotonic=ticks,
    )


def bearer(header: str) -> Shown:
    return Shown({"authorization": header})


def refusal(call) -> FaultCode:
    with pytest.raises(NotAllowed) as caught:
        call()
    return caught.value.fault.code


def test_the_token_tells_the_source(access):
    assert access.source(AXIS.door, bearer(f"Bearer {AXIS_TOKEN}")) == AXIS


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
def test_anything_else_is_refused(access, header):
    call = lambda: access.source(AXIS.door, bearer(header))  # noqa: E731
    assert refusal(call) is FaultCode.CREDENTIALS


def test_an_agencys_token_opens_no_sources_door(access):
    call = lambda: access.source(AXIS.door, bearer(f"Bearer {AGENCY_TOKEN}"))  # noqa: E731
    assert refusal(call) is FaultCode.CREDENTIALS


def test_a_sources_token_downloads_nothing(access):
    call = lambda: access.agency(f"Bearer {AXIS_TOKEN}")  # noqa: E731
    assert refusal(call) is FaultCode.CREDENTIALS


def test_who_comes_too_fast_waits_and_may_come_again(access, ticks):
    header = f"Bearer {AGENCY_TOKEN}"
    access.agency(header)
    access.agency(header)
    assert refusal(lambda: access.agency(header)) is FaultCode.RATE
    ticks.at += 1
    assert access.agency(header) == "000.01.37.H40"


def test_a_wrong_token_costs_the_right_ones_nothing(access):
    for _ in range(10):
        refusal(lambda: access.agency("Bearer wrong"))
    assert access.agency(f"Bearer {AGENCY_TOKEN}")
