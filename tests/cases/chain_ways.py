"""Several ways to an anchor, none, circles, piles; and what the steps are made of."""

from dataclasses import replace

from hub.model.findings import Chain, SubIndication
from tests.cases import authorities
from tests.cases.authorities import (
    LEAF,
    YEAR,
    Authority,
    Shape,
    altered,
    below,
    crl,
    issue,
    known,
    leaf,
    name,
    root,
)
from tests.cases.book import Book, Case, open_
from tests.cases.chains import (
    BAD_CHAIN,
    BROKEN,
    NO_CHAIN,
    WEAK,
    chain_is,
    signed,
)
from tests.cases.room import DAY, NOW

BOOK = Book()


@BOOK.case
def two_cas() -> Case:
    """root -> CA -> leaf: TOTAL_PASSED."""
    ca = below(root(), "CA thật")
    return signed(leaf(ca), known(root(), ca))


@BOOK.case
def under_the_root_itself() -> Case:
    """root -> leaf: TOTAL_PASSED."""
    return signed(leaf(root()), known(root()))


# several ways, no way, and ways in a circle


def _crossed() -> tuple[Authority, Authority, Authority]:
    """One CA with two certificates: by the root, and by another CA."""
    other = below(root(), "CA khác")
    first = below(root(), "CA hai đường")
    second = replace(below(other, "CA hai đường"), key=first.key)
    return other, first, second


@BOOK.case
def cross_certified() -> Case:
    """root -> A -> leaf, root -> B -> A -> leaf (A's key in two certificates).

    TOTAL_PASSED by either.
    """
    other, first, second = _crossed()
    return signed(leaf(first), known(root(), other, first, second))


@BOOK.case
def cross_certified_by_an_expired_one() -> Case:
    """root -> B (expired) -> A; root -> A -> leaf: TOTAL_PASSED by the other way."""
    gone = below(root(), "CA khác đã hết", Shape(valid=(NOW - 2 * YEAR, NOW - DAY)))
    first = below(root(), "CA hai đường")
    second = replace(below(gone, "CA hai đường"), key=first.key)
    return signed(leaf(first), known(root(), gone, second, first))


@BOOK.case
def loop_with_a_way_out() -> Case:
    """A -> B -> A -> ... and root -> A -> leaf: TOTAL_PASSED, at once."""
    ca = below(root(), "CA vòng một")
    other = below(ca, "CA vòng hai")
    back = replace(below(other, "CA vòng một"), key=ca.key)
    return signed(leaf(ca), known(root(), ca, other, back))


@BOOK.case
def loop_without_a_way_out() -> Case:
    """A -> B -> A -> ... -> leaf; root has signed neither.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND, at once.
    """
    start = issue(name("CA vòng ba"), None, Shape())
    other = below(start, "CA vòng bốn")
    back = replace(below(other, "CA vòng ba"), key=start.key)
    what = known(root(), other, back)
    return signed(leaf(back), what, NO_CHAIN, "loop_with_a_way_out")


@BOOK.case
def key_rolled_over() -> Case:
    """root -> CA (old key), root -> CA (new key, same name) -> leaf: TOTAL_PASSED."""
    old = below(root(), "CA đổi khóa", Shape(label="old"))
    new = below(root(), "CA đổi khóa", Shape(label="new"))
    return signed(leaf(new), known(root(), old, new))


def _pile(many: int) -> tuple[bytes, ...]:
    """Made-up CAs of one name, with as many keys as it takes to fool nobody."""
    subject = name("CA đổi khóa")
    return tuple(
        issue(subject, None, Shape(label="pile")).certificate for _ in range(many)
    )


@BOOK.case
def pile_of_cas_of_one_name() -> Case:
    """root; seven made-up CAs of one name in KeyInfo -> leaf.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND, at once: nobody vouches for them, so
    no paths are tried through them (ten would take 100 s).
    """
    false = issue(name("CA đổi khóa"), None, Shape(label="pile"))
    by = replace(leaf(false), above=_pile(7))
    return signed(by, known(root()), NO_CHAIN, "key_rolled_over")


@BOOK.case
def pile_beside_the_real_one() -> Case:
    """root -> CA -> leaf; six made-up CAs of its name beside it: TOTAL_PASSED."""
    real = below(root(), "CA đổi khóa")
    by = leaf(real)
    return signed(replace(by, above=(*_pile(6), real.certificate)), known(root(), real))


