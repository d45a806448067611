"""The claim check: an agency reaches only its own."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from hub.agencies.claims import ClaimDoor
from hub.errors import NotAllowed
from hub.model.agencies import Agency, AgencyKind
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, DocumentKey, digest_of
from hub.model.records import Delivery
from tests.fakes.outsides import NOON, SteppingClock

BYTES = b"<edXML>original</edXML>"
DIGEST = digest_of(BYTES)
OWN = b"<edXML>of my own</edXML>"
OWN_DIGEST = digest_of(OWN)
OFFICE = Agency(AgencyCode("H40.1"), "Phòng Nội vụ", AgencyKind.OFFICE, "noi-vu")
TOWN = Agency(
    AgencyCode("xa-giao-an"),
    "Xã Giao An",
    AgencyKind.COMMUNE,
    "xa-giao-an",
    aliases=(AgencyCode("H40.37.5"),),
)
URL = f"/agencies/v1/claims/{DIGEST}"


class Agencies:
    """Implements the port Access: the token is the code."""

    def source(self, door, authorization):
        raise NotAllowed(Fault(FaultCode.CREDENTIALS))

    def agency(self, authorization: str) -> AgencyCode:
        if not authorization.startswith("Bearer "):
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        return AgencyCode(authorization.removeprefix("Bearer "))


class Journal:
    """Knows one delivery, keeps what was fetched."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def delivery(self, agency, digest):
        own = agency == "xa-giao-an" and digest == DIGEST
        return Delivery("d", DocumentKey("k"), agency, "q", "", NOON) if own else None

    async def sent(self, source, digest) -> bool:
        return (source, digest) == ("agency.noi-vu", OWN_DIGEST)

    async def fetched(self, delivery, at) -> bool:
        self.taken.append(delivery)
        return True


class OneFile:
    def __init__(self, folder) -> None:
        self.folder = folder
        (folder / DIGEST).write_bytes(BYTES)
        (folder / OWN_DIGEST).write_bytes(OWN)

    def path(self, digest):
        return self.folder / digest


@pytest.fixture
def journal():
    return Journal()


@pytest.fixture
async def client(journal, tmp_path):
    clock = SteppingClock()
    door = ClaimDoor(
        Agencies(), OneFile(tmp_path), journal, journal, clock, agencies=[OFFICE, TOWN]
    )
    app = web.Application()
    app.add_routes(door.routes())
    async with TestClient(TestServer(app)) as one:
        yield one


async def test_the_receiver_has_the_original_byte_for_byte(client, journal):
    headers = {"Authorization": "Bearer xa-giao-an"}
    response = await client.get(URL, headers=headers)
    assert await response.read() == BYTES
    async with asyncio.timeout(5):  # recorded once the last byte has left
        while not journal.taken:
            await asyncio.sleep(0)
    assert journal.taken == ["d"]


async def test_a_token_under_an_older_code_of_the_agency_opens_the_same(client):
    response = await client.get(URL, headers={"Authorization": "Bearer h40.37.5"})
    assert await response.read() == BYTES


async def test_one_connection_serves_one_download_after_another(client, journal):
    headers = {"Authorization": "Bearer xa-giao-an"}
    for _ in range(5):
        response = await client.get(URL, headers=headers)
        assert await response.read() == BYTES


async def test_only_asking_for_the_head_takes_nothing(client, journal):
    response = await client.head(URL, headers={"Authorization": "Bearer xa-giao-an"})
    assert response.status == 405
    assert not journal.taken


async def test_another_agency_hears_that_there_is_nothing(client, journal):
    response = await client.get(URL, headers={"Authorization": "Bearer xa-giao-ha"})
    assert response.status == 404
    assert not journal.taken


async def test_an_agency_has_its_own_original_by_the_address_in_its_receipt(
    client, journal
):
    url = f"/agencies/v1/claims/{OWN_DIGEST}"
    response = await client.get(url, headers={"Authorization": "Bearer h40.1"})
    assert await response.read() == OWN
    # It is no delivery: nothing is said to be fetched.
    assert not journal.taken
    for other in ("xa-giao-an", "xa-giao-ha"):
        response = await client.get(url, headers={"Authorization": f"Bearer {other}"})
        assert response.status == 404


async def test_without_a_token_nobody_hears_anything(client):
    response = await client.get(URL)
    assert response.status == 401


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd", "abc", DIGEST.upper()])
async def test_a_name_from_outside_never_becomes_a_path(client, name):
    headers = {"Authorization": "Bearer xa-giao-an"}
    response = await client.get(f"/agencies/v1/claims/{name}", headers=headers)
    assert response.status == 404
