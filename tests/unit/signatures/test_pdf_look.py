"""The second look: the same only where everything is, and where it differs, by page."""

from collections.abc import Callable
from contextlib import closing
from io import BytesIO

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.stamp import StaticStampStyle

from hub.model.changes import Look
from hub.rehearsal.seals import Stamp
from hub.rehearsal.tamper import write_over
from hub.signatures.pdf_look import Seen, _Pair, second_look, signed_end
from tests.cases.room import leader, office, paper, signed_pdf

Change = Callable[[IncrementalPdfFileWriter], None]

SAME = Seen(Look.SAME)
PAGES = 100


def revised(data: bytes, change: Change) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def seen(whole: bytes, signed: bytes) -> Seen:
    return second_look(whole, len(signed), PAGES)


def look_after(change: Change, signed: bytes | None = None) -> Seen:
    signed = signed or two_pages()
    return seen(revised(signed, change), signed)


def numbers(*values: float):
    return generic.ArrayObject(map(generic.FloatObject, values))


def dictionary(**values):
    return generic.DictionaryObject({pdf_name(f"/{k}"): v for k, v in values.items()})


def page_of(writer, number: int = 0):
    return writer.root["/Pages"]["/Kids"][number]


def stream(writer, data: bytes, **keys):
    return writer.add_object(generic.StreamObject(dictionary(**keys), stream_data=data))


def add_page(writer) -> None:
    text = b"BT /F1 12 Tf 72 720 Td (Trang hai) Tj ET"
    tree = writer.root["/Pages"]
    new = dictionary(
        Type=pdf_name("/Page"),
        Parent=writer.root.raw_get("/Pages"),
        MediaBox=numbers(0, 0, 595, 842),
        Contents=stream(writer, text),
        Resources=page_of(writer)["/Resources"],
    )
    tree["/Kids"].append(writer.add_object(new))
    tree["/Count"] = generic.NumberObject(len(tree["/Kids"]))
    writer.update_container(tree)


def two_pages():
    return signed_pdf(pdf=revised(paper(), add_page))


# what leaves it the same


def rewrite_contents(writer) -> None:
    """Another object with the same drawing, as tools that save anew write it."""
    page = page_of(writer)
    page["/Contents"] = stream(writer, page["/Contents"].data + b"\n")
    writer.update_container(page)


def add_what_nobody_refers_to(writer) -> None:
    stream(writer, b"nothing")


def write_page_again(writer) -> None:
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(1))


@pytest.mark.parametrize(
    "change", [rewrite_contents, add_what_nobody_refers_to, write_page_again]
)
def test_what_reads_as_it_did_is_the_same(change):
    assert look_after(change) == SAME


def test_a_file_is_the_same_as_itself_and_as_itself_with_a_line_end():
    signed = signed_pdf()
    assert seen(signed, signed) == seen(signed + b"\r\n", signed) == SAME


@pytest.mark.parametrize("seal", [None, Stamp("seal", (290, 140, 390, 240))])
def test_a_later_signature_drawn_or_not_is_no_difference(seal):
    signed = signed_pdf(leader(), stamp=Stamp("hand", (330, 150, 480, 220)))
    both = signed_pdf(office(), signed, field="Signature2", stamp=seal)
    assert seen(both, signed) == SAME


def test_a_red_seal_across_letters_is_no_difference():
    signed = signed_pdf(leader())
    seal = Stamp("seal", (62, 690, 162, 790))
    both = signed_pdf(office(), signed, field="Signature2", stamp=seal)
    assert seen(both, signed) == SAME


def test_the_seal_is_drawn_at_all():
    """Or the tests above would say nothing: pdfium draws widgets as parts of forms."""
    signed = signed_pdf(leader())
    seal = Stamp("seal", (290, 140, 390, 240))
    sealed = signed_pdf(office(), signed, field="Signature2", stamp=seal)
    with closing(pypdfium2.PdfDocument(sealed)) as document:
        document.init_forms()
        with closing(document[0]) as page:
            pair = _Pair(page, page)
            drawn, _ = pair.pictures(annotations=True)
            bare, _ = pair.pictures(annotations=False)
            assert bytes(drawn.buffer) != bytes(bare.buffer)


# what does not


def other_letter(writer) -> None:
    page = page_of(writer)
    data = page["/Contents"].data.replace(b"ngay 03", b"ngay 08")
    page["/Contents"] = stream(writer, data)
    writer.update_container(page)


def drawing(more: bytes) -> Change:
    def draw(writer) -> None:
        page = page_of(writer)
        page["/Contents"] = stream(writer, page["/Contents"].data + more)
        writer.update_container(page)

    return draw


hidden_text = drawing(b" BT 3 Tr /F1 9 Tf 72 500 Td (va 900 trieu) Tj ET")
white_text = drawing(b" BT 1 1 1 rg /F1 9 Tf 72 500 Td (va 900 trieu) Tj ET")
a_hair = drawing(b" 0.1 w 72 100 m 72 101 l S")


