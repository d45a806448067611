"""The reader forgives what senders do, and says what it forgave."""

from base64 import encodebytes
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.edxml import hoist
from hub.edxml.quirklog import QuirkLog
from hub.errors import MalformedEnvelope
from hub.model.envelopes import Family, FileState, Kind
from hub.model.faults import Fault, FaultCode
from hub.model.limits import Limits
from hub.model.quirks import Quirk, QuirkCode
from tests.unit.edxml.look_alikes import (
    EDOC,
    PDF,
    QCVN,
    SOAP11,
    SOAP12,
    attachment,
    b64,
    body,
    layered,
    message,
    reference,
    related,
    soap,
    status,
    trace,
)
from tests.unit.edxml.reading import CHECKER, codes, fault_of, read

PLAIN = read(layered())


def same_but(data: bytes, **changed: object) -> set[QuirkCode]:
    """Assert that `data` reads as the plain document does; gives its quirks."""
    reading = read(data)
    assert reading.envelope == replace(PLAIN.envelope, **changed)  # type: ignore[arg-type] # keywords of a test
    assert reading.files == PLAIN.files
    return codes(reading)


def test_a_document_in_the_kits_habits_has_no_quirks():
    assert PLAIN.quirks == ()
    assert PLAIN.files == (PDF,)
    assert PLAIN.envelope.main_pdf == PLAIN.envelope.attachments[0]


def test_prefixes_do_not_matter():
    data = layered().replace(b"edXML:", b"q:").replace(b"xmlns:edXML", b"xmlns:q")
    assert same_but(data) == set()


@pytest.mark.parametrize("space", [EDOC, ""])
def test_other_namespaces_are_aliases(space):
    data = layered()
    if space:
        data = data.replace(QCVN.encode(), space.encode())
    else:
        data = data.replace(b"edXML:", b"").replace(
            b' xmlns="' + QCVN.encode() + b'"', b""
        )
    assert same_but(data) == {QuirkCode.NAMESPACE_ALIAS}


def test_the_root_may_be_the_envelope_itself():
    data = layered()
    start, end = data.index(b"<edXML:edXMLEnvelope"), data.index(b"</edXML>")
    attached = data.index(b"<AttachmentEncoded>")
    inner = data[start:attached].replace(b"</edXML:edXMLEnvelope>", b"")
    holder = data[attached:end].replace(
        b"<AttachmentEncoded>", b'<AttachmentEncoded xmlns="' + QCVN.encode() + b'">'
    )
    whole = inner + holder + b"</edXML:edXMLEnvelope>"
    assert same_but(whole) == {QuirkCode.ROOT_ENVELOPE}


def test_attachments_may_stand_before_the_envelope():
    data = layered()
    start, end = data.index(b"<AttachmentEncoded>"), data.index(b"</edXML>")
    moved = data[:start] + data[end:]
    at = moved.index(b"<edXML:edXMLEnvelope")
    assert same_but(moved[:at] + data[start:end] + moved[at:]) == set()


def test_the_order_of_elements_does_not_matter():
    data = layered().decode()
    subject = data[data.index("<edXML:Subject>") : data.index("</edXML:MessageHeader>")]
    turned = data.replace(subject, "").replace(
        "<edXML:MessageHeader>", f"<edXML:MessageHeader>{subject}"
    )
    assert same_but(turned.encode()) == set()


def test_variant_names_are_read_and_noted():
    data = (
        layered()
        .replace(b"edXMLManifest", b"Manifest")
        .replace(b"Bussiness", b"Business")
    )
    assert same_but(data) == {QuirkCode.NAME_VARIANT}


def test_content_ids_match_with_cid_on_either_side():
    assert same_but(layered(listed=reference("209"))) == {QuirkCode.CID_ONE_SIDED}
    one = layered(encoded=attachment(b64(PDF), cid="209"))
    assert same_but(one) == {QuirkCode.CID_ONE_SIDED}
    neither = layered(listed=reference("209"), encoded=attachment(b64(PDF), cid="209"))
    assert same_but(neither) == set()


def test_a_link_stands_for_a_content_id():
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="cid:209"'
    listed = reference("").replace("<edXML:Reference>", f"<edXML:Reference {link}>")
    assert same_but(layered(listed=listed)) == set()


def test_an_element_repeated_is_read_once_and_said():
    data = layered(message(extra="<edXML:Subject>khác</edXML:Subject>") + trace())
    assert same_but(data) == {QuirkCode.ELEMENT_TWICE}


