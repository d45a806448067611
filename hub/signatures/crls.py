"""What the CRLs at hand say of one certificate; found by issuer and key."""

from collections.abc import Iterator
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hub.model.findings import Revocation
from hub.signatures.answers import NO_ANSWER, UNREADABLE_ANSWERS, Answer
from hub.signatures.certificates import Certificate, crl_urls, read
from hub.signatures.policy import Ground


@lru_cache(maxsize=32)
def _crl(der: bytes) -> x509.CertificateRevocationList | None:
    """A CRL as read; None where it cannot be."""
    try:
        return x509.load_der_x509_crl(der)
    except UNREADABLE_ANSWERS:
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
    except (*UNREADABLE_ANSWERS, InvalidSignature):
        return False


def from_crls(
    certificate: Certificate, issuer: Certificate, ground: Ground
) -> Iterator[Answer]:
    """One answer from every CRL that the issuer's key has signed."""
    for der in ground.knowledge.crls:
        found = _crl(der)
        if found is None or not _crl_is_signed(der, issuer.der):
            continue
        try:
            if found.issuer == issuer.parsed.subject:
                yield _read_crl(found, der, certificate)
        except UNREADABLE_ANSWERS:
            continue


def _read_crl(
    crl: x509.CertificateRevocationList, der: bytes, certificate: Certificate
) -> Answer:
    times = (crl.last_update_utc, crl.next_update_utc)
    entry = _entry(crl, der, certificate.parsed.serial_number)
    if entry is not None and not _lifts_hold(entry):
        return Answer(Revocation.REVOKED, *times, entry.revocation_date_utc)
    # A CRL may leave out what had expired before it was made.
    if not _speaks_for(crl, certificate) or (
        times[0] > certificate.parsed.not_valid_after_utc
    ):
        return NO_ANSWER
    return Answer(Revocation.GOOD, *times)


def _entry(
    crl: x509.CertificateRevocationList, der: bytes, serial: int
) -> x509.RevokedCertificate | None:
    """The entry of a serial; a list its digits do not occur in is not walked through.

    cryptography looks at entry after entry: 2 ms for 20,000 of them.
    """
    digits = abs(serial).to_bytes(max(1, (serial.bit_length() + 7) // 8))
    if serial >= 0 and digits not in der:
        return None
    return crl.get_revoked_certificate_by_serial_number(serial)


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
