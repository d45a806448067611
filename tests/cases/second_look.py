"""The second look: what comparing the pictures says where nothing explains a change.

Revisions are drawn as r1 | r2 | ..., S for a signature over all before. The look is a
fact beside the finding: each of these changes stays UNEXPLAINED.
"""

import re
from io import BytesIO

from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.stamp import StaticStampStyle

from hub.model.changes import Changes, Look
from hub.model.findings import Finding
from hub.rehearsal.seals import Stamp
from tests.cases.book import PASSED, Also, Book, Case
from tests.cases.pdf_room import UNEXPLAINED, pdf, updated
from tests.cases.room import leader, office, signed_pdf

BOOK = Book()


def rewritten(data: bytes, old: bytes = b"", new: bytes = b"") -> bytes:
    """Page 1 draws from a new object, as a tool does that saves what it opened."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    drawing = page["/Contents"].data.replace(old, new) + b"\n"
    page["/Contents"] = writer.add_object(StreamObject(stream_data=drawing))
    writer.update_container(page)
    return _written(writer)


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def looks(
    *expected: tuple[Look | None, tuple[int, ...]],
) -> Also:
    """Each finding's look and its pages; one that was taken changes no outcome."""

    def check(found: tuple[Finding, ...]) -> None:
        assert tuple((f.look, f.look_pages) for f in found) == expected
        for finding in found:
            unexplained = finding.changes is Changes.UNEXPLAINED
            assert (finding.look is not None) == unexplained

    return check


@BOOK.case
def signed_and_left_alone() -> Case:
    """Text S: TOTAL_PASSED; nothing to compare."""
    return pdf(signed_pdf(), PASSED, also=looks((None, ())))


@BOOK.case
def leader_then_office() -> Case:
    """Text S(leader) | S(office): both TOTAL_PASSED; the analysis explains it."""
    both = signed_pdf(office(), signed_pdf(leader()), field="Signature2")
    told = looks((None, ()), (None, ()))
    return pdf(both, PASSED, PASSED, also=told)


@BOOK.case
def saved_anew_with_the_same_drawing() -> Case:
    """Text S | the same text in another object: UNEXPLAINED, look SAME."""
    data = rewritten(signed_pdf())
    return pdf(
        data,
        UNEXPLAINED,
        twin="signed_and_left_alone",
        also=looks((Look.SAME, ())),
    )


@BOOK.case
def another_day_in_the_text() -> Case:
    """Text S | text*: one letter is another. UNEXPLAINED, look DIFFERENT on page 1."""
    data = rewritten(signed_pdf(), b"ngay 03", b"ngay 08")
    return pdf(
        data,
        UNEXPLAINED,
        twin="signed_and_left_alone",
        also=looks((Look.DIFFERENT, (1,))),
    )


@BOOK.case
def saved_anew_before_the_office_signs() -> Case:
    """Text S(leader) | the same text in another object | S(office).

    The first UNEXPLAINED, look SAME; the second TOTAL_PASSED.
    """
    data = signed_pdf(office(), rewritten(signed_pdf(leader())), field="Signature2")
    return pdf(
        data,
        UNEXPLAINED,
        PASSED,
        twin="leader_then_office",
        also=looks((Look.SAME, ()), (None, ())),
    )


@BOOK.case
def another_day_before_the_office_signs() -> Case:
    """Text S(leader) | text* | S(office).

    The first UNEXPLAINED, look DIFFERENT on page 1; the second TOTAL_PASSED.
    """
    changed = rewritten(signed_pdf(leader()), b"ngay 03", b"ngay 08")
    return pdf(
        signed_pdf(office(), changed, field="Signature2"),
        UNEXPLAINED,
        PASSED,
        twin="leader_then_office",
        also=looks((Look.DIFFERENT, (1,)), (None, ())),
    )


@BOOK.case
def a_bracket_that_only_some_readers_close() -> Case:
    """Text S | the text's object anew, its dictionary ended by ">r" instead of ">>".

    UNEXPLAINED, look DIFFERENT: pyHanko reads it as it was, pdfium an empty page. Found
    by the fuzzer.
    """
    data = signed_pdf()
    held = re.search(rb"\n4 0 obj\n(<<.*?)endobj", data, re.DOTALL)
    assert held is not None
    anew = held[1].replace(b">>stream", b">rstream")
    return pdf(
        updated(data, lambda update: update.put(anew, 4)),
        UNEXPLAINED,
        twin="signed_and_left_alone",
        also=looks((Look.DIFFERENT, (1,))),
    )


class Plate(Stamp):
    """A signature drawn as white paper."""

    def style(self) -> StaticStampStyle:
        white = RawContent(b"1 1 1 rg -2000 -2000 5000 5000 re f")
        white.box = BoxConstraints(100, 100)
        return StaticStampStyle(background=white, border_width=0, background_opacity=1)


@BOOK.case
def a_seal_across_the_text() -> Case:
    """Text S(leader) | S(office), a red seal over the letters: both TOTAL_PASSED."""
    seal = Stamp("seal", (62, 690, 162, 790))
    both = signed_pdf(office(), signed_pdf(leader()), field="Signature2", stamp=seal)
    told = looks((None, ()), (None, ()))
    return pdf(both, PASSED, PASSED, also=told)


@BOOK.case
def a_signature_of_white_paper_over_the_text() -> Case:
    """Text S(leader) | S(office), white paper over the letters.

    The first UNEXPLAINED, look DIFFERENT on page 1: the analysis sees a signature and
    no more, its picture hides what was signed. The second TOTAL_PASSED.
    """
    plate = Plate("seal", (150, 712, 300, 732))
    both = signed_pdf(office(), signed_pdf(leader()), field="Signature2", stamp=plate)
    return pdf(
        both,
        UNEXPLAINED,
        PASSED,
        twin="a_seal_across_the_text",
        also=looks((Look.DIFFERENT, (1,)), (None, ())),
    )


@BOOK.case
def a_script_that_no_picture_shows() -> Case:
    """Text S | an action when the file opens: UNEXPLAINED, look DIFFERENT, no page."""
    writer = IncrementalPdfFileWriter(BytesIO(signed_pdf()))
    action = DictionaryObject({pdf_name("/S"): pdf_name("/Named")})
    action["/N"] = pdf_name("/Print")
    writer.root["/OpenAction"] = action
    writer.update_root()
    return pdf(
        _written(writer),
        UNEXPLAINED,
        twin="signed_and_left_alone",
        also=looks((Look.DIFFERENT, ())),
    )
