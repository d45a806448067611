"""What CRLs and OCSP answers at hand say of one certificate.

Looked up by issuer, not by distribution point: a leaf that names no CRL is revoked
all the same when its issuer's CRL says so (certvalidator's hard-fail would pass it).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from hub.model.findings import Revocation
from hub.signatures.certificates import UNREADABLE, Certificate, crl_urls, read
from hub.signatures.policy import Ground, Moment

_UNREADABLE = (*UNREADABLE, x509.DuplicateExtension, x509.UnsupportedGeneralNameType)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer about a certificate, from a source whose signature holds."""

    status: Revocation
    #: thisUpdate and nextUpdate of the answer.
    as_of: datetime | None = None
    until: datetime | None = None
    revoked_at: datetime | None = None


NO_ANSWER = Answer(Revocation.UNAVAILABLE)


def ask(
    certificate: Certificate, issuer: Certificate, moment: Moment, ground: Ground
) -> Answer:
    """The weightiest answer: revoked beats good, newer beats older, stale is none.

    A stale answer still proves a revocation: those do not end. A hold that was lifted
    is the exception; then a newer answer in force says good.
    """
    answers = [*_from_crls(certificate, issuer, ground)]
    answers += _from_ocsps(certificate, issuer, ground)
    fresh = [a for a in answers if _is_fresh(a, moment, ground)]
    good = max(
        (a for a in fresh if a.status is Revocation.GOOD),
        key=_made,
        default=NO_ANSWER,
    )
    revoked = [
        a
        for a in answers
        if a.status is Revocation.REVOKED and (a in fresh or _made(a) >= _made(good))
    ]
    return min(revoked, key=lambda a: a.revoked_at or _LONG_AGO, default=good)


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _made(answer: Answer) -> datetime:
    return answer.as_of or _LONG_AGO


def _is_fresh(answer: Answer, moment: Moment, ground: Ground) -> bool:
    """Not from the future, and in force now, or made after a proven moment."""
    if answer.as_of is None or answer.as_of > ground.at + ground.skew:
        return False
    if answer.until is not None and answer.until + ground.skew >= ground.at:
        return True
    return moment.proven and answer.as_of >= moment.at


# CRLs


@lru_cache(maxsize=32)
def _crl(der: bytes) -> x509.CertificateRevocationList | None:
    """A CRL as read; None where it cannot be."""
    try:
        return x509.load_der_x509_crl(der)
    except _UNREADABLE:
        return None


@lru_cache(maxsize=64)
def _crl_is_signed(der: bytes, issuer: bytes) -> bool:
    found = _crl(der)
    try:
        # Only these kinds of keys sign CRLs here; cryptography checks the rest.
        key = read(issuer).parsed.public_key()
        if found is None or not isinstance(
            key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey
        ):
            return False
        return found.is_signature_valid(key)
    except (*_UNREADABLE, InvalidSignature):
        return False


def _from_crls(
    certificate: Certificate, issuer: Certificate, ground: Ground
) -> Iterator[Answer]:
    for der in ground.knowledge.crls:
        found = _crl(der)
        if found is None or not _crl_is_signed(der, issuer.der):
            continue
        try:
            if found.issuer == issuer.parsed.subject:
                yield _read_crl(found, certificate)
        except _UNREADABLE:
            continue


def _read_crl(crl: x509.CertificateRevocationList, certificate: Certificate) -> Answer:
    times = (crl.last_update_utc, crl.next_update_utc)
    entry = crl.get_revoked_certificate_by_serial_number(
        certificate.parsed.serial_number
    )
    if entry is not None and not _lifts_hold(entry):
        return Answer(Revocation.REVOKED, *times, entry.revocation_date_utc)
    # A CRL may leave out what had expired before it was made.
    if not _speaks_for(crl, certificate) or (
        times[0] > certificate.parsed.not_valid_after_utc
    ):
        return NO_ANSWER
    return Answer(Revocation.GOOD, *times)


def _lifts_hold(entry: x509.RevokedCertificate) -> bool:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return False
    return reason is x509.ReasonFlags.remove_from_crl