def turned(writer) -> None:
    page_of(writer)["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page_of(writer))


def cropped(writer) -> None:
    page_of(writer)["/CropBox"] = numbers(0, 0, 595, 700)
    writer.update_container(page_of(writer))


def plate(writer):
    """White paper."""
    drawn = stream(
        writer,
        b"1 1 1 rg 0 0 400 40 re f",
        Type=pdf_name("/XObject"),
        Subtype=pdf_name("/Form"),
        BBox=numbers(0, 0, 400, 40),
    )
    return dictionary(N=drawn)


def annotated(writer, number: int, **keys) -> None:
    page = page_of(writer, number)
    note = dictionary(Type=pdf_name("/Annot"), Rect=numbers(72, 700, 472, 740), **keys)
    old = page.get("/Annots", ())
    page["/Annots"] = generic.ArrayObject([*old, writer.add_object(note)])
    writer.update_container(page)


def white_plate(writer) -> None:
    annotated(writer, 0, Subtype=pdf_name("/Stamp"), AP=plate(writer))


def a_link_nobody_sees(writer) -> None:
    action = dictionary(S=pdf_name("/URI"), URI=generic.pdf_string("http://a.example"))
    link = pdf_name("/Link")
    annotated(writer, 0, Subtype=link, A=action, Border=numbers(0, 0, 0))


def when_the_page_opens(writer) -> None:
    page_of(writer)["/AA"] = dictionary(O=script())
    writer.update_container(page_of(writer))


def script():
    return dictionary(
        S=pdf_name("/JavaScript"), JS=generic.pdf_string("app.alert('x')")
    )


ON_PAGE_1 = [
    *(other_letter, hidden_text, white_text, a_hair, turned, cropped),
    *(white_plate, a_link_nobody_sees, when_the_page_opens),
]


@pytest.mark.parametrize("change", ON_PAGE_1)
def test_what_is_otherwise_on_a_page_is_told_by_its_number(change):
    assert look_after(change) == Seen(Look.DIFFERENT, (1,))


def test_what_is_written_over_a_page_is_told_by_its_number():
    signed = two_pages()
    assert seen(write_over(signed, "khac"), signed) == Seen(Look.DIFFERENT, (1,))


def pages_swapped(writer) -> None:
    kids = writer.root["/Pages"]["/Kids"]
    first, second = kids.raw_get(0), kids.raw_get(1)
    writer.root["/Pages"]["/Kids"] = generic.ArrayObject([second, first])
    writer.update_container(writer.root["/Pages"])


def page_taken_away(writer) -> None:
    tree = writer.root["/Pages"]
    tree["/Kids"] = generic.ArrayObject([tree["/Kids"].raw_get(0)])
    tree["/Count"] = generic.NumberObject(1)
    writer.update_container(tree)


@pytest.mark.parametrize(
    ("change", "pages"), [(add_page, (3,)), (page_taken_away, (2,))]
)
def test_pages_that_came_or_went_are_told(change, pages):
    assert look_after(change) == Seen(Look.DIFFERENT, pages)


def test_pages_in_another_order_are_told():
    assert look_after(pages_swapped) == Seen(Look.DIFFERENT, (1, 2))


def catalog(**keys) -> Change:
    def put(writer) -> None:
        for key, value in keys.items():
            writer.root[f"/{key}"] = value
        writer.update_root()

    return put


def a_file_inside(writer) -> None:
    held = dictionary(EF=dictionary(F=stream(writer, b"MZ")), F=generic.pdf_string("a"))
    names = dictionary(
        Names=generic.ArrayObject([generic.pdf_string("a"), writer.add_object(held)])
    )
    catalog(Names=dictionary(EmbeddedFiles=names))(writer)


def layers(writer) -> None:
    group = writer.add_object(
        dictionary(Type=pdf_name("/OCG"), Name=generic.pdf_string("a"))
    )
    catalog(OCProperties=dictionary(OCGs=generic.ArrayObject([group])))(writer)


@pytest.mark.parametrize(
    "change",
    [
        catalog(OpenAction=script()),
        catalog(AA=dictionary(WP=script())),
        a_file_inside,
        layers,
    ],
)
def test_what_no_picture_shows_is_a_difference_on_no_page(change):
    assert look_after(change) == Seen(Look.DIFFERENT)


def test_a_value_in_a_form_is_a_difference():
    def field(writer) -> None:
        made = dictionary(
            FT=pdf_name("/Tx"), T=generic.pdf_string("so"), V=generic.pdf_string("12")
        )
        form = dictionary(Fields=generic.ArrayObject([writer.add_object(made)]))
        catalog(AcroForm=form)(writer)

    def fill(writer) -> None:
        found = writer.root["/AcroForm"]["/Fields"][0]
        found["/V"] = generic.pdf_string("99")
        writer.update_container(found)

    signed = signed_pdf(pdf=revised(paper(), field))
    assert look_after(fill, signed).look is Look.DIFFERENT


# later signatures that do more than sign


class Plate(Stamp):
    """A signature drawn as white paper."""

    def style(self) -> StaticStampStyle:
        white = b"1 1 1 rg -2000 -2000 5000 5000 re f"
        drawing = RawContent(white, box=BoxConstraints(100, 100))
        return StaticStampStyle(
            background=drawing, border_width=0, background_opacity=1
        )


def sealed_over(signed, stamp):
    return signed_pdf(office(), signed, field="Signature2", stamp=stamp)


def test_a_later_signature_that_hides_letters_is_a_difference():
    signed = two_pages()
    over_text = sealed_over(signed, Plate("seal", (150, 712, 300, 732)))
    assert seen(over_text, signed) == Seen(Look.DIFFERENT, (1,))


def test_a_later_signature_of_white_paper_on_white_paper_hides_nothing():
    signed = two_pages()
    beside = sealed_over(signed, Plate("seal", (150, 212, 300, 232)))
    assert seen(beside, signed) == SAME


def test_nothing_can_be_changed_behind_a_later_signature():
    """The seal stands where the letter was changed."""
    signed = two_pages()
    changed = revised(signed, other_letter)
    both = sealed_over(changed, Stamp("seal", (60, 690, 300, 790)))
    assert seen(both, signed) == Seen(Look.DIFFERENT, (1,))


def test_a_later_signature_over_half_the_page_is_a_difference():
    signed = two_pages()
    both = sealed_over(signed, Stamp("seal", (10, 100, 585, 600)))
    assert seen(both, signed) == Seen(Look.DIFFERENT, (1,))


def test_a_later_signature_that_acts_is_a_difference():
    signed = two_pages()

    def act(writer) -> None:
        field = writer.root["/AcroForm"]["/Fields"][1]
        field["/AA"] = dictionary(E=script())
        writer.update_container(field)

    both = sealed_over(signed, Stamp("seal", (290, 140, 390, 240)))
    assert seen(revised(both, act), signed) == Seen(Look.DIFFERENT, (1,))


def test_an_earlier_signature_drawn_anew_is_a_difference():
    signed = signed_pdf(leader(), stamp=Stamp("hand", (330, 150, 480, 220)))

    def redraw(writer) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        field["/AP"] = plate(writer)
        writer.update_container(field)

    assert look_after(redraw, signed).look is Look.DIFFERENT


# what cannot be looked at


def test_a_form_that_draws_itself_by_scripts_is_unknown():
    def add_xfa(writer) -> None:
        form = writer.root["/AcroForm"]
        form["/XFA"] = stream(writer, b"<xdp:xdp/>")
        writer.update_container(form)

    signed = two_pages()
    assert seen(revised(signed, add_xfa), signed) == Seen(Look.UNKNOWN)


def test_over_so_many_pages_nothing_is_said():
    signed = two_pages()
    assert second_look(signed, len(signed), 2) == SAME
    assert second_look(signed, len(signed), 1) == Seen(Look.UNKNOWN)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", signed_pdf()[:300]])
def test_what_cannot_be_opened_is_unknown(data):
    assert second_look(data, len(data), PAGES) == Seen(Look.UNKNOWN)


def test_a_page_tree_in_a_circle_is_unknown():
    def circle(writer) -> None:
        writer.root["/Pages"]["/Kids"].append(writer.root.raw_get("/Pages"))
        writer.update_container(writer.root["/Pages"])

    assert look_after(circle).look in {Look.UNKNOWN, Look.DIFFERENT}


@pytest.mark.parametrize(
    "numbers",
    [(), (0, 5), (1, 10, 12, 3), (0, 10, 12, 999), (0, 10, 9, 3), (0, 2, 6, 4, 1, 1)],
)
def test_a_range_that_leaves_out_more_or_less_has_no_end(numbers):
    assert signed_end(b"0123456789<ab>", numbers) is None


def test_a_range_ends_where_its_last_piece_does():
    assert signed_end(b"12<ab>345678", (0, 2, 6, 4)) == 10
    assert signed_end(b"12 <ab>34567", (0, 2, 7, 4)) is None


WHOLE = sealed_over(two_pages(), Stamp("seal", (290, 140, 390, 240)))
END = len(two_pages())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=30), st.integers(0, 30))
def test_whatever_is_done_to_the_later_part_ends_in_an_answer(place, new, length):
    start = END + place % (len(WHOLE) - END)
    data = WHOLE[:start] + new + WHOLE[start + length :]
    assert second_look(data, END, PAGES) == second_look(data, END, PAGES)
