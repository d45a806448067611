"""The simulated axis by REST, Lạng Sơn's form and the API manager's."""

import base64

import pytest
from aiohttp import FormData

from hub.rehearsal.axis_codes import Code
from hub.rehearsal.called_axis import AxisSimulator, national
from hub.rehearsal.faults import Faults, Mishap
from tests.unit.rehearsal.vendor import HUB, OTHER, SECRET, calling, days, edxml

WSO2 = "/truclienthong/v1.0.0"


def axis(**changes) -> AxisSimulator:
    return AxisSimulator([HUB, OTHER], **changes)


async def wso2_log_in(vendor, password: str = "") -> tuple[int, dict[str, str]]:
    """By client credentials; the token is kept."""
    shown = f"{vendor.system.username}:{password or vendor.system.password}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(shown).decode()}"}
    form = {"grant_type": "client_credentials"}
    url = f"{vendor.url}/token"
    async with vendor.http.post(url, data=form, headers=headers) as reply:
        told = await reply.json()
        vendor.bearer = told.get("access_token", "")
        return reply.status, told


def edoc_form(document: bytes, name: str = "a.edxml") -> FormData:
    form = FormData()
    form.add_field("messageType", "edoc")
    form.add_field("edocFile", document, filename=name, content_type="application/xml")
    return form


# --- Lạng Sơn's -----------------------------------------------------------------------


async def test_a_message_is_listed_fetched_and_acknowledged():
    document = edxml(sender="000.00.00.G22")
    async with calling(one := axis()) as vendor:
        one.put("HUB", "doc-1", document)
        await vendor.log_in()
        asked = {"messageType": "edoc", **days()}
        _, listed = await vendor.lgsp("GET", "/v1/syncReceivedEdocList", params=asked)
        _, got = await vendor.lgsp("GET", "/v1/getEdoc", params={"docId": "doc-1"})
        said = {"docId": "doc-1", "status": "done"}
        _, told = await vendor.lgsp("POST", "/v1/updateStatus", json=said)

    [row] = listed["data"]
    assert (listed["success"], listed["count"]) == (True, 1)
    assert (row["docId"], row["status"]) == ("doc-1", "initial")
    assert {"createdTime", "updatedTime", "statusDesc", "serviceType"} <= set(row)
    assert base64.b64decode(got["edxml"]) == document
    assert told["success"] is True
    assert one.ledger.states("HUB") == {"DONE": 1}


async def test_a_document_is_sent_as_a_form():
    async with calling(one := axis()) as vendor:
        await vendor.log_in()
        form = edoc_form(edxml(to="000.00.41.H40"))
        _, told = await vendor.lgsp("POST", "/v1/sendEdoc", data=form)

    [arrived] = one.ledger.of("OTHER", "edoc")
    assert told["success"] is True
    assert arrived.copy_of == told["docId"]


@pytest.mark.parametrize(
    ("name", "document", "code"),
    [
        ("a.xml", edxml(), Code.FILE),
        ("a.edxml", b"no XML", Code.FORM),
        ("a.edxml", edxml(sender="000.00.99.H40"), Code.SENDER_UNKNOWN),
    ],
)
async def test_a_refused_document_tells_its_code_in_data(name, document, code):
    async with calling(axis()) as vendor:
        await vendor.log_in()
        form = edoc_form(document, name)
        _, told = await vendor.lgsp("POST", "/v1/sendEdoc", data=form)

    assert told["success"] is False
    assert told["data"]["errorCode"] == int(code)


async def test_a_wrong_password_gets_no_token():
    async with calling(axis()) as vendor:
        assert await vendor.log_in("wrong") == 401
        assert vendor.bearer == ""


async def test_without_a_bearer_the_licence_is_invalid():
    async with calling(axis()) as vendor:
        vendor.bearer = "made-up"
        told = await vendor.lgsp("GET", "/v1/getAgenciesList")

    assert told == (401, {"licenseInfo": "invalid"})


@pytest.mark.parametrize(
    "shown", [{"X-SystemId": "OTHER"}, {"X-SecretKey": "wrong"}, {"X-SecretKey": ""}]
)
async def test_a_bearer_alone_is_not_enough(shown):
    async with calling(axis()) as vendor:
        await vendor.log_in()
        headers = {**vendor.bearing(), **shown}
        status, told = await vendor.lgsp("GET", "/v1/getAgenciesList", headers=headers)

    assert status == 200
    assert told["data"]["errorCode"] == int(Code.CREDENTIALS)


async def test_a_bearer_ends_when_its_time_is_over():
    async with calling(axis(token_seconds=0)) as vendor:
        await vendor.log_in()
        status, _ = await vendor.lgsp("GET", "/v1/getAgenciesList")

    assert status == 401


