"""The one HTTP client that may leave."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.errors import NotAllowed, SourceUnavailable
from hub.fetch.client import Allowed, FetchClient


class Neighbour:
    """A real server on loopback that keeps what it was sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        app = web.Application()
        app.add_routes([web.post("/take", self.take), web.post("/away", self.away)])
        self.server = TestServer(app)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        return web.Response(text="x" * 100_000)

    async def away(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/take")


@pytest.fixture
async def neighbour():
    one = Neighbour()
    await one.server.start_server()
    yield one
    await one.server.close()


@pytest.fixture
async def clients():
    made: list[FetchClient] = []

    def make(*allowed: Allowed) -> FetchClient:
        made.append(FetchClient(allowed))
        return made[-1]

    yield make
    for client in made:
        await client.close()


async def test_an_allowed_address_is_called(neighbour, clients):
    url = str(neighbour.server.make_url("/take"))
    client = clients(Allowed.of(url, private=True))
    status, body = await client.post(url, b"receipt", {})
    assert (status, neighbour.bodies) == (200, [b"receipt"])
    assert 0 < len(body) <= 65_536, "an endless answer is cut"


async def test_an_address_that_is_not_on_the_list_is_refused(neighbour, clients):
    url = str(neighbour.server.make_url("/take"))
    with pytest.raises(NotAllowed):
        await clients(Allowed.of("https://axis.example.vn")).post(url, b"", {})
    assert not neighbour.bodies


async def test_a_private_address_needs_to_be_named_private(neighbour, clients):
    url = str(neighbour.server.make_url("/take"))
    with pytest.raises(NotAllowed):
        await clients(Allowed.of(url)).post(url, b"", {})


async def test_a_name_that_leads_to_a_private_address_is_refused(neighbour, clients):
    url = f"http://localhost:{neighbour.server.port}/take"
    with pytest.raises(SourceUnavailable):
        await clients(Allowed.of(url)).post(url, b"", {})
    assert not neighbour.bodies


async def test_redirects_are_not_followed(neighbour, clients):
    url = str(neighbour.server.make_url("/away"))
    status, _ = await clients(Allowed.of(url, private=True)).post(url, b"", {})
    assert status == 302
    assert not neighbour.bodies


async def test_nobody_there_is_a_source_that_is_away(neighbour, clients):
    url = str(neighbour.server.make_url("/take"))
    await neighbour.server.close()
    with pytest.raises(SourceUnavailable):
        await clients(Allowed.of(url, private=True)).post(url, b"", {})
