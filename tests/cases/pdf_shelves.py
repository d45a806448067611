"""Object streams: which object stands in which seat, by number or by place.

    "3 0 3 96" A B      two objects of one number: readers take the first or the last

r1 | r2 | ..., S a signature over all before.
"""

from functools import partial

from hub.rehearsal.pdf_updates import Update, dictionary, refer, stream
from tests.cases.book import PASSED, Book, Case
from tests.cases.pdf_room import OTHER_TEXT, K, attack, led, pdf, shelf

BOOK = Book()


def _pages(update: Update) -> tuple[bytes, bytes]:
    """The page as it is, and with another text."""
    entries = update.entries(update.page)
    other = refer(update.put(stream(OTHER_TEXT)))
    return dictionary(entries), dictionary(entries | {"/Contents": other})


def _seated(update: Update, index: int, *seats: tuple[int, bytes]) -> bytes:
    """The file with the page in a seat of an object stream."""
    update.seats[update.page] = (update.put(shelf(seats)), index)
    return update.stream()


@BOOK.case
def the_page_in_a_stream() -> Case:
    """text S | the page as it was, in an object stream: passes."""
    update = Update(led())
    page, _ = _pages(update)
    return pdf(_seated(update, 0, (update.page, page)), PASSED)


_attack = partial(attack, twin="the_page_in_a_stream")


@BOOK.case
def another_page_in_a_stream() -> Case:
    """text S | the page with another text, in an object stream: PAGE."""
    update = Update(led())
    _, other = _pages(update)
    return _attack(_seated(update, 0, (update.page, other)), K.PAGE)


@BOOK.case
def two_pages_of_one_number_in_a_stream() -> Case:
    """text S | an object stream with two pages of one number: OTHER.

    By number the last is the page as it was; pdfium shows the first.
    """
    update = Update(led())
    page, other = _pages(update)
    seats = (update.page, other), (update.page, page)
    return _attack(_seated(update, 0, *seats), K.OTHER)


@BOOK.case
def a_page_in_another_seat_than_said() -> Case:
    """text S | the page in seat 1, said to be in seat 0: OTHER, pdfium sees no page."""
    update = Update(led())
    page, _ = _pages(update)
    seats = (update.reserve(), b"null"), (update.page, page)
    return _attack(_seated(update, 0, *seats), K.OTHER)


@BOOK.case
def a_page_in_a_stream_of_another_type() -> Case:
    """text S | the page in an object stream of no type: OTHER, pdfium sees no page."""
    update = Update(led())
    page, _ = _pages(update)
    held = shelf([(update.page, page)]).replace(b"/Type /ObjStm", b"")
    update.seats[update.page] = (update.put(held), 0)
    return _attack(update.stream(), K.OTHER)


@BOOK.case
def references_of_four_fields() -> Case:
    """text S | the page in an object stream, /W [1 4 2 0]: OTHER, pdfium opens none."""
    update = Update(led())
    page, _ = _pages(update)
    data = _seated(update, 0, (update.page, page))
    return _attack(data.replace(b"/W [1 4 2]", b"/W [1 4 2 0]"), K.OTHER)


@BOOK.case
def a_reference_that_goes_on() -> Case:
    """text S | the page again, its font "5 0 R7": OTHER, readers differ in it."""
    update = Update(led())
    odd = dictionary(update.entries(update.page)).replace(b"/F1 5 0 R", b"/F1 5 0 R7")
    update.put(odd, update.page)
    return _attack(update.table(), K.OTHER)


@BOOK.case
def a_stream_that_says_it_holds_more() -> Case:
    """text S | the page in an object stream, /N 2 where one is: OTHER."""
    update = Update(led())
    page, _ = _pages(update)
    held = shelf([(update.page, page)]).replace(b"/N 1", b"/N 2")
    update.seats[update.page] = (update.put(held), 0)
    return _attack(update.stream(), K.OTHER)


@BOOK.case
def a_stream_that_counts_in_fractions() -> Case:
    """text S | the page in an object stream, /N 1. where 1 is meant: OTHER.

    pdfium opens no page of it.
    """
    update = Update(led())
    page, _ = _pages(update)
    held = shelf([(update.page, page)]).replace(b"/N 1", b"/N 1.")
    update.seats[update.page] = (update.put(held), 0)
    return _attack(update.stream(), K.OTHER)