def test_an_unknown_element_is_read_past_and_said():
    data = layered(message(extra="<edXML:Colour>đỏ</edXML:Colour>") + trace())
    reading = read(data)
    assert reading.envelope == PLAIN.envelope
    place = "edXML/edXMLEnvelope/edXMLHeader/MessageHeader"
    assert reading.quirks == (Quirk(QuirkCode.ELEMENT_UNKNOWN, place, "Colour"),)


# --- prefixes nobody declared ---


def without_scope() -> bytes:
    """The kit's nested file: prefixed after the prefix's scope has ended."""
    return layered().replace(f' xmlns:edXML="{QCVN}">JVBER'.encode(), b">JVBER")


def test_a_prefix_used_after_its_scope_is_repaired_and_said():
    data = without_scope()
    reading = read(data)
    assert reading.envelope == PLAIN.envelope
    assert reading.files == (PDF,)
    assert codes(reading) == {QuirkCode.UNBOUND_PREFIX}
    assert reading.hoisted.skeleton != data, "nothing is signed: repaired for the judge"


def test_an_undeclared_xlink_is_repaired_and_said():
    listed = reference().replace(
        "<edXML:Reference>", '<edXML:Reference xlink:href="x">'
    )
    assert same_but(layered(listed=listed)) == {QuirkCode.UNBOUND_PREFIX}


def test_a_signed_document_goes_to_the_judge_as_it_was_received():
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
    data = without_scope().replace(
        b"</edXML:edXMLHeader>", signature.encode() + b"</edXML:edXMLHeader>"
    )
    assert read(data).hoisted == hoist.plain(data)


def test_other_prefixes_and_other_faults_are_not_repaired():
    data = (
        layered()
        .replace(b"<edXML:Subject>", b"<x:Subject>")
        .replace(b"</edXML:Subject>", b"</x:Subject>")
    )
    line = data[: data.index(b"<x:Subject>")].count(b"\n") + 1
    fault = fault_of(data)
    assert fault.code is FaultCode.NOT_XML
    assert fault.place == f"line {line}"


# --- family B ---


@pytest.mark.parametrize("space", [SOAP11, SOAP12])
def test_family_b_reads_like_family_a(space):
    content_type, data = related(soap(space), ("f1", encodebytes(PDF)))
    reading = read(data, content_type)
    envelope = reading.envelope
    assert envelope.family is Family.SOAP
    assert envelope.kind is Kind.NEW
    assert envelope.sender == PLAIN.envelope.sender
    assert envelope.receivers == PLAIN.envelope.receivers
    assert envelope.promulgated == date(2018, 9, 28)
    assert envelope.attachments[0].name == "a.pdf"
    assert envelope.attachments[0].content_id == "f1"
    assert reading.files == (PDF,)
    assert codes(reading) == {QuirkCode.DATE_FORM}
    assert reading.hoisted.skeleton == soap(space)


def test_a_part_that_is_the_file_itself_is_taken_as_it_is():
    content_type, data = related(soap(), ("f1", PDF))
    assert read(data, content_type).files == (PDF,)


def test_a_part_whose_base64_is_broken_is_said_to_be_damaged():
    content_type, data = related(soap(), ("f1", b64(PDF).encode()[:-1]))
    reading = read(data, content_type)
    assert reading.envelope.attachments[0].state is FileState.BASE64_DAMAGED
    assert reading.files == (None,)


def test_a_bare_soap_envelope_misses_its_files():
    reading = read(soap())
    assert reading.envelope.attachments[0].state is FileState.MISSING
    assert QuirkCode.FILE_MISSING in codes(reading)


def test_the_manifest_may_stand_inside_the_operation():
    root = soap().replace(b"<edXML:Manifest>", b"<edXML:SendDocument><edXML:Manifest>")
    root = root.replace(b"</edXML:Manifest>", b"</edXML:Manifest></edXML:SendDocument>")
    content_type, data = related(root, ("f1", encodebytes(PDF)))
    assert read(data, content_type).files == (PDF,)


def test_a_file_beside_family_a_is_not_taken_in():
    """It would travel under the signature of an envelope that does not hold it."""
    content_type, data = related(layered(), ("209", b"another file"))
    reading = read(data, content_type)
    assert reading.files == (PDF,)
    assert reading.quirks == (Quirk(QuirkCode.FILE_UNLISTED, "part 2"),)


# --- what it is not ---


def test_the_flat_family_is_recognised_and_refused():
    flat = b'<eDoc xmlns="http://www.go.vn/eDoc"><DocumentType>CV</DocumentType></eDoc>'
    assert fault_of(flat) == Fault(FaultCode.FLAT_FAMILY, "eDoc")