async def test_a_bearer_may_end_in_the_middle_of_the_work():
    faults = Faults()
    async with calling(axis(faults=faults)) as vendor:
        await vendor.log_in()
        before, _ = await vendor.lgsp("GET", "/v1/getAgenciesList")
        faults.set(Mishap.EXPIRED, 1)
        ended, _ = await vendor.lgsp("GET", "/v1/getAgenciesList")
        faults.set(Mishap.EXPIRED, 0)
        still, _ = await vendor.lgsp("GET", "/v1/getAgenciesList")
        await vendor.log_in()
        again, _ = await vendor.lgsp("GET", "/v1/getAgenciesList")

    assert (before, ended, still, again) == (200, 401, 401, 200)


async def test_the_catalogue_comes_whole():
    async with calling(axis(catalogue=lambda: [{"code": "H40.1"}])) as vendor:
        await vendor.log_in()
        _, told = await vendor.lgsp("GET", "/v1/getAgenciesList")

    assert told["data"] == [{"code": "H40.1"}]


# --- the API manager's ----------------------------------------------------------------


async def test_resources_are_listed_fetched_and_put_done():
    document = edxml(sender="000.00.00.G22")
    async with calling(one := axis()) as vendor:
        one.put("HUB", "doc-1", document)
        _, token = await wso2_log_in(vendor)
        asked = {"messageType": "edoc", **days()}
        _, listed = await vendor.lgsp("GET", f"{WSO2}/vanbans", params=asked)
        _, got = await vendor.lgsp("GET", f"{WSO2}/vanbans/doc-1")
        said = {"status": "DONE"}
        _, told = await vendor.lgsp("PUT", f"{WSO2}/vanbans/doc-1", json=said)

    assert token["token_type"] == "Bearer"
    assert [row["docId"] for row in listed["data"]] == ["doc-1"]
    assert base64.b64decode(got["data"]) == document
    assert (told["status"], told["errorCode"]) == ("OK", "0")
    assert one.ledger.states("HUB") == {"DONE": 1}


async def test_a_document_is_posted_as_base64():
    document = edxml(to="000.00.41.H40")
    async with calling(one := axis()) as vendor:
        await wso2_log_in(vendor)
        said = {"messageType": "edoc", "data": base64.b64encode(document).decode()}
        _, told = await vendor.lgsp("POST", f"{WSO2}/vanbans", json=said)

    [arrived] = one.ledger.of("OTHER", "edoc")
    assert arrived.data == document
    assert arrived.copy_of == told["docId"]


async def test_what_is_no_base64_is_an_invalid_file():
    async with calling(axis()) as vendor:
        await wso2_log_in(vendor)
        said = {"messageType": "edoc", "data": "%%%"}
        _, told = await vendor.lgsp("POST", f"{WSO2}/vanbans", json=said)

    assert (told["status"], told["errorCode"]) == ("FAIL", Code.FILE)


async def test_wrong_client_credentials_get_no_token():
    async with calling(axis()) as vendor:
        assert await wso2_log_in(vendor, "wrong") == (401, {"error": "invalid_client"})


@pytest.mark.parametrize("shown", [{}, {"Authorization": "Basic %%%"}])
async def test_client_credentials_that_cannot_be_read_get_no_token(shown):
    form = {"grant_type": "client_credentials"}
    async with calling(axis()) as vendor:
        url = f"{vendor.url}/token"
        async with vendor.http.post(url, data=form, headers=shown) as reply:
            assert reply.status == 401


async def test_a_province_has_its_own_part_of_the_catalogue():
    asked = {"province": "H40", "pageSize": "5"}
    async with calling(axis(catalogue=national)) as vendor:
        await wso2_log_in(vendor)
        _, told = await vendor.lgsp("GET", f"{WSO2}/donvilienthongs", params=asked)

    assert [row["code"].split(".")[0] for row in told["data"]] == ["H40"] * 5
    assert 0 < told["total"] < 111_000


async def test_a_body_that_is_registered_stands_in_the_catalogue():
    said = {"code": "H40.37.99", "name": "Đơn vị mới"}
    async with calling(axis()) as vendor:
        await wso2_log_in(vendor)
        for name in ("Đơn vị mới", "Đơn vị đổi tên"):
            path = f"{WSO2}/donvilienthongs"
            await vendor.lgsp("POST", path, json={**said, "name": name})
        _, told = await vendor.lgsp("GET", f"{WSO2}/donvilienthongs")

    assert told["data"] == [{**said, "name": "Đơn vị đổi tên"}]


async def test_secrets_do_not_show():
    shown = repr(axis(control_token="control"))

    assert SECRET not in shown
    assert "control'" not in shown