def _speaks_for(crl: x509.CertificateRevocationList, certificate: Certificate) -> bool:
    """Whether absence from this CRL means anything: complete, and of this scope."""
    for extension in crl.extensions:
        if isinstance(extension.value, x509.DeltaCRLIndicator):
            return False
        if isinstance(extension.value, x509.IssuingDistributionPoint):
            return _in_scope(extension.value, certificate)
    return True


def _in_scope(scope: x509.IssuingDistributionPoint, certificate: Certificate) -> bool:
    if scope.indirect_crl or scope.only_some_reasons:
        return False
    if scope.only_contains_attribute_certs:
        return False
    is_ca = _is_ca(certificate)
    if (scope.only_contains_ca_certs and not is_ca) or (
        scope.only_contains_user_certs and is_ca
    ):
        return False
    names = {str(name.value) for name in scope.full_name or ()}
    return not names or bool(names.intersection(crl_urls(certificate)))


def _is_ca(certificate: Certificate) -> bool:
    try:
        return certificate.parsed.extensions.get_extension_for_class(
            x509.BasicConstraints
        ).value.ca
    except x509.ExtensionNotFound:
        return False


# OCSP


def _from_ocsps(
    certificate: Certificate, issuer: Certificate, ground: Ground
) -> Iterator[Answer]:
    for der in ground.knowledge.ocsps:
        try:
            yield from _read_ocsp(der, certificate, issuer)
        except (*_UNREADABLE, InvalidSignature):
            continue


def _read_ocsp(
    der: bytes, certificate: Certificate, issuer: Certificate
) -> Iterator[Answer]:
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return
    singles = [s for s in response.responses if _is_about(s, certificate, issuer)]
    if singles and _ocsp_is_signed(response, issuer):
        yield from (_read_single(single) for single in singles)


def _read_single(single: ocsp.OCSPSingleResponse) -> Answer:
    # An answer without nextUpdate says that newer ones are always to be had: half an
    # hour is what certvalidator gives it, too.
    until = single.next_update_utc or single.this_update_utc + timedelta(minutes=30)
    match single.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return Answer(Revocation.GOOD, single.this_update_utc, until)
        case ocsp.OCSPCertStatus.REVOKED:
            return Answer(
                Revocation.REVOKED,
                single.this_update_utc,
                until,
                single.revocation_time_utc,
            )
        case _:
            return NO_ANSWER


def _is_about(
    single: ocsp.OCSPSingleResponse, certificate: Certificate, issuer: Certificate
) -> bool:
    """The answer names this serial under this issuer's name and key."""
    if single.serial_number != certificate.parsed.serial_number:
        return False
    name = hashlib.new(single.hash_algorithm.name)
    name.update(issuer.parsed.subject.public_bytes())
    key = hashlib.new(single.hash_algorithm.name)
    key.update(_key_bits(issuer))
    named = (single.issuer_name_hash, single.issuer_key_hash)
    return named == (name.digest(), key.digest())


def _key_bits(certificate: Certificate) -> bytes:
    """The subjectPublicKey BIT STRING's content, which OCSP names a key by."""
    key = certificate.parsed.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raise ValueError("a kind of key that no CA here has")


def _ocsp_is_signed(response: ocsp.OCSPResponse, issuer: Certificate) -> bool:
    """By the issuer itself, or by a responder it certified for this (RFC 6960)."""
    if _verifies(response, issuer.parsed):
        return True
    made = response.produced_at_utc
    for responder in response.certificates:
        if not _may_respond(responder, issuer):
            continue
        valid = responder.not_valid_before_utc <= made <= responder.not_valid_after_utc
        if valid and _verifies(response, responder):
            return True
    return False


def _may_respond(responder: x509.Certificate, issuer: Certificate) -> bool:
    try:
        responder.verify_directly_issued_by(issuer.parsed)
        found = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (*_UNREADABLE, InvalidSignature, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in found.value


def _verifies(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, digest = signer.public_key(), response.signature_hash_algorithm
    if digest is None:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(
                response.signature,
                response.tbs_response_bytes,
                padding.PKCS1v15(),
                digest,
            )
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(
                response.signature, response.tbs_response_bytes, ec.ECDSA(digest)
            )
        else:
            return False
    except InvalidSignature:
        return False
    return True
