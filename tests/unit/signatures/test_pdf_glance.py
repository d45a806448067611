"""A glance sees every reference that reading an object properly would."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from hub.rehearsal.hands import ADOBE, ITEXT
from hub.signatures import pdf_glance
from hub.signatures.pdf_history import FOREIGN, History, references_in
from tests.cases.pdf_files import _modern
from tests.cases.pdf_room import sealed, signed
from tests.cases.room import paper

READER = PdfFileReader(BytesIO(paper()))

PIECES = st.sampled_from(
    [
        *(b"<<", b">>", b"[", b"]", b"(", b")", b"\\", b"%", b"<4142>", b"/A", b"/B "),
        *(b"12 0 R", b"3\n0\rR", b"7\x000 R", b"0000000000005 00000 R", b"9 0 R/C"),
        *(
            b" ",
            b"\n",
            b"endobj",
            b" endobj ",
            b">>stream\n",
            b"1.5 ",
            b"true",
            b"null",
        ),
        *(b"(a(b)c)", b"(12 0 R)", b"(endobj)", b"(\\))", b"/endobj ", b"#20", b"R"),
    ]
)


def properly(text: bytes) -> set[pdf_glance.Reference] | None:
    """What pyHanko finds, None where it reads nothing."""
    source = BytesIO(text)
    try:
        found = generic.read_object(source, generic.Reference(1, 0, READER))
        return set(references_in(found))
    except FOREIGN:
        return None


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=12), st.booleans())
def test_no_reference_is_overlooked(pieces, in_dictionary):
    body = b"".join(pieces)
    text = b"<</K " + body + b">>" if in_dictionary else b"[" + body + b"]"
    expected = properly(text + b"\nendobj\n")
    seen = pdf_glance.at_offset(b"1 0 obj\n" + text + b"\nendobj\n", 0, (1, 0))
    if expected is not None and seen is not None:
        assert expected <= set(seen)


@pytest.mark.parametrize(
    "text",
    [
        b"<</A(endobj )/B 12 0 R>>",
        b"<</A(>>stream\n)/B 12 0 R>>",
        b"<</A/X endobj /B 12 0 R>>",
        b"<</A 12 % 7 0 R\n0 R>>",
        b"[(a(b) endobj )12 0 R]",
    ],
)
def test_what_could_hide_a_reference_is_read_properly(text):
    seen = pdf_glance.at_offset(b"1 0 obj" + text + b" endobj", 0, (1, 0))
    assert seen is None or (12, 0) in seen


def test_another_object_is_none():
    assert pdf_glance.at_offset(b"2 0 obj<<>>endobj", 0, (1, 0)) is None


@pytest.mark.parametrize(
    "data",
    [
        sealed(signed(habit=ITEXT), ADOBE),
        sealed(signed(_modern(), ADOBE), ADOBE),
    ],
    ids=["tables", "streams"],
)
def test_real_objects_show_what_they_hold(data):
    history = History(PdfFileReader(BytesIO(data)), data)
    view = history.view(history.last)
    for number in range(1, 40):
        place = view.place((number, 0))
        read = set(references_in(history.read((number, 0), place)))
        assert read <= set(history.children((number, 0), place))


def test_a_long_run_of_digits_is_passed_at_once():
    """The hex of /Contents: trying each digit as a beginning would take seconds."""
    text = b"<</Contents<" + b"0" * 400_000 + b">/P 3 0 R>>"
    assert pdf_glance.in_text(text) == ((3, 0),)


@pytest.mark.parametrize(
    "text",
    [
        b"<<>>",
        b"<</A<</B[1 2<AB>]>>/C(>>)>>stream\nanything > at all",
        b"[ (a(b)c\\)) <0A> <</K(()())>> ] endobj",
        b"<< % >>\n/A 1 >>",
    ],
)
def test_an_object_whose_brackets_pair_is_plainly_closed(text):
    assert pdf_glance.is_plainly_closed(text)


@pytest.mark.parametrize(
    "text",
    [
        b"<</Length 58>rstream",  # pyHanko takes it for ">>"
        b"<</A<</B 1>/ >>stream",
        b"<</A[1>>",
        b"<</A 1]>>",
        b"<</A(1>>",
        b"<</A 1",
        b"<< % >>",
        b"<</A<0G>>>",
        b">>",
        b"",
    ],
)
def test_an_object_whose_brackets_do_not_pair_is_read_in_two_ways(text):
    assert not pdf_glance.is_plainly_closed(text)
