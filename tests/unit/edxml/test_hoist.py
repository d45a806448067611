"""Taking payloads out changes nothing that is read, and nothing that is signed."""

import os
from base64 import encodebytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from hub.edxml import hoist, reader, runs
from hub.edxml.guard import check
from hub.edxml.names import DSIG
from hub.errors import MalformedEnvelope
from hub.model.faults import FaultCode
from hub.model.frames import Frame, Hoisted
from hub.model.limits import Limits
from hub.model.quirks import QuirkCode
from tests.unit.edxml.look_alikes import (
    attachment,
    b64,
    layered,
    message,
    reference,
    trace,
)
from tests.unit.edxml.reading import LIMITS, codes, fault_of, read

BIG = os.urandom(6000)
RUN = b64(BIG)


def hoisted_of(data: bytes) -> Hoisted:
    found = hoist.hoist(data)
    assert found is not None
    return found


def expand(hoisted: Hoisted, text: bytes) -> bytes:
    for token, run in hoisted.runs.items():
        assert text.count(token.encode()) == 1
        text = text.replace(token.encode(), bytes(run))
    return text


def big(payload: str = RUN) -> bytes:
    return layered(encoded=attachment(payload))


def test_a_long_payload_leaves_a_token_of_legal_base64():
    hoisted = hoisted_of(big())
    [(token, run)] = hoisted.runs.items()
    assert bytes(run) == RUN.encode()
    assert len(hoisted.skeleton) < len(big()) - 7000
    assert runs.decode(token.encode()) is not None
    assert expand(hoisted, hoisted.skeleton) == big()


def test_tokens_are_new_each_time():
    assert hoisted_of(big()).runs.keys() != hoisted_of(big()).runs.keys()


def test_a_short_payload_stays_where_it_is():
    data = layered()
    assert hoist.hoist(data) == hoist.plain(data)


@pytest.mark.parametrize("method", ["c14n", "c14n-exclusive"])
def test_canonical_form_of_the_skeleton_expands_to_that_of_the_document(method):
    data = big(encodebytes(BIG).decode())
    hoisted = hoisted_of(data)
    forms = [
        etree.tostring(etree.fromstring(text), method="c14n", exclusive="-" in method)
        for text in (data, hoisted.skeleton)
    ]
    assert expand(hoisted, forms[1]) == forms[0]


WRAPPED = encodebytes(BIG).decode().replace("\n", "\r\n")
SIGNATURE = f'<d:Signature xmlns:d="{DSIG}"/>'
#: One character of the namespace by reference: no search on bytes would find it.
HIDDEN_SIGNATURE = f'<d:Signature xmlns:d="{DSIG.replace("w3", "w&#51;")}"/>'


def signed(payload: str, signature: str = SIGNATURE) -> bytes:
    header = message() + trace() + signature
    return layered(header, encoded=attachment(payload))


@pytest.mark.parametrize("signature", [SIGNATURE, HIDDEN_SIGNATURE])
def test_a_cr_inside_a_run_forbids_cutting_where_anything_is_signed(signature):
    data = signed(WRAPPED, signature)
    reading = read(data)
    assert reading.files == (BIG,)
    assert reading.hoisted == hoist.plain(data)
    assert QuirkCode.NOT_HOISTED in codes(reading)
    assert QuirkCode.NOT_HOISTED not in codes(read(signed(RUN, signature)))


def test_crlf_between_lines_is_cut_out_with_them_where_nothing_is_signed():
    limits = Limits(plain_xml_bytes=5000)
    reading = read(big(WRAPPED), limits=limits)
    assert reading.files == (BIG,)
    assert [bytes(run) for run in reading.hoisted.runs.values()] == [WRAPPED.encode()]
    assert QuirkCode.NOT_HOISTED not in codes(reading)


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        b"<!DOCTYPE a><a/>",
        "<a/>".encode("utf-16"),
    ],
)
def test_encodings_and_doctypes_forbid_cutting(data):
    assert hoist.hoist(data) is None