@BOOK.case
def more_certificates_than_anybody_needs() -> Case:
    """Nine different certificates in KeyInfo: RESOURCE_LIMIT, nothing is tried."""
    real = below(root(), "CA đổi khóa")
    by = replace(leaf(real), above=_pile(8))
    limit = open_(SubIndication.RESOURCE_LIMIT)
    return signed(by, known(root(), real), limit, "pile_beside_the_real_one")


# algorithms above the leaf


@BOOK.case
def ca_with_an_elliptic_curve() -> Case:
    """root (RSA) -> CA (P-256) -> leaf: TOTAL_PASSED."""
    ca = below(root(), "CA P-256", Shape("p256"))
    return signed(leaf(ca), known(root(), ca))


@BOOK.case
def ca_with_edwards_curve() -> Case:
    """root (RSA) -> CA (Ed25519) -> leaf: TOTAL_PASSED."""
    ca = below(root(), "CA Ed25519", Shape("ed25519"))
    return signed(leaf(ca), known(root(), ca))


@BOOK.case
def signed_by_pss() -> Case:
    """root -> CA (signed RSA-PSS) -> leaf (signed RSA-PSS): TOTAL_PASSED."""
    ca = below(root(), "CA PSS", Shape(pss=True))
    return signed(leaf(ca, shape=replace(LEAF, pss=True)), known(root(), ca))


@BOOK.case
def ca_signed_with_sha1() -> Case:
    """root -> CA (by sha1WithRSA, the G1 generation) -> leaf.

    INDETERMINATE, CRYPTO_CONSTRAINTS_FAILURE_NO_POE: weak, never broken.
    """
    ca = altered(below(root(), "CA thật"), root(), digest="sha1")
    also = chain_is(Chain.TRUSTED)
    return signed(leaf(ca), known(root(), ca), WEAK, "two_cas", also)


@BOOK.case
def leaf_signed_with_sha1() -> Case:
    """root -> CA -> leaf (by sha1WithRSA): weak."""
    ca = below(root(), "CA thật")
    by = altered(leaf(ca), ca, digest="sha1")
    return signed(by, known(root(), ca), WEAK, "two_cas")


@BOOK.case
def ca_signed_with_md5() -> Case:
    """root -> CA (by md5WithRSA) -> leaf: CRYPTO_CONSTRAINTS_FAILURE, no path."""
    ca = altered(below(root(), "CA thật"), root(), digest="md5")
    also = chain_is(Chain.INVALID)
    return signed(leaf(ca), known(root(), ca), BROKEN, "two_cas", also)


@BOOK.case
def ca_with_a_short_key() -> Case:
    """root -> CA (RSA 1024) -> leaf: weak."""
    ca = below(root(), "CA khóa ngắn", Shape("rsa-1024"))
    return signed(leaf(ca), known(root(), ca), WEAK, "two_cas")


@BOOK.case
def leaf_with_a_key_shorter_than_the_policy_asks() -> Case:
    """root -> CA -> leaf (RSA 2048, the policy asks for 3072): weak."""
    ca = below(root(), "CA thật")
    case = signed(leaf(ca), known(root(), ca), WEAK, "two_cas")
    policy = replace(case.ground.policy, minimum_rsa_bits=3072)
    return replace(case, ground=replace(case.ground, policy=policy))


# certificates no CA should make


@BOOK.case
def negative_serial() -> Case:
    """root -> leaf (serial -5): TOTAL_PASSED, its issuer's list names nobody."""
    by = altered(leaf(root()), root(), serial_number=-5)
    return signed(by, known(root()))


@BOOK.case
def negative_serial_revoked() -> Case:
    """root -> leaf (serial -5, revoked yesterday): REVOKED_NO_POE."""
    by = altered(leaf(root()), root(), serial_number=-5)
    listed = _with_negative_entry(crl(root(), authorities.Entry(5, NOW - DAY)))
    expected = open_(SubIndication.REVOKED_NO_POE)
    return signed(by, known(root(), crls=(listed,)), expected, "negative_serial")


def _with_negative_entry(der: bytes) -> bytes:
    return authorities.altered_crl(der, root(), serial=-5)


@BOOK.case
def extension_given_twice() -> Case:
    """root -> leaf (keyUsage twice): POLICY_PROCESSING_ERROR, never a pass."""
    by = altered(leaf(root()), root(), twice="key_usage")
    odd = open_(SubIndication.POLICY_PROCESSING_ERROR)
    return signed(by, known(root()), odd, "under_the_root_itself")


@BOOK.case
def version_one() -> Case:
    """root -> CA (X.509 version 1, no extensions) -> leaf: not a CA."""
    ca = authorities.version_one(below(root(), "CA đời đầu"), root())
    return signed(leaf(ca), known(root(), ca), BAD_CHAIN, "two_cas")
