"""CRLs that say less than everything: parts, reasons, deltas, other issuers' lines.

As in revocations.py: root -> CA -> leaf; root's list says good of the CA.
"""

from dataclasses import replace
from functools import cache

from cryptography import x509

from hub.model.findings import Revocation
from hub.model.knowledge import Knowledge
from tests.cases.authorities import (
    LEAF,
    Authority,
    Entry,
    Extension,
    Shape,
    below,
    crl,
    known,
    leaf,
    root,
)
from tests.cases.book import Book, Case
from tests.cases.revocations import (
    LATER,
    NO_POE,
    by,
    ca,
    gone,
    judged,
    lists,
    saying,
)
from tests.cases.room import DAY, HOUR, NOW

BOOK = Book()
FULL = "whole_list"
_WHERE = "http://ca.example/{}.crl"


def scope(**how: object) -> Extension:
    """An issuingDistributionPoint; `part`: the address that it is filled for."""
    part = how.pop("part", None)
    url = [x509.UniformResourceIdentifier(_WHERE.format(part))] if part else None
    said: dict[str, object] = {
        "full_name": url,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
        **how,
    }
    return (x509.IssuingDistributionPoint(**said), True)  # type: ignore[arg-type]  # by name


def numbered(number: int) -> Extension:
    return (x509.CRLNumber(number), False)


def adding_to(number: int) -> Extension:
    return (x509.DeltaCRLIndicator(number), True)


@cache
def pointing(part: str) -> Authority:
    """A leaf that says where its list is."""
    url = x509.UniformResourceIdentifier(_WHERE.format(part))
    point = x509.DistributionPoint([url], None, None, None)
    points = (x509.CRLDistributionPoints([point]), False)
    return leaf(ca(), "UBND xã Giao Châu", replace(LEAF, more=(points,)))


@BOOK.case
def whole_list() -> Case:
    """A list of everything: TOTAL_PASSED."""
    return judged(lists(crl(ca())))


# parts


@BOOK.case
def part_of_somebody_else() -> Case:
    """Leaf names no list; a list for another part: TRY_LATER.

    Absence from a part of the list means nothing.
    """
    return judged(lists(crl(ca(), more=(scope(part="2"),))), LATER, "own_part")


@BOOK.case
def own_part() -> Case:
    """Leaf points at part 1; the list is part 1's: TOTAL_PASSED."""
    what = lists(crl(ca(), more=(scope(part="1"),)))
    return judged(what, signer=pointing("1"))


@BOOK.case
def other_part() -> Case:
    """Leaf points at part 1; the list is part 2's: TRY_LATER."""
    what = lists(crl(ca(), more=(scope(part="2"),)))
    return judged(what, LATER, "own_part", signer=pointing("1"))


@BOOK.case
def listed_in_another_part() -> Case:
    """Leaf points at part 1; its own CA lists it in part 2: REVOKED_NO_POE.

    The CA has said it, wherever it says so.
    """
    line = Entry(pointing("1").serial, NOW - DAY)
    parts = (
        crl(ca(), more=(scope(part="1"),)),
        crl(ca(), line, more=(scope(part="2"),)),
    )
    return judged(lists(*parts), NO_POE, "own_part", signer=pointing("1"))


@BOOK.case
def list_of_users() -> Case:
    """A list of end users' certificates only: TOTAL_PASSED."""
    return judged(lists(crl(ca(), more=(scope(only_contains_user_certs=True),))))


@BOOK.case
def list_of_authorities() -> Case:
    """A list of CAs' certificates only: TRY_LATER."""
    what = lists(crl(ca(), more=(scope(only_contains_ca_certs=True),)))
    return judged(what, LATER, "list_of_users")


@BOOK.case
def list_of_attribute_certificates() -> Case:
    """A list of attribute certificates with the same serial: TRY_LATER, not revoked."""
    more = (scope(only_contains_attribute_certs=True),)
    what = lists(crl(ca(), gone(NOW - DAY), more=more))
    return judged(what, LATER, "list_of_users", saying(Revocation.UNAVAILABLE))


# reasons

_COMPROMISED = frozenset(
    {x509.ReasonFlags.key_compromise, x509.ReasonFlags.ca_compromise}
)
_OTHERS = frozenset(x509.ReasonFlags) - {
    *_COMPROMISED,
    x509.ReasonFlags.unspecified,
    x509.ReasonFlags.remove_from_crl,
}


def _some(reasons: frozenset[x509.ReasonFlags], *lines: Entry) -> bytes:
    return crl(ca(), *lines, more=(scope(only_some_reasons=reasons),))


@BOOK.case
def list_of_some_reasons() -> Case:
    """A list of compromised keys only: TRY_LATER, other reasons are not asked."""
    return judged(lists(_some(_COMPROMISED)), LATER, "lists_of_all_reasons")


@BOOK.case
def lists_of_all_reasons() -> Case:
    """A list of compromised keys, a list of every other reason: TOTAL_PASSED."""
    return judged(lists(_some(_COMPROMISED), _some(_OTHERS)))


@BOOK.case
def revoked_for_one_of_the_reasons() -> Case:
    """The same, and one of them revokes: REVOKED_NO_POE."""
    line = gone(NOW - DAY, x509.ReasonFlags.superseded)
    what = lists(_some(_COMPROMISED), _some(_OTHERS, line))
    return judged(what, NO_POE, "lists_of_all_reasons")


# deltas


def _base(*lines: Entry) -> bytes:
    """List 5, of two days ago."""
    return crl(ca(), *lines, at=NOW - 2 * DAY, more=(numbered(5),))


def _delta(*lines: Entry, to: int = 5) -> bytes:
    """What came since the list of that number."""
    return crl(ca(), *lines, more=(numbered(7), adding_to(to)))


