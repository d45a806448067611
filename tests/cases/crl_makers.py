"""Whose lists count: the issuer's key, its other keys, and nobody beside them.

As in revocations.py: root -> CA -> leaf; root's list says good of the CA.
"""

from dataclasses import replace

from tests.cases.authorities import (
    Authority,
    Entry,
    Shape,
    below,
    crl,
    issue,
    known,
    leaf,
    name,
    root,
)
from tests.cases.book import Book, Case
from tests.cases.revocations import LATER, ca, gone, judged, lists
from tests.cases.room import DAY, NOW

BOOK = Book()
FULL = "list_of_the_issuer"


@BOOK.case
def list_of_the_issuer() -> Case:
    """An empty list by the CA's own key: TOTAL_PASSED."""
    return judged(lists(crl(ca())))


# who made the list


@BOOK.case
def list_of_a_forger() -> Case:
    """An empty list in the CA's name, by another key: TRY_LATER."""
    forger = replace(ca(), key=leaf(root(), "Kẻ giả").key)
    return judged(lists(crl(forger)), LATER, FULL)


@BOOK.case
def forged_list_that_revokes() -> Case:
    """A true empty list, and a forged one that revokes: TOTAL_PASSED.

    Who could revoke others by their own lists would hold up any document.
    """
    forger = replace(ca(), key=leaf(root(), "Kẻ giả").key)
    return judged(lists(crl(ca()), crl(forger, gone(NOW - DAY))))


@BOOK.case
def ca_that_may_not_list() -> Case:
    """The CA's keyUsage lacks cRLSign: TRY_LATER (RFC 5280, 6.3.3 f)."""
    mute = below(root(), "CA câm", Shape(usage=frozenset({"key_cert_sign"})))
    signer = leaf(mute, "UBND xã Giao Nhân")
    what = known(root(), mute)
    return judged(what, LATER, FULL, signer=signer)


@BOOK.case
def key_for_lists_alone() -> Case:
    """root -> CA (keyCertSign), root -> the same name (cRLSign): TOTAL_PASSED."""
    mute = below(root(), "CA hai khóa", Shape(usage=frozenset({"key_cert_sign"})))
    lister = _lister("CA hai khóa")
    what = known(root(), mute, lister, crls=(crl(root()), crl(lister)))
    return judged(what, signer=leaf(mute, "UBND xã Giao Nhân"))


def _lister(common: str) -> Authority:
    shape = Shape(ca=False, usage=frozenset({"crl_sign"}), label="lists")
    return below(root(), common, shape)


@BOOK.case
def key_for_lists_revoked() -> Case:
    """The same, and root's list revokes the key for lists: TRY_LATER."""
    mute = below(root(), "CA hai khóa", Shape(usage=frozenset({"key_cert_sign"})))
    lister = _lister("CA hai khóa")
    first = crl(root(), Entry(lister.serial, NOW - DAY))
    what = known(root(), mute, lister, crls=(first, crl(lister)))
    signer = leaf(mute, "UBND xã Giao Nhân")
    return judged(what, LATER, "key_for_lists_alone", signer=signer)


@BOOK.case
def list_of_a_namesake_elsewhere() -> Case:
    """Another known root has a CA of the same name; its list is empty.

    TRY_LATER: who answers for the issuer must end at the same anchor.
    """
    other = issue(name("RootCA khác"), None, Shape())
    namesake = below(other, "CA có CRL", Shape(label="elsewhere"))
    what = known(root(), ca(), namesake, crls=(crl(root()), crl(other), crl(namesake)))
    both = (root().certificate, other.certificate)
    return judged(replace(what, anchors=both), LATER, FULL)


@BOOK.case
def list_after_a_change_of_keys() -> Case:
    """Issued by the CA's old key, listed by its new one: TOTAL_PASSED."""
    old = below(root(), "CA thay khóa", Shape(label="old"))
    new = below(root(), "CA thay khóa", Shape(label="new"))
    what = known(root(), old, new, crls=(crl(root()), crl(new)))
    return judged(what, signer=leaf(old, "UBND xã Giao Long"))


@BOOK.case
def list_by_elliptic_curve() -> Case:
    """The CA's key is P-256: TOTAL_PASSED by its list."""
    curved = below(root(), "CA P-256", Shape("p256"))
    return judged(known(root(), curved), signer=leaf(curved, "UBND xã Giao Long"))


@BOOK.case
def list_by_edwards_curve() -> Case:
    """The CA's key is Ed25519: TOTAL_PASSED by its list."""
    curved = below(root(), "CA Ed25519", Shape("ed25519"))
    return judged(known(root(), curved), signer=leaf(curved, "UBND xã Giao Long"))
