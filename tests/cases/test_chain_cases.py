"""Certificates: one function a case, the chain drawn, the conclusion written down."""

from dataclasses import replace
from datetime import datetime, timedelta

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
from hub.model.knowledge import Knowledge
from hub.model.policy import VerificationPolicy
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
    revoking,
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


def test_expired_without_any_time():
    """root -> issuing -> leaf (expired); XML without a signing time.

    INDETERMINATE, OUT_OF_BOUNDS_NO_POE: judged at the moment of judging.
    """
    leaf = valid_in(NOW - 2 * YEAR, NOW - DAY)
    finding = only_xml(signed_envelope(leaf))
    assert finding.indication is Indication.INDETERMINATE
    assert SubIndication.OUT_OF_BOUNDS_NO_POE in finding.reasons


def test_not_yet_valid():
    """root -> issuing -> leaf (valid from tomorrow).

    TOTAL_FAILED, NOT_YET_VALID.
    """
    leaf = valid_in(NOW + DAY, NOW + YEAR)
    finding = only_xml(signed_envelope(leaf))
    assert finding.indication is Indication.TOTAL_FAILED
    assert SubIndication.NOT_YET_VALID in finding.reasons


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


# revocation


def test_revoked_before_claimed_time():
    """root -> issuing -> leaf (revoked two days ago, names no CRL); claimed: today.

    TOTAL_FAILED, REVOKED: by the signer's own word it was signed after.
    """
    known = revoking(office(), NOW - 2 * DAY)
    finding = only_pdf(signed_pdf(), ground(known))
    assert finding.indication is Indication.TOTAL_FAILED
    assert finding.reasons[0] is SubIndication.REVOKED
    assert finding.revocation is Revocation.REVOKED
    assert finding.revocation_at == NOW - HOUR


def test_revoked_without_any_time():
    """root -> issuing -> leaf (revoked yesterday); XML without a signing time.

    TOTAL_FAILED, REVOKED: judged at the moment of judging.
    """
    known = revoking(office(), NOW - DAY)
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.indication is Indication.TOTAL_FAILED
    assert finding.reasons == (SubIndication.REVOKED,)


def test_revoked_after_claimed_time():
    """root -> issuing -> leaf (revoked yesterday); claimed: two days ago.

    INDETERMINATE, REVOKED_NO_POE: whoever has the key can claim any time.
    """
    known = revoking(office(), NOW - DAY)
    finding = only_pdf(signed_pdf(at=NOW - 2 * DAY), ground(known))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.REVOKED_NO_POE,)
    assert finding.revocation is Revocation.REVOKED


def test_revoked_within_the_seven_hours():
    """root -> issuing -> leaf (revoked four hours ago); claimed: an hour ago.

    INDETERMINATE, REVOKED_NO_POE: the claim may be local time labelled UTC.
    """
    known = revoking(office(), NOW - 4 * HOUR)
    finding = only_pdf(signed_pdf(at=NOW - HOUR), ground(known))
    assert finding.reasons == (SubIndication.REVOKED_NO_POE,)


def test_revoked_before_proven_time():
    """root -> issuing -> leaf (revoked two days ago); tsa says: today.

    TOTAL_FAILED, REVOKED.
    """
    known = revoking(office(), NOW - 2 * DAY)
    finding = only_pdf(signed_pdf(timestamp=True), ground(known))
    assert finding.indication is Indication.TOTAL_FAILED
    assert finding.reasons == (SubIndication.REVOKED,)


def test_revoked_after_proven_time():
    """root -> issuing -> leaf (revoked yesterday); tsa says: two days ago.

    TOTAL_PASSED: it was good at the moment that is proven.
    """
    known = revoking(office(), NOW - DAY)
    finding = only_pdf(signed_pdf(at=NOW - 2 * DAY, timestamp=True), ground(known))
    assert finding.passed
    assert finding.time_proof is TimeProof.TIMESTAMP
    assert finding.revocation is Revocation.GOOD


def test_revoked_ca():
    """root -> issuing (revoked by root) -> leaf.

    INDETERMINATE, CERTIFICATE_CHAIN_GENERAL_FAILURE; the leaf itself is not listed.
    """
    made = pki()
    root = made.crl([(made.issuing.serial, NOW - DAY)], at=NOW, issuer=made.root)
    known = replace(knowledge(), crls=(root, made.crl((), at=NOW)))
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.chain is Chain.INVALID
    assert SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE in finding.reasons


