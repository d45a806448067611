"""Receipts to the axis: it has it, it refuses it for good, or not now."""

import json
from pathlib import Path

import pytest

from adapters.axis.adapter import AxisAdapter
from adapters.axis.answer import post_receipt
from adapters.axis.settings import AXIS_REST, AxisSettings
from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.receipts import Receipt
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.outsides import NOON

RECEIPT = Receipt(
    id="receipt-1",
    hub=AgencyCode("000.90.37.H40"),
    arrival=ArrivalId("a" * 32),
    door_id="docId-1",
    sha256=Digest("0" * 64),
    outcome=Disposition.REFUSE,
    at=NOON,
    rule="signatures",
    code="signature-broken",
    text_vi="Chữ ký số không hợp lệ",
)


async def test_the_receipt_is_json_under_the_hubs_own_code():
    fetch = AnsweringFetch(204)
    await post_receipt(fetch, "http://axis/receipts", "secret", RECEIPT)
    (call,) = fetch.calls
    headers, told = call.headers, json.loads(call.body)
    assert call.url == "http://axis/receipts"
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == told["id"] == "receipt-1"
    assert (told["hub"], told["outcome"]) == ("000.90.37.H40", "refuse")
    assert told["text_vi"] == "Chữ ký số không hợp lệ"


@pytest.mark.parametrize("status", [400, 410, 422])
async def test_a_final_no_is_permanent(status):
    with pytest.raises(PermanentFailure):
        await post_receipt(AnsweringFetch(status), "http://axis", "t", RECEIPT)


@pytest.mark.parametrize("status", [302, 401, 403, 404, 408, 429, 500, 503])
async def test_anything_else_is_tried_again(status):
    with pytest.raises(SourceUnavailable):
        await post_receipt(AnsweringFetch(status), "http://axis", "t", RECEIPT)


def axis(url: str, **changes) -> AxisAdapter:
    settings = AxisSettings(
        name="truc-tinh",
        doors=(AXIS_REST,),
        token_file=Path("t"),
        carrier=True,
        receipts_url=url,
        receipts_token_file=Path("r"),
        documents_url="https://truc.example.vn/documents",
        documents_token_file=Path("d"),
        **changes,
    )
    return AxisAdapter(settings, AnsweringFetch(200), "secret")


@pytest.mark.parametrize("url", ["http://10.1.2.3/r", "http://127.0.0.1:9080/r"])
async def test_an_inner_address_nobody_allowed_needs_a_person(url):
    assert "inner_network" in (await axis(url).check())[0]
    assert await axis(url, inner_network=True).check() == []


async def test_a_public_address_needs_nobody():
    assert await axis("https://truc.example.vn/receipts").check() == []
