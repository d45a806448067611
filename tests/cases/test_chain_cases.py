"""Certificates: one function a case, the chain drawn, the conclusion written down."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from hub.model.findings import (
    Chain,
    Indication,
    Revocation,
    SubIndication,
    TimeProof,
)
from hub.model.policy import VerificationPolicy
from hub.rehearsal.certificates import LEAF_USAGES, Wish, issue
from hub.rehearsal.pki import Identity
from tests.cases.room import (
    DAY,
    HOUR,
    NOW,
    ground,
    knowledge,
    office,
    only_pdf,
    only_xml,
    pki,
    signed_envelope,
    signed_pdf,
    stranger,
)

YEAR = timedelta(days=365)


def valid_in(first: datetime, last: datetime) -> Identity:
    return pki().leaf("UBND xã Giao An", valid=(first, last))


def test_leaf_only():
    """root -> issuing (from config/trust) -> leaf (alone in KeyInfo).

    TOTAL_PASSED: leaf-only is the Vietnamese habit, the verifier brings the sub-CA.
    """
    finding = only_xml(signed_envelope())
    assert finding.passed
    assert finding.chain is Chain.TRUSTED
    assert finding.revocation is Revocation.GOOD
    assert finding.by_organization


def test_issuing_ca_only_in_the_signature():
    """root -> issuing (only in KeyInfo) -> leaf.

    TOTAL_PASSED: a sub-CA that the anchor vouches for may come with the signature.
    """
    xml = signed_envelope()
    der = pki().issuing.parsed.public_bytes(Encoding.PEM).decode()
    inner = "".join(der.splitlines()[1:-1])
    added = f"<ds:X509Certificate>{inner}</ds:X509Certificate></ds:X509Data>"
    both = xml.replace(b"</ds:X509Data>", added.encode())
    known = replace(knowledge(), intermediates=())
    assert only_xml(both, ground(known)).passed
    assert not only_xml(xml, ground(known)).passed


def test_nonrepudiation_only():
    """root -> issuing -> leaf (keyUsage: nonRepudiation alone).

    TOTAL_PASSED: official leaves have no digitalSignature (EDXML.md 5.2).
    """
    leaf = pki().leaf("UBND xã Giao Hà", usage="nonrepudiation")
    assert only_xml(signed_envelope(leaf)).passed
    assert only_pdf(signed_pdf(leaf)).passed


def test_wrong_usage():
    """root -> issuing -> a CA's certificate (keyCertSign, cRLSign) that signs.

    INDETERMINATE, CHAIN_CONSTRAINTS_FAILURE.
    """
    finding = only_xml(signed_envelope(pki().issuing))
    assert finding.indication is Indication.INDETERMINATE
    assert SubIndication.CHAIN_CONSTRAINTS_FAILURE in finding.reasons


_WEB_SERVER, _WEB_CLIENT = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"
_MAIL, _STAMPS, _OCSP = "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"


def _for(*purposes: str) -> Identity:
    """An agency's leaf for these extended key usages."""
    named = tuple(x509.ObjectIdentifier(purpose) for purpose in purposes)
    wish = Wish(
        office().parsed.subject,
        (NOW - YEAR, NOW + YEAR),
        x509.BasicConstraints(ca=False, path_length=None),
        LEAF_USAGES["both"],
        named,
    )
    return issue(wish, pki().issuing)


@pytest.mark.parametrize(
    "purposes",
    [
        (_WEB_SERVER,),
        (_WEB_SERVER, _WEB_CLIENT),
        (_WEB_CLIENT,),
        (_OCSP,),
        (_STAMPS,),
    ],
)
def test_certificate_for_something_else(purposes):
    """root -> issuing -> leaf (extendedKeyUsage: servers, OCSP, time stamps only).

    INDETERMINATE, CHAIN_CONSTRAINTS_FAILURE.
    """
    leaf = _for(*purposes)
    for finding in (only_xml(signed_envelope(leaf)), only_pdf(signed_pdf(leaf))):
        assert finding.indication is Indication.INDETERMINATE
        assert finding.reasons == (SubIndication.CHAIN_CONSTRAINTS_FAILURE,)


@pytest.mark.parametrize(
    "purposes",
    [
        ("2.5.29.37.0",),
        (_MAIL,),
        (_WEB_CLIENT, _MAIL),
        ("1.3.6.1.5.5.7.3.36",),
        ("1.3.6.1.4.1.311.10.3.12",),
        ("1.2.840.113583.1.1.5",),
    ],
)
def test_certificate_for_documents_or_mail(purposes):
    """root -> issuing -> leaf (extendedKeyUsage: any, mail, documents): passed."""
    assert only_xml(signed_envelope(_for(*purposes))).passed


