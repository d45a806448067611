"""S/MIME (RFC 8551) over the bytes the envelope was read from, bound to From."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import new as new_hash
from typing import Any

from asn1crypto import cms, core
from cryptography import x509
from cryptography.x509.oid import NameOID
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from hub.model.findings import Chain
from hub.model.frames import Mail, Proof, ProofState
from hub.model.knowledge import Needs
from hub.model.limits import Limits
from hub.signatures.certificates import Certificate, extension, needs_of
from hub.signatures.chain import trust_signer
from hub.signatures.policy import BROKEN_DIGESTS, Ground, as_utc, choose_moment
from hub.signatures.stamps import FOREIGN_CMS, cms_certificates


def needs(mail: Mail, limits: Limits) -> Needs:
    """Issuers and revocation addresses that an S/MIME signature names."""
    if not mail.signature:
        return Needs()
    try:
        found = cms.ContentInfo.load(mail.signature)["content"]["certificates"]
        ders = [bytes(each.dump()) for each in list(found)[: limits.certificates]]
    except FOREIGN_CMS:
        return Needs()
    return needs_of(ders)


def smime_proofs(mail: Mail, ground: Ground) -> Iterator[Proof]:
    """A proof where the mail is signed; never raises for hostile input."""
    if not mail.signature:
        return
    try:
        yield _cms(mail, ground)
    except FOREIGN_CMS:
        yield Proof("s/mime", ProofState.FAILED, detail="unreadable")


def _cms(mail: Mail, ground: Ground) -> Proof:
    """Judge a signature; raises one of FOREIGN_CMS."""
    signed_data = cms.ContentInfo.load(mail.signature)["content"]
    signer, others = cms_certificates(signed_data, ground.limits)
    addresses = addresses_of(signer)
    speaks = mail.address in addresses
    about = mail.address if speaks else next(iter(sorted(addresses)), "")
    state, detail = _judged(mail, signed_data, (signer, others), ground)
    if state is ProofState.PASSED and not speaks:
        detail = "other-address"
    return Proof("s/mime", state, about, aligned=speaks, detail=detail)


def _judged(
    mail: Mail,
    signed_data: Any,  # noqa: ANN401 - asn1crypto has no types
    certificates: tuple[Certificate, Iterable[bytes]],
    ground: Ground,
) -> tuple[ProofState, str]:
    signer, others = certificates
    info = extract_signer_info(signed_data)
    name = str(info["digest_algorithm"]["algorithm"].native)
    if name in BROKEN_DIGESTS or name == "sha1" or signer.has_broken_key:
        return ProofState.FAILED, "algorithm"
    if not _same_content(signed_data, mail.signed):
        return ProofState.FAILED, "body-changed"
    holds = validate_sig_integrity(
        info,
        extract_certificate_info(signed_data).signer_cert,
        expected_content_type="data",
        actual_digest=new_hash(name, mail.signed).digest(),
    )
    if not all(holds):
        return ProofState.FAILED, "signature-broken" if holds[0] else "body-changed"
    moment = choose_moment(_claimed(info), None, ground)
    trust = trust_signer(signer, others, moment, ground)
    if trust.chain is Chain.UNKNOWN:
        return ProofState.NONE, "unknown-issuer"
    if trust.chain is not Chain.TRUSTED or trust.reasons:
        reason = trust.reasons[0].value if trust.reasons else "CHAIN"
        return ProofState.FAILED, reason.lower().replace("_", "-")
    return ProofState.PASSED, ""


def _same_content(signed_data: Any, signed: bytes) -> bool:  # noqa: ANN401 - asn1crypto has no types
    """Detached, or carrying the very bytes the envelope was read from."""
    content = signed_data["encap_content_info"]["content"]
    if isinstance(content, core.Void) or content.native is None:
        return True
    return bytes(content.native) == signed


def _claimed(info: Any) -> datetime | None:  # noqa: ANN401 - asn1crypto has no types
    attributes = info["signed_attrs"]
    if isinstance(attributes, core.Void):
        return None
    times = (
        a["values"][0].native for a in attributes if a["type"].native == "signing_time"
    )
    moment = next(times, None)
    return None if moment is None else as_utc(moment)


def addresses_of(certificate: Certificate) -> frozenset[str]:
    """The mail addresses a certificate is made out to, small letters."""
    subject = certificate.parsed.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
    found = {str(each.value).lower() for each in subject}
    names = extension(certificate.parsed.extensions, x509.SubjectAlternativeName)
    mails = [] if names is None else names.get_values_for_type(x509.RFC822Name)
    return frozenset(found | {name.lower() for name in mails})