@pytest.mark.parametrize(
    "data",
    [
        b"<html/>",
        b"<edXML/>",
        f'<edXML xmlns="{QCVN}"><edXMLEnvelope/></edXML>'.encode(),
        f'<s:Envelope xmlns:s="{SOAP11}"><s:Header/></s:Envelope>'.encode(),
        b'<edXML xmlns="urn:x"><edXMLEnvelope/></edXML>',
    ],
)
def test_other_xml_is_not_edxml(data):
    assert fault_of(data).code is FaultCode.NOT_EDXML


def test_a_field_too_long_is_placed_by_its_path():
    fault = fault_of(layered(message(document_id="x" * 10_001) + trace()))
    path = "edXML/edXMLEnvelope/edXMLHeader/MessageHeader/DocumentId"
    assert fault == Fault(FaultCode.FIELD_TOO_LONG, path, "10000")


def test_too_many_attachments_are_too_many_parts():
    listed = "".join(reference(f"cid:{n}", f"{n}") for n in range(1001))
    fault = fault_of(layered(listed=listed, encoded=""))
    assert fault == Fault(FaultCode.TOO_MANY_PARTS, "attachment 1001", "1000")
    fault = fault_of(layered(listed="", encoded=attachment("QQ==") * 1001))
    assert fault == Fault(FaultCode.TOO_MANY_PARTS, "attachment 1001", "1000")


def test_two_thousand_receivers_are_read_and_past_the_limit_it_says_so():
    def to(count: int) -> bytes:
        codes_ = (f"000.00.{n // 99:02}.H{n % 99:02}" for n in range(count))
        receivers = "".join(map(body, codes_))
        return layered(message(receivers=receivers) + trace())

    assert len(read(to(2000)).envelope.receivers) == 2000
    many = Fault(FaultCode.TOO_MANY_RECEIVERS, "MessageHeader/To", "5000")
    assert fault_of(to(5001)) == many


def test_too_many_changes_of_receivers_are_refused_like_receivers():
    line = "<edXML:Receiver><edXML:OrganId>000.1.H1</edXML:OrganId></edXML:Receiver>"
    info = (
        "<edXML:BussinessDocumentInfo><edXML:ReceiverList>"
        f"{line * 5001}</edXML:ReceiverList></edXML:BussinessDocumentInfo>"
    )
    fault = fault_of(layered(message() + trace("2", info)))
    assert fault.code is FaultCode.TOO_MANY_RECEIVERS


def test_details_of_quirks_are_cut():
    log = QuirkLog()
    log.add(QuirkCode.ELEMENT_UNKNOWN, "a", "x" * 1000)
    assert [len(quirk.detail) for quirk in log.quirks] == [200]


def test_ten_thousand_and_one_attachments_are_too_many_parts():
    fault = fault_of(layered(listed="", encoded=attachment("QQ==") * 10_001))
    assert fault == Fault(FaultCode.TOO_MANY_PARTS, "attachment 1001", "1000")


# --- values ---


def test_what_is_missing_is_empty_and_no_error():
    reading = read(layered("<edXML:MessageHeader/>", listed="", encoded=""))
    envelope = reading.envelope
    assert (envelope.sender.code, envelope.document_id, envelope.subject) == (
        "",
        "",
        "",
    )
    assert envelope.receivers == ()
    assert envelope.kind is Kind.NEW
    assert codes(reading) == {QuirkCode.BUSINESS_ABSENT}


@pytest.mark.parametrize("code", ["null", "NULL", "", "  "])
def test_null_is_no_code(code):
    reading = read(
        layered(
            message(
                sender=body(code, "Cơ quan", "From"),
                receivers=body(code) + body("000.00.00.H41"),
            )
            + trace()
        )
    )
    assert reading.envelope.sender.code == ""
    assert reading.envelope.sender.name == "Cơ quan"
    assert [r.code for r in reading.envelope.receivers] == ["000.00.00.H41"]
    assert QuirkCode.ORGAN_ID_NULL in codes(reading)


def test_a_receiver_named_twice_is_named_once():
    twice = body("000.00.00.h41", "một") + body("000.00.00.H41", "hai")
    reading = read(layered(message(receivers=twice) + trace()))
    assert [r.code for r in reading.envelope.receivers] == ["000.00.00.h41"]
    assert codes(reading) == {QuirkCode.RECEIVER_TWICE}


@pytest.mark.parametrize("code", ["28.22.H17", "H37.DN.001", "vxp.saas.03", "H40.12.3"])
def test_codes_of_every_known_form_are_not_odd(code):
    reading = read(layered(message(receivers=body(code)) + trace()))
    assert [r.code for r in reading.envelope.receivers] == [code]
    assert codes(reading) == set()


