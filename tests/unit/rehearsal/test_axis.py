"""The rehearsal axis against a tiny hub that answers as the real door does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientConnectorError, ClientSession, web
from aiohttp.test_utils import TestServer

from hub.errors import SourceUnavailable
from hub.rehearsal.axis import DOOR, RehearsalAxis, arguments, doc_id, main, rehearse


class TinyHub:
    """Takes documents at the axis' door and keeps what it was given."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        #: Where to post a receipt for each; "" for nowhere.
        self.receipts_url = ""

    async def take(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != "Bearer door":
            return web.json_response({"code": "credentials"}, status=401)
        self.taken.append(
            {
                "key": request.headers["Idempotency-Key"],
                "type": request.headers["Content-Type"],
                "body": await request.read(),
            }
        )
        if self.receipts_url:
            key = request.headers["Idempotency-Key"]
            receipt = {"id": f"receipt of {key}", "door_id": key, "outcome": "refuse"}
            await tell(self.receipts_url, receipt)
        return web.json_response({"arrival": "a" * 32, "repeated": False}, status=202)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        app = web.Application(client_max_size=50_000_000)
        app.router.add_post(DOOR, self.take)
        async with TestServer(app, host="127.0.0.1") as server:
            yield str(server.make_url(""))


@asynccontextmanager
async def stage() -> AsyncIterator[tuple[TinyHub, RehearsalAxis]]:
    hub = TinyHub()
    async with hub.serving() as url, RehearsalAxis(url, "door", "back") as axis:
        yield hub, axis


async def tell(url: str, receipt: dict[str, Any], token: str = "back") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        ClientSession() as client,
        client.post(url, json=receipt, headers=headers) as answer,
    ):
        return answer.status


async def post(
    axis: RehearsalAxis, receipt: dict[str, Any], token: str = "back"
) -> int:
    return await tell(axis.receipts_url, receipt, token)


async def test_a_document_goes_in_as_it_is_with_token_key_and_type(samples):
    async with stage() as (hub, axis):
        for name in ("report-signed", "family-b", "empty"):
            handed = await axis.send(samples[name])
            assert handed.taken
            assert handed.answer["arrival"] == "a" * 32
            assert handed.sent_at <= handed.answered_at
            assert hub.taken[-1] == {
                "key": handed.door_id,
                "type": samples[name].content_type,
                "body": samples[name].xml,
            }


async def test_a_sample_keeps_its_doc_id_unless_given_one(samples):
    async with stage() as (_, axis):
        first = await axis.send(samples["empty"])
        again = await axis.send(samples["empty"])
        other = await axis.send(samples["empty"], door_id="0123")
    assert first.door_id == again.door_id == doc_id(samples["empty"])
    assert other.door_id == "0123"


async def test_a_refusal_at_the_door_is_an_answer_not_an_error(samples):
    hub = TinyHub()
    async with hub.serving() as url, RehearsalAxis(url, "wrong", "back") as axis:
        handed = await axis.send(samples["empty"])
    assert not handed.taken
    assert handed.status == 401
    assert handed.answer["code"] == "credentials"


async def test_a_hub_that_is_not_there_is_told(samples, unused_tcp_port):
    async with RehearsalAxis(f"http://127.0.0.1:{unused_tcp_port}", "d", "b") as axis:
        with pytest.raises(SourceUnavailable):
            await axis.send(samples["empty"])


async def test_a_receipt_is_kept_once_however_often_it_comes():
    async with stage() as (_, axis):
        receipt = {"id": "r1", "door_id": "d1", "outcome": "deliver"}
        assert [await post(axis, receipt), await post(axis, receipt)] == [200, 200]
        assert axis.receipts == [receipt]
        assert axis.heard == {"r1": 2}


async def test_waiting_for_a_receipt_ends_when_it_comes():
    async with stage() as (_, axis):
        waiting = asyncio.create_task(axis.receipt_for("d2", 5))
        await post(axis, {"id": "r1", "door_id": "d1"})
        await post(axis, {"id": "r2", "door_id": "d2"})
        assert (await waiting)["id"] == "r2"


async def test_waiting_in_vain_ends_too():
    async with stage() as (_, axis):
        with pytest.raises(TimeoutError):
            await axis.receipt_for("never", 0.01)


async def test_the_axis_can_fail_some_times_and_then_hears():
    async with stage() as (_, axis):
        axis.failing = 2
        receipt = {"id": "r1", "door_id": "d1"}
        assert [await post(axis, receipt) for _ in range(3)] == [500, 500, 200]
        assert axis.heard == {"r1": 1}


async def test_the_axis_can_be_down_and_comes_back_at_the_same_place():
    async with stage() as (_, axis):
        place = axis.receipts_url
        await axis.down()
        with pytest.raises(ClientConnectorError):
            await post(axis, {"id": "r1"})
        await axis.up()
        assert axis.receipts_url == place
        assert await post(axis, {"id": "r1"}) == 200


@pytest.mark.parametrize(
    ("receipt", "token", "status"),
    [({"id": "r"}, "wrong", 401), ({"no": "id"}, "back", 400)],
)
async def test_strange_receipts_are_not_kept(receipt, token, status):
    async with stage() as (_, axis):
        assert await post(axis, receipt, token) == status
        assert axis.receipts == []


async def test_tokens_stay_out_of_repr():
    async with stage() as (_, axis):
        assert "door" not in repr(axis)
        assert "back" not in repr(axis)


def command_line(hub: str, folder: Path, *more: str) -> list[str]:
    (folder / "door").write_text("door\n")
    (folder / "back").write_text("back\n")
    tokens = ["--token-file", f"{folder}/door", "--receipts-token-file"]
    return ["--hub", hub, *tokens, f"{folder}/back", *more]


async def test_the_command_sends_and_prints_what_came_of_it(
    tmp_path, unused_tcp_port, capsys
):
    hub = TinyHub()
    hub.receipts_url = f"http://127.0.0.1:{unused_tcp_port}/receipts"
    async with hub.serving() as url:
        more = ("--send", "empty", "--send", "doctype", "--port", str(unused_tcp_port))
        code = await rehearse(arguments(command_line(url, tmp_path, *more)))
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    port = f"http://127.0.0.1:{unused_tcp_port}"
    assert said[0] == {
        "receipts_url": hub.receipts_url,
        "documents_url": f"{port}/documents",
    }
    assert [line["receipt"]["outcome"] for line in said if "receipt" in line] == [
        "refuse",
        "refuse",
    ]


async def test_the_command_fails_where_no_receipt_comes(tmp_path, capsys):
    hub = TinyHub()
    async with hub.serving() as url:
        more = ("--send", "empty", "--wait", "0.05")
        code = await rehearse(arguments(command_line(url, tmp_path, *more)))
    assert code == 1
    assert '"receipt": null' in capsys.readouterr().out


def test_the_command_says_when_the_hub_is_not_there(tmp_path, unused_tcp_port, capsys):
    hub = f"http://127.0.0.1:{unused_tcp_port}"
    trust = tmp_path / "trust"
    line = command_line(hub, tmp_path, "--send", "empty", "--trust", str(trust))
    assert main(line) == 2
    said = capsys.readouterr()
    assert "receipts_url" in said.out
    assert "does not answer" in said.err
    assert list((trust / "anchors").glob("*.crt"))
