"""The simulated axis by VXP, with a plain client of the test's own."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from hub.rehearsal.axis_codes import Code
from hub.rehearsal.called_axis import AxisSimulator, national
from tests.unit.rehearsal.vendor import HUB, OTHER, calling, days, edxml, status


def axis(**changes) -> AxisSimulator:
    return AxisSimulator([HUB, OTHER], **changes)


async def test_a_message_is_listed_fetched_and_acknowledged():
    document = edxml(sender="000.00.00.G22", to="000.00.37.H40")
    async with calling(one := axis()) as vendor:
        one.put("HUB", "doc-1", document)
        [row] = (await vendor.vxp_list())["data"]
        got = await vendor.vxp("getEdoc", docId="doc-1")
        after_fetching = one.ledger.states("HUB")
        told = await vendor.vxp("updateStatus", docId="doc-1", status="done")

    assert row["docId"] == "doc-1"
    assert row["status"] == "INITIAL"
    assert (row["from"], row["to"]) == ("000.00.00.G22", "000.00.37.H40")
    assert base64.b64decode(got["data"]) == document
    assert after_fetching == {"PROCESSING": 1}
    assert (told["status"], told["ErrorCode"]) == ("OK", "0")
    assert one.ledger.states("HUB") == {"DONE": 1}


async def test_the_ledger_says_who_did_what():
    async with calling(one := axis()) as vendor:
        line = one.put("HUB", "doc-1", edxml())
        await vendor.vxp("getEdoc", docId="doc-1")
        await vendor.vxp("updateStatus", docId="doc-1", status="done")

    assert [(who, what) for _, who, what in line.history] == [
        ("HUB", "fetched"),
        ("HUB", "DONE"),
    ]


async def test_fail_keeps_its_reason():
    async with calling(one := axis()) as vendor:
        line = one.put("HUB", "doc-1", edxml())
        await vendor.vxp(
            "updateStatus", docId="doc-1", status="fail", description="too large"
        )

    assert (line.state, line.reason) == ("FAIL", "too large")


async def test_vietnamese_words_in_a_signed_header_arrive_as_they_were():
    async with calling(one := axis()) as vendor:
        line = one.put("HUB", "doc-1", edxml())
        asked = {"docId": "doc-1", "status": "fail", "description": "Tệp bị hỏng"}
        told = await vendor.vxp("updateStatus", **asked)

    assert told["ErrorCode"] == "0"
    assert line.reason == "Tệp bị hỏng"


async def test_pages_together_are_the_whole_list():
    async with calling(one := axis()) as vendor:
        for number in range(25):
            one.put("HUB", f"doc-{number:02}", edxml(number))
        pages = [
            (await vendor.vxp_list(pageSize="10", pageIndex=str(index)))["data"]
            for index in (1, 2, 3, 4)
        ]

    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert len({row["docId"] for page in pages for row in page}) == 25


async def test_another_day_is_another_list():
    async with calling(one := axis()) as vendor:
        one.put("HUB", "doc-1", edxml())
        told = await vendor.vxp_list(fromDate="2019/12/01", toDate="2019/12/02")

    assert told["data"] == []


async def test_documents_and_statuses_are_listed_apart():
    async with calling(one := axis()) as vendor:
        one.put("HUB", "doc-1", edxml())
        one.put("HUB", "st-1", status("x"), kind="status")
        told = [
            (await vendor.vxp_list(messagetype=kind))["data"][0]["docId"]
            for kind in ("edoc", "status")
        ]

    assert told == ["doc-1", "st-1"]


async def test_nobody_sees_or_touches_the_mailbox_of_another():
    async with calling(one := axis()) as vendor:
        line = one.put("OTHER", "doc-1", edxml())
        listed = (await vendor.vxp_list())["data"]
        got = await vendor.vxp("getEdoc", docId="doc-1")
        told = await vendor.vxp("updateStatus", docId="doc-1", status="done")

    assert listed == []
    assert got["ErrorCode"] == told["ErrorCode"] == Code.FILE
    assert line.state == "INITIAL"


async def test_what_is_sent_lies_in_the_receivers_mailbox_once():
    document = edxml(to="000.00.41.H40")
    async with calling(one := axis()) as vendor:
        first = await vendor.vxp_send(document)
        again = await vendor.vxp_send(document)

    [sent] = one.ledger.sent
    [arrived] = one.ledger.of("OTHER", "edoc")
    assert first["DocId"] == again["DocId"] == sent.doc_id
    assert sent.times == 2
    assert arrived.data == document


async def test_a_file_that_is_not_what_was_hashed_is_refused():
    async with calling(one := axis()) as vendor:
        told = await vendor.vxp_send(edxml(), hash_file="0" * 64)

    assert (told["status"], told["ErrorCode"]) == ("FAIL", Code.FILE)
    assert one.ledger.sent == []


@pytest.mark.parametrize(
    ("document", "sender", "code"),
    [
        (b"no XML", "000.00.37.H40", Code.FORM),
        (b"<html/>", "000.00.37.H40", Code.FORM),
        (edxml(), "000.00.99.H40", Code.SENDER_UNKNOWN),
    ],
)
async def test_what_an_axis_cannot_carry_has_its_code(document, sender, code):
    async with calling(one := axis()) as vendor:
        told = await vendor.vxp_send(document, **{"from": sender})

    assert told["ErrorCode"] == code
    assert one.ledger.sent == []


@pytest.mark.parametrize("code", [Code.RECEIVER_UNKNOWN, Code.RECEIVER_LOCKED])
async def test_a_receiver_may_be_unknown_or_locked(code):
    async with calling(axis(refused={"000.00.41.H40": code})) as vendor:
        told = await vendor.vxp_send(edxml())

    assert told["ErrorCode"] == code


async def test_a_status_message_stands_beside_the_document_it_is_about():
    about = "000.00.00.G22,2019/12/02,1/BC"
    async with calling(one := axis()) as vendor:
        line = one.put("HUB", "doc-1", edxml(sender="000.00.00.G22"))
        for code in ("01", "03"):
            await vendor.vxp_send(status(about, code=code), "status", to="")
        await vendor.vxp_send(status("of nobody"), "status", to="")

    assert line.document_id == about
    assert [told["code"] for told in line.statuses] == ["01", "03"]
    assert [told["about"] for told in one.ledger.astray] == ["of nobody"]


async def test_counters_count_what_is_not_settled():
    async with calling(one := axis()) as vendor:
        for number in range(3):
            one.put("HUB", f"doc-{number}", edxml(number))
        await vendor.vxp("updateStatus", docId="doc-0", status="done")
        told = await vendor.shown("countReceiveEdoc", vendor.signed(), verb="GET")

    assert told["data"] == 2


async def test_the_national_catalogue_has_111_000_bodies_in_pages():
    async with calling(axis(catalogue=national)) as vendor:
        asked = {"pageSize": "1000", "pageIndex": "111"}
        told = await vendor.vxp("getAgenciesListQD20", **asked)
        after = await vendor.vxp(
            "getAgenciesListQD20", pageSize="1000", pageIndex="112"
        )

    assert told["total"] == 111_000
    assert len(told["data"]) == 1000
    assert after["data"] == []
    assert set(told["data"][0]) == {"id", "code", "code102", "name", "pcode"}


# --- who it is ------------------------------------------------------------------------


async def refused(change) -> str:
    """ErrorCode of a list asked for with headers that were changed."""
    async with calling(axis()) as vendor:
        headers = vendor.signed(messagetype="edoc", **days())
        change(headers)
        told = await vendor.shown("getReceivedEdocList", headers)
    assert "data" not in told
    return str(told["ErrorCode"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("XroadVnpt-hash-header", "0" * 64),
        ("XroadVnpt-hash-header", "no proof"),
        ("XroadVnpt-systemid", "OTHER"),
        ("XroadVnpt-systemid", "NOBODY"),
        ("XroadVnpt-toDate", "2030/01/01"),
        ("XroadVnpt-header-json", "{}"),
        ("XroadVnpt-header-json", "["),
        ("XroadVnpt-signed-headers", "XroadVnpt-systemid"),
    ],
)
async def test_one_header_changed_after_signing_is_a_wrong_secret(name, value):
    assert await refused(lambda h: h.update({name: value})) == Code.CREDENTIALS


@pytest.mark.parametrize(
    "name",
    ["XroadVnpt-hash-header", "XroadVnpt-header-json", "XroadVnpt-signed-headers"],
)
async def test_a_proof_that_is_missing_is_a_wrong_secret(name):
    assert await refused(lambda h: h.pop(name)) == Code.CREDENTIALS


async def test_a_parameter_outside_the_signature_is_as_good_as_not_sent():
    async with calling(axis()) as vendor:
        headers = {**vendor.signed(), "XroadVnpt-docId": "doc-1"}
        told = await vendor.shown("getEdoc", headers)

    assert told["ErrorCode"] == Code.SDK


@pytest.mark.parametrize(("minutes", "code"), [(-9, "0"), (9, "0"), (-11, "15")])
async def test_a_signed_moment_may_be_ten_minutes_off(minutes, code):
    async with calling(axis()) as vendor:
        vendor.at = datetime.now(UTC) + timedelta(minutes=minutes)
        told = await vendor.vxp_list()

    assert told["ErrorCode"] == code


@pytest.mark.parametrize(
    "asked", [{"fromDate": "2019-12-02"}, {"pageIndex": "0"}, {"pageSize": "many"}]
)
async def test_parameters_of_the_wrong_form_are_told_as_the_sdk_does(asked):
    async with calling(axis()) as vendor:
        told = await vendor.vxp_list(**asked)

    assert told["ErrorCode"] == Code.SDK