@pytest.mark.parametrize(
    "payload",
    [RUN[:-1], RUN + "=", RUN[:3000] + "!" + RUN[3000:], RUN[:3000] + "&#65;" + RUN],
    ids=["cut", "padding", "letter", "reference"],
)
def test_only_strict_base64_is_cut_out(payload):
    data = big(payload)
    assert hoist.hoist(data) == hoist.plain(data)


HIDDEN = f"<edXML:ContentTransferEncoded>{RUN}</edXML:ContentTransferEncoded>"


@pytest.mark.parametrize(
    "hiding",
    [f"<!-- {HIDDEN} -->", f"<![CDATA[{HIDDEN}]]>", f"<?pi {HIDDEN}?>"],
    ids=["comment", "cdata", "instruction"],
)
def test_a_run_that_is_no_payload_is_found_out_after_parsing(hiding):
    data = layered(message(extra=hiding) + trace())
    frame = Frame(data)
    limits = Limits(field_characters=20_000)
    reading = reader.read(frame, limits)
    assert reading.hoisted == hoist.plain(data)
    assert QuirkCode.NOT_HOISTED in codes(reading)


def test_an_element_inside_a_payload_damages_it_on_both_paths():
    reading = read(big(RUN + "<x/>"))
    assert reading.files == (None,)
    assert reading.hoisted.runs == {}


def test_the_plain_path_has_its_own_limit():
    data = signed(WRAPPED)
    limits = Limits(plain_xml_bytes=5000)
    assert fault_of(data, limits=limits).code is FaultCode.RESOURCE_LIMIT
    assert read(big(), limits=limits).files == (BIG,)


def test_a_payload_over_ten_million_letters_is_read_with_and_without_hoisting():
    """libxml2 refuses such text nodes unless told otherwise."""
    huge = os.urandom(8_000_000)
    assert read(big(b64(huge))).files == (huge,)
    with_cr = b64(huge)[:76] + "\r\n" + b64(huge)[76:]
    assert read(signed(with_cr)).files == (huge,)


DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
NO_CUTTING = f"<!--{HIDDEN}-->".encode()


def plainly(data: bytes) -> object:
    """The outcome with hoisting forbidden, by a run inside a comment."""
    assert data.startswith(DECLARATION)
    forbidden = data.replace(DECLARATION, DECLARATION + NO_CUTTING, 1)
    cut = hoist.hoist(forbidden)
    assert cut is None or RUN.encode() in map(bytes, cut.runs.values())
    return outcome(forbidden)


def outcome(data: bytes) -> object:
    try:
        check(data, LIMITS)
        reading = reader.read(Frame(data), LIMITS)
    except MalformedEnvelope as error:
        return error.fault.code
    ignored = {QuirkCode.NOT_HOISTED}
    quirks = {q for q in reading.quirks if q.code not in ignored}
    return reading.envelope, frozenset(quirks), reading.files


@settings(max_examples=60)
@given(
    sizes=st.lists(st.integers(0, 9000), max_size=4),
    wrapped=st.booleans(),
    cuts=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 40)), max_size=2),
    noise=st.sampled_from([b"", b"<", b">", b"A", b"\n", b"&amp;", b"<!---->", b"]]>"]),
)
def test_hoisted_and_plain_readings_agree(sizes, wrapped, cuts, noise):
    payloads = [bytes([n % 251]) * size for n, size in enumerate(sizes)]
    encode = (lambda d: encodebytes(d).decode()) if wrapped else b64
    data = layered(
        listed="".join(reference(f"cid:{n}", f"{n}.bin") for n in range(len(sizes))),
        encoded="".join(
            attachment(encode(p), f"cid:{n}", f"{n}.bin")
            for n, p in enumerate(payloads)
        ),
    )
    for at, length in cuts:
        place = max(at % len(data), len(DECLARATION))
        data = data[:place] + noise + data[place + length :]
    assert outcome(data) == plainly(data)