def test_stranger():
    """other_root (unknown here) -> other_issuing -> leaf with an agency's name.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND; the signature itself is intact.
    """
    for finding in (
        only_xml(signed_envelope(stranger())),
        only_pdf(signed_pdf(stranger())),
    ):
        assert finding.indication is Indication.INDETERMINATE
        assert finding.intact
        assert finding.chain is Chain.UNKNOWN
        assert finding.reasons == (SubIndication.NO_CERTIFICATE_CHAIN_FOUND,)


def test_no_anchors():
    """(nothing trusted) issuing -> leaf.

    INDETERMINATE: without anchors nobody is known; the system's store is not asked.
    """
    known = replace(knowledge(), anchors=())
    assert only_xml(signed_envelope(), ground(known)).chain is Chain.UNKNOWN


def test_forged_issuer():
    """root -> issuing; a stranger's CA with issuing's own name -> leaf.

    Not passed: names do not make a chain, keys do.
    """
    forger = Identity(
        pki().issuing.certificate,
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
    )
    leaf = pki().leaf("UBND huyện Giao Thủy giả", issuer=forger)
    finding = only_xml(signed_envelope(leaf))
    assert not finding.passed
    assert finding.chain is not Chain.TRUSTED


def test_expired_at_claimed_time():
    """root -> issuing -> leaf (expired a day before the claimed time).

    INDETERMINATE, OUT_OF_BOUNDS_NO_POE: a claim proves no time.
    """
    leaf = valid_in(NOW - 2 * YEAR, NOW - 2 * DAY)
    finding = only_pdf(signed_pdf(leaf, at=NOW - DAY))
    assert finding.indication is Indication.INDETERMINATE
    assert SubIndication.OUT_OF_BOUNDS_NO_POE in finding.reasons
    assert finding.time_proof is TimeProof.CLAIMED
    assert finding.chain is Chain.TRUSTED


def test_expired_at_proven_time():
    """root -> issuing -> leaf (expired); tsa says: signed a day later.

    TOTAL_FAILED, EXPIRED.
    """
    leaf = valid_in(NOW - 2 * YEAR, NOW - 2 * DAY)
    finding = only_pdf(signed_pdf(leaf, at=NOW - DAY, timestamp=True))
    assert finding.indication is Indication.TOTAL_FAILED
    assert SubIndication.EXPIRED in finding.reasons


def test_expired_now_but_not_when_signed():
    """root -> issuing -> leaf (expired yesterday); tsa says: signed a month ago.

    TOTAL_PASSED once a CRL of that time says good: judged at the proven moment.
    """
    leaf = valid_in(NOW - 2 * YEAR, NOW - DAY)
    made = pki()
    crls = (made.crl((), at=NOW - 29 * DAY), made.crl((), at=NOW, issuer=made.root))
    finding = only_pdf(
        signed_pdf(leaf, at=NOW - 30 * DAY, timestamp=True),
        ground(replace(knowledge(), crls=crls)),
    )
    assert finding.passed
    assert finding.time_proof is TimeProof.TIMESTAMP


def test_expired_since_the_claimed_time():
    """root -> issuing -> leaf (expired two days ago); claimed: a month ago.

    INDETERMINATE, OUT_OF_BOUNDS_NOT_REVOKED: a CRL of that time says good, and a claim
    may be backdated.
    """
    leaf = valid_in(NOW - 2 * YEAR, NOW - 2 * DAY)
    made = pki()
    crls = (made.crl((), at=NOW - 5 * DAY), made.crl((), at=NOW, issuer=made.root))
    known = ground(replace(knowledge(), crls=crls))
    finding = only_pdf(signed_pdf(leaf, at=NOW - 30 * DAY), known)
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,)
    assert finding.chain is Chain.TRUSTED


def test_expired_a_minute_ago():
    """root -> issuing -> leaf (expired 30 s ago); claimed: an hour ago.

    TOTAL_PASSED: within what clocks differ by.
    """
    leaf = valid_in(NOW - 2 * YEAR, NOW - timedelta(seconds=30))
    assert only_pdf(signed_pdf(leaf)).passed


def test_expired_without_any_time():
    """root -> issuing -> leaf (expired); XML without a signing time.

    INDETERMINATE, OUT_OF_BOUNDS_NO_POE: judged at the moment of judging.
    """
    leaf = valid_in(NOW - 2 * YEAR, NOW - DAY)
    finding = only_xml(signed_envelope(leaf))
    assert finding.indication is Indication.INDETERMINATE
    assert SubIndication.OUT_OF_BOUNDS_NO_POE in finding.reasons


