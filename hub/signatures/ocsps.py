"""What the OCSP answers at hand say of one certificate (RFC 6960)."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from hub.model.findings import Revocation
from hub.signatures.answers import NO_ANSWER, UNREADABLE_ANSWERS, Answer
from hub.signatures.certificates import Certificate
from hub.signatures.policy import Ground


def from_ocsps(
    certificate: Certificate, issuer: Certificate, ground: Ground
) -> Iterator[Answer]:
    """One answer from every response about it that may speak for the issuer."""
    for der in ground.knowledge.ocsps:
        try:
            yield from _read_ocsp(der, certificate, issuer)
        except (*UNREADABLE_ANSWERS, InvalidSignature):
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
    except (*UNREADABLE_ANSWERS, InvalidSignature, x509.ExtensionNotFound):
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
