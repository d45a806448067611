"""What must not reach a parser is refused with its code and place."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.edxml import guard
from hub.errors import MalformedEnvelope
from hub.model.faults import Fault, FaultCode
from tests.unit.edxml.look_alikes import LIKE, attachment, b64, layered
from tests.unit.edxml.reading import LIMITS

DOCTYPE = b'<!DOCTYPE a [<!ENTITY x "y">]>'


def refusal(data: bytes, **changed: int) -> Fault:
    with pytest.raises(MalformedEnvelope) as caught:
        guard.check(data, replace(LIMITS, **changed))
    return caught.value.fault


@pytest.mark.parametrize("data", LIKE.values(), ids=LIKE.keys())
def test_real_documents_pass(data):
    guard.check(data, LIMITS)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf\n"])
def test_nothing_but_blanks_is_empty(data):
    assert refusal(data).code is FaultCode.EMPTY


def test_a_byte_too_many_is_too_large():
    guard.check(b"<a>12345</a>", replace(LIMITS, document_bytes=12))
    fault = refusal(b"<a>123456</a>", document_bytes=12)
    assert fault == Fault(FaultCode.TOO_LARGE, "byte 13", "12")


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\n\n  ",
        b'<?xml version="1.0"?>',
        b'<?xml version="1.0"?>\n<!--' + b"x" * 100_000 + b"-->\n",
        b"<!-- <a> --><?pi <a>?><!---->",
    ],
    ids=["bare", "bom", "blanks", "declaration", "long comment", "many"],
)
def test_a_doctype_is_refused_wherever_the_prolog_hides_it(before):
    fault = refusal(before + DOCTYPE + b"<a>&x;</a>")
    assert fault == Fault(FaultCode.DOCTYPE, f"byte {len(before) + 1}")


def test_a_doctype_in_small_letters_or_a_stray_entity_is_refused_too():
    assert refusal(b"<!doctype a><a/>").code is FaultCode.DOCTYPE
    assert refusal(b'<!ENTITY x "y"><a/>').code is FaultCode.DOCTYPE


def test_the_word_doctype_in_a_text_or_comment_is_no_doctype():
    guard.check(b"<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]></a>", LIMITS)


def test_entities_nobody_declared_are_not_xml():
    assert refusal(b"<a>\n&x;</a>") == Fault(FaultCode.NOT_XML, "line 2")


@pytest.mark.parametrize(
    "data",
    [
        '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"),
        "<a/>".encode("utf-16-le"),
        "<a/>".encode("utf-16-be"),
        "<a/>".encode("utf-32"),
        '<?xml version="1.0" encoding="UTF-7"?><a/>'.encode("utf-7"),
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
        b'<?xml version="1.0" encoding="windows-1258"?><a/>',
        b"<?xml version='1.0' encoding = 'ISO-8859-1'?><a/>",
        '<?xml version="1.0"?><a/>'.encode("cp500"),
    ],
)
def test_other_encodings_than_utf8_are_refused(data):
    assert refusal(data).code is FaultCode.ENCODING


@pytest.mark.parametrize("name", ["UTF-8", "utf-8", "utf8", "US-ASCII"])
def test_the_names_of_utf8_and_ascii_pass(name):
    guard.check(f'<?xml version="1.0" encoding="{name}"?><a/>'.encode(), LIMITS)


def test_a_letter_beyond_ascii_is_refused_where_ascii_was_declared():
    data = '<?xml version="1.0" encoding="US-ASCII"?><a>ă</a>'.encode()
    fault = refusal(data)
    assert fault.code is FaultCode.ENCODING
    assert fault.place == f"byte {data.index('ă'.encode()) + 1}"


@pytest.mark.parametrize("filler", [0, 1, (1 << 20) - 4, 1 << 20])
def test_bytes_that_are_not_utf8_are_placed_to_the_byte(filler):
    """Also where a letter straddles the windows that the decoder is fed."""
    data = b"<a>" + b"x" * filler + "ệ".encode() + b"\xff</a>"
    fault = refusal(data)
    assert fault.code is FaultCode.ENCODING
    assert fault.place == f"byte {data.index(bytes([255])) + 1}"


@given(cut=st.integers(min_value=1, max_value=len(layered().rstrip()) - 1))
def test_a_document_cut_anywhere_is_truncated_and_not_merely_broken(cut):
    data = layered()[:cut]
    with pytest.raises(MalformedEnvelope) as caught:
        guard.check(data, LIMITS)
    fault = caught.value.fault
    whole_letters = data.decode(errors="ignore").encode() == data
    assert fault.code is FaultCode.TRUNCATED if whole_letters else FaultCode.ENCODING
    if whole_letters:
        assert fault.place == f"byte {cut}"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"<a>\n<b>\n</a>", 3),
        (b"<a/>\n<b/>", 2),
        (b"<a>\x01</a>", 1),
        (b"<a b='1'\n b='2'/>", 2),
        (b' <?xml version="1.0"?><a/>', 1),
    ],
)
def test_what_is_not_xml_is_placed_to_the_line(data, line):
    assert refusal(data) == Fault(FaultCode.NOT_XML, f"line {line}")


@pytest.mark.parametrize(
    ("data", "byte"),
    [(b"hello", 1), (b"{}", 1), (b"\n %PDF-1.7 \xe2\xe3", 3), (b"PK\x03\x04\xff", 1)],
)
def test_what_does_not_even_begin_like_xml_is_placed_to_the_byte(data, byte):
    assert refusal(data) == Fault(FaultCode.NOT_XML, f"byte {byte}")


def test_a_line_number_counts_the_lines_of_payloads_that_were_passed_over():
    run = "\n".join([b64(b"x" * 57)] * 100)
    data = layered(encoded=attachment(run) + "\n<wrong>").replace(b"</edXML>", b"")
    line = data[: data.index(b"</AttachmentEncoded>")].count(b"\n") + 1
    assert refusal(data) == Fault(FaultCode.NOT_XML, f"line {line}")


def test_depth_and_number_of_elements_are_limited():
    assert refusal(b"<a>" * 65 + b"</a>" * 65) == Fault(
        FaultCode.TOO_DEEP, "line 1", "64"
    )
    many = b"<a>" + b"<b/>\n" * 500 + b"</a>"
    fault = refusal(many, elements=500)
    assert fault == Fault(FaultCode.TOO_MANY_ELEMENTS, "line 500", "500")
    guard.check(many, replace(LIMITS, elements=501))
    guard.check(b"<a>" * 64 + b"</a>" * 64, LIMITS)


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_fault_or_pass(data):
    with suppress(MalformedEnvelope):
        guard.check(data, LIMITS)
