"""What two revisions say is compared by what can be reached, and by nothing else."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    SuspiciousModification,
)

from hub.model.changes import HARMLESS, AlterationKind
from hub.rehearsal.hands import HABITS
from hub.rehearsal.pdf_updates import Update, dictionary, refer, stream
from hub.signatures.pdf_history import NOWHERE, History
from hub.signatures.pdf_revisions import Story
from hub.signatures.pdf_same import Comparison
from tests.cases.pdf_files import _modern
from tests.cases.pdf_room import OTHER_TEXT, body, led, sealed, sheet, signed, updated
from tests.cases.pdf_shadows import form
from tests.cases.room import paper


def history(data: bytes) -> History:
    return History(PdfFileReader(BytesIO(data), strict=False), data)


def last_kinds(data: bytes) -> frozenset[AlterationKind]:
    found = history(data)
    return Story(found).revision(found.last).kinds


def same(data: bytes) -> bool:
    """Whether the last revision leaves the whole of the file as it was."""
    found = history(data)
    old, new = found.view(found.last - 1), found.view(found.last)
    return Comparison(old, new).same(old.trailer["/Root"], new.trailer["/Root"])


def test_a_revision_that_says_the_same_is_the_same():
    assert same(updated(paper(), lambda u: [u.again(n) for n in (1, 2, 3, 4, 5)]))


@given(st.lists(st.integers(1, 5), unique=True))
def test_any_objects_may_be_written_again(numbers):
    data = updated(paper(), lambda u: [u.again(n) for n in numbers])
    assert same(data)
    assert last_kinds(data) == {AlterationKind.BOOKKEEPING}


CHANGES = {
    1: {"/OpenAction": b"[3 0 R/Fit]"},
    2: {"/Rotate": b"90"},
    3: {"/MediaBox": b"[0 0 595 841]"},
    5: {"/BaseFont": b"/Courier"},
}


@given(st.sets(st.sampled_from(sorted(CHANGES)), min_size=1))
def test_any_change_of_what_can_be_reached_is_seen(numbers):
    data = updated(paper(), lambda u: [u.change(n, CHANGES[n]) for n in numbers])
    assert not same(data)
    assert not last_kinds(data) <= HARMLESS


def test_a_changed_payload_of_the_same_length_is_seen():
    data = updated(paper(), lambda u: u.put(stream(OTHER_TEXT), 4))
    assert last_kinds(data) == {AlterationKind.PAGE}


def test_a_length_written_elsewhere_may_not_change():
    objects = body() | {6: b"58"}
    objects[4] = objects[4].replace(b"/Length 58", b"/Length 6 0 R")
    assert b"6 0 R" in objects[4]
    changed = updated(sheet(objects), lambda u: u.put(b"20", 6))
    assert last_kinds(changed) == {AlterationKind.PAGE}


def test_null_and_nothing_are_the_same():
    data = updated(paper(), lambda u: u.change(3, {"/Thumb": b"null"}))
    assert same(data)


def test_equal_values_at_other_numbers_are_the_same():
    def move(update: Update) -> None:
        font = update.put(dictionary(update.entries(5)))
        resources = b"<</Font<</F1 %s>>>>" % refer(font)
        update.change(3, {"/Resources": resources})

    assert same(updated(paper(), move))


def test_circles_end():
    objects = body() | {6: b"<</Next 7 0 R>>", 7: b"<</Prev 6 0 R>>"}
    objects[1] = objects[1].replace(b">>", b"/Outlines 6 0 R>>")
    data = updated(sheet(objects), lambda u: u.again(7))
    assert same(data)
    assert not same(updated(sheet(objects), lambda u: u.change(7, {"/Title": b"(x)"})))


def test_a_page_tree_in_circles_is_no_endless_one():
    objects = body()
    objects[2] = b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>"
    data = updated(sheet(objects), lambda u: u.again(4))
    found = history(data)
    with pytest.raises(PdfReadError, match="page tree too"):
        Story(found).revision(1)


def test_itexts_free_entry_is_a_free_one():
    """pyHanko reads on in older sections, other readers find nothing."""
    data = updated(paper(), lambda u: u.freed.add(5))
    found = history(data)
    assert found.view(0).place((5, 0)) != NOWHERE
    assert found.view(1).place((5, 0)) == NOWHERE


def test_objects_on_shelves_are_read():
    view = history(_modern()).view(0)
    assert view.dictionary(view.trailer["/Root"])["/Pages"] is not None
    pages = view.dictionary(view.trailer["/Root"])["/Pages"]
    assert view.dictionary(pages)["/Type"] == "/Pages"


def by_pyhanko(data: bytes) -> bool:
    """Whether pyHanko's own policy finds nothing to suspect in the last revision."""
    reader = PdfFileReader(BytesIO(data), strict=False)
    found = DEFAULT_DIFF_POLICY.review_file(reader, reader.xrefs.total_revisions - 2)
    assert isinstance(found, DiffResult | SuspiciousModification)
    return isinstance(found, DiffResult)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(HABITS)), st.sampled_from(sorted(HABITS)))
def test_every_tools_second_signature_is_harmless(first, second):
    data = sealed(signed(habit=HABITS[first]), HABITS[second])
    assert last_kinds(data) <= HARMLESS


def test_what_pyhanko_suspects_and_we_explain():
    """The reason for our own comparison (ENGINEERING.md A): pinned, tool by tool."""
    suspected = {
        n for n, habit in HABITS.items() if not by_pyhanko(sealed(led(), habit))
    }
    assert suspected == {"itext", "itext-pades", "vgca"}


def test_what_pyhanko_explains_and_we_do_not():
    """Filling a form changes what is read."""
    data = updated(form(), lambda u: u.change(6, {"/V": b"(99)"}))
    assert by_pyhanko(data)
    assert last_kinds(data) == {AlterationKind.FORM}
