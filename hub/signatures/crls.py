"""What the CRLs at hand say of one certificate; found by issuer and key."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa

from hub.model.findings import Revocation
from hub.signatures.answers import (
    NO_ANSWER,
    UNREADABLE_ANSWERS,
    Answer,
    Asking,
    Means,
)
from hub.signatures.certificates import Certificate, may_list, read
from hub.signatures.crl_entries import entry_of, is_walkable, reason_of
from hub.signatures.crl_scopes import (
    EVERY_REASON,
    delta_of,
    is_for_certificates,
    names_issuer,
    number_of,
    reasons_for,
    scope_of,
)
from hub.signatures.paths import BadPath, NoPath, find_path

#: Kinds of keys that sign CRLs here; cryptography checks the rest.
_KEYS = (
    rsa.RSAPublicKey,
    ec.EllipticCurvePublicKey,
    ed25519.Ed25519PublicKey,
    ed448.Ed448PublicKey,
)


@dataclass(frozen=True, slots=True)
class _List:
    """A CRL, its bytes and as read."""

    der: bytes = field(repr=False)
    crl: x509.CertificateRevocationList = field(repr=False)


def from_crls(asking: Asking) -> Iterator[Answer]:
    """One answer from every CRL that may speak for the certificate's issuer."""
    lists = [der for der in asking.ground.knowledge.crls if _may_answer(der, asking)]
    deltas = tuple(der for der in lists if _is_delta(der))
    about = _Subject(asking.certificate, asking.issuer)
    for der in lists:
        try:
            yield from _answers(der, deltas, about)
        except UNREADABLE_ANSWERS:
            continue


@lru_cache(maxsize=64)
def _is_delta(der: bytes) -> bool:
    """It only adds to another list."""
    return delta_of(_read(der)) is not None


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom a list is asked about; what it says of him depends on nothing else."""

    certificate: Certificate
    issuer: Certificate


@lru_cache(maxsize=1024)
def _answers(
    der: bytes, deltas: tuple[bytes, ...], about: _Subject
) -> tuple[Answer, ...]:
    """What a list says with its deltas; kept, for one agency signs many documents."""
    one, *more = (_List(each, _read(each)) for each in (der, *deltas))
    return tuple(_answer(one, more, about))


def _read(der: bytes) -> x509.CertificateRevocationList:
    found = _crl(der)
    if found is None:
        raise ValueError("CRL unreadable")
    return found


@lru_cache(maxsize=64)
def _crl(der: bytes) -> x509.CertificateRevocationList | None:
    """A CRL as read; None where it cannot be."""
    try:
        return x509.load_der_x509_crl(der)
    except UNREADABLE_ANSWERS:
        return None


def _may_answer(der: bytes, asking: Asking) -> bool:
    """Whether it can be read, and its signer may speak for the issuer."""
    try:
        if not _speaks(der, asking):
            return False
        _is_delta(der)  # raises now what it would raise later
    except UNREADABLE_ANSWERS:
        return False
    return True


# who signed it


def _speaks(der: bytes, asking: Asking) -> bool:
    """By the issuer's key, another key of its name, or whom the certificate names."""
    own = _is_by(der, asking.issuer.der)
    if own and _is_signed_by(der, asking.issuer):
        return True
    if not own and not _is_named_by(asking.certificate, der):
        return False
    return asking.deep and any(
        _is_signed_by(der, one) and _may_speak(one, asking)
        for one in _named(_read(der).issuer, asking)
    )


@lru_cache(maxsize=256)
def _is_by(der: bytes, issuer: bytes) -> bool:
    """It bears the issuer's name: asked for every list of every certificate."""
    found = _crl(der)
    return found is not None and found.issuer == read(issuer).parsed.subject


@lru_cache(maxsize=256)
def _is_named_by(certificate: Certificate, der: bytes) -> bool:
    return names_issuer(certificate, _read(der).issuer)


def _is_signed_by(der: bytes, signer: Certificate) -> bool:
    return _crl_is_signed(der, signer.der)


