"""What a CA says of those below it, and when it said so: names, lengths, dates.

As in chains.py; every one of these chains ends at an anchor that is known.
"""

from dataclasses import replace

from cryptography import x509

from tests.cases.authorities import (
    LEAF,
    YEAR,
    Authority,
    Shape,
    below,
    issue,
    known,
    leaf,
    root,
)
from tests.cases.book import Book, Case
from tests.cases.chains import (
    BAD_CHAIN,
    critical,
    signed,
)
from tests.cases.room import DAY, NOW

BOOK = Book()


@BOOK.case
def two_cas() -> Case:
    """root -> CA -> leaf: TOTAL_PASSED."""
    ca = below(root(), "CA thật")
    return signed(leaf(ca), known(root(), ca))


# what a CA above forbids


def _limited(permitted: str = "", excluded: str = "") -> Authority:
    """A CA that may only issue to (or not to) subjects under an organisation."""

    def subtree(organization: str) -> list[x509.GeneralName] | None:
        attribute = x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organization)
        under = [x509.DirectoryName(x509.Name([attribute]))]
        return [*under] if organization else None

    limits = x509.NameConstraints(subtree(permitted), subtree(excluded))
    return below(root(), "CA của một tỉnh", Shape(more=(critical(limits),)))


def _under(ca: Authority, organization: str) -> Authority:
    parts = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "UBND xã Giao Hải"),
        ]
    )
    return issue(parts, ca, LEAF)


@BOOK.case
def name_permitted() -> Case:
    """root -> CA (permitted: O=Nam Định) -> leaf (O=Nam Định): TOTAL_PASSED."""
    ca = _limited(permitted="Nam Định")
    return signed(_under(ca, "Nam Định"), known(root(), ca))


@BOOK.case
def name_not_permitted() -> Case:
    """root -> CA (permitted: O=Nam Định) -> leaf (O=Thái Bình): the path fails."""
    ca = _limited(permitted="Nam Định")
    by = _under(ca, "Thái Bình")
    return signed(by, known(root(), ca), BAD_CHAIN, "name_permitted")


@BOOK.case
def name_not_excluded() -> Case:
    """root -> CA (excluded: O=Chính phủ) -> leaf (O=Nam Định): TOTAL_PASSED."""
    ca = _limited(excluded="Chính phủ")
    return signed(_under(ca, "Nam Định"), known(root(), ca))


@BOOK.case
def name_excluded() -> Case:
    """root -> CA (excluded: O=Chính phủ) -> leaf (O=Chính phủ): the path fails."""
    ca = _limited(excluded="Chính phủ")
    by = _under(ca, "Chính phủ")
    return signed(by, known(root(), ca), BAD_CHAIN, "name_not_excluded")


@BOOK.case
def path_as_long_as_allowed() -> Case:
    """root -> CA (pathLen 1) -> CA (pathLen 0) -> leaf: TOTAL_PASSED."""
    upper = below(root(), "CA trên", Shape(below=1))
    lower = below(upper, "CA dưới", Shape(below=0))
    return signed(leaf(lower), known(root(), upper, lower))


@BOOK.case
def path_too_long() -> Case:
    """root -> CA (pathLen 0) -> CA -> leaf: the lower CA was never allowed."""
    upper = below(root(), "CA cuối", Shape(below=0))
    lower = below(upper, "CA tự lập")
    what = known(root(), upper, lower)
    return signed(leaf(lower), what, BAD_CHAIN, "path_as_long_as_allowed")


_UNKNOWN = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"0\0"
)


@BOOK.case
def unknown_extension() -> Case:
    """root -> CA -> leaf (an extension nobody knows): TOTAL_PASSED."""
    ca = below(root(), "CA thật")
    by = leaf(ca, shape=replace(LEAF, more=((_UNKNOWN, False),)))
    return signed(by, known(root(), ca))


@BOOK.case
def unknown_critical_extension() -> Case:
    """root -> CA -> leaf (the same, critical): the path fails (RFC 5280, 4.2)."""
    ca = below(root(), "CA thật")
    by = leaf(ca, shape=replace(LEAF, more=((_UNKNOWN, True),)))
    return signed(by, known(root(), ca), BAD_CHAIN, "unknown_extension")


@BOOK.case
def ca_with_an_unknown_critical_extension() -> Case:
    """root -> CA (an extension nobody knows, critical) -> leaf: the path fails."""
    ca = below(root(), "CA lạ", Shape(more=((_UNKNOWN, True),)))
    return signed(leaf(ca), known(root(), ca), BAD_CHAIN, "two_cas")


# dates of those above


@BOOK.case
def ca_in_its_last_days() -> Case:
    """root -> CA (a day left) -> leaf (ten years left): TOTAL_PASSED."""
    ca = below(root(), "CA sắp hết", Shape(valid=(NOW - YEAR, NOW + DAY)))
    return signed(leaf(ca), known(root(), ca))


@BOOK.case
def ca_expired() -> Case:
    """root -> CA (expired yesterday) -> leaf (ten years left); no time is proven.

    INDETERMINATE, CERTIFICATE_CHAIN_GENERAL_FAILURE.
    """
    ca = below(root(), "CA đã hết", Shape(valid=(NOW - 2 * YEAR, NOW - DAY)))
    return signed(leaf(ca), known(root(), ca), BAD_CHAIN, "ca_in_its_last_days")


@BOOK.case
def ca_not_yet_valid() -> Case:
    """root -> CA (from tomorrow) -> leaf: the path fails."""
    ca = below(root(), "CA chưa có", Shape(valid=(NOW + DAY, NOW + 9 * YEAR)))
    return signed(leaf(ca), known(root(), ca), BAD_CHAIN, "ca_in_its_last_days")
