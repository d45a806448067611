"""The SOAP frame of our WSDL: bytes come out as they were sent, links stay inside."""

from base64 import encodebytes
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.edxml import soapframe
from hub.errors import MalformedEnvelope
from hub.model.faults import SENTENCES, Fault, FaultCode
from hub.model.frames import Entity, Frame
from hub.model.limits import Limits
from tests.unit.edxml.look_alikes import SOAP11, SOAP12, form, layered, related, soap
from tests.unit.edxml.look_alikes import status as status_message

XOP = "http://www.w3.org/2004/08/xop/include"
SPACES = {"text/xml": SOAP11, "application/soap+xml": SOAP12}


def envelope(inside: bytes, space: str = SOAP11, header: bytes = b"") -> bytes:
    return (
        f'<?xml version="1.0"?><s:Envelope xmlns:s="{space}">'.encode()
        + header
        + b"<s:Body>"
        + inside
        + b"</s:Body></s:Envelope>"
    )


def send(inside: bytes, name: str = "SendDocument") -> bytes:
    start = f'<lt:{name} xmlns:lt="urn:lienthong:axis:v1">'.encode()
    return start + inside + f"</lt:{name}>".encode()


def framed(data: bytes, content_type: str = "text/xml") -> Frame:
    return soapframe.frame(Entity(content_type, data), Limits())


def refusal(data: bytes, content_type: str = "text/xml") -> Fault:
    with pytest.raises(MalformedEnvelope) as caught:
        framed(data, content_type)
    assert SENTENCES[caught.value.fault.code][0]
    return caught.value.fault


def include(href: str) -> bytes:
    return (
        f'<Document><xop:Include xmlns:xop="{XOP}" href="{href}"/></Document>'.encode()
    )


@pytest.mark.parametrize(("content_type", "space"), SPACES.items())
@pytest.mark.parametrize("name", ["SendDocument", "UpdateTraces"])
def test_base64_in_the_message_is_undone(content_type, space, name):
    document = layered() if name == "SendDocument" else status_message()
    inside = b"<lt:Document>" + encodebytes(document) + b"</lt:Document>"
    got = framed(envelope(send(inside, name), space), content_type)
    assert got == Frame(document)


def test_line_ends_of_dotnet_and_cdata_in_base64_are_forgiven():
    text = encodebytes(layered())
    for written in (
        text.replace(b"\n", b"&#13;\n"),
        text.replace(b"\n", b"&#xD;&#10;"),
        b" <![CDATA[" + text + b"]]> ",
    ):
        assert framed(envelope(send(b"<Document>" + written + b"</Document>"))).xml


@pytest.mark.parametrize("wrapped", [True, False])
def test_an_element_in_the_message_is_cut_out_untouched(wrapped):
    document = layered().partition(b"?>")[2].strip()
    odd = document.replace(b"<edXML ", b"<edXML  note='a>b' ", 1) + b""
    inside = b"<EdXML>\n" + odd + b"\n</EdXML>" if wrapped else odd
    assert framed(envelope(send(inside))).xml == odd


def test_an_empty_element_ends_where_its_tag_ends():
    assert framed(envelope(send(b"<EdXML><edXML/></EdXML>"))).xml == b"<edXML/>"
    again = framed(b"\xef\xbb\xbf" + envelope(send(b"<EdXML><edXML a='/>'/></EdXML>")))
    assert again.xml == b"<edXML a='/>'/>"


@pytest.mark.parametrize(
    "inside",
    [
        include("cid:doc%40x"),
        include("CID:doc@x"),
        b'<Document href="cid:doc@x"/>',
        b"<DocumentRef> cid:doc@x </DocumentRef>",
    ],
)
def test_a_part_of_this_message_is_taken_and_the_others_left_beside(inside):
    content_type, data = related(
        envelope(send(inside)), ("doc@x", layered()), ("more", b"x")
    )
    got = framed(data, content_type)
    assert got.xml == layered()
    assert [p.content_id for p in got.parts] == ["more"]


def test_a_message_of_family_b_stays_whole():
    content_type, data = related(soap(), ("f1", b"QQ=="))
    got = framed(data, content_type)
    assert got.xml == soap()
    assert [p.data for p in got.parts] == [b"QQ=="]
    within = soap().replace(b"<s:Body>", b"<s:Body><SendDocument>")
    within = within.replace(b"</s:Body>", b"</SendDocument></s:Body>")
    content_type, data = related(within, ("f1", b"QQ=="))
    assert framed(data, content_type).xml == within


@pytest.mark.parametrize(
    "href",
    [
        "http://169.254.169.254/latest",
        "https://example.vn/a.edxml",
        "file:///etc/passwd",
        "//example.vn/a",
        "a.edxml",
        "",
        "cid:other",
        "cid:",
    ],
)
def test_a_link_that_leads_elsewhere_is_refused_and_never_followed(href):
    for inside in (include(href), f"<DocumentRef>{href}</DocumentRef>".encode()):
        content_type, data = related(envelope(send(inside)), ("doc", layered()))
        fault = refusal(data, content_type)
        assert fault.code is FaultCode.REMOTE_REFERENCE
        assert fault.place.startswith("Envelope/Body/SendDocument/Document")
        assert refusal(envelope(send(inside))).code is FaultCode.REMOTE_REFERENCE


