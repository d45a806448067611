"""What the sender hears: a status under the hub's own code."""

from dataclasses import replace

import pytest

from adapters.axis.status_receipts import parcel_of
from hub.edxml import reader
from hub.model.decisions import Disposition
from hub.model.envelopes import Kind
from hub.model.frames import Frame
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.limits import Limits
from hub.model.receipts import Receipt
from tests.fakes.outsides import NOON
from tests.unit.edxml.reading import CHECKER

RECEIPT = Receipt(
    id="7f0c5d0e-0000-5000-8000-000000000000",
    hub=AgencyCode("000.01.37.H40"),
    arrival=ArrivalId("0" * 32),
    door_id="doc-1",
    sha256=Digest("0" * 64),
    outcome=Disposition.DELIVER,
    at=NOON,
    rule="deliver",
    document_id="000.00.00.G22,2019/11/30,7816/VPCP-TTĐT",
    sender=AgencyCode("000.00.00.G22"),
    notation="7816/VPCP-TTĐT",
    promulgated="2019/11/30",
    delivered_to=(AgencyCode("000.01.01.H40"),),
)
REFUSED = replace(
    RECEIPT,
    outcome=Disposition.REFUSE,
    code="signature-broken",
    place="attachment 1",
    text_vi="Chữ ký số không hợp lệ.",
    delivered_to=(),
)


def status(receipt: Receipt):
    parcel = parcel_of(receipt)
    assert parcel is not None
    return reader.read(Frame(parcel.data), Limits()).envelope


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Disposition.DELIVER, "01"),
        (Disposition.DISCARD, "01"),
        (Disposition.HOLD, "01"),
        (Disposition.REFUSE, "02"),
    ],
)
def test_each_outcome_has_its_code(outcome, code):
    told = status(replace(RECEIPT, outcome=outcome)).status

    assert told is not None
    assert told.code == code


def test_the_hub_speaks_under_its_own_code_about_the_senders_document():
    envelope = status(RECEIPT)

    assert envelope.kind is Kind.STATUS
    assert envelope.sender.code == RECEIPT.hub
    assert envelope.status is not None
    about = envelope.status.about
    assert about.code == RECEIPT.sender
    assert about.notation == RECEIPT.notation
    assert about.document_id == RECEIPT.document_id
    assert about.promulgated_text == RECEIPT.promulgated
    assert envelope.status.moment == NOON


def test_a_refusal_says_why_in_vietnamese_with_code_and_place():
    told = status(REFUSED).status

    assert told is not None
    assert told.description == (
        "Trục từ chối văn bản. Chữ ký số không hợp lệ. [signature-broken, attachment 1]"
    )


def test_what_is_held_says_that_a_person_looks():
    told = status(replace(RECEIPT, outcome=Disposition.HOLD)).status

    assert told is not None
    assert "chờ người xem" in told.description


def test_receivers_nobody_knows_are_named():
    told = status(replace(RECEIPT, unknown=(AgencyCode("000.99.99.H40"),))).status

    assert told is not None
    assert "000.99.99.H40" in told.description


def test_the_same_receipt_is_the_same_bytes():
    assert parcel_of(RECEIPT) == parcel_of(replace(RECEIPT))


@pytest.mark.parametrize("receipt", [RECEIPT, REFUSED])
def test_what_is_sent_is_strict(receipt):
    parcel = parcel_of(receipt)
    assert parcel is not None
    reading = reader.read(Frame(parcel.data), Limits())

    assert reading.quirks == ()
    assert list(CHECKER.check(reading.hoisted.skeleton)) == []


def test_the_parcel_goes_from_the_hub_to_the_sender():
    parcel = parcel_of(RECEIPT)

    assert parcel is not None
    assert (parcel.sender, parcel.receivers) == (RECEIPT.hub, (RECEIPT.sender,))
    assert parcel.name == RECEIPT.id


@pytest.mark.parametrize(
    "receipt",
    [replace(RECEIPT, sender=AgencyCode("")), replace(RECEIPT, document_id="")],
)
def test_without_a_sender_or_an_id_there_is_nobody_to_tell(receipt):
    assert parcel_of(receipt) is None
