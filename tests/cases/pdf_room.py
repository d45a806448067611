"""PDFs for the book: sheets written by hand, hands that sign them, what is expected."""

from collections.abc import Callable, Iterable
from functools import cache

from hub.model.changes import AlterationKind, Changes
from hub.model.findings import Finding, Indication, SubIndication
from hub.rehearsal.hands import Box, Habit, Wish, sign_by_hand
from hub.rehearsal.pdf_updates import Update, refer, stream
from hub.rehearsal.pki import Identity
from hub.signatures.judge import Ground
from tests.cases.book import Also, Case, Expected, Sort, open_
from tests.cases.room import HOUR, NOW, ground, leader, office, paper, pki

UNEXPLAINED = open_(SubIndication.CHANGED_UNEXPLAINED)
#: Meant to be a signature and not readable as one.
MALFORMED = Expected(Indication.INDETERMINATE)
WEAK = open_(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)

K = AlterationKind
TEXT = b"BT /F1 12 Tf 72 720 Td (Thu moi hop ngay 03 thang 3) Tj ET"
OTHER_TEXT = TEXT.replace(b"ngay 03", b"ngay 08")


def pdf(
    data: bytes,
    *expected: Expected,
    twin: str = "",
    also: Also | None = None,
    case: Ground | None = None,
) -> Case:
    """One PDF of the book."""
    return Case(Sort.PDF, data, expected, case or ground(), twin, also)


def attack(data: bytes, *kinds: AlterationKind, twin: str) -> Case:
    """One signature, intact, over what is no longer read."""
    return pdf(data, UNEXPLAINED, twin=twin, also=altered(set(kinds)))


#: What tools that write the hour do to Info, or do not when they are quick.
QUIET = frozenset({K.METADATA, K.BOOKKEEPING})


def altered(*kinds: set[AlterationKind] | None) -> Also:
    """What came after each signature, QUIET apart; None: whole, and nothing did."""

    def check(found: tuple[Finding, ...]) -> None:
        told = [{a.kind for a in f.alterations} - QUIET for f in found]
        assert told == [(one or set()) - QUIET for one in kinds]
        for finding, one in zip(found, kinds, strict=True):
            assert (finding.changes is Changes.WHOLE) == (one is None)

    return check


def exactly(*kinds: set[AlterationKind] | None) -> Also:
    """The same, QUIET included: for files written by hand."""

    def check(found: tuple[Finding, ...]) -> None:
        altered(*kinds)(found)
        told = [{a.kind for a in f.alterations} for f in found]
        assert told == [one or set() for one in kinds]

    return check


def sheet(
    objects: dict[int, bytes], *, trailer: bytes = b"", head: bytes = b"%PDF-1.7\n"
) -> bytes:
    """A file of these objects under one table; object 1 is the catalogue."""
    out = head + b"%\xe2\xe3\xcf\xd3\n"
    rows = {0: b"0000000000 65535 f \n"}
    for number, body in objects.items():
        rows[number] = b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = max(objects) + 1
    empty = b"0000000000 00000 f \n"
    start = len(out)
    out += b"xref\n0 %d\n" % size + b"".join(rows.get(n, empty) for n in range(size))
    out += b"trailer\n<</Size %d/Root 1 0 R/ID[<00><00>]%s>>\n" % (size, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def body(
    contents: bytes = b"4 0 R", page: bytes = b"", root: bytes = b""
) -> dict[int, bytes]:
    """The objects of one page with visible text, some entries more."""
    return {
        1: b"<</Type/Catalog/Pages 2 0 R%s>>" % root,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %s"
        b"/Resources<</Font<</F1 5 0 R>>>>%s>>" % (contents, page),
        4: stream(TEXT),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }


def shelf(seats: Iterable[tuple[int, bytes]]) -> bytes:
    """An object stream of these objects."""
    heads, held, count = b"", b"", 0
    for number, one in seats:
        heads += b"%d %d " % (number, len(held))
        held += one + b"\n"
        count += 1
    entries = {
        "/Type": b"/ObjStm",
        "/N": b"%d" % count,
        "/First": b"%d" % len(heads),
    }
    return stream(heads + held, entries)


SEAL: Box = (100, 100, 200, 200)


def signed(
    data: bytes | None = None,
    habit: Habit | None = None,
    who: Identity | None = None,
    update: Update | None = None,
) -> bytes:
    """A first signature by hand: the leader's, unless said otherwise."""
    wish = Wish(who or leader(), pki(), NOW - HOUR)
    return sign_by_hand(data or paper(), habit or Habit(), wish, update)


def sealed(
    data: bytes,
    habit: Habit | None = None,
    update: Update | None = None,
    field: str = "Signature2",
    box: Box = SEAL,
) -> bytes:
    """The office's stamp after it."""
    wish = Wish(office(), pki(), NOW - HOUR / 2, field, box)
    return sign_by_hand(data, habit or Habit(), wish, update)


@cache
def led() -> bytes:
    """The paper, signed by the leader, by hand."""
    return signed()


def updated(data: bytes, change: Callable[[Update], object]) -> bytes:
    """One more revision under a table."""
    update = Update(data)
    change(update)
    return update.table()


def first_field(update: Update) -> bytes:
    """A reference to the form's first field."""
    fields = update.reader.root["/AcroForm"]["/Fields"]
    return refer(fields.raw_get(0).idnum)