@pytest.mark.parametrize("href", ["http://example.vn/a.pdf", "cid:nobody"])
def test_a_link_of_family_b_that_leads_elsewhere_is_refused(href):
    listed = f'<edXML:Reference xlink:href="{href}"/>'
    content_type, data = related(soap(listed=listed), ("f1", b"QQ=="))
    fault = refusal(data, content_type)
    assert (fault.code, fault.place) == (
        FaultCode.REMOTE_REFERENCE,
        "Envelope/Body/Manifest/Reference",
    )


def test_no_name_is_too_long_for_a_link_to_be_seen():
    name = "x" * 250
    listed = f'<edXML:{name} xlink:href="http://example.vn/a.pdf"/>'
    content_type, data = related(soap(listed=listed))
    assert refusal(data, content_type).code is FaultCode.REMOTE_REFERENCE


DOCTYPE = b'<!DOCTYPE s:Envelope [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
FIRST = b'<?xml version="1.0"?>'
SOUND = envelope(send(b"<EdXML><edXML/></EdXML>"))


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (SOUND.replace(FIRST, DOCTYPE), FaultCode.DOCTYPE, "byte 1"),
        (
            SOUND.replace(FIRST, FIRST + DOCTYPE),
            FaultCode.DOCTYPE,
            f"byte {len(FIRST) + 1}",
        ),
        (SOUND.decode().encode("utf-16"), FaultCode.ENCODING, "byte 1"),
        (b"", FaultCode.EMPTY, ""),
        (SOUND[:-9], FaultCode.TRUNCATED, f"byte {len(SOUND) - 9}"),
        (b"<edXML/>", FaultCode.FRAME, "Envelope"),
        (b'<Envelope xmlns="urn:other"/>', FaultCode.FRAME, "Envelope"),
        (
            f'<s:Envelope xmlns:s="{SOAP11}"/>'.encode(),
            FaultCode.FRAME,
            "Envelope/Body",
        ),
        (
            SOUND.replace(b"<s:Body>", b"<s:Body/><s:Body>"),
            FaultCode.FRAME,
            "Envelope/Body",
        ),
        (
            envelope(send(b"<EdXML/>") + send(b"<EdXML/>")),
            FaultCode.FRAME,
            "Envelope/Body",
        ),
        (envelope(send(b"")), FaultCode.FRAME, "Envelope/Body/SendDocument"),
        (
            envelope(send(b"<Document>QQ==</Document><EdXML><edXML/></EdXML>")),
            FaultCode.FRAME,
            "Envelope/Body/SendDocument",
        ),
        (
            envelope(send(b"<EdXML><a/><b/></EdXML>")),
            FaultCode.FRAME,
            "Envelope/Body/SendDocument/EdXML",
        ),
        (
            envelope(send(b"<Document>!!!</Document>")),
            FaultCode.BASE64,
            "Envelope/Body/SendDocument/Document",
        ),
        (
            envelope(send(b"<Document>QQ==&lt;</Document>")),
            FaultCode.BASE64,
            "Envelope/Body/SendDocument/Document",
        ),
        (
            envelope(send(b"<Document><a/></Document>")),
            FaultCode.FRAME,
            "Envelope/Body/SendDocument/Document",
        ),
        (
            envelope(send(b"", "GetDocument")),
            FaultCode.OPERATION,
            "Envelope/Body/GetDocument",
        ),
        (
            SOUND.replace(b"<s:Body>", b"<s:Header>" + b"<a>" * 70 + b"<s:Body>"),
            FaultCode.TOO_DEEP,
            "line 1",
        ),
    ],
)
def test_what_is_no_message_of_ours_has_a_code_and_a_place(data, code, place):
    fault = refusal(data)
    assert (fault.code, fault.place) == (code, place)


def test_a_bomb_in_the_header_is_counted_before_it_is_built():
    header = b"<s:Header>" + b"<a/>" * 200_001 + b"</s:Header>"
    fault = refusal(envelope(send(b"<EdXML><edXML/></EdXML>"), header=header))
    assert fault.code is FaultCode.TOO_MANY_ELEMENTS


def test_ten_thousand_and_one_parts_are_too_many():
    parts = [(f"p{n}", b"") for n in range(10_000)]
    content_type, data = related(envelope(send(include("cid:p1"))), *parts)
    assert refusal(data, content_type).code is FaultCode.TOO_MANY_PARTS


def test_two_parts_of_one_name_are_refused():
    content_type, data = related(
        envelope(send(include("cid:d"))), ("d", layered()), ("d", b"<edXML/>")
    )
    fault = refusal(data, content_type)
    assert (fault.code, fault.detail) == (FaultCode.FRAME, "Content-ID")


def test_a_form_is_no_soap():
    content_type, data = form(("edocFile", "a.edxml", layered()))
    assert refusal(data, content_type).code is FaultCode.FRAME


@given(
    at=st.floats(0, 1),
    put=st.one_of(
        st.binary(max_size=4),
        st.sampled_from([b"<", b"]]>", b"<!--", b"<s:Body>", b"<Document>", b"&#0;"]),
    ),
    cut=st.integers(0, 60),
)
def test_a_damaged_message_ends_in_a_frame_or_a_fault(at, put, cut):
    place = int(at * len(SOUND))
    with suppress(MalformedEnvelope):
        framed(SOUND[:place] + put + SOUND[place + cut :])
