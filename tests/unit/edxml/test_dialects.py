"""Transport frames: what is XML, what are parts, and what is refused."""

from base64 import encodebytes
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.edxml import dialects
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity
from hub.model.limits import Limits
from tests.unit.edxml.look_alikes import PDF, form, layered, related, soap
from tests.unit.edxml.reading import LIMITS, fault_of


def refusal(content_type: str, data: bytes, limits: Limits = LIMITS) -> Fault:
    with pytest.raises(MalformedEnvelope) as caught:
        dialects.frame(Entity(content_type, data), limits)
    return caught.value.fault


@pytest.mark.parametrize(
    "content_type",
    [
        "application/xml",
        "text/xml; charset=utf-8",
        "application/soap+xml; action=SendDocument",
        "application/octet-stream",
        "APPLICATION/XML",
        "",
    ],
)
def test_a_bare_document_is_kept_byte_for_byte(content_type):
    data = layered()
    frame = dialects.frame(Entity(content_type, data), LIMITS)
    assert frame.xml is data
    assert frame.parts == ()


@pytest.mark.parametrize(
    "content_type", ["application/json", "image/png", "multipart/mixed"]
)
def test_other_content_types_are_refused_by_name(content_type):
    fault = refusal(content_type, b"{}")
    assert fault == Fault(FaultCode.CONTENT_TYPE, "Content-Type", content_type)


def test_nothing_and_too_much_are_refused_before_anything_else():
    assert refusal("application/json", b"").code is FaultCode.EMPTY
    fault = refusal("application/xml", b"<a/>", Limits(document_bytes=3))
    assert fault == Fault(FaultCode.TOO_LARGE, "byte 4", "3")


def test_the_soap_part_is_kept_exactly_and_the_rest_are_parts():
    root = soap()
    content_type, data = related(root, ("f1", encodebytes(PDF)), ("f2", b"x\r\n--y"))
    frame = dialects.frame(Entity(content_type, data), LIMITS)
    assert frame.xml == root
    assert [p.content_id for p in frame.parts] == ["f1", "f2"]
    assert frame.parts[0].data == encodebytes(PDF)
    assert frame.parts[1].data == b"x\r\n--y"


def test_the_start_parameter_names_the_soap_part():
    content_type, data = related(
        b"first", ("envelope", soap()), extra='; start="<envelope>"'
    )
    frame = dialects.frame(Entity(content_type, data), LIMITS)
    assert frame.xml == soap()
    assert [p.data for p in frame.parts] == [b"first"]


def test_lone_line_feeds_and_a_preamble_are_forgiven():
    content_type, data = related(b"<a/>", ("f1", b"QQ=="))
    forgiven = b"preamble\n" + data.replace(b"\r\n", b"\n")
    frame = dialects.frame(Entity(content_type, forgiven), LIMITS)
    assert frame.xml == b"<a/>"
    assert frame.parts[0].data == b"QQ=="


def test_transfer_encodings_of_parts_are_undone():
    data = (
        b"--b\r\n\r\n<a/>\r\n"
        b"--b\r\nContent-Transfer-Encoding: BASE64\r\n\r\nSGVs\r\nbG8=\r\n"
        b"--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=3Db\r\n--b--"
    )
    frame = dialects.frame(Entity("multipart/related; boundary=b", data), LIMITS)
    assert [p.data for p in frame.parts] == [b"Hello", b"a=b"]
    broken = data.replace(b"SGVs", b"S!Vs")
    fault = refusal("multipart/related; boundary=b", broken)
    assert fault == Fault(FaultCode.FRAME, "part 2", "base64")


@pytest.mark.parametrize("name", ["edocFile", "file_doc", "anything"])
def test_the_document_of_a_form_is_found_by_name_or_as_its_only_file(name):
    content_type, data = form(
        ("messageType", None, b"edoc"), (name, "a.edxml", layered())
    )
    frame = dialects.frame(Entity(content_type, data), LIMITS)
    assert frame.xml == layered()
    assert frame.parts == ()


def test_a_form_with_two_documents_or_none_is_refused():
    two = form(("x", "a.edxml", b"<a/>"), ("y", "b.edxml", b"<b/>"))
    assert refusal(*two) == Fault(FaultCode.FRAME, "form", "filename")
    twice = form(("edocFile", "a", b"<a/>"), ("edocFile", "b", b"<b/>"))
    assert refusal(*twice) == Fault(FaultCode.FRAME, "form", "edocFile")
    assert refusal(*form(("x", None, b"<a/>"))).code is FaultCode.FRAME


def test_ten_thousand_and_one_parts_are_too_many():
    content_type, data = related(soap(), *[(f"f{n}", b"QQ==") for n in range(10_000)])
    fault = refusal(content_type, data)
    assert fault == Fault(FaultCode.TOO_MANY_PARTS, "part 1001", "1000")
    assert fault_of(data, content_type) == fault


def test_frames_without_boundary_or_end_are_told_apart():
    content_type, data = related(soap(), ("f1", b"QQ=="))
    assert refusal("multipart/related", data) == Fault(
        FaultCode.FRAME, "Content-Type", "boundary"
    )
    other = 'multipart/related; boundary="other"'
    assert refusal(other, data) == Fault(FaultCode.FRAME, "byte 1", "boundary")
    cut = data[: len(data) // 2]
    assert refusal(content_type, cut) == Fault(FaultCode.TRUNCATED, f"byte {len(cut)}")


def test_headers_that_never_end_are_refused():
    data = b"--b\r\nX: " + b"y" * 50_000 + b"\r\n--b--"
    fault = refusal("multipart/related; boundary=b", data)
    assert fault == Fault(FaultCode.FRAME, "part 1", "headers")


@given(st.text(max_size=60), st.binary(max_size=200))
def test_any_frame_is_taken_off_or_refused(content_type, data):
    with suppress(MalformedEnvelope):
        dialects.frame(Entity(content_type, data), LIMITS)


@given(st.binary(max_size=300))
def test_any_multipart_body_is_split_or_refused(data):
    with suppress(MalformedEnvelope):
        dialects.frame(
            Entity("multipart/related; boundary=b", b"--b\r\n" + data), LIMITS
        )


@given(
    st.lists(
        st.binary(max_size=80).filter(lambda b: b"--b" not in b), min_size=1, max_size=5
    )
)
def test_parts_come_back_as_they_were_put_in(bodies):
    data = b"".join(b"--b\r\n\r\n" + body + b"\r\n" for body in bodies) + b"--b--"
    frame = dialects.frame(Entity("multipart/related; boundary=b", data), LIMITS)
    assert [frame.xml, *(p.data for p in frame.parts)] == bodies
