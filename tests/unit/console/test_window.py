"""The read-only window behind its token."""

import asyncio
import json
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from hub.console.window import Window
from hub.model.deliveries import DeliveryLine
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.recalls import Lineage, Relation, VersionLink
from hub.model.records import DeskItem, DeskName, Entry, Tag
from tests.fakes.outsides import NOON
from tests.unit.console.test_delivery_words import line

TOKEN = "window-token-window-token"
ID = ArrivalId("a" * 32)


def entry(number: int, subject: str = "") -> Entry:
    return Entry(
        id=number,
        tag=Tag.ARRIVAL_READ,
        moment=NOON,
        arrival=ID,
        document=None,
        agency=None,
        actor="hub",
        facts={"type_name": "Báo cáo"},
        particulars={"subject": subject} if subject else None,
    )


class Book:
    """The journal as the window reads it."""

    def __init__(self) -> None:
        self.entries = [entry(1, "<script>alert(1)</script>")]
        self.items: list[DeskItem] = []
        self.kin: dict[DocumentKey, Lineage] = {}
        self.deliveries: list[DeliveryLine] = []

    async def log(self, after, limit):
        return [e for e in self.entries if e.id > (after or 0)]

    async def entries_of(self, arrival=None, document=None):
        return [e for e in self.entries if e.arrival == arrival]

    async def lines(self, wish):
        return [line for line in self.deliveries if line.document == wish.document]

    async def desk(self, name=None, *, open_only=True):
        return self.items

    async def lineages(self, documents):
        return {key: told for key, told in self.kin.items() if key in documents}


@pytest.fixture
def book():
    return Book()


@pytest.fixture
async def client(book):
    app = web.Application()
    window = Window(book, book, TOKEN, poll_seconds=0.01)
    app.add_routes(window.routes())
    app.on_shutdown.append(window.end)
    async with TestClient(TestServer(app)) as one:
        yield one


async def signed_in(client) -> None:
    response = await client.get(f"/window?token={TOKEN}")
    assert response.status == 200


@pytest.mark.parametrize(
    "path", ["", "/events", "/desk", f"/t/{ID}", "?token=wrong", f"?token={TOKEN}x"]
)
async def test_without_the_token_nothing_is_shown(client, path):
    assert (await client.get(f"/window{path}")).status == 401


async def test_the_token_leaves_the_address_at_once(client):
    response = await client.get(f"/window?token={TOKEN}", allow_redirects=False)
    assert response.status == 303
    assert response.headers["Location"] == "/window"
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


async def test_the_log_shows_hostile_text_as_text(client):
    await signed_in(client)
    page = await (await client.get("/window")).text()
    assert "Nhật ký định tuyến" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


async def test_english_by_a_switch(client):
    await signed_in(client)
    assert "Routing log" in await (await client.get("/window?lang=en")).text()


async def test_new_entries_come_as_events_from_where_the_browser_was(client, book):
    await signed_in(client)
    book.entries += [entry(2), entry(3, "Mới")]
    response = await client.get("/window/events", headers={"Last-Event-ID": "2"})
    event = (await response.content.readuntil(b"\n\n")).decode()
    assert event.startswith("id: 3\n")
    assert "Mới" in json.loads(event.split("data: ")[1])["detail"]
    response.close()


async def test_the_front_does_not_wait_for_an_open_window(client):
    await signed_in(client)
    response = await client.get("/window/events")
    await response.content.readuntil(b"\n\n")
    async with asyncio.timeout(2):
        await client.server.app.shutdown()
        await response.content.read()


async def test_no_more_windows_than_the_journal_can_bear(client):
    await signed_in(client)
    held = [await client.get("/window/events") for _ in range(20)]
    assert (await client.get("/window/events")).status == 503
    for response in held:
        response.close()


async def test_a_timeline_by_id_and_none_for_a_stranger(client):
    await signed_in(client)
    assert (await client.get(f"/window/t/{ID}")).status == 200
    assert (await client.get(f"/window/t/{'b' * 32}")).status == 404


async def test_a_timeline_shows_where_each_delivery_is(client, book):
    key = DocumentKey("d" * 64)
    book.entries = [replace(entry(1), document=key)]
    book.deliveries = [line(key, agency=AgencyCode("H40.<b>"))]
    await signed_in(client)
    page = await (await client.get(f"/window/t/{ID}")).text()
    assert "cơ quan đã lấy, chưa xác nhận" in page
    assert "02/12/2019 12:03:00" in page, "fetched, in Vietnam time"
    assert "H40.&lt;b&gt;" in page
    page = await (await client.get(f"/window/t/{ID}?lang=en")).text()
    assert "Acknowledged" in page


async def test_an_empty_desk_says_so_and_a_full_one_links_on(client, book):
    await signed_in(client)
    assert "Không có việc nào" in await (await client.get("/window/desk")).text()
    book.items = [DeskItem("1", DeskName.HELD, NOON, "signature-uncertain", ID)]
    assert f"/window/t/{ID}" in await (await client.get("/window/desk")).text()


async def test_a_desk_shows_what_replaced_a_document_that_waits(client, book):
    await signed_in(client)
    key, later = DocumentKey("d" * 64), DocumentKey("e" * 64)
    link = VersionLink(
        "1", later, "13/<BC>", Relation.REPLACES, "12/BC", key, "", ID, NOON
    )
    book.items = [DeskItem("1", DeskName.HELD, NOON, "doubtful", ID, key)]
    book.kin = {key: Lineage(later=(link,))}
    page = await (await client.get("/window/desk")).text()
    assert "đã được thay thế bằng 13/&lt;BC&gt;" in page


async def test_pages_carry_a_policy_that_lets_nothing_else_run(client):
    await signed_in(client)
    response = await client.get("/window")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert (await client.get("/window/log.js")).content_type == "text/javascript"