@lru_cache(maxsize=64)
def _crl_is_signed(der: bytes, issuer: bytes) -> bool:
    found = _crl(der)
    try:
        signer = read(issuer)
        key = signer.parsed.public_key()
        if found is None or not may_list(signer) or not isinstance(key, _KEYS):
            return False
        return found.is_signature_valid(key)
    except (*UNREADABLE_ANSWERS, InvalidSignature):
        return False


def _named(name: x509.Name, asking: Asking) -> Iterator[Certificate]:
    """Certificates at hand with that subject: keys roll over, lists are delegated."""
    known = asking.ground.knowledge
    for der in dict.fromkeys((*known.intermediates, *known.anchors, *asking.others)):
        try:
            found = read(der)
            if found.parsed.subject == name:
                yield found
        except UNREADABLE_ANSWERS:
            continue


def _may_speak(signer: Certificate, asking: Asking) -> bool:
    """It leads to the same anchor, and its own issuer's list does not revoke it."""
    try:
        path = find_path(signer, asking.others, asking.moment.at, asking.ground)
    except (NoPath, BadPath):
        return False
    if path[-1].der != asking.anchor.der:
        return False
    if len(path) == 1:
        return True
    asked = replace(asking, certificate=signer, issuer=path[1], deep=False)
    return all(a.status is not Revocation.REVOKED for a in from_crls(asked))


# what it says


def _answer(one: _List, deltas: list[_List], about: _Subject) -> Iterator[Answer]:
    if not is_for_certificates(one.crl):
        return
    entry = _entry(one, about)
    said = _revoked(one.crl, entry) if entry else _good(one, about)
    if _is_delta(one.der):
        # Alone it proves a revocation, and never that there is none.
        if said.status is Revocation.REVOKED and reason_of(entry) != "removeFromCRL":
            yield said
        return
    for delta in deltas:
        if _adds_to(delta.crl, one.crl):
            said = _added(said, one, delta, about)
    yield said


def _entry(one: _List, about: _Subject) -> x509.RevokedCertificate | None:
    serial = about.certificate.parsed.serial_number
    return entry_of(one.crl, one.der, serial, about.issuer.parsed.subject)


def _revoked(
    crl: x509.CertificateRevocationList, entry: x509.RevokedCertificate
) -> Answer:
    return Answer(
        Revocation.REVOKED,
        crl.last_update_utc,
        crl.next_update_utc,
        entry.revocation_date_utc,
        Means.CRL,
        reason_of(entry),
    )


def _good(one: _List, about: _Subject) -> Answer:
    crl, certificate = one.crl, about.certificate
    # A CRL may leave out what had expired before it was made.
    late = crl.last_update_utc > certificate.parsed.not_valid_after_utc
    reasons = reasons_for(crl, certificate, about.issuer.parsed.subject)
    if late or not reasons or not is_walkable(crl, one.der):
        return NO_ANSWER
    return Answer(
        Revocation.GOOD,
        crl.last_update_utc,
        crl.next_update_utc,
        means=Means.CRL,
        reasons=None if reasons >= EVERY_REASON else reasons,
    )


def _adds_to(
    delta: x509.CertificateRevocationList, base: x509.CertificateRevocationList
) -> bool:
    """RFC 5280, 5.2.4: same issuer, same scope, and no gap between the two."""
    wanted = delta_of(delta)
    return (
        wanted is not None
        and delta.issuer == base.issuer
        and scope_of(delta) == scope_of(base)
        and wanted <= number_of(base) <= number_of(delta)
    )


def _added(said: Answer, base: _List, delta: _List, about: _Subject) -> Answer:
    """What the complete list says once the delta is applied."""
    entry = _entry(delta, about)
    if entry is None:
        if said.status is not Revocation.GOOD or not is_walkable(delta.crl, delta.der):
            return said
        return replace(said, as_of=delta.crl.last_update_utc)
    if reason_of(entry) == "removeFromCRL":
        good = _good(base, about)
        return replace(good, as_of=delta.crl.last_update_utc) if good.as_of else good
    return _revoked(delta.crl, entry)
