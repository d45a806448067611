"""What the OCSP answers at hand say of one certificate (RFC 6960)."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from hub.model.findings import Revocation
from hub.signatures.answers import (
    NO_ANSWER,
    UNREADABLE_ANSWERS,
    Answer,
    Asking,
    Means,
)
from hub.signatures.certificates import Certificate, extension, read
from hub.signatures.crls import from_crls

#: Certificates of a response looked at: one responder, and its CA at most.
_RESPONDERS = 4


def from_ocsps(asking: Asking) -> Iterator[Answer]:
    """One answer from every response about it that may speak for the issuer."""
    for der in asking.ground.knowledge.ocsps:
        try:
            yield from _read_ocsp(der, asking)
        except (*UNREADABLE_ANSWERS, InvalidSignature):
            continue


def _read_ocsp(der: bytes, asking: Asking) -> Iterator[Answer]:
    response = ocsp.load_der_ocsp_response(der)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return
    certificate, issuer = asking.certificate, asking.issuer
    singles = [s for s in response.responses if _is_about(s, certificate, issuer)]
    if singles and _ocsp_is_signed(response, asking):
        yield from (_read_single(single) for single in singles)


def _read_single(single: ocsp.OCSPSingleResponse) -> Answer:
    # An answer without nextUpdate says that newer ones are always to be had: half an
    # hour is what certvalidator gives it, too.
    until = single.next_update_utc or single.this_update_utc + timedelta(minutes=30)
    match single.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return Answer(
                Revocation.GOOD, single.this_update_utc, until, means=Means.OCSP
            )
        case ocsp.OCSPCertStatus.REVOKED:
            return Answer(
                Revocation.REVOKED,
                single.this_update_utc,
                until,
                single.revocation_time_utc,
                Means.OCSP,
                str(single.revocation_reason.value) if single.revocation_reason else "",
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
    key = asn1.Certificate.load(certificate.der).public_key["public_key"]
    return bytes(key.contents[1:])  # the first byte counts unused bits


def _ocsp_is_signed(response: ocsp.OCSPResponse, asking: Asking) -> bool:
    """By the issuer itself, or by a responder it certified for this (RFC 6960)."""
    return _verifies(response, asking.issuer.parsed) or any(
        _may_respond(one, response.produced_at_utc, asking) and _verifies(response, one)
        for one in response.certificates[:_RESPONDERS]
    )


def _may_respond(one: x509.Certificate, made: datetime, asking: Asking) -> bool:
    """RFC 6960, 4.2.2.2: issued by the very CA, for this, in date, not revoked."""
    issuer, ground = asking.issuer, asking.ground
    try:
        one.verify_directly_issued_by(issuer.parsed)
        purposes = extension(one.extensions, x509.ExtendedKeyUsage) or ()
    except (*UNREADABLE_ANSWERS, InvalidSignature):
        return False
    # An expired responder's key answers with any date: only a later proof helps.
    last = made if asking.moment.proven else max(made, ground.at - ground.skew)
    dated = one.not_valid_before_utc <= made and last <= one.not_valid_after_utc
    named = ExtendedKeyUsageOID.OCSP_SIGNING in purposes
    return named and dated and not _is_revoked(one, asking)


def _is_revoked(responder: x509.Certificate, asking: Asking) -> bool:
    """Unless its CA says that nobody need ask (id-pkix-ocsp-nocheck)."""
    if extension(responder.extensions, x509.OCSPNoCheck) is not None:
        return False
    own = read(responder.public_bytes(Encoding.DER))
    asked = replace(asking, certificate=own, deep=False)
    return any(a.status is Revocation.REVOKED for a in from_crls(asked))


def _verifies(response: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    key, digest = signer.public_key(), response.signature_hash_algorithm
    signed = response.signature, response.tbs_response_bytes
    try:
        if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(*signed)
        elif isinstance(key, rsa.RSAPublicKey) and digest is not None:
            key.verify(*signed, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and digest is not None:
            key.verify(*signed, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True
