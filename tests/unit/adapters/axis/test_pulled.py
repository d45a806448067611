"""The JSON around a fetched edXML comes off; the edXML stays as it was."""

import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from adapters.axis.pulled import translate
from hub.edxml import reader
from hub.errors import MalformedEnvelope
from hub.model.envelopes import FileState
from hub.model.faults import FaultCode
from hub.model.findings import Covered
from hub.model.frames import Entity, Frame
from hub.model.limits import Limits
from hub.model.quirks import QuirkCode
from hub.ports import Translate
from hub.signatures.coverage import Legal
from tests.unit.edxml.look_alikes import layered

DOOR: Translate = translate
FORM = "application/json; form=vxp-getedoc"
BARE = (
    b'<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXMLEnvelope>'
    b"<edXMLHeader><MessageHeader><From><OrganId>G22</OrganId></From>"
    b"<To><OrganId>H40</OrganId></To><DocumentId>1</DocumentId>"
    b"<Subject>s</Subject></MessageHeader></edXMLHeader>"
    b"<edXMLBody><edXMLManifest><Reference><ContentId>cid:1</ContentId>"
    b"<AttachmentName>a.txt</AttachmentName></Reference></edXMLManifest></edXMLBody>"
    b"</edXMLEnvelope></edXML>"
)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


LIMITS = Limits()


def taken(told: object, limits: Limits = LIMITS) -> Frame:
    data = told if isinstance(told, bytes) else json.dumps(told).encode()
    return DOOR(Entity(FORM, data), limits)


def fault(told: object, limits: Limits = LIMITS) -> FaultCode:
    with pytest.raises(MalformedEnvelope) as caught:
        taken(told, limits)
    return caught.value.fault.code


XML = layered()


@pytest.mark.parametrize(
    "told",
    [
        {"status": "OK", "ErrorCode": "0", "data": encoded(XML)},
        {"STATUS": "ok", "DATA": encoded(XML)},
        {"docId": "1", "from": "G22", "edxml": encoded(XML), "attachments": []},
        {"success": True, "data": {"docId": "1", "edXML": encoded(XML)}},
        {"data": base64.encodebytes(XML).decode()},
        {"edxml": XML.decode()},
        {"data": encoded(XML), "content": None, "edxml": ""},
        b"\xef\xbb\xbf" + json.dumps({"data": encoded(XML)}).encode(),
    ],
)
def test_the_edxml_comes_out_byte_for_byte(told):
    assert taken(told) == Frame(XML)


def test_attachments_laid_beside_a_bare_edxml_become_its_files():
    told = {
        "edxml": encoded(BARE),
        "attachments": [
            {"fileName": "a.txt", "fileContent": encoded(b"first file")},
            {"fileName": "b.txt", "fileContent": encoded(b"dGV4dA==")},
        ],
    }

    reading = reader.read(taken(told), Limits())

    assert reading.files == (b"first file", b"dGV4dA==")
    assert [a.name for a in reading.envelope.attachments] == ["a.txt", "b.txt"]


def test_files_beside_an_edxml_that_lists_none_are_not_taken_for_its_own():
    bare = BARE[: BARE.index(b"<edXMLBody>")] + b"</edXMLEnvelope></edXML>"
    told = {
        "edxml": encoded(bare),
        "attachments": [{"fileName": "a.txt", "fileContent": encoded(b"x")}],
    }

    reading = reader.read(taken(told), Limits())

    assert reading.files == ()
    assert QuirkCode.FILE_UNLISTED in {q.code for q in reading.quirks}


def test_a_signature_over_a_bare_edxml_never_covers_the_files_beside_it():
    root = etree.fromstring(BARE)

    places = Legal.of(root).parts

    assert (root, Covered.ENVELOPE) in places
    assert Covered.DOCUMENT not in {part for _, part in places}


def test_attachments_beside_a_whole_edxml_are_copies():
    whole = BARE.replace(
        b"</edXMLEnvelope>",
        b"</edXMLEnvelope><AttachmentEncoded><Attachment><ContentId>1</ContentId>"
        b"<AttachmentName>a.txt</AttachmentName><ContentTransferEncoded>QQ=="
        b"</ContentTransferEncoded></Attachment></AttachmentEncoded>",
    )
    told = {
        "edxml": encoded(whole),
        "attachments": [{"fileName": "a.txt", "fileContent": encoded(b"other")}],
    }

    assert taken(told) == Frame(whole)


def test_an_attachment_that_is_damaged_is_said_to_be_so():
    told = {
        "edxml": encoded(BARE),
        "attachments": [{"fileName": "a.txt", "fileContent": "QQ" * 20 + "="}],
    }

    [attachment] = reader.read(taken(told), Limits()).envelope.attachments

    assert attachment.state is FileState.BASE64_DAMAGED


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (b"", FaultCode.EMPTY),
        (b"<html>", FaultCode.NOT_JSON),
        (b'{"data":', FaultCode.NOT_JSON),
        (b"\xff", FaultCode.NOT_JSON),
        (b"[" * 100_000, FaultCode.NOT_JSON),
        (b'{"data":' * 100_000, FaultCode.NOT_JSON),
        ([], FaultCode.NOT_JSON),
        ({}, FaultCode.FRAME),
        ({"data": None}, FaultCode.FRAME),
        ({"data": "  "}, FaultCode.EMPTY),
        ({"data": 7}, FaultCode.FRAME),
        ({"data": [encoded(XML)]}, FaultCode.FRAME),
        ({"data": "\ud800"}, FaultCode.NOT_JSON),
        ({"data": encoded(XML)[:-1] + "!"}, FaultCode.BASE64),
        ({"data": encoded(XML), "edxml": encoded(BARE)}, FaultCode.FRAME),
        ({"data": encoded(XML), "DATA": encoded(BARE)}, FaultCode.FRAME),
        ({"a": {"b": {}}, "data": {"data": {"data": {}}}}, FaultCode.FRAME),
        ({"edxml": encoded(BARE), "attachments": "x"}, FaultCode.FRAME),
        ({"edxml": encoded(BARE), "attachments": [7]}, FaultCode.NOT_JSON),
        (
            {"edxml": encoded(BARE), "attachments": [{"fileContent": 7}]},
            FaultCode.FRAME,
        ),
    ],
)
def test_what_is_broken_is_told(told, code):
    assert fault(told) is code


def test_json_in_json_in_json_has_an_end():
    told: object = encoded(XML)
    for _ in range(10):
        told = {"data": told}

    assert fault(told) is FaultCode.FRAME


def test_sizes_and_numbers_are_limited():
    small = Limits(document_bytes=100, parts=1)
    files = [{"fileName": "a", "fileContent": "QQ=="}] * 2

    assert fault({"data": encoded(b"<" + b"a" * 100)}, small) is FaultCode.TOO_LARGE
    assert fault({"data": "A" * 200}, small) is FaultCode.TOO_LARGE
    told = {"edxml": "<a/>", "attachments": files}
    assert fault(told, Limits(parts=1)) is FaultCode.TOO_MANY_PARTS


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise_anything_else(data):
    with suppress(MalformedEnvelope):
        taken(data)


@given(
    st.dictionaries(
        st.sampled_from(["data", "edxml", "content", "attachments", "x"]),
        st.none()
        | st.integers()
        | st.text()
        | st.lists(st.dictionaries(st.sampled_from(["fileName", "x"]), st.text()))
        | st.dictionaries(st.sampled_from(["data", "edxml"]), st.text()),
    )
)
def test_no_json_whatever_raises_anything_else(told):
    with suppress(MalformedEnvelope):
        taken(json.dumps(told).encode())
