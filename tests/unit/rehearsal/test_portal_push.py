"""The simulated portal pushing to a tiny hub that answers what a test wants."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from hub.rehearsal.faults import Faults, Mishap
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from hub.rehearsal.portal_push import Door

WELL = {"error_code": 0, "message": "Tiếp nhận thành công"}
ACCOUNT = Account("truc", "password-of-the-hub")


@dataclass
class TinyHub:
    """Takes lots at the portal's door; `script` answers first, then all is well."""

    script: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    lots: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    broken: int = 0
    logins: int = 0
    tokens: set[str] = field(default_factory=set)

    async def log_in(self, request: web.Request) -> web.Response:
        assert await request.json() == {"username": "cong", "password": "word"}
        self.logins += 1
        return web.json_response({**WELL, "session": f"session-{self.logins}"})

    async def take(self, request: web.Request) -> web.Response:
        self.tokens.add(request.headers.get("Authorization", ""))
        try:
            body = json.loads(await request.read())
        except (web.RequestPayloadError, ConnectionError):
            self.broken += 1
            raise
        self.lots.append((request.path, body))
        status, told = self.script.pop(0) if self.script else (200, WELL)
        return web.json_response(told, status=status)

    @property
    def numbers(self) -> list[str]:
        return [row["MaHoSo"] for _, lot in self.lots for row in lot["data"]]


@asynccontextmanager
async def pushing(
    hub: TinyHub, faults: Faults | None = None, **door: str
) -> AsyncIterator[PortalSimulator]:
    app = web.Application()
    app.router.add_post("/portal/v1/auth", hub.log_in)
    app.router.add_post("/portal/v1/dossiers", hub.take)
    app.router.add_post("/portal/v1/progress", hub.take)
    async with TestServer(app, host="127.0.0.1") as server:
        known = Door(str(server.make_url("")), **(door or {"token": "of-the-portal"}))
        async with PortalSimulator(ACCOUNT, known, faults or Faults()) as portal:
            yield portal


async def test_dossiers_go_in_lots_of_ten_under_the_token():
    hub = TinyHub()
    async with pushing(hub) as portal:
        portal.make(25)
        left = await portal.push()

    assert left == 0
    assert [len(lot["data"]) for _, lot in hub.lots] == [10, 10, 5]
    assert {path for path, _ in hub.lots} == {"/portal/v1/dossiers"}
    assert {lot["isUpdating"] for _, lot in hub.lots} == {"False"}
    assert hub.tokens == {"Bearer of-the-portal"}
    assert portal.ledger.export()["taken"] == 25


async def test_a_portal_with_a_login_begins_a_session_once():
    hub = TinyHub()
    async with pushing(hub, username="cong", password="word", unit="H40") as portal:
        portal.make(12)
        await portal.push()

    assert hub.logins == 1
    assert {lot["session"] for _, lot in hub.lots} == {"session-1"}
    assert {lot["madonvi"] for _, lot in hub.lots} == {"H40"}


async def test_an_ended_session_is_begun_again_and_the_lot_sent_again():
    ended = {"error_code": -3, "message": "Phiên làm việc đã hết hạn"}
    hub = TinyHub([(401, ended)])
    async with pushing(hub, username="cong", password="word") as portal:
        portal.make(1)
        left = await portal.push()

    assert left == 0
    assert [lot["session"] for _, lot in hub.lots] == ["session-1", "session-2"]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (200, {"error_code": 0, "message": "OK"}),
        (200, {"error_code": 3, "message": "Cập nhật thành công"}),
        (500, WELL),
        (200, {"message": "thành công"}),
        (503, {}),
    ],
)
async def test_only_code_and_words_together_are_believed(status, told):
    hub = TinyHub([(status, told)])
    async with pushing(hub) as portal:
        portal.make(1)
        first = await portal.push()
        second = await portal.push()

    [case] = portal.ledger.cases.values()
    assert (first, second) == (1, 0)
    assert [one.believed for one in case.tries] == [False, True]


