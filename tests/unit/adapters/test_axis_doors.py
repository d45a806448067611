"""The axis' REST door: 202 only after intake returned; every refusal has its code."""

import asyncio
import gzip
import hashlib

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from multidict import CIMultiDict

from adapters.axis.doors import PATH, RestDoor
from hub.errors import (
    JournalUnavailable,
    KeyReused,
    NotAllowed,
    PermanentFailure,
)
from hub.model.arrivals import Door, Offer, Shown, Source, Taken
from hub.model.faults import Fault, FaultCode
from hub.taking import chunks_of
from tests.fakes.axis_doors import SECRET, Front
from tests.fakes.outsides import MemoryEvidence, arrival
from tests.unit.access.signing import signed_headers
from tests.unit.edxml.look_alikes import form

AXIS = Source("truc-tinh", Door("axis-rest"), carrier=True)
HEADERS = {"Authorization": "Bearer right", "Content-Type": "application/xml"}


class DoorKeeper:
    """Implements the port Access for one token."""

    def source(self, door: Door, shown: Shown) -> Source:
        if shown.headers.get("authorization") != "Bearer right":
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        return AXIS

    def agency(self, authorization: str):
        raise NotAllowed(Fault(FaultCode.CREDENTIALS))


class ListeningIntake:
    """Implements the port Intake."""

    def __init__(self) -> None:
        self.offers: list[Offer] = []
        self.trouble: Exception | None = None
        self.repeated = False

    async def accept(self, offer: Offer) -> Taken:
        if self.trouble:
            raise self.trouble
        self.offers.append(offer)
        taken = arrival(1, digest=offer.digest, size=offer.size)
        return Taken(taken, repeated=self.repeated)


@pytest.fixture
def intake():
    return ListeningIntake()


@pytest.fixture
def evidence():
    return MemoryEvidence()


@pytest.fixture
async def client(intake, evidence):
    app = web.Application()
    app.add_routes(RestDoor(DoorKeeper(), evidence, intake, limit=1000).routes())
    async with TestClient(TestServer(app)) as one:
        yield one


async def test_what_is_taken_is_kept_as_it_came(client, intake, evidence):
    headers = HEADERS | {"Idempotency-Key": "docId-1"}
    response = await client.post(PATH, data=b"<edXML/>", headers=headers)
    answer = await response.json()
    assert response.status == 202
    offer = intake.offers[0]
    assert evidence.kept[offer.digest] == b"<edXML/>"
    assert (offer.door_id, offer.strict_id) == ("docId-1", True)
    assert offer.content_type == "application/xml"
    assert (answer["sha256"], answer["size"]) == (offer.digest, 8)
    assert answer["message"].startswith("Đã nhận")


async def test_without_a_key_the_digest_is_the_doors_id(client, intake):
    await client.post(PATH, data=b"<edXML/>", headers=HEADERS)
    offer = intake.offers[0]
    assert offer.door_id.startswith(offer.digest)
    assert not offer.strict_id


async def test_the_same_bytes_as_another_kind_of_content_are_another_entity(
    client, intake
):
    for kind in ("multipart/related", "multipart/related; boundary=b"):
        await client.post(PATH, data=b"--b", headers=HEADERS | {"Content-Type": kind})
    assert intake.offers[0].digest == intake.offers[1].digest
    assert intake.offers[0].door_id != intake.offers[1].door_id


async def test_the_body_is_not_parsed_at_the_door(client, intake):
    response = await client.post(PATH, data=b"<!DOCTYPE x><", headers=HEADERS)
    assert response.status == 202
    assert intake.offers


async def error(response, status: int) -> str:
    assert response.status == status
    assert response.content_type == "application/problem+json"
    told = await response.json()
    assert told["status"] == status
    assert told["type"] == f"urn:lienthong:fault:{told['code']}"
    assert told["message"]
    assert told["title"]
    return str(told["code"])


async def test_wrong_credentials_keep_nothing(client, intake, evidence):
    headers = HEADERS | {"Authorization": "Bearer wrong"}
    response = await client.post(PATH, data=b"<edXML/>", headers=headers)
    assert await error(response, 401) == "credentials"
    assert not intake.offers
    assert not evidence.kept


async def test_what_says_it_is_too_large_is_not_read(client, intake):
    response = await client.post(PATH, data=b"x" * 1001, headers=HEADERS)
    assert await error(response, 413) == "too-large"
    assert not intake.offers


async def test_what_turns_out_too_large_while_streaming_is_refused(client, intake):
    async def pieces():
        for _ in range(20):
            yield b"x" * 100

    response = await client.post(PATH, data=pieces(), headers=HEADERS)
    assert await error(response, 413) == "too-large"
    assert not intake.offers


async def test_a_key_used_for_other_content_is_a_conflict(client, intake):
    intake.trouble = KeyReused(Fault(FaultCode.KEY_REUSED))
    response = await client.post(PATH, data=b"<edXML/>", headers=HEADERS)
    assert await error(response, 409) == "key-reused"


async def test_a_key_that_is_no_key_is_told(client):
    headers = HEADERS | {"Idempotency-Key": "x" * 201}
    response = await client.post(PATH, data=b"<edXML/>", headers=headers)
    assert await error(response, 409) == "key-reused"


