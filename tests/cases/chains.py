"""Certificates and their paths: the chain drawn, the conclusion beside it.

`root` is known, so is what stands between it and the leaf unless said otherwise; every
CA has an empty CRL. The envelope's signature itself is intact in all of them.
"""

from dataclasses import replace

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from hub.model.findings import Chain, Finding, Revocation, SubIndication
from hub.model.knowledge import Knowledge
from hub.rehearsal.certificates import CA_USAGE
from hub.rehearsal.pki import Identity
from tests.cases import authorities
from tests.cases.authorities import (
    LEAF,
    Authority,
    Shape,
    below,
    issue,
    known,
    leaf,
    name,
    root,
)
from tests.cases.book import PASSED, Also, Book, Case, Expected, Sort, open_
from tests.cases.room import (
    ground,
    knowledge,
    office,
    signed_envelope,
    stranger,
)

BOOK = Book()

NO_CHAIN = open_(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
BAD_CHAIN = open_(SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE)
WRONG_USE = open_(SubIndication.CHAIN_CONSTRAINTS_FAILURE)
WEAK = open_(SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE)
BROKEN = open_(SubIndication.CRYPTO_CONSTRAINTS_FAILURE)


def signed(
    by: Authority | Identity,
    what: Knowledge,
    expected: Expected = PASSED,
    twin: str = "",
    also: Also | None = None,
) -> Case:
    """An envelope signed by somebody whose path is in KeyInfo."""
    signer = by if isinstance(by, Identity) else by.signer
    xml = signed_envelope(signer, embed_chain=True)
    return Case(Sort.XML, xml, (expected,), ground(what), twin, also)


def chain_is(chain: Chain) -> Also:
    """The fact behind the conclusion."""

    def check(found: tuple[Finding, ...]) -> None:
        assert found[0].intact
        assert found[0].chain is chain

    return check


def critical(extension: x509.ExtensionType) -> tuple[x509.ExtensionType, bool]:
    return (extension, True)


def purposes(*oids: x509.ObjectIdentifier) -> Shape:
    """A leaf for these extended key usages."""
    return replace(LEAF, more=(critical(x509.ExtendedKeyUsage(oids)),))


# whose it is


@BOOK.case
def leaf_only() -> Case:
    """root -> issuing (from config/trust) -> leaf (alone in KeyInfo).

    TOTAL_PASSED: leaf-only is the Vietnamese habit, the verifier brings the sub-CA.
    """

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].chain is Chain.TRUSTED
        assert found[0].revocation is Revocation.GOOD
        assert found[0].by_organization

    return Case(Sort.XML, signed_envelope(), (PASSED,), ground(), also=also)


@BOOK.case
def sub_ca_only_in_the_signature() -> Case:
    """root -> issuing (only in KeyInfo) -> leaf.

    TOTAL_PASSED: a sub-CA that the anchor vouches for may come with the signature.
    """
    return signed(office(), replace(knowledge(), intermediates=()))


@BOOK.case
def sub_ca_nowhere() -> Case:
    """root -> (issuing is nowhere) -> leaf.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND.
    """
    case = ground(replace(knowledge(), intermediates=()))
    twin = "sub_ca_only_in_the_signature"
    return Case(Sort.XML, signed_envelope(), (NO_CHAIN,), case, twin)


@BOOK.case
def somebody_unknown() -> Case:
    """other_root (unknown here) -> other_issuing -> leaf with an agency's name.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND; the signature itself is intact.
    """
    also = chain_is(Chain.UNKNOWN)
    return signed(stranger(), knowledge(), NO_CHAIN, "leaf_only", also)


@BOOK.case
def nobody_is_known() -> Case:
    """(nothing trusted) issuing -> leaf.

    INDETERMINATE: without anchors nobody is known; the system's store is not asked.
    """
    nobody = replace(knowledge(), anchors=())
    return signed(office(), nobody, NO_CHAIN, "leaf_only", chain_is(Chain.UNKNOWN))


@BOOK.case
def forged_issuer() -> Case:
    """root -> issuing; another key in issuing's own name -> leaf.

    INDETERMINATE: names do not make a chain, keys do.
    """
    real = below(root(), "CA thật")
    forger = replace(real, key=authorities.key(label="forger"))
    by = leaf(forger, "UBND huyện Giao Thủy giả")
    return signed(
        by, known(root(), real), BAD_CHAIN, "two_cas", chain_is(Chain.INVALID)
    )


@BOOK.case
def two_cas() -> Case:
    """root -> CA -> leaf: TOTAL_PASSED."""
    ca = below(root(), "CA thật")
    return signed(leaf(ca), known(root(), ca))


@BOOK.case
def anchor_of_the_same_name() -> Case:
    """root; a stranger's root of the same name, in KeyInfo, -> leaf.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND or worse: never by name alone.
    """
    false = issue(root().parsed.subject, None, Shape(label="false"))
    by = replace(leaf(false), above=(false.certificate,))
    return signed(by, known(root()), BAD_CHAIN, "under_the_root_itself")


@BOOK.case
def under_the_root_itself() -> Case:
    """root -> leaf: TOTAL_PASSED, as the VGCA's time-stamping authority stands."""
    return signed(leaf(root()), known(root()))


@BOOK.case
def self_signed_leaf() -> Case:
    """Leaf, self-signed, with an agency's name.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND.
    """
    by = issue(name("UBND xã Tự Ký"), None, LEAF)
    return signed(by, known(root()), NO_CHAIN, "leaf_is_the_anchor")


