"""The description of the doors says what the code does."""

import typing
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.axis import doors
from adapters.axis.answer import post_receipt
from hub import problems, taking
from hub.agencies import claims
from hub.errors import JournalUnavailable, KeyReused, NotAllowed, PermanentFailure
from hub.model.answers import Trouble, Wire, http
from hub.model.arrivals import Door, Offer, Shown, Source, Taken
from hub.model.decisions import Disposition
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.receipts import Receipt
from hub.model.verdicts import Headline
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.outsides import MemoryEvidence, arrival

ROOT = Path(__file__).parents[3]
PAGE = yaml.safe_load((ROOT / "schemas" / "axis-rest.openapi.yaml").read_bytes())
SCHEMAS = PAGE["components"]["schemas"]
HAND_OVER = PAGE["paths"]["/axis/v1/documents"]["post"]
CLAIM = PAGE["paths"]["/agencies/v1/claims/{digest}"]["get"]
RECEIPT = PAGE["webhooks"]["receipt"]["post"]
#: Answers to a receipt after which it is not tried again.
FINAL = {s for s, t in http(Wire.PUSH).items() if t is Trouble.PERMANENT}


class Desk:
    """Implements the ports Access and Intake; says what it is told to say."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None

    def source(self, door: Door, shown: Shown) -> Source:
        if shown.headers.get("authorization") != "Bearer right":
            raise NotAllowed(Fault(FaultCode.CREDENTIALS))
        return Source("truc-tinh", door, carrier=True)

    def agency(self, authorization: str) -> AgencyCode:
        raise NotAllowed(Fault(FaultCode.CREDENTIALS, detail=authorization))

    async def accept(self, offer: Offer) -> Taken:
        if self.trouble:
            raise self.trouble
        return Taken(arrival(1, digest=offer.digest, size=offer.size), repeated=False)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
async def client(desk):
    app = web.Application()
    app.add_routes(doors.RestDoor(desk, MemoryEvidence(), desk, limit=10).routes())
    async with TestClient(TestServer(app)) as one:
        yield one


def a_receipt() -> Receipt:
    return Receipt(
        id="7f0c5d0e-0000-5000-8000-000000000000",
        hub=AgencyCode("000.01.37.H40"),
        arrival=ArrivalId("0" * 32),
        door_id="doc-1",
        sha256=Digest("0" * 64),
        outcome=Disposition.DELIVER,
        at=datetime(2019, 11, 15, tzinfo=UTC),
        rule="deliver",
    )


def fits(value, schema):
    """Exactly the properties the closed schema names, all of them required."""
    assert schema["additionalProperties"] is False
    return set(value) == set(schema["properties"]) == set(schema["required"])


def test_every_fault_code_is_listed_in_the_order_of_the_code():
    assert SCHEMAS["FaultCode"]["enum"] == [code.value for code in FaultCode]


def test_the_paths_are_those_of_the_doors():
    claim = claims.PATH.replace(":[0-9a-f]{64}", "")
    assert list(PAGE["paths"]) == [doors.PATH, claim]


def test_every_content_type_of_the_door_is_listed_and_no_other():
    assert set(HAND_OVER["requestBody"]["content"]) == doors._TYPES


def test_every_status_of_the_door_is_listed():
    told = {int(status) for status in HAND_OVER["responses"]}
    assert told == {202, 400, 503, *problems.STATUS.values()}


def test_every_status_of_a_refusal_names_its_codes():
    for code, status in problems.STATUS.items():
        described = HAND_OVER["responses"][str(int(status))]["description"]
        assert f"`{code}`" in described


def test_the_form_of_a_key_is_that_of_the_code():
    key = HAND_OVER["parameters"][0]
    assert key["name"] == "Idempotency-Key"
    assert key["schema"]["pattern"] == taking.KEY.pattern


def test_every_field_of_a_receipt_is_listed_and_required():
    told = msgspec.to_builtins(a_receipt())
    assert list(SCHEMAS["Receipt"]["properties"]) == [f.name for f in fields(Receipt)]
    assert fits(told, SCHEMAS["Receipt"])


def test_arrays_and_texts_of_a_receipt_are_what_the_code_sends():
    told = msgspec.to_builtins(a_receipt())
    properties = SCHEMAS["Receipt"]["properties"]
    for name, kind in typing.get_type_hints(Receipt).items():
        listed = properties[name].get("type") == "array"
        assert listed is (typing.get_origin(kind) is tuple)
        assert listed is isinstance(told[name], list | tuple)


def test_a_receipt_tells_every_disposition_but_discard():
    told = set(SCHEMAS["Outcome"]["enum"])
    assert told == set(Disposition) - {Disposition.DISCARD}


def test_every_headline_may_stand_in_a_receipt():
    told = SCHEMAS["Receipt"]["properties"]["verdict"]["enum"]
    assert told == ["", *(headline.value for headline in Headline)]


async def test_a_receipt_carries_the_headers_that_are_described():
    fetch = AnsweringFetch(200)
    await post_receipt(fetch, "https://axis/receipts", "a-token", a_receipt())
    (call,) = fetch.calls

    assert set(call.headers) == {"Authorization", "Content-Type", "Idempotency-Key"}
    assert call.headers["Idempotency-Key"] == a_receipt().id
    assert call.headers["Content-Type"] in RECEIPT["requestBody"]["content"]
    assert [p["name"] for p in RECEIPT["parameters"]] == ["Idempotency-Key"]
    assert fits(msgspec.json.decode(call.body), SCHEMAS["Receipt"])


def test_the_final_answers_to_a_receipt_are_listed():
    told = {int(s) for s in RECEIPT["responses"] if s.isdecimal()}
    assert told == FINAL


@pytest.mark.parametrize("status", sorted(FINAL))
async def test_a_final_answer_to_a_receipt_ends_it(status):
    with pytest.raises(PermanentFailure):
        await post_receipt(
            AnsweringFetch(status), "https://axis", "a-token", a_receipt()
        )


async def test_what_the_door_answers_when_it_took_a_document_is_described(client):
    response = await client.post(
        doors.PATH, data=b"<a/>", headers=headers("application/xml")
    )

    assert response.status == 202
    assert fits(await response.json(), SCHEMAS["Taken"])


@pytest.mark.parametrize(
    ("kind", "body", "trouble", "status"),
    [
        ("text/csv", b"", None, 415),
        ("text/xml", b"x" * 11, None, 413),
        ("text/xml", b"x", KeyReused(Fault(FaultCode.KEY_REUSED)), 409),
        ("text/xml", b"x", NotAllowed(Fault(FaultCode.RATE)), 429),
        ("text/xml", b"x", NotAllowed(Fault(FaultCode.CREDENTIALS)), 401),
        ("text/xml", b"x", PermanentFailure(Fault(FaultCode.EMPTY)), 400),
    ],
)
async def test_what_the_door_answers_to_what_it_refuses_is_described(
    client, desk, kind, body, trouble, status
):
    desk.trouble = trouble
    response = await client.post(doors.PATH, data=body, headers=headers(kind))
    told = await response.json()

    assert response.status == status
    assert response.content_type == problems.MEDIA_TYPE
    assert fits(told, SCHEMAS["Problem"])
    assert told["code"] in SCHEMAS["FaultCode"]["enum"]


async def test_what_the_door_answers_when_it_cannot_is_described(client, desk):
    desk.trouble = JournalUnavailable("away")
    response = await client.post(doors.PATH, data=b"x", headers=headers("text/xml"))
    told, described = await response.json(), HAND_OVER["responses"]["503"]

    assert response.status == 503
    retry = described["headers"]["Retry-After"]["schema"]["const"]
    assert response.headers["Retry-After"] == retry
    assert fits(told, SCHEMAS["Problem"])
    assert {"const": told["code"]} in SCHEMAS["Problem"]["properties"]["code"]["anyOf"]


def test_the_claim_check_tells_of_every_status_it_has():
    # 200 by default; the others by number in the source of `take`.
    assert set(CLAIM["responses"]) == {"200", "401", "404", "503"}
    source = Path(claims.__file__).read_text()
    for status in ("401", "404", "503"):
        assert f"status={status}" in source


def headers(content_type: str) -> dict[str, str]:
    return {"Authorization": "Bearer right", "Content-Type": content_type}