async def test_what_exists_already_is_sent_as_an_update():
    hub = TinyHub([(200, {"error_code": 3, "message": "Hồ sơ đã tồn tại"})])
    async with pushing(hub) as portal:
        portal.make(1)
        left = await portal.push()

    assert left == 0
    assert [lot["isUpdating"] for _, lot in hub.lots] == ["False", "True"]


async def test_what_was_taken_is_not_pushed_again():
    hub = TinyHub()
    async with pushing(hub) as portal:
        portal.make(3)
        await portal.push()
        await portal.push()

    assert len(hub.numbers) == 3


async def test_a_change_goes_as_an_update_and_a_status_as_progress():
    hub = TinyHub()
    async with pushing(hub) as portal:
        [case] = portal.make(1)
        portal.change(case.dossier.number, TrangThaiHoSo="4")
        assert await portal.push_update([case])
        assert await portal.push_progress([case], 9)

    (_, update), (path, told) = hub.lots
    assert update["isUpdating"] == "True"
    assert update["data"][0]["TrangThaiHoSo"] == "4"
    assert path == "/portal/v1/progress"
    assert told["service"] == "CapNhatTienDoHoSoMC"
    assert told["data"][0]["TrangThai"] == "9"
    assert [one.act for one in case.tries] == ["update", "progress"]


async def test_a_hub_that_is_not_there_is_tried_again(unused_tcp_port):
    door = Door(f"http://127.0.0.1:{unused_tcp_port}", "token")
    async with PortalSimulator(ACCOUNT, door) as portal:
        portal.make(2)
        left = await portal.push()

    tries = [one for case in portal.ledger.cases.values() for one in case.tries]
    assert left == 2
    assert {one.message for one in tries} == {"ClientConnectorError"}


# --- mishaps of the one who pushes ----------------------------------------------------


async def test_a_lot_may_be_sent_twice():
    hub = TinyHub()
    async with pushing(hub, Faults({Mishap.DUPLICATES: 1.0})) as portal:
        portal.make(1)
        await portal.push()

    first, second, *_ = [lot for _, lot in hub.lots]
    assert first == second


async def test_a_lot_may_come_in_another_order():
    hub = TinyHub()
    async with pushing(hub, Faults({Mishap.REORDERED: 1.0}, seed=3)) as portal:
        portal.make(10)
        await portal.push()

    assert sorted(hub.numbers) == sorted(portal.ledger.cases)
    assert hub.numbers != list(portal.ledger.cases)


async def test_a_line_may_break_in_the_middle_of_a_lot():
    hub = TinyHub()
    async with pushing(hub, Faults({Mishap.CUT: 1.0})) as portal:
        portal.make(1)
        left = await portal.push()
        portal.faults.set("cut", 0)
        then = await portal.push()

    assert (left, then) == (1, 0)
    assert len(hub.lots) == 1


async def test_numbers_may_come_as_text_and_text_as_numbers():
    plain, loose = TinyHub(), TinyHub()
    for hub, faults in ((plain, Faults()), (loose, Faults({Mishap.WORDS: 1.0}))):
        async with pushing(hub, faults) as portal:
            portal.make(1)
            await portal.push()

    [_, told], [_, said] = plain.lots[0], loose.lots[0]
    one, other = told["data"][0], said["data"][0]
    changed = {name for name in one if one[name] != other[name]}
    assert "TrangThaiHoSo" in changed
    assert {n: str(one[n]) for n in changed if isinstance(one[n], str)} == {
        n: str(other[n]) for n in changed if isinstance(one[n], str)
    }


async def test_a_session_may_end_in_the_middle():
    hub = TinyHub()
    async with pushing(
        hub, Faults({Mishap.EXPIRED: 1.0}), username="cong", password="word"
    ) as portal:
        portal.make(1)
        await portal.push()

    assert hub.lots[0][1]["session"] != "session-1"