@BOOK.case
def leaf_is_the_anchor() -> Case:
    """leaf = root, confirmed by an administrator: TOTAL_PASSED, nobody to ask."""
    by = issue(name("UBND xã Tự Ký"), None, LEAF)

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].revocation is Revocation.NOT_CHECKED

    return signed(by, known(by), also=also)


@BOOK.case
def anchor_that_signs_documents() -> Case:
    """root (keyCertSign, cRLSign) signs an envelope.

    INDETERMINATE, CHAIN_CONSTRAINTS_FAILURE: known, and not for this.
    """
    return signed(root(), known(root()), WRONG_USE, "leaf_is_the_anchor")


@BOOK.case
def ca_that_signs_documents() -> Case:
    """root -> CA (keyCertSign, cRLSign) that signs: CHAIN_CONSTRAINTS_FAILURE."""
    ca = below(root(), "CA ký văn bản")
    return signed(ca, known(root(), ca), WRONG_USE, "under_the_root_itself")


@BOOK.case
def leaf_that_issues() -> Case:
    """root -> leaf (no CA) -> another leaf.

    INDETERMINATE, CERTIFICATE_CHAIN_GENERAL_FAILURE: whoever buys a certificate
    would be everybody (the null-prefix attack's older brother).
    """
    holder = leaf(root(), "UBND xã Lạm Quyền")
    by = leaf(holder, "UBND tỉnh Nam Định")
    also = chain_is(Chain.INVALID)
    return signed(by, known(root(), holder), BAD_CHAIN, "two_cas", also)


@BOOK.case
def ca_without_basic_constraints() -> Case:
    """root -> CA (keyCertSign, no basicConstraints) -> leaf: not a CA."""
    ca = below(root(), "CA cũ", Shape(ca=False, usage=CA_USAGE))
    return signed(leaf(ca), known(root(), ca), BAD_CHAIN, "two_cas")


@BOOK.case
def ca_without_key_cert_sign() -> Case:
    """root -> CA (cRLSign alone) -> leaf: may not issue."""
    ca = below(root(), "CA chỉ ký CRL", Shape(usage=frozenset({"crl_sign"})))
    return signed(leaf(ca), known(root(), ca), BAD_CHAIN, "two_cas")


# what it is for


@BOOK.case
def nonrepudiation_only() -> Case:
    """root -> leaf (nonRepudiation alone): TOTAL_PASSED (EDXML.md 5.2)."""
    shape = replace(LEAF, usage=frozenset({"content_commitment"}))
    return signed(leaf(root(), shape=shape), known(root()))


@BOOK.case
def no_usage_stated() -> Case:
    """root -> leaf without keyUsage: TOTAL_PASSED, nothing forbids it."""
    return signed(leaf(root(), shape=replace(LEAF, usage=None)), known(root()))


@BOOK.case
def encryption_only() -> Case:
    """root -> leaf (keyEncipherment): CHAIN_CONSTRAINTS_FAILURE."""
    shape = replace(LEAF, usage=frozenset({"key_encipherment"}))
    by = leaf(root(), shape=shape)
    return signed(by, known(root()), WRONG_USE, "nonrepudiation_only")


@BOOK.case
def for_documents() -> Case:
    """root -> leaf (extendedKeyUsage documentSigning, RFC 9336): TOTAL_PASSED."""
    shape = purposes(x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"))
    return signed(leaf(root(), shape=shape), known(root()))


@BOOK.case
def for_mail_and_clients() -> Case:
    """root -> leaf (emailProtection, clientAuth), as public CAs issue: TOTAL_PASSED."""
    shape = purposes(
        ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH
    )
    return signed(leaf(root(), shape=shape), known(root()))


@BOOK.case
def for_anything() -> Case:
    """root -> leaf (anyExtendedKeyUsage): TOTAL_PASSED."""
    shape = purposes(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)
    return signed(leaf(root(), shape=shape), known(root()))


@BOOK.case
def for_microsofts_documents() -> Case:
    """root -> leaf (Microsoft's document signing): TOTAL_PASSED."""
    shape = purposes(x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"))
    return signed(leaf(root(), shape=shape), known(root()))


@BOOK.case
def for_adobes_documents() -> Case:
    """root -> leaf (Adobe's authentic documents): TOTAL_PASSED."""
    shape = purposes(x509.ObjectIdentifier("1.2.840.113583.1.1.5"))
    return signed(leaf(root(), shape=shape), known(root()))


def _for_something_else(*oids: x509.ObjectIdentifier) -> Case:
    by = leaf(root(), shape=purposes(*oids))
    return signed(by, known(root()), WRONG_USE, "for_documents")


@BOOK.case
def for_web_servers() -> Case:
    """root -> leaf (serverAuth): CHAIN_CONSTRAINTS_FAILURE."""
    return _for_something_else(ExtendedKeyUsageOID.SERVER_AUTH)


@BOOK.case
def for_web_clients() -> Case:
    """root -> leaf (serverAuth, clientAuth): CHAIN_CONSTRAINTS_FAILURE."""
    return _for_something_else(
        ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
    )


@BOOK.case
def for_ocsp_answers() -> Case:
    """root -> leaf (OCSPSigning): CHAIN_CONSTRAINTS_FAILURE."""
    return _for_something_else(ExtendedKeyUsageOID.OCSP_SIGNING)


@BOOK.case
def for_time_stamps() -> Case:
    """root -> leaf (timeStamping): CHAIN_CONSTRAINTS_FAILURE."""
    return _for_something_else(ExtendedKeyUsageOID.TIME_STAMPING)
