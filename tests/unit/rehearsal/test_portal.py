"""The simulated portal as a hub calls it, with a plain client of the test's own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from aiohttp import (
    ClientPayloadError,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
)

from hub.rehearsal.axis_wire import VIETNAM
from hub.rehearsal.faults import Faults, Mishap
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account

PASSWORD, CONTROL = "password-of-the-hub", "control-token"


@dataclass
class Hub:
    """Calls one portal; what it gets wrong is what a test wants wrong."""

    http: ClientSession
    portal: PortalSimulator
    session: str = ""

    async def post(self, path: str, asked: Any) -> dict[str, Any]:
        async with self.http.post(self.portal.url + path, json=asked) as reply:
            assert reply.status == 200
            return dict(await reply.json())

    async def log_in(self, password: str = PASSWORD) -> dict[str, Any]:
        told = await self.post("/api/auth", {"username": "truc", "password": password})
        self.session = told.get("session", "")
        return told

    async def list(self, page: int = 1, size: int = 50, **changes: Any) -> Any:
        today = datetime.now(VIETNAM)
        asked = {
            "session": self.session,
            "service": "LayDanhSachHoSo",
            "tuNgay": f"{today - timedelta(days=1):%Y%m%d}000000",
            "denNgay": f"{today + timedelta(days=1):%Y%m%d}235959",
            "trang": page,
            "soDong": size,
            **changes,
        }
        return await self.post("/api/LayDanhSachHoSo", asked)

    async def progress(self, *entries: dict[str, str]) -> Any:
        asked = {"session": self.session, "isUpdating": "False", "data": entries}
        return await self.post("/api/CapNhatTienDoHoSoMC", asked)

    async def control(self, verb: str, path: str, token: str = CONTROL, **more: Any):
        headers = {"Authorization": f"Bearer {token}"}
        url = self.portal.url + path
        async with self.http.request(verb, url, headers=headers, **more) as reply:
            return reply.status, await reply.json()


@asynccontextmanager
async def asking(
    faults: Faults | None = None, count: int = 0, **account: float
) -> AsyncIterator[Hub]:
    """A portal with so many dossiers, and a hub that has logged in."""
    one = PortalSimulator(
        Account("truc", PASSWORD, **account),
        faults=faults or Faults(),
        control_token=CONTROL,
    )
    async with one, ClientSession(timeout=ClientTimeout(total=10)) as http:
        one.make(count)
        hub = Hub(http, one)
        await hub.log_in()
        yield hub


def entry(number: str, text: str = "Đã chuyển") -> dict[str, str]:
    return {"MaHoSo": number, "NoiDungXuLy": text, "TrangThai": "1"}


# --- sessions and lists ---------------------------------------------------------------


async def test_a_login_gives_a_session_and_says_so_in_words():
    async with asking() as hub:
        told = await hub.log_in()

    assert told["error_code"] == 0
    assert "thành công" in told["message"]
    assert told["session"]


async def test_a_wrong_password_gives_none():
    async with asking() as hub:
        told = await hub.log_in("wrong")

    assert told["error_code"] != 0
    assert "session" not in told
    assert "thành công" not in told["message"]


@pytest.mark.parametrize("session", ["", "of nobody"])
async def test_without_a_session_nothing_is_listed(session):
    async with asking(count=1) as hub:
        told = await hub.list(session=session)

    assert told["error_code"] == -3
    assert "hết hạn" in told["message"]
    assert "data" not in told


async def test_a_session_ends_by_its_time():
    async with asking(count=1, session_seconds=0) as hub:
        told = await hub.list()

    assert told["error_code"] == -3


async def test_pages_together_are_every_dossier():
    async with asking(count=25) as hub:
        pages = [await hub.list(page, 10) for page in (1, 2, 3)]

    rows = [row for page in pages for row in page["data"]]
    assert [len(page["data"]) for page in pages] == [10, 10, 5]
    assert {row["MaHoSo"] for row in rows} == hub.portal.ledger.cases.keys()
    assert {page["total"] for page in pages} == {25}
    assert {page["tongSoTrang"] for page in pages} == {3}
    assert all(case.listed == 1 for case in hub.portal.ledger.cases.values())


async def test_the_hubs_own_words_for_a_list_are_taken_too():
    async with asking(count=3) as hub:
        asked = {"service": "TraCuuHoSo", "soDong": None, "soLuong": 2}
        told = await hub.post("/api/TraCuuHoSo", {**await window(hub), **asked})

    assert len(told["data"]) == 2


async def window(hub: Hub) -> dict[str, Any]:
    today = datetime.now(VIETNAM)
    return {
        "session": hub.session,
        "tuNgay": f"{today:%Y%m%d}000000",
        "denNgay": f"{today:%Y%m%d}235959",
        "trang": 1,
    }


async def test_what_changed_another_day_is_not_listed():
    async with asking(count=2) as hub:
        told = await hub.list(tuNgay="20191201000000", denNgay="20191202235959")

    assert told["data"] == []


@pytest.mark.parametrize(
    "asked", [{"tuNgay": "01/12/2019"}, {"trang": 0}, {"soDong": "x"}]
)
async def test_a_list_asked_for_in_the_wrong_form_is_refused(asked):
    async with asking(count=1) as hub:
        told = await hub.list(**asked)

    assert told["error_code"] == 3
    assert "không đúng định dạng" in told["message"]


async def test_a_service_nobody_has_is_refused():
    async with asking() as hub:
        told = await hub.post("/api/XoaHoSo", {"session": hub.session})

    assert told["error_code"] == 3


async def test_one_address_for_all_services_goes_by_the_service_named():
    async with asking(count=1) as hub:
        asked = {**await window(hub), "service": "LayDanhSachHoSo"}
        told = await hub.post("/api", asked)

    assert len(told["data"]) == 1


# --- progress -------------------------------------------------------------------------


async def test_progress_is_kept_once_however_often_it_comes():
    async with asking(count=1) as hub:
        [number] = hub.portal.ledger.cases
        told = [await hub.progress(entry(number)) for _ in range(3)]

    [case] = hub.portal.ledger.cases.values()
    assert case.progress == [entry(number)]
    assert list(case.heard.values()) == [3]
    assert {one["error_code"] for one in told} == {0}


async def test_ten_entries_are_a_lot_and_eleven_too_many():
    async with asking(count=11) as hub:
        entries = [entry(number) for number in hub.portal.ledger.cases]
        ten = await hub.progress(*entries[:10])
        eleven = await hub.progress(*entries)

    assert ten["error_code"] == 0
    assert eleven["error_code"] == 3
    assert hub.portal.ledger.lots == [10, 11]
    assert hub.portal.ledger.export()["answered"] == 10


async def test_one_unknown_number_refuses_the_lot():
    async with asking(count=1) as hub:
        [number] = hub.portal.ledger.cases
        told = await hub.progress(entry(number), entry("of nobody"))

    assert "không tồn tại" in told["message"]
    assert hub.portal.ledger.astray == [entry("of nobody")]
    assert hub.portal.ledger.export()["answered"] == 0


async def test_the_status_that_progress_tells_is_the_dossiers_from_then_on():
    async with asking(count=1) as hub:
        [case] = hub.portal.ledger.cases.values()
        number, before = case.dossier.number, case.changed_at
        for status, shown in (("5", "5"), ("", "5"), ("99", "5"), ("9", "9")):
            await hub.progress({**entry(number), "TrangThai": status})
            assert case.dossier.row["TrangThaiHoSo"] == shown
        assert case.changed_at > before
        listed = (await hub.list())["data"]
        assert [one["TrangThaiHoSo"] for one in listed] == ["9"]


async def test_progress_finds_a_dossier_by_its_other_number_too():
    async with asking() as hub:
        [case] = hub.portal.make(1, "two-numbers")
        other = str(case.dossier.row["MaHoSoKhac"])
        told = await hub.progress(entry(other))

    assert other != case.dossier.number
    assert told["error_code"] == 0
    assert case.progress == [entry(other)]


async def test_what_was_told_before_may_be_said_to_exist():
    async with asking(Faults({Mishap.DUPLICATES: 1.0}), count=1) as hub:
        [number] = hub.portal.ledger.cases
        await hub.progress(entry(number))
        told = await hub.progress(entry(number))

    assert told["error_code"] == 3
    assert "đã tồn tại" in told["message"]


# --- mishaps that are the portal's own ------------------------------------------------


async def test_sessions_end_in_the_middle_of_the_work():
    async with asking(Faults({Mishap.EXPIRED: 1.0}), count=1) as hub:
        told = await hub.list()

    assert told["error_code"] == -3


async def test_a_list_with_wrong_words_keeps_the_words_of_its_dossiers():
    faults = Faults({Mishap.WORDS: 0.5}, seed=2)
    async with asking(count=3) as hub:
        hub.portal.faults.rates |= faults.rates
        pages = [page for _ in range(30) if (page := await listed(hub))]

    rows = [case.dossier.row for case in hub.portal.ledger.cases.values()]
    spellings = {tuple(page) for page in pages}
    assert len(spellings) > 1
    assert all(page["data"] == rows for page in pages)


async def listed(hub: Hub) -> dict[str, Any] | None:
    """A list, or None where a HTML page came instead."""
    url, asked = f"{hub.portal.url}/api/LayDanhSachHoSo", await window(hub)
    async with hub.http.post(url, json=asked) as reply:
        is_page = reply.content_type == "text/html"
        return None if is_page else dict(await reply.json())


async def test_a_dossier_stands_on_two_pages_that_shift():
    async with asking(Faults({Mishap.DRIFT: 1.0}), count=20) as hub:
        pages = [(await hub.list(page, 5))["data"] for page in range(1, 7)]

    seen = [row["MaHoSo"] for page in pages for row in page]
    assert len(seen) > len(set(seen))
    assert set(seen) == hub.portal.ledger.cases.keys()


# --- files ----------------------------------------------------------------------------


async def addresses(hub: Hub, odd: str) -> list[str]:
    [case] = hub.portal.make(1, odd)
    rows = case.dossier.row["TaiLieuNop"]
    return [url for row in rows for url in row["DuongDanTaiTepTin"].split("##")]


@pytest.mark.parametrize("odd", ["", "joined-files", "slow-file", "redirect-within"])
async def test_files_are_served_as_the_ledger_says(odd):
    async with asking(Faults(slow_seconds=0.001)) as hub:
        found = {}
        for url in await addresses(hub, odd):
            async with hub.http.get(url) as reply:
                assert reply.status == 200
                assert reply.content_type == "application/pdf"
                found[url.rpartition("/")[2]] = sha256(await reply.read()).hexdigest()
        told = hub.portal.ledger.export()["files"]

    assert found == {file["name"]: file["sha256"] for file in told}
    assert all(file["fetched"] >= 1 for file in told)


async def test_a_redirect_may_lead_out_of_the_portal():
    async with asking() as hub:
        [url, *_] = await addresses(hub, "redirect-out")
        async with hub.http.get(url, allow_redirects=False) as reply:
            where = reply.headers["Location"]

    assert reply.status == 302
    assert hub.portal.url not in where


async def test_a_file_may_be_gone():
    async with asking() as hub:
        [url, *_] = await addresses(hub, "file-gone")
        async with hub.http.get(url) as reply:
            assert reply.status == 404


async def test_a_file_may_be_a_page_instead():
    async with asking() as hub:
        [url, *_] = await addresses(hub, "file-wrong-type")
        async with hub.http.get(url) as reply:
            assert reply.content_type == "text/html"


async def test_a_file_may_break_off():
    async with asking() as hub:
        [url, *_] = await addresses(hub, "file-cut")
        with pytest.raises((ClientPayloadError, ServerDisconnectedError)):
            async with hub.http.get(url) as reply:
                await reply.read()


async def test_a_file_may_be_larger_than_announced():
    async with asking() as hub:
        [url, *_] = await addresses(hub, "file-larger")
        file = hub.portal.ledger.files[url.rpartition("/")[2]]
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.portal.port)
        writer.write(f"GET /tep/{file.name} HTTP/1.1\r\nHost: cong\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.read(-1)
        writer.close()

    assert f"Content-Length: {len(file.data) // 2}\r\n".encode() in head
    assert body.startswith(file.data)


async def test_a_file_may_have_no_end():
    async with asking() as hub:
        [url, *_] = await addresses(hub, "file-endless")
        async with hub.http.get(url) as reply:
            assert reply.content_length is None
            await reply.content.readexactly(2_000_000)


# --- the control door -----------------------------------------------------------------


async def test_dossiers_are_made_and_changed_from_outside():
    async with asking() as hub:
        made = await hub.control("POST", "/_make", json={"count": 2, "odd": "too-long"})
        number = made[1]["made"][0]
        changed = {"MaHoSo": number, "TrangThaiHoSo": "4"}
        status, _ = await hub.control("POST", "/_change", json=changed)
        _, told = await hub.control("GET", "/_ledger")

    assert (made[0], status) == (200, 200)
    assert told["dossiers"] == 2
    assert hub.portal.ledger.cases[number].dossier.row["TrangThaiHoSo"] == "4"


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/_make", {"odd": "odder"}),
        ("/_make", {"count": "many"}),
        ("/_change", {"MaHoSo": "of nobody"}),
        ("/_push", {}),
    ],
)
async def test_what_the_control_door_cannot_do_is_told(path, asked):
    async with asking() as hub:
        status, told = await hub.control("POST", path, json=asked)

    assert status == 400
    assert told["error"]


async def test_the_control_door_wants_its_token():
    async with asking() as hub:
        status, _ = await hub.control("POST", "/_make", "wrong", json={})

    assert status == 401
    assert hub.portal.ledger.cases == {}