def test_not_yet_valid():
    """root -> issuing -> leaf (valid from yesterday); tsa says: signed a month ago.

    TOTAL_FAILED, NOT_YET_VALID.
    """
    leaf = valid_in(NOW - DAY, NOW + YEAR)
    finding = only_pdf(signed_pdf(leaf, at=NOW - 30 * DAY, timestamp=True))
    assert finding.indication is Indication.TOTAL_FAILED
    assert finding.reasons == (SubIndication.NOT_YET_VALID,)


def test_not_yet_valid_at_claimed_time():
    """root -> issuing -> leaf (valid from yesterday); claimed: a month ago.

    INDETERMINATE, OUT_OF_BOUNDS_NOT_REVOKED: a clock that is wrong proves no time.
    """
    leaf = valid_in(NOW - DAY, NOW + YEAR)
    finding = only_pdf(signed_pdf(leaf, at=NOW - 30 * DAY))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,)


def test_not_yet_valid_without_any_time():
    """root -> issuing -> leaf (valid from tomorrow); XML without a signing time.

    INDETERMINATE, OUT_OF_BOUNDS_NOT_REVOKED: no time is proven.
    """
    leaf = valid_in(NOW + DAY, NOW + YEAR)
    finding = only_xml(signed_envelope(leaf))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,)


def test_client_clock_a_minute_slow():
    """root -> issuing -> leaf (valid from now); claimed 43 s earlier.

    TOTAL_PASSED: 60 s between clocks is normal (EDXML.md 5.2).
    """
    leaf = valid_in(NOW - HOUR, NOW + YEAR)
    at = NOW - HOUR - timedelta(seconds=43)
    assert only_pdf(signed_pdf(leaf, at=at)).passed


def test_local_time_labelled_utc():
    """root -> issuing -> leaf; claimed time seven hours ahead.

    TOTAL_PASSED: tools here write local time and call it UTC.
    """
    finding = only_pdf(signed_pdf(at=NOW + 7 * HOUR))
    assert finding.passed
    assert finding.signed_at == NOW


def test_claimed_next_month():
    """root -> issuing -> leaf; claimed time a month ahead.

    INDETERMINATE, SIG_CONSTRAINTS_FAILURE: no clock explains it.
    """
    finding = only_pdf(signed_pdf(at=NOW + 30 * DAY))
    assert finding.indication is Indication.INDETERMINATE
    assert SubIndication.SIG_CONSTRAINTS_FAILURE in finding.reasons


def test_weak_key_is_recorded():
    """root -> issuing -> leaf (RSA 2048, policy asks 3072).

    INDETERMINATE, CRYPTO_CONSTRAINTS_FAILURE_NO_POE, marked weak.
    """
    finding = only_xml(
        signed_envelope(), ground(policy=VerificationPolicy(minimum_rsa_bits=3072))
    )
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,)
    assert finding.weak


def test_pile_of_same_named_cas_is_no_bomb():
    """other_root; eight made-up CAs of one name in KeyInfo -> leaf.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND, at once: nobody vouches for them, so
    no paths are tried through them.
    """
    made = pki()
    name = made.issuing.parsed.subject
    pile = "".join(
        f"<ds:X509Certificate>{_self_made(name)}</ds:X509Certificate>" for _ in range(7)
    )
    leaf = made.leaf("UBND xã Giao Yến", issuer=made.other_issuing)
    xml = signed_envelope(leaf).replace(
        b"</ds:X509Data>", f"{pile}</ds:X509Data>".encode()
    )
    finding = only_xml(xml)
    assert finding.intact
    assert finding.reasons == (SubIndication.NO_CERTIFICATE_CHAIN_FOUND,)


def _self_made(name: x509.Name) -> str:
    key = pki().other_issuing.key
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - YEAR)
        .not_valid_after(NOW + YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return "".join(made.public_bytes(Encoding.PEM).decode().splitlines()[1:-1])


def test_too_many_certificates():
    """Nine different certificates in KeyInfo.

    INDETERMINATE, RESOURCE_LIMIT; nothing is tried.
    """
    name = pki().issuing.parsed.subject
    pile = "".join(
        f"<ds:X509Certificate>{_self_made(name)}</ds:X509Certificate>" for _ in range(8)
    )
    xml = signed_envelope().replace(b"</ds:X509Data>", f"{pile}</ds:X509Data>".encode())
    finding = only_xml(xml)
    assert finding.intact is None
    assert finding.reasons == (SubIndication.RESOURCE_LIMIT,)