async def test_a_content_type_nobody_knows_is_told(client):
    headers = HEADERS | {"Content-Type": "image/png"}
    response = await client.post(PATH, data=b"x", headers=headers)
    assert await error(response, 415) == "content-type"


async def test_a_packed_body_is_told_because_what_is_kept_must_be_what_came(client):
    headers = HEADERS | {"Content-Encoding": "gzip"}
    response = await client.post(PATH, data=gzip.compress(b"<a/>"), headers=headers)
    assert await error(response, 415) == "content-type"


async def test_a_journal_that_is_away_says_later_and_never_taken(client, intake):
    intake.trouble = JournalUnavailable("away")
    response = await client.post(PATH, data=b"<edXML/>", headers=HEADERS)
    assert await error(response, 503) == "not-now"
    assert response.headers["Retry-After"]


async def test_the_same_again_hears_the_same_again(client, intake):
    intake.repeated = True
    response = await client.post(PATH, data=b"<edXML/>", headers=HEADERS)
    assert response.status == 202
    assert (await response.json())["repeated"] is True


async def test_a_body_that_is_not_the_one_that_was_hashed_is_refused(client, intake):
    told = hashlib.sha256(b"<edXML/>").hexdigest()
    headers = HEADERS | {"XroadVnpt-hash-file": told.upper()}
    response = await client.post(PATH, data=b"<edXML/>", headers=headers)
    assert response.status == 202
    response = await client.post(PATH, data=b"<edXML></edXML>", headers=headers)
    assert await error(response, 400) == "hash-mismatch"
    assert (await response.json())["place"] == "XroadVnpt-hash-file"
    assert len(intake.offers) == 1


async def test_wrong_credentials_are_told_how_to_show_some(client):
    headers = HEADERS | {"Authorization": "Bearer wrong"}
    response = await client.post(PATH, data=b"<edXML/>", headers=headers)
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_the_rest_door_takes_signed_headers(tmp_path):
    front = Front(tmp_path)
    async with TestClient(TestServer(front.app())) as one:
        headers = signed_headers(b"<edXML/>", secret=SECRET)
        headers |= {"Content-Type": "application/xml"}
        response = await one.post(PATH, data=b"<edXML/>", headers=headers)
        assert response.status == 202
        front.clock.step(3600)
        response = await one.post(PATH, data=b"<edXML/>", headers=headers)
        assert await error(response, 401) == "timestamp"


@pytest.mark.parametrize(
    ("parts", "status"),
    [
        ([("messagetype", None, b"edoc"), ("file_doc", "a", b"<edXML/>")], 202),
        ([("file_doc", None, b"<edXML/>"), ("x", "b", b"<other/>")], 202),
        ([("anything", "a.edxml", b"<edXML/>")], 202),
        ([("file_doc", "a", b"<edXML />")], 400),
        ([("x", "a", b"<edXML/>"), ("y", "b", b"<edXML/>")], 400),
        ([], 400),
    ],
)
async def test_the_hash_of_the_kit_is_that_of_the_file_in_its_form(
    tmp_path, parts, status
):
    front = Front(tmp_path)
    kind, body = form(*parts)
    async with TestClient(TestServer(front.app())) as one:
        headers = signed_headers(b"<edXML/>", secret=SECRET) | {"Content-Type": kind}
        headers["content-length"] = str(len(body))
        response = await one.post(PATH, data=body, headers=headers)
    assert response.status == status
    assert len(front.intake.offers) == (status == 202)


@pytest.mark.parametrize("first", ["true", "false"])
async def test_a_second_hash_beside_the_signed_one_changes_nothing(tmp_path, first):
    """Whoever stands on the way cannot put another body under signed headers."""
    front = Front(tmp_path)
    forged = b"<edXML>forged</edXML>"
    headers = CIMultiDict(signed_headers(b"<edXML/>", secret=SECRET))
    signed_one = headers.popone("xroadvnpt-hash-file")
    both = [signed_one, hashlib.sha256(forged).hexdigest()]
    for value in both if first == "true" else reversed(both):
        headers.add("XroadVnpt-hash-file", value)
    headers["Content-Type"] = "application/xml"
    headers["content-length"] = str(len(forged))
    async with TestClient(TestServer(front.app())) as one:
        response = await one.post(PATH, data=forged, headers=headers)
        assert await error(response, 401) == "credentials"
    assert not front.intake.offers


async def test_a_header_that_came_twice_is_told(client, intake):
    headers = CIMultiDict(HEADERS)
    for key in ("a", "b"):
        headers.add("Idempotency-Key", key)
    response = await client.post(PATH, data=b"<edXML/>", headers=headers)
    assert await error(response, 400) == "frame"
    assert not intake.offers


async def test_a_body_that_stands_still_is_cut_off():
    async def take(request: web.Request) -> web.Response:
        got = b""
        try:
            async for chunk in chunks_of(request, b"head", idle=0.05):
                got += chunk
        except PermanentFailure as failure:
            return web.Response(text=f"{failure.fault.code} {got.decode()}")
        return web.Response(text="whole")

    gone = asyncio.Event()

    async def half():
        yield b", half"
        await gone.wait()

    app = web.Application()
    app.add_routes([web.post("/", take)])
    async with TestClient(TestServer(app)) as one:
        response = await one.post("/", data=half())
        assert await response.text() == "truncated head, half"
        gone.set()
