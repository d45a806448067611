"""What a vendor's client gets wrong has its code; HTTP 500 is a fault on demand."""

import asyncio
from collections.abc import Mapping

import pytest
from aiohttp import ClientSession

from hub.rehearsal.called_axis import AxisSimulator
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from tests.unit.rehearsal.vendor import CONTROL, HUB, calling, days

NO_UTF8 = b"\xff\xfe"
DEEP = b"[" * 100_000


def axis() -> AxisSimulator:
    return AxisSimulator([HUB], control_token=CONTROL)


async def spoken(port: int, line: str, headers: Mapping[str, str | bytes]) -> bytes:
    """All of an answer; headers go out as the bytes they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    told = {"Host": "x", "Connection": "close", "Content-Length": "0", **headers}
    writer.write(f"{line} HTTP/1.1\r\n".encode())
    for name, value in told.items():
        data = value if isinstance(value, bytes) else value.encode()
        writer.write(name.encode() + b": " + data + b"\r\n")
    writer.write(b"\r\n")
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    "name", ["systemid", "hash-header", "header-json", "signed-headers", "fromDate"]
)
async def test_a_signed_header_that_is_no_text_is_a_wrong_secret(name):
    async with calling(one := axis()) as vendor:
        headers = vendor.signed(messagetype="edoc", **days())
        line = "POST /XrdAdapter/adapter/getReceivedEdocList"
        wrong: dict[str, str | bytes] = {**headers, f"XroadVnpt-{name}": NO_UTF8}
        answer = await spoken(one.port, line, wrong)

    assert b'"ErrorCode": "15"' in answer


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("X-SystemId", b'"errorCode": 15'),
        ("X-SecretKey", b'"errorCode": 15'),
        ("Authorization", b"licenseInfo"),
    ],
)
async def test_a_header_beside_the_bearer_that_is_no_text_is_refused(name, told):
    async with calling(one := axis()) as vendor:
        await vendor.log_in()
        line = "GET /v1/getAgenciesList"
        answer = await spoken(one.port, line, {**vendor.bearing(), name: NO_UTF8})

    assert told in answer


async def test_a_control_token_that_is_no_text_is_a_wrong_one():
    async with calling(one := axis()):
        answer = await spoken(one.port, "GET /_ledger", {"Authorization": NO_UTF8})

    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("body", [b"", b"{", NO_UTF8, DEEP, b"null", b"7"])
@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("POST", "/v1/auth/login", 401),
        ("POST", "/v1/updateStatus", 200),
        ("POST", "/v1/sendEdoc", 200),
        ("POST", "/truclienthong/v1.0.0/vanbans", 200),
        ("PUT", "/truclienthong/v1.0.0/vanbans/doc-1", 200),
        ("PUT", "/truclienthong/v1.0.0/donvilienthongs", 200),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(verb, path, status, body):
    async with calling(axis()) as vendor:
        await vendor.log_in()
        told = await vendor.lgsp(verb, path, data=body)

    assert told[0] == status
    assert told[1].get("success") is False or told[1].get("status") == "FAIL"


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=x"]
)
async def test_a_form_that_is_none_is_an_invalid_file(kind):
    async with calling(axis()) as vendor:
        headers = {**vendor.signed(messagetype="edoc"), "Content-Type": kind}
        told = await vendor.shown("sendEdoc", headers, b"garbage")

    assert told["ErrorCode"] == "10"


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "application/x-www-form-urlencoded; charset=zz"]
)
async def test_credentials_in_a_form_that_is_none_get_no_token(kind):
    async with calling(axis()) as vendor:
        headers = {"Content-Type": kind}
        url = f"{vendor.url}/token"
        async with vendor.http.post(url, data=b"grant", headers=headers) as reply:
            status = reply.status

    assert status == 400


async def test_a_lone_surrogate_that_comes_back_in_words_breaks_no_answer():
    async with calling(axis()) as vendor:
        await vendor.log_in()
        said = rb'{"docId": "\ud800", "status": "done"}'
        status, told = await vendor.lgsp("POST", "/v1/updateStatus", data=said)

    assert (status, told["data"]["errorCode"]) == (200, 10)


@pytest.mark.parametrize(
    "body", [b"", b"{", NO_UTF8, DEEP, rb'{"username": "truc", "password": "\ud800"}']
)
@pytest.mark.parametrize("path", ["/api/auth", "/api/TraCuuHoSo", "/api"])
async def test_a_portal_answers_what_it_cannot_read_in_its_own_form(path, body):
    portal = PortalSimulator(Account("truc", "the-password"))
    async with portal, ClientSession() as http:
        reply = await http.post(portal.url + path, data=body)
        told = await reply.json()

    assert reply.status == 200
    assert told["error_code"] != 0
    assert "thành công" not in told["message"]
