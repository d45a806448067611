"""The replaced functions give what the library's own give."""

from importlib.metadata import version
from io import BytesIO

import pytest
from asn1crypto import x509
from hypothesis import given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError

from hub.rehearsal.tamper import alter, write_over
from hub.signatures import pdf_speed
from tests.cases.room import (
    judge_pdf,
    leader,
    office,
    pki,
    signed_pdf,
    stranger,
)


@pytest.fixture
def slow():
    pdf_speed.slow_down()
    yield
    pdf_speed.speed_up()


def files() -> list[bytes]:
    one = signed_pdf(leader(), timestamp=True)
    return [
        one,
        signed_pdf(office(), one, field="Signature2"),
        signed_pdf(stranger(), embed_chain=True),
        signed_pdf(subfilter="adobe", digest="sha1"),
        signed_pdf(digest="sha512"),
        alter(one, b"ngay 03", b"ngay 08"),
        write_over(one, "ngay 08"),
    ]


def test_verdicts_are_those_of_the_unpatched_library(slow):
    made = files()
    slowly = [judge_pdf(data) for data in made]
    pdf_speed.speed_up()
    assert [judge_pdf(data) for data in made] == slowly


def test_the_version_is_the_one_measured():
    assert version("pyhanko") == pdf_speed.KNOWN_VERSION
    assert pdf_speed.speed_up()


def outcome(read, data: bytes) -> tuple[object, int] | str:
    stream = BytesIO(data)
    try:
        value = read(stream)
    except PdfError as error:
        return type(error).__name__
    return value, stream.tell()


@given(st.text("0123456789abcdefABCDEF \n>%<x", max_size=60), st.binary(max_size=9))
def test_hex_strings_are_read_alike(text, rest):
    data = b"<" + text.encode() + rest
    assert outcome(pdf_speed._read_hex, data) == outcome(pdf_speed._READ_HEX, data)


@given(st.binary(max_size=70), st.sampled_from([b" ", b"/", b"<<", b"", b"]", b"#20"]))
def test_names_are_read_alike(text, rest):
    data = b"/" + text + rest
    assert outcome(pdf_speed._read_name, data) == outcome(pdf_speed._READ_NAME, data)


@pytest.mark.parametrize(
    "name", [b"/Type", b"/A#20B", b"/", b"/" + b"x" * 60, b"/\xe1"]
)
@pytest.mark.parametrize("rest", [b" 1", b"/Next", b">>", b"\x0b1", b""])
def test_usual_names_are_read_alike(name, rest):
    data = name + rest
    assert outcome(pdf_speed._read_name, data) == outcome(pdf_speed._READ_NAME, data)


BLANKS = st.text(" \n\r\t\f\x00%1a", max_size=5)


@given(BLANKS, st.booleans(), st.booleans())
def test_the_next_letter_is_found_alike(text, seek_back, allow_eof):
    def read(function):
        return lambda stream: function(stream, seek_back, allow_eof)

    data = text.encode()
    old, new = read(pdf_speed._NEXT), read(pdf_speed._next)
    assert outcome(new, data) == outcome(old, data)


@given(st.text("0123456789 R\n", max_size=20))
def test_references_are_read_alike(text):
    holder = generic.Reference(1, 0, None)

    def read(function):
        def plain(stream):
            found = function(stream, holder)
            return found.idnum, found.generation

        return plain

    old, new = read(pdf_speed._READ_POINTER), read(pdf_speed._read_pointer)
    for data in (text.encode(), b"12 0 R" + text.encode(), b"7 1 " + text.encode()):
        assert outcome(new, data) == outcome(old, data)


def test_long_hex_strings_are_read_alike():
    data = b"<" + b"0a" * 20_000 + b"> /Next"
    assert outcome(pdf_speed._read_hex, data) == outcome(pdf_speed._READ_HEX, data)


@given(st.text(max_size=8), st.text(max_size=8))
def test_names_compare_alike(first, second):
    try:
        one = x509.Name.build({"common_name": first, "country_name": "VN"})
        two = x509.Name.build({"common_name": second, "country_name": "VN"})
        expected = pdf_speed._NAME_EQ(one, two)
    except (ValueError, UnicodeEncodeError):
        return
    assert pdf_speed._same_name(one, two) == expected


def test_names_of_other_case_and_blanks_are_still_equal():
    one = x509.Name.build({"common_name": "RootCA  dien tap"})
    two = x509.Name.build({"common_name": "rootca dien tap "})
    assert one == two
    assert one != x509.Name.build({"common_name": "rootca"})
    assert one != "rootca"


def test_the_pki_is_the_same_either_way(slow):
    one = x509.Certificate.load(pki().issuing.certificate)
    two = x509.Certificate.load(office().certificate)
    assert one.subject == two.issuer
    pdf_speed.speed_up()
    assert one.subject == two.issuer
