"""The one HTTP client that may leave."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.errors import NotAllowed, SourceUnavailable
from hub.fetch.client import Allowed, FetchClient
from hub.model.calls import Call
from hub.model.faults import FaultCode
from tests.fakes.outsides import MemoryEvidence


class Neighbour:
    """A real server on loopback that keeps what it was sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        app = web.Application()
        app.add_routes([web.post("/take", self.take), web.post("/away", self.away)])
        app.add_routes([web.get("/file/{what}", self.file)])
        self.server = TestServer(app)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        return web.Response(text="x" * 100_000)

    async def file(self, request: web.Request) -> web.StreamResponse:
        match request.match_info["what"]:
            case "moved":
                raise web.HTTPFound("/file/here")
            case "round":
                raise web.HTTPFound("/file/round")
            case "out":
                raise web.HTTPFound("http://169.254.169.254/latest")
            case "broken":
                return web.Response(status=302, headers={"Location": "http://[::1"})
            case "far":
                return web.Response(status=302, headers={"Location": "//a:99999/"})
            case "cut":
                return await self.cut(request)
            case "here":
                return web.Response(body=b"%PDF-" * 100)
            case status:
                return web.Response(status=int(status))

    async def cut(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"half")
        assert request.transport is not None
        request.transport.abort()
        return response

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
    reply = await client.ask(Call("POST", url, {}, b"receipt"), 100_000)
    assert (reply.status, neighbour.bodies) == (200, [b"receipt"])
    assert len(reply.body) == 100_000


async def test_an_answer_over_the_limit_is_not_waited_for(neighbour, clients):
    url = str(neighbour.server.make_url("/take"))
    with pytest.raises(SourceUnavailable, match="99999"):
        await clients(Allowed.of(url, private=True)).ask(Call("POST", url), 99_999)


async def test_an_address_that_is_not_on_the_list_is_refused(neighbour, clients):
    url = str(neighbour.server.make_url("/take"))
    with pytest.raises(NotAllowed):
        await clients(Allowed.of("https://axis.example.vn")).ask(
            Call("POST", url), 1000
        )
    assert not neighbour.bodies


async def test_a_private_address_needs_to_be_named_private(neighbour, clients):
    url = str(neighbour.server.make_url("/take"))
    with pytest.raises(NotAllowed):
        await clients(Allowed.of(url)).ask(Call("POST", url), 1000)


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1",
        "169.254.169.254",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::1]",
        "[::7f00:1]",
        "[2001:0:a00:1::1]",
        "224.0.0.1",
        "[ff02::1]",
    ],
)
async def test_an_inner_address_is_one_in_whatever_clothes(clients, written):
    url = f"http://{written}:9/"
    with pytest.raises(NotAllowed):
        await clients(Allowed.of(url)).ask(Call("GET", url), 1000)


async def test_a_name_that_leads_to_a_private_address_is_refused(neighbour, clients):
    url = f"http://localhost:{neighbour.server.port}/take"
    with pytest.raises(SourceUnavailable):
        await clients(Allowed.of(url)).ask(Call("POST", url), 1000)
    assert not neighbour.bodies


async def test_redirects_are_not_followed(neighbour, clients):
    url = str(neighbour.server.make_url("/away"))
    client = clients(Allowed.of(url, private=True))
    assert (await client.ask(Call("POST", url), 1000)).status == 302
    assert not neighbour.bodies


async def test_nobody_there_is_a_source_that_is_away(neighbour, clients):
    url = str(neighbour.server.make_url("/take"))
    await neighbour.server.close()
    with pytest.raises(SourceUnavailable):
        await clients(Allowed.of(url, private=True)).ask(Call("POST", url), 1000)


@pytest.fixture
def download(neighbour, clients):
    root = str(neighbour.server.make_url("/"))
    client = clients(Allowed.of(root, private=True))

    async def get(what: str, limit: int = 10_000):
        kept = MemoryEvidence()
        url = what if "://" in what else f"{root}file/{what}"
        return await client.download(url, kept, limit), kept

    return get


@pytest.mark.parametrize("what", ["here", "moved"])
async def test_a_file_is_kept_under_its_digest(download, what):
    gathered, kept = await download(what)
    assert gathered.fault is None
    assert gathered.url.endswith(what)
    assert kept.kept == {gathered.digest: b"%PDF-" * 100}
    assert gathered.size == 500


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("404", FaultCode.FILE_UNAVAILABLE),
        ("410", FaultCode.FILE_UNAVAILABLE),
        ("204", FaultCode.FILE_UNAVAILABLE),
        ("round", FaultCode.FILE_UNAVAILABLE),
        ("broken", FaultCode.FILE_UNAVAILABLE),
        ("far", FaultCode.FILE_UNAVAILABLE),
        ("http://[::1", FaultCode.ADDRESS),
        ("http://127.0.0.1:99999/", FaultCode.ADDRESS),
        ("out", FaultCode.ADDRESS),
        ("http://10.0.0.1/secret", FaultCode.ADDRESS),
        ("file:///etc/passwd", FaultCode.ADDRESS),
        ("http://127.0.0.1:1/", FaultCode.ADDRESS),
    ],
)
async def test_a_file_that_will_never_come_says_why(download, what, code):
    gathered, kept = await download(what)
    assert gathered.fault is not None
    assert (gathered.fault.code, gathered.digest) == (code, None)
    assert not kept.kept


async def test_a_file_over_the_limit_is_not_kept(download):
    gathered, kept = await download("here", limit=499)
    assert gathered.fault is not None
    assert gathered.fault.code is FaultCode.TOO_LARGE
    assert not kept.kept


@pytest.mark.parametrize("what", ["500", "503", "429", "401", "cut"])
async def test_a_file_that_may_come_later_is_asked_for_again(download, what):
    with pytest.raises(SourceUnavailable):
        await download(what)


async def test_no_file_comes_from_an_address_that_only_the_hub_calls(
    neighbour, clients
):
    url = str(neighbour.server.make_url("/file/here"))
    client = clients(Allowed.of(url, private=True, files=False))
    kept = MemoryEvidence()
    assert (await client.ask(Call("GET", url), 1000)).status == 200
    gathered = await client.download(url, kept, 10_000)
    assert gathered.fault is not None
    assert gathered.fault.code is FaultCode.ADDRESS
    assert not kept.kept


async def test_an_inner_port_admits_no_other_port_of_its_host(neighbour, clients):
    url = f"http://localhost:{neighbour.server.port}/take"
    other = Allowed.of("http://localhost:9/", private=True)
    with pytest.raises(SourceUnavailable):
        await clients(Allowed.of(url), other).ask(Call("POST", url), 1000)
    assert not neighbour.bodies


async def test_what_two_sources_say_of_one_address_adds_up(neighbour, clients):
    url = str(neighbour.server.make_url("/file/here"))
    more, less = Allowed.of(url, private=True), Allowed.of(url, files=False)
    for said in ((more, less), (less, more)):
        gathered = await clients(*said).download(url, MemoryEvidence(), 10_000)
        assert gathered.fault is None
