"""The axis' pure door: every dialect an axis speaks, and nothing but faults."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.axis.translate import translate
from hub.errors import MalformedEnvelope
from hub.model.faults import FaultCode
from hub.model.frames import Entity
from hub.model.limits import Limits
from hub.ports import Translate
from tests.unit.edxml.look_alikes import form, layered, related, soap

#: mypy holds the signature against the port.
DOOR: Translate = translate


def test_each_dialect_gives_the_signed_xml_untouched():
    assert DOOR(Entity("application/xml", layered()), Limits()).xml == layered()
    upload = form(("edocFile", "van-ban.edxml", layered()))
    assert DOOR(Entity(*upload), Limits()).xml == layered()
    mime = related(soap(), ("f1", b"QQ=="))
    assert DOOR(Entity(*mime), Limits()).xml == soap()
    assert [p.data for p in DOOR(Entity(*mime), Limits()).parts] == [b"QQ=="]


def test_an_empty_entity_is_told_as_such():
    with pytest.raises(MalformedEnvelope) as caught:
        DOOR(Entity("application/xml", b""), Limits())
    assert caught.value.fault.code is FaultCode.EMPTY


HEADS = ["application/xml", "multipart/related", "multipart/form-data", ""]


@given(
    head=st.sampled_from(HEADS),
    names=st.lists(st.sampled_from(["boundary", "boundary*", "boundary*0*", "start"])),
    values=st.lists(st.text(max_size=12), min_size=8, max_size=8),
    data=st.binary(max_size=120),
)
def test_odd_headers_end_in_a_frame_or_a_fault(head, names, values, data):
    parameters = "".join(f"; {n}={v}" for n, v in zip(names, values, strict=False))
    with suppress(MalformedEnvelope):
        DOOR(Entity(head + parameters, data), Limits())


@given(
    st.lists(
        st.sampled_from(
            [
                b"Content-Disposition: form-data; name*=utf-8''%ff; filename*0*=x",
                b'Content-Disposition: form-data; name="a"; filename="b"',
                b"Content-Disposition: ;;;=",
                b"Content-ID: <",
                b"Content-Transfer-Encoding: base64",
                b"Content-Transfer-Encoding: quoted-printable",
                b"Content-Type: ; charset*=x''%",
                b"\xff\xfe: x",
                b" folded",
            ]
        )
    )
)
def test_odd_part_headers_end_in_a_frame_or_a_fault(lines):
    data = b"--b\r\n" + b"\r\n".join(lines) + b"\r\n\r\n<a/>\r\n--b--"
    for kind in ("related", "form-data"):
        with suppress(MalformedEnvelope):
            DOOR(Entity(f"multipart/{kind}; boundary=b", data), Limits())
