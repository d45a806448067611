"""The description of the agencies' REST door says what the code does."""

import re
from http import HTTPStatus
from pathlib import Path

import pytest
import yaml
from aiohttp.test_utils import TestClient, TestServer

from hub import problems, taking
from hub.agencies import rest_words
from hub.journal.leasing import MOST_LEASES
from hub.model.faults import FaultCode
from tests.unit.agencies.test_rest import ONE, Bench, as_

ROOT = Path(__file__).parents[3]
PAGE = yaml.safe_load((ROOT / "schemas" / "agencies-rest.openapi.yaml").read_bytes())
SCHEMAS = PAGE["components"]["schemas"]
OPERATIONS = {
    (method.upper(), path): told
    for path, methods in PAGE["paths"].items()
    for method, told in methods.items()
}


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
async def client(bench):
    async with TestClient(TestServer(bench.app())) as one:
        yield one


def fits(value, schema) -> bool:
    """Exactly the properties the closed schema names, all of them required."""
    assert schema["additionalProperties"] is False
    return set(value) == set(schema["properties"]) == set(schema["required"])


def test_the_paths_are_those_of_the_door(bench):
    served = {
        (route.method, re.sub(r"\{id:[^}]+\}+", "{id}", route.resource.canonical))
        for route in bench.app().router.routes()
    }
    assert served == set(OPERATIONS)


def test_what_may_be_sent_is_what_the_door_takes():
    def kinds(path: str) -> set[str]:
        return set(OPERATIONS["POST", path]["requestBody"]["content"])

    assert kinds("/agencies/v1/documents") == rest_words.DOCUMENTS
    assert kinds("/agencies/v1/statuses") == rest_words.STATUSES


def test_the_limits_are_those_of_the_code():
    wish, look = (
        SCHEMAS["Wish"]["properties"],
        OPERATIONS["GET", "/agencies/v1/deliveries"],
    )
    seconds = range(wish["seconds"]["minimum"], wish["seconds"]["maximum"] + 1)
    assert seconds == rest_words.SECONDS
    assert wish["most"]["maximum"] == rest_words.MOST
    assert look["parameters"][0]["schema"]["maximum"] == rest_words.MOST
    told = OPERATIONS["POST", "/agencies/v1/deliveries/lease"]["description"]
    assert f"leased {MOST_LEASES} times" in told


def test_the_form_of_a_key_is_that_of_the_code():
    (key,) = OPERATIONS["POST", "/agencies/v1/documents"]["parameters"]
    assert key["schema"]["pattern"] == taking.KEY.pattern


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_refusal_names_its_code_and_status(operation):
    for status, told in OPERATIONS[operation]["responses"].items():
        if int(status) < HTTPStatus.BAD_REQUEST or status == "503":
            continue
        codes = re.findall(r"`([a-z-]+)`", told["description"])
        known = [
            c for c in codes if c in SCHEMAS["Problem"]["properties"]["code"]["enum"]
        ]
        assert known, f"{operation} {status}"
        for code in set(known) & set(FaultCode):
            due = problems.STATUS.get(FaultCode(code), HTTPStatus.BAD_REQUEST)
            assert int(status) == due


async def test_what_stands_there_is_described(client):
    found = await client.get("/agencies/v1/deliveries", headers=as_("an"))
    told = await found.json()
    assert fits(told, SCHEMAS["Listed"])
    assert all(fits(one, SCHEMAS["Standing"]) for one in told["deliveries"])


async def test_what_is_said_of_what_was_taken_is_described(client):
    kind = as_("an", **{"Content-Type": "application/xml"})
    found = await client.post("/agencies/v1/documents", headers=kind, data=b"<a/>")
    assert fits(await found.json(), SCHEMAS["Taken"])


@pytest.mark.parametrize(
    ("method", "path", "token"),
    [
        ("GET", "deliveries?limit=0", "an"),
        ("GET", "deliveries/no-such", "an"),
        ("POST", f"deliveries/{ONE}/reject", "an"),
        ("POST", "documents", "an"),
        ("GET", "deliveries", "wrong"),
    ],
)
async def test_every_problem_is_described(client, method, path, token):
    found = await client.request(method, f"/agencies/v1/{path}", headers=as_(token))
    told = await found.json()
    assert fits(told, SCHEMAS["Problem"])
    assert told["code"] in SCHEMAS["Problem"]["properties"]["code"]["enum"]
    bare = path.partition("?")[0].replace(ONE, "{id}").replace("no-such", "{id}")
    responses = OPERATIONS[method, f"/agencies/v1/{bare}"]["responses"]
    assert str(found.status) in responses