@BOOK.case
def base_and_delta() -> Case:
    """List 5, and what came since: TOTAL_PASSED, as of the delta."""
    return judged(lists(_base(), _delta()), also=saying(Revocation.GOOD, NOW - HOUR))


@BOOK.case
def delta_alone() -> Case:
    """What came since list 5, without list 5: TRY_LATER."""
    return judged(lists(_delta()), LATER, "base_and_delta")


@BOOK.case
def revoked_in_the_delta() -> Case:
    """List 5 names nobody, what came since does: REVOKED_NO_POE."""
    return judged(lists(_base(), _delta(gone(NOW - DAY))), NO_POE, "base_and_delta")


@BOOK.case
def hold_lifted_in_the_delta() -> Case:
    """List 5 has it on hold, the delta removes it: TOTAL_PASSED."""
    hold = gone(NOW - 3 * DAY, x509.ReasonFlags.certificate_hold)
    removed = gone(NOW - DAY, x509.ReasonFlags.remove_from_crl)
    return judged(lists(_base(hold), _delta(removed)))


@BOOK.case
def delta_to_a_later_list() -> Case:
    """List 5 has it on hold; the delta that removes it adds to list 6.

    TRY_LATER: between 5 and 6 nobody knows.
    """
    hold = gone(NOW - 3 * DAY, x509.ReasonFlags.certificate_hold)
    removed = gone(NOW - DAY, x509.ReasonFlags.remove_from_crl)
    what = lists(_base(hold), _delta(removed, to=6))
    return judged(what, LATER, "hold_lifted_in_the_delta")


# lines of several issuers


@cache
def _lister() -> Authority:
    """Makes lists for others, under the same root."""
    return below(root(), "Nơi lập CRL", Shape(usage=frozenset({"crl_sign"})))


@cache
def listed_elsewhere() -> Authority:
    """A leaf that says who makes its list."""
    issuer = [x509.DirectoryName(_lister().parsed.subject)]
    point = x509.DistributionPoint(None, None, None, issuer)
    points = (x509.CRLDistributionPoints([point]), False)
    return leaf(ca(), "UBND xã Giao Châu", replace(LEAF, more=(points,)))


def _issued_by(authority: Authority) -> tuple[Extension, ...]:
    names = [x509.DirectoryName(authority.parsed.subject)]
    return ((x509.CertificateIssuer(names), True),)


def _indirect(*lines: Entry) -> Case:
    """The list by another, with these lines."""
    return judged(_listing(_by_another(*lines)), signer=listed_elsewhere())


def _by_another(*lines: Entry) -> bytes:
    return crl(_lister(), *lines, more=(scope(indirect_crl=True),))


def _listing(*ders: bytes) -> Knowledge:
    """Root's list, and these; who makes lists for others is known."""
    return known(root(), ca(), _lister(), crls=(crl(root()), *ders))


@BOOK.case
def list_by_another() -> Case:
    """Leaf names who makes its list; it names nobody: TOTAL_PASSED."""
    return _indirect()


@BOOK.case
def revoked_in_the_list_by_another() -> Case:
    """The same with a line of the CA's: REVOKED_NO_POE."""
    serial = listed_elsewhere().serial
    case = _indirect(Entry(serial, NOW - DAY, more=_issued_by(ca())))
    return replace(case, expected=(NO_POE,), twin="list_by_another")


@BOOK.case
def second_line_of_the_issuer() -> Case:
    """Two lines, the issuer named in the first only: it holds for the second."""
    lines = (
        Entry(1, NOW - DAY, more=_issued_by(ca())),
        Entry(listed_elsewhere().serial, NOW - DAY),
    )
    case = _indirect(*lines)
    return replace(case, expected=(NO_POE,), twin="list_by_another")


@BOOK.case
def line_of_another_issuer() -> Case:
    """The same serial, of another issuer's certificate: TOTAL_PASSED."""
    serial = listed_elsewhere().serial
    return _indirect(Entry(serial, NOW - DAY, more=_issued_by(root())))


@BOOK.case
def list_by_somebody_not_named() -> Case:
    """Leaf names nobody; somebody else's list does not name it: TRY_LATER."""
    return judged(_listing(_by_another()), LATER, "list_by_another")


@BOOK.case
def revoked_by_somebody_not_named() -> Case:
    """The CA's list is empty; somebody else's revokes the leaf: TOTAL_PASSED.

    A CA beside it has no say.
    """
    line = Entry(by().serial, NOW - DAY, more=_issued_by(ca()))
    return judged(_listing(crl(ca()), _by_another(line)))


# what is not understood

_ODD = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\5\0")


@BOOK.case
def list_with_an_unknown_extension() -> Case:
    """An extension nobody knows in the list: TOTAL_PASSED."""
    return judged(lists(crl(ca(), more=((_ODD, False),))))


@BOOK.case
def list_with_an_unknown_critical_extension() -> Case:
    """The same, critical: TRY_LATER, absence may mean something else."""
    what = lists(crl(ca(), more=((_ODD, True),)))
    return judged(what, LATER, "list_with_an_unknown_extension")


@BOOK.case
def line_with_an_unknown_critical_extension() -> Case:
    """Another's line has it: TRY_LATER, the list cannot be used (RFC 5280, 5.3)."""
    line = Entry(7, NOW - DAY, more=((_ODD, True),))
    return judged(lists(crl(ca(), line)), LATER, "list_with_an_unknown_extension")


@BOOK.case
def own_line_with_an_unknown_critical_extension() -> Case:
    """The leaf's own line has it: REVOKED_NO_POE, that much is understood."""
    line = replace(gone(NOW - DAY), more=((_ODD, True),))
    what = lists(crl(ca(), line))
    return judged(what, NO_POE, "list_with_an_unknown_extension")