def test_a_code_of_no_known_form_is_kept_and_said():
    reading = read(layered(message(receivers=body("Sở Nội vụ")) + trace()))
    assert [r.code for r in reading.envelope.receivers] == ["Sở Nội vụ"]
    assert codes(reading) == {QuirkCode.ORGAN_ID_FORM}


def test_an_impossible_date_is_kept_as_text_and_said():
    reading = read(layered(message(date="2014/02/30") + trace()))
    assert reading.envelope.promulgated is None
    assert reading.envelope.promulgated_text == "2014/02/30"
    header = "edXML/edXMLEnvelope/edXMLHeader/MessageHeader"
    place = f"{header}/PromulgationInfo/PromulgationDate"
    assert reading.quirks == (Quirk(QuirkCode.DATE_IMPOSSIBLE, place),)


@pytest.mark.parametrize(
    ("number", "kind", "odd"),
    [
        ("0", Kind.NEW, set()),
        ("1", Kind.REVOKE, set()),
        (" 2 ", Kind.UPDATE, set()),
        ("03", Kind.REPLACE, set()),
        ("7", Kind.NEW, {QuirkCode.KIND_UNKNOWN}),
        ("", Kind.NEW, {QuirkCode.KIND_UNKNOWN}),
        ("mới", Kind.NEW, {QuirkCode.KIND_UNKNOWN, QuirkCode.NUMBER_FORM}),
    ],
)
def test_kinds(number, kind, odd):
    reading = read(layered(message() + trace(number)))
    assert reading.envelope.kind is kind
    assert codes(reading) == odd


@pytest.mark.parametrize(
    ("text", "paper", "odd"),
    [
        ("0", 0, set()),
        ("1", 1, set()),
        ("", None, set()),
        ("2", 1, {QuirkCode.PAPER_FORM}),
        ("010", 1, {QuirkCode.PAPER_FORM}),
        ("00", None, {QuirkCode.PAPER_FORM}),
        ("-1", None, {QuirkCode.PAPER_FORM}),
        ("có", None, {QuirkCode.PAPER_FORM}),
    ],
)
def test_the_paper_flag_is_zero_one_or_unknown(text, paper, odd):
    reading = read(layered(message() + trace(paper=text)))
    assert reading.envelope.business
    assert reading.envelope.business.paper == paper
    assert codes(reading) == odd


def test_numbers_that_are_none_are_said_without_their_value():
    reading = read(
        layered(message(type_="<edXML:Type>Công văn</edXML:Type>") + trace())
    )
    assert reading.envelope.type_number is None
    assert [(q.code, q.detail) for q in reading.quirks] == [(QuirkCode.NUMBER_FORM, "")]


def test_a_status_code_beside_a_body_is_no_status_message():
    data = layered(message(extra="<edXML:StatusCode>01</edXML:StatusCode>") + trace())
    assert read(data).envelope.kind is Kind.NEW


def test_a_status_that_answers_nobody_has_no_receiver():
    reading = read(status(about="null"))
    assert reading.envelope.kind is Kind.STATUS
    assert reading.envelope.receivers == ()


def test_a_status_message_may_come_in_soap():
    header = status("03").decode()
    start, end = header.index("<edXML:MessageHeader>"), header.index("</edXML:edXMLH")
    reading = read(soap(header=header[start:end]).replace(b"Manifest", b"Nothing"))
    assert reading.envelope.kind is Kind.STATUS
    assert reading.envelope.family is Family.SOAP
    assert reading.envelope.status
    assert reading.envelope.status.code == "03"


def test_quirks_of_one_kind_are_capped():
    data = layered(
        message(extra="<edXML:X1/>" + "".join(f"<edXML:Y{n}/>" for n in range(500)))
        + trace()
    )
    assert len(read(data).quirks) == 20


@settings(max_examples=150)
@given(
    at=st.integers(0, 5000),
    length=st.integers(0, 60),
    noise=st.sampled_from(
        [b"", b"<", b"</edXML>", b"&amp;", b"\x00", b"<edXML:To>", b"cid:", b"\xff"]
    ),
    source=st.sampled_from([layered(), soap(), status()]),
)
def test_a_mutated_document_ends_in_a_reading_or_a_fault(at, length, noise, source):
    place = at % len(source)
    data = source[:place] + noise + source[place + length :]
    with suppress(MalformedEnvelope):
        reading = read(data)
        assert len(reading.files) == len(reading.envelope.attachments)
        CHECKER.check(reading.hoisted.skeleton)


def test_limits_reach_every_part_of_the_reader():
    tight = Limits(parts=2, field_characters=60)
    assert read(layered(), limits=tight).files == (PDF,)
    three = layered(listed=reference() * 3)
    assert fault_of(three, limits=tight).code is FaultCode.TOO_MANY_PARTS