def test_no_crl():
    """root -> issuing -> leaf; no CRL, no OCSP answer.

    INDETERMINATE, TRY_LATER; passed where policy does not insist.
    """
    known = replace(knowledge(), crls=())
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.TRY_LATER,)
    assert finding.revocation is Revocation.UNAVAILABLE
    lenient = VerificationPolicy(require_revocation=False)
    assert only_xml(signed_envelope(), ground(known, policy=lenient)).passed


def test_stale_crl():
    """root -> issuing -> leaf; a CRL that ran out a month ago.

    INDETERMINATE, TRY_LATER; a revocation in it counts all the same.
    """
    made = pki()
    stale = made.crl((), at=NOW - 60 * DAY)
    known = replace(knowledge(), crls=(stale,))
    assert only_xml(signed_envelope(), ground(known)).reasons == (
        SubIndication.TRY_LATER,
    )
    listed = made.crl([(office().serial, NOW - 90 * DAY)], at=NOW - 60 * DAY)
    known = replace(knowledge(), crls=(listed,))
    assert only_xml(signed_envelope(), ground(known)).reasons == (
        SubIndication.REVOKED,
    )


def test_newest_answer_wins():
    """root -> issuing -> leaf; a CRL still in force, and a newer one that revokes.

    TOTAL_FAILED, REVOKED; and passed where the newer one lifts a hold again.
    """
    made = pki()
    older, newer = NOW - 2 * DAY, NOW - HOUR
    revoked = [(office().serial, NOW - 3 * DAY)]
    known = replace(
        knowledge(), crls=(made.crl((), at=older), made.crl(revoked, at=newer))
    )
    assert only_xml(signed_envelope(), ground(known)).reasons == (
        SubIndication.REVOKED,
    )
    stale = made.crl(revoked, at=NOW - 60 * DAY)
    known = replace(knowledge(), crls=(stale, made.crl((), at=newer)))
    assert only_xml(signed_envelope(), ground(known)).passed


def test_crl_of_somebody_else():
    """root -> issuing -> leaf; an empty CRL in issuing's name signed by a stranger.

    INDETERMINATE, TRY_LATER: an answer counts only under its issuer's key.
    """
    made = pki()
    forger = Identity(made.issuing.certificate, made.other_issuing.key)
    known = replace(knowledge(), crls=(made.crl((), at=NOW - HOUR, issuer=forger),))
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.reasons == (SubIndication.TRY_LATER,)


def test_partitioned_crl_says_nothing_of_others():
    """root -> issuing -> leaf (names no CRL); issuing's CRL for another partition.

    INDETERMINATE, TRY_LATER: absence from a part of the list means nothing.
    """
    made = pki()
    point = x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier("http://a.example/2.crl")],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )
    der = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(made.issuing.parsed.subject)
        .last_update(NOW - HOUR)
        .next_update(NOW + DAY)
        .add_extension(point, critical=True)
        .sign(made.issuing.key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    known = replace(knowledge(), crls=(der,))
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.reasons == (SubIndication.TRY_LATER,)


def test_ocsp_good_and_revoked():
    """root -> issuing -> leaf; no CRL, an OCSP answer by issuing itself.

    good: TOTAL_PASSED. revoked: TOTAL_FAILED, REVOKED. Out of date: TRY_LATER.
    """
    made = pki()

    def judged(answer: bytes):
        known = Knowledge(
            anchors=knowledge().anchors,
            intermediates=knowledge().intermediates,
            ocsps=(answer,),
        )
        return only_xml(signed_envelope(), ground(known))

    assert judged(made.ocsp(office(), at=NOW - HOUR)).passed
    revoked = made.ocsp(office(), at=NOW - HOUR, revoked_at=NOW - DAY)
    assert judged(revoked).reasons == (SubIndication.REVOKED,)
    stale = made.ocsp(office(), at=NOW - 60 * DAY)
    assert judged(stale).reasons == (SubIndication.TRY_LATER,)
    other = made.ocsp(pki().leaf("UBND xã Giao Lạc"), at=NOW - HOUR)
    assert judged(other).reasons == (SubIndication.TRY_LATER,)


def test_weak_key_is_recorded():
    """root -> issuing -> leaf (RSA 2048, policy asks 3072).

    TOTAL_PASSED, marked weak.
    """
    finding = only_xml(
        signed_envelope(), ground(policy=VerificationPolicy(minimum_rsa_bits=3072))
    )
    assert finding.passed
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
