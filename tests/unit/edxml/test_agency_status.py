"""Statuses as agencies send them in JSON, and the page and schema that tell of it."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.edxml import guard, identity, reader
from hub.edxml.agency_frame import translate
from hub.errors import MalformedEnvelope
from hub.model.dossiers import DossierAct
from hub.model.envelopes import Kind
from hub.model.faults import FaultCode
from hub.model.frames import Entity, Frame
from hub.model.ids import AgencyCode
from hub.model.statuses import Mention
from tests.unit.adapters.portal.json_schema import fits
from tests.unit.edxml.reading import CHECKER, LIMITS, SCHEMAS

AGENCY = {"code": "000.01.37.H40", "name": "Văn phòng HĐND và UBND"}
JSON = "application/json"
SCHEMA = json.loads((SCHEMAS / "agency-status.schema.json").read_text("utf-8"))
PAGE = (SCHEMAS.parent / "docs" / "co-quan.md").read_text("utf-8")
SECTION = PAGE.split("## Trạng thái / Statuses")[1].split("\n## ")[0]
EXAMPLES = re.findall(r"```json\n(.+?)\n```", SECTION, re.DOTALL)
(XML_EXAMPLE,) = re.findall(r"```xml\n(.+?)\n```", SECTION, re.DOTALL)


def frame(told: object, kind: str = JSON) -> Frame:
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    return translate(Entity(kind, data, ground=AGENCY), LIMITS)


def read(told: object):
    made = frame(told)
    guard.check(made.xml, LIMITS)
    return made, reader.read(made, LIMITS).envelope


def fault(told: object) -> FaultCode:
    with pytest.raises(MalformedEnvelope) as caught:
        read(told)
    return caught.value.fault.code


def test_a_status_names_a_delivery_by_its_message_id():
    made, envelope = read({"status": "03", "about": "m-1", "text": "Đã vào sổ"})
    assert (envelope.kind, envelope.sender.code) == (Kind.STATUS, AGENCY["code"])
    assert made.about == Mention(delivery="m-1")
    assert envelope.status.code == "03"
    assert envelope.status.description == "Đã vào sổ"


def test_a_status_names_a_document_as_its_sender_does():
    about = {"sender": "000.00.12.H40", "document_id": "d-1", "notation": "1/BC"}
    made, envelope = read({"status": "5", "about": about, "at": "2019/12/02 10:00:00"})
    assert made.about == Mention(AgencyCode("000.00.12.H40"), "d-1", "1/BC")
    assert envelope.status.code == "05"
    assert envelope.status.about.document_id == "d-1"
    assert envelope.status.moment == datetime(2019, 12, 2, 3, tzinfo=UTC)


def test_who_asks_back_says_from_whom():
    told = {"status": 13, "about": {"sender": "A", "document_id": "d"}, "receiver": "B"}
    made, envelope = read(told)
    assert envelope.status.about.code == "B"
    assert identity.identify(envelope, made.about).mentions[0].document_id == "d"


def test_a_dossiers_status_keeps_its_own_number_and_reads_as_a_documents():
    made, envelope = read({"status": 5, "dossier": "H-1", "at": "2019-12-02T03:00:00Z"})
    assert made.about == Mention(dossier="H-1")
    assert made.dossier is not None
    assert (made.dossier.act, made.dossier.status) == (DossierAct.PROGRESS, "5")
    assert made.dossier.office == AGENCY["code"]
    assert envelope.status.code == "05"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (b"{", FaultCode.NOT_JSON),
        (b'{"status": "03", "about": "\xff"}', FaultCode.NOT_JSON),
        (b"[" * 60_000, FaultCode.NOT_JSON),
        ([], FaultCode.NOT_JSON),
        ({"about": "m"}, FaultCode.NOT_JSON),
        ({"status": "03"}, FaultCode.NO_DOCUMENT_ID),
        ({"status": "03", "about": " "}, FaultCode.NO_DOCUMENT_ID),
        ({"status": "03", "about": {"sender": "A"}}, FaultCode.NO_DOCUMENT_ID),
        ({"status": "03", "about": "m", "at": "hôm qua"}, FaultCode.DATE_FORM),
        ({"status": "03", "about": "m", "at": "1" * 201}, FaultCode.FIELD_TOO_LONG),
        (
            {"status": "03", "about": "m", "text": "a" * 10_001},
            FaultCode.FIELD_TOO_LONG,
        ),
        ({"status": "11", "dossier": "H-1"}, FaultCode.STATUS_CODE),
        ({"status": "03", "about": "m", "text": "a" * 99_999}, FaultCode.TOO_LARGE),
    ],
)
def test_what_is_no_status_is_told_by_its_code(told, code):
    assert fault(told) is code


@pytest.mark.parametrize(
    "told",
    [
        {"status": "03", "about": "m\x00"},
        {"status": "03", "about": {"document_id": "d\x00", "sender": "H40"}},
        {"status": "03", "about": {"notation": "1/\x00", "sender": "H40"}},
        {"status": "03", "about": {"document_id": "d", "sender": "H\x0040"}},
        {"status": "13", "about": "m", "receiver": "H\x0040"},
        {"status": "5", "dossier": "d\x00"},
        {"status": "03", "about": "m", "from": "H\x0040"},
    ],
)
def test_no_name_with_a_control_character_reaches_the_journal(told):
    assert fault(told) is FaultCode.NOT_JSON


def test_a_name_without_end_is_told():
    assert fault({"status": "03", "about": "m" * 201}) is FaultCode.FIELD_TOO_LONG


@pytest.mark.parametrize("status", ["³", "9" * 4000])
def test_what_looks_like_a_number_is_no_code_and_not_long(status):
    _, envelope = read({"status": status, "about": "m"})
    assert envelope.status
    assert envelope.status.code == status[:20]


def test_json_without_a_content_type_is_known_by_its_brace():
    data = b' {"status": "01", "about": "m-1"}'
    for kind in ("", "application/octet-stream", "text/plain"):
        assert frame(data, kind).about == Mention(delivery="m-1")
    as_xml = frame(data, "application/xml").xml
    with pytest.raises(MalformedEnvelope):
        guard.check(as_xml, LIMITS)


def test_the_same_word_twice_is_one_and_another_text_is_another():
    def key(**told: str) -> str:
        made, envelope = read({"status": "05", "about": "m-1"} | told)
        return identity.identify(envelope, made.about).key

    assert key() == key()
    assert key(about="m-1") != key(about="m-2")
    assert key(text="bắt đầu") != key(text="còn chờ")


_NUMBERS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=50)


@given(st.text(max_size=300), st.text(max_size=50), _NUMBERS)
def test_any_text_of_a_clerk_is_written_down_as_it_was(text, name, number):
    told = {"status": "03", "about": {"sender": "A", "document_id": f"d{number}"}}
    _, envelope = read(told | {"text": text, "staff": {"name": name}})
    kept = "".join(c for c in text if c == "\t" or c >= " ").strip()
    if kept.isprintable() and text.isprintable():
        assert envelope.status.description == text.strip()


def test_the_pages_examples_are_what_the_schema_says_and_the_hub_reads():
    assert len(EXAMPLES) == 5
    for example in EXAMPLES:
        value = json.loads(example)
        assert fits(value, SCHEMA, SCHEMA), example
        _, envelope = read(value)
        assert envelope.kind is Kind.STATUS


def test_the_pages_xml_is_read_and_valid_against_the_schema():
    made = frame(XML_EXAMPLE.encode(), "application/edxml+xml")
    guard.check(made.xml, LIMITS)
    assert reader.read(made, LIMITS).envelope.status.code == "05"
    assert CHECKER.check(made.xml) == ()


@pytest.mark.parametrize(
    "told",
    [
        {"status": "07", "about": "m-1"},
        {"status": "03", "about": {"document_id": "d"}},
        {"status": "11", "dossier": "H-1"},
        {"status": "03"},
    ],
)
def test_the_schema_refuses_what_would_be_refused(told):
    assert not fits(told, SCHEMA, SCHEMA)


def test_every_refusal_of_a_status_is_on_the_page():
    for code in (
        FaultCode.UNKNOWN_DOCUMENT,
        FaultCode.NOT_ITS_RECEIVER,
        FaultCode.NOT_ITS_SENDER,
        FaultCode.STATUS_CODE,
        FaultCode.NO_DOCUMENT_ID,
        FaultCode.DATE_FORM,
        FaultCode.NOT_JSON,
    ):
        assert f"`{code}`" in SECTION
