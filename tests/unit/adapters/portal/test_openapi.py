"""schemas/portal-rest.openapi.yaml says what the push door does."""

from http import HTTPStatus

import pytest
import yaml
from aiohttp.test_utils import TestClient, TestServer

from adapters.portal import doors, push_replies, sessions
from hub.errors import JournalUnavailable
from hub.model.faults import FaultCode
from hub.resources import resource
from tests.fakes.portal_doors import PASSWORD, PortalFront
from tests.unit.adapters.portal.dossiers import dossier, progress, raw
from tests.unit.adapters.portal.json_schema import fits
from tests.unit.adapters.portal.test_doors import BEARER

PAGE = yaml.safe_load(resource("schemas", "portal-rest.openapi.yaml").read_bytes())
SCHEMAS = PAGE["components"]["schemas"]
PATHS = (doors.AUTH, doors.DOSSIERS, doors.PROGRESS)


@pytest.fixture
def front():
    return PortalFront()


@pytest.fixture
async def client(front):
    async with TestClient(TestServer(front.app())) as one:
        yield one


def test_the_paths_are_those_of_the_door():
    assert tuple(PAGE["paths"]) == PATHS
    served = {r.path for r in doors.PushDoor(PortalFront().kit()).routes()}
    assert served == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_types_and_statuses_are_those_of_the_door(path):
    described = PAGE["paths"][path]["post"]
    assert set(described["requestBody"]["content"]) == doors.TYPES
    told = {int(status) for status in described["responses"]}
    known = {int(status) for status in push_replies.STATUS.values()}
    assert told == {200, 400, 503, *known}


def test_the_numbers_are_those_of_the_code():
    codes = [getattr(push_replies, n) for n in ("WELL", "REFUSED", "NOT_NOW", "LOG_IN")]
    assert SCHEMAS["Reply"]["properties"]["error_code"]["enum"] == codes
    description = PAGE["paths"][doors.DOSSIERS]["post"]["description"]
    assert f"At most {doors.MOST_ITEMS} dossiers and 10 MiB" in description
    assert doors.MOST_BYTES == 10 * 2**20
    arrays = [one for one in SCHEMAS["Message"]["anyOf"] if one.get("type") == "array"]
    assert [one["maxItems"] for one in arrays] == [doors.MOST_ITEMS]
    minutes = int(sessions.LIFE.total_seconds() // 60)
    assert (
        f"after {minutes} minutes" in PAGE["paths"][doors.AUTH]["post"]["description"]
    )
    services = SCHEMAS["Message"]["anyOf"][0]["properties"]["service"]["enum"]
    assert {name.casefold() for name in services} == set(doors.SERVICES)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (doors.DOSSIERS, raw(dossier()), 200),
        (doors.DOSSIERS, raw([dossier(), 1]), 400),
        (doors.DOSSIERS, b"", 400),
        (doors.PROGRESS, raw({"data": [progress()]}), 200),
        (doors.AUTH, raw({"username": "cong", "password": PASSWORD}), 200),
        (doors.AUTH, raw({"username": "cong", "password": "wrong"}), 401),
        (doors.AUTH, b"x" * 5_000, 413),
    ],
)
async def test_every_answer_is_described(client, path, body, status):
    response = await client.post(path, data=body, headers=BEARER)
    assert response.status == status
    assert fits(await response.json(), SCHEMAS["Reply"], PAGE)
    if status == HTTPStatus.UNAUTHORIZED:
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_what_the_door_answers_when_it_cannot_is_described(client, front):
    front.intake.troubles = [JournalUnavailable("away")]
    response = await client.post(doors.DOSSIERS, data=raw(dossier()), headers=BEARER)
    assert response.status == 503
    described = PAGE["components"]["responses"]["NotNow"]["headers"]["Retry-After"]
    assert response.headers["Retry-After"] == described["schema"]["const"]
    told = await response.json()
    assert fits(told, SCHEMAS["Reply"], PAGE)
    assert told["code"] not in set(FaultCode)
