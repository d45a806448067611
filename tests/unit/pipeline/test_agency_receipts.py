"""What an agency hears of a document it sent itself."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from hub.model.arrivals import AGENCY_AMQP, Arrival
from hub.model.decisions import Decision, Disposition, Receiver, Routing
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, digest_of
from hub.model.notices import ReceiptNotice
from hub.model.policy import DeliveryPolicy
from hub.model.records import OutboxKind
from hub.pipeline.draft import Draft, Outgoing, Writer
from hub.pipeline.receipts import bodies, receipts
from hub.resources import resource
from tests.fakes.outsides import NOON, arrival
from tests.unit.pipeline.test_carry import examined

NOI_VU, UBND = AgencyCode("000.02.37.H40"), AgencyCode("000.00.37.H40")
OUTGOING = Outgoing(
    NOON,
    "000.90.37.H40",
    "http://hub",
    DeliveryPolicy(),
    writer=Writer(NOI_VU, "phong-noi-vu"),
)
CAME: Arrival = arrival(
    source="agency.phong-noi-vu", door=AGENCY_AMQP, door_id="their-message"
)
DELIVERED = Decision(
    Disposition.DELIVER,
    "deliver",
    routing=Routing((Receiver(UBND, "UBND", "ubnd-huyen"),)),
)
HELD = Decision(
    Disposition.HOLD, "signatures", reason=Fault(FaultCode.SIGNATURE_MISSING)
)


def draft(decision: Decision, **changes) -> Draft:
    return Draft(CAME, examined(), decision, replace(OUTGOING, **changes))


def test_it_is_a_notice_on_its_own_queue_by_which_it_knows_what_it_sent():
    (row,) = receipts(draft(DELIVERED))
    assert (row.kind, row.target, row.agency) == (
        OutboxKind.NOTICE,
        "phong-noi-vu",
        NOI_VU,
    )
    told = {name: row.headers[name] for name in ("kind", "about", "from", "body")}
    assert told == {
        "kind": "notice",
        "about": "their-message",
        "from": "000.90.37.H40",
        "body": "inline",
    }


def test_its_body_is_what_must_be_kept_before_it_leaves():
    for decision in (DELIVERED, HELD):
        (row,), (body,) = receipts(draft(decision)), bodies(draft(decision))
        assert row.body == digest_of(body) == row.headers["body_sha256"]
        assert row.headers["body_size"] == len(body)


def test_delivered_is_said_when_all_of_it_left_anything_else_at_once():
    (delivered,), (held,) = receipts(draft(DELIVERED)), receipts(draft(HELD))
    assert (delivered.follows, delivered.follows_all) == (draft(HELD).key, True)
    assert (held.follows, held.follows_all) == (None, False)


def test_it_says_what_became_of_it_and_why():
    (body,) = bodies(draft(HELD))
    told = msgspec.json.decode(body, type=ReceiptNotice)
    assert (told.notice, told.outcome) == ("receipt", Disposition.HOLD)
    assert (told.about, told.original_sha256) == ("their-message", CAME.digest)
    assert told.code == "signature-missing"
    assert told.text_vi == "Văn bản không có chữ ký số theo yêu cầu."


def test_the_same_receipt_is_the_same_bytes_and_id():
    first, again = draft(DELIVERED), draft(DELIVERED)
    assert bodies(first) == bodies(again)
    assert receipts(first) == receipts(again)


@pytest.mark.parametrize("decision", [DELIVERED, HELD])
def test_any_other_source_is_answered_as_before(decision):
    elsewhere = draft(decision, writer=None)
    (row,) = receipts(elsewhere)
    assert (row.kind, row.target) == (OutboxKind.ANSWER, CAME.source)
    assert bodies(elsewhere) == ()


SCHEMA = "receipt-notice.schema.json"


def schema() -> str:
    made = msgspec.json.schema(ReceiptNotice) | {"title": "A receipt to an agency"}
    return json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_the_schema_that_vendors_read_is_that_of_the_receipt():
    """Made anew by: python -m tests.unit.pipeline.test_agency_receipts."""
    assert resource("schemas", SCHEMA).read_text() == schema()


def test_what_the_page_shows_is_a_receipt():
    page = resource("docs", "van-ban-di.md").read_text()
    shown = page.split("```json\n")[1].split("```")[0].replace("…64 …", "0" * 64)
    told = msgspec.json.decode(shown, type=ReceiptNotice)
    assert told.delivered_to == (UBND, AgencyCode("000.00.12.H40"))


if __name__ == "__main__":
    Path("schemas", SCHEMA).write_text(schema())
