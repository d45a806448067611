"""Revocation: the chain drawn, what is revoked when, the conclusion written down."""

from dataclasses import replace

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from hub.model.findings import Chain, Indication, Revocation, SubIndication, TimeProof
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
)


def listing(*crls: bytes) -> Knowledge:
    """Root's CRL, which says good of issuing, and these."""
    return replace(knowledge(), crls=(knowledge().crls[0], *crls))


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

    INDETERMINATE, REVOKED_NO_POE: it may be older than the revocation.
    """
    known = revoking(office(), NOW - DAY)
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.REVOKED_NO_POE,)


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

    INDETERMINATE, REVOKED_CA_NO_POE; the leaf itself is not listed.
    """
    made = pki()
    root = made.crl([(made.issuing.serial, NOW - DAY)], at=NOW, issuer=made.root)
    known = replace(knowledge(), crls=(root, made.crl((), at=NOW)))
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.chain is Chain.INVALID
    assert SubIndication.REVOKED_CA_NO_POE in finding.reasons


def test_no_answer_about_the_ca():
    """root -> issuing -> leaf; issuing's CRL is at hand, root's is not.

    INDETERMINATE, TRY_LATER; passed where policy does not insist.
    """
    known = replace(knowledge(), crls=(pki().crl((), at=NOW - HOUR),))
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.indication is Indication.INDETERMINATE
    assert finding.reasons == (SubIndication.TRY_LATER,)
    assert finding.revocation is Revocation.GOOD
    lenient = VerificationPolicy(require_revocation=False)
    assert only_xml(signed_envelope(), ground(known, policy=lenient)).passed


def test_no_crl():
    """root -> issuing -> leaf; no CRL, no OCSP answer.

    INDETERMINATE, TRY_LATER; passed where policy does not insist.
    """
    known = listing()
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
    known = listing(stale)
    assert only_xml(signed_envelope(), ground(known)).reasons == (
        SubIndication.TRY_LATER,
    )
    listed = made.crl([(office().serial, NOW - 90 * DAY)], at=NOW - 60 * DAY)
    known = listing(listed)
    assert only_xml(signed_envelope(), ground(known)).reasons == (
        SubIndication.REVOKED_NO_POE,
    )


def test_newest_answer_wins():
    """root -> issuing -> leaf; a CRL still in force, and a newer one that revokes.

    INDETERMINATE, REVOKED_NO_POE; and passed where the newer one lifts a hold again.
    """
    made = pki()
    older, newer = NOW - 2 * DAY, NOW - HOUR
    revoked = [(office().serial, NOW - 3 * DAY)]
    known = listing(made.crl((), at=older), made.crl(revoked, at=newer))
    assert only_xml(signed_envelope(), ground(known)).reasons == (
        SubIndication.REVOKED_NO_POE,
    )
    stale = made.crl(revoked, at=NOW - 60 * DAY)
    known = listing(stale, made.crl((), at=newer))
    assert only_xml(signed_envelope(), ground(known)).passed


def test_crl_of_somebody_else():
    """root -> issuing -> leaf; an empty CRL in issuing's name signed by a stranger.

    INDETERMINATE, TRY_LATER: an answer counts only under its issuer's key.
    """
    made = pki()
    forger = Identity(made.issuing.certificate, made.other_issuing.key)
    known = listing(made.crl((), at=NOW - HOUR, issuer=forger))
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
    known = listing(der)
    finding = only_xml(signed_envelope(), ground(known))
    assert finding.reasons == (SubIndication.TRY_LATER,)


def test_ocsp_good_and_revoked():
    """root -> issuing -> leaf; no CRL, an OCSP answer by issuing itself.

    good: TOTAL_PASSED. revoked: INDETERMINATE, REVOKED_NO_POE. Out of date: TRY_LATER.
    """
    made = pki()

    def judged(answer: bytes):
        known = replace(listing(), ocsps=(answer,))
        return only_xml(signed_envelope(), ground(known))

    assert judged(made.ocsp(office(), at=NOW - HOUR)).passed
    revoked = made.ocsp(office(), at=NOW - HOUR, revoked_at=NOW - DAY)
    assert judged(revoked).reasons == (SubIndication.REVOKED_NO_POE,)
    stale = made.ocsp(office(), at=NOW - 60 * DAY)
    assert judged(stale).reasons == (SubIndication.TRY_LATER,)
    other = made.ocsp(pki().leaf("UBND xã Giao Lạc"), at=NOW - HOUR)
    assert judged(other).reasons == (SubIndication.TRY_LATER,)
