"""Whether what a server sent is the answer that was wanted; pure.

Over plain HTTP anybody on the way may answer anything. Only what the authority (or, for
OCSP, a responder it certified) has signed, and what is about the thing asked, is kept;
the verifier looks at all of it once more.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from hub.model.findings import Revocation, TimeProof
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import VerificationPolicy
from hub.model.revocations import RevocationKind
from hub.signatures.answers import UNREADABLE_ANSWERS, Asking
from hub.signatures.ocsps import from_ocsps
from hub.signatures.policy import Ground, Moment
from hub.trust.folder import parse_list
from hub.trust.wants import Checked, Unfit, Want

#: A clock of theirs may be ahead of ours by so much.
_AHEAD = timedelta(minutes=10)
#: A list that names no next one holds for a day, to be asked for again.
_UNSAID = timedelta(days=1)


def check(body: bytes, want: Want, at: datetime) -> Checked:
    """The answer in a body, or raise Unfit with the reason."""
    if want.wanted.kind is RevocationKind.CRL:
        found = _check_list(body, want)
    else:
        found = _check_answer(body, want, at)
    if found.this_update > at + _AHEAD:
        raise Unfit("from the future")
    return found


def _check_list(body: bytes, want: Want) -> Checked:
    try:
        crl = parse_list(body)
        if crl.issuer != want.issuer.parsed.subject:
            raise Unfit("list of another authority")
        if not _is_signed(crl, want.issuer.parsed):
            raise Unfit("signature of the list")
        _check_scope(crl, want)
        start = crl.last_update_utc
        until = crl.next_update_utc or start + _UNSAID
        return Checked(crl.public_bytes(Encoding.DER), start, until)
    except (*UNREADABLE_ANSWERS, InvalidSignature) as error:
        raise Unfit("no list") from error


def _is_signed(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return False
    return crl.is_signature_valid(key)


def _check_scope(crl: x509.CertificateRevocationList, want: Want) -> None:
    """A delta, or another part of a list in parts, must not displace the one wanted."""
    for extension in crl.extensions:
        scope = extension.value
        if isinstance(scope, x509.DeltaCRLIndicator):
            raise Unfit("part of a list")
        if isinstance(scope, x509.IssuingDistributionPoint) and scope.full_name:
            names = {str(name.value) for name in scope.full_name}
            if names.isdisjoint((*want.wanted.names, want.wanted.url)):
                raise Unfit("part of a list")


def _check_answer(body: bytes, want: Want, at: datetime) -> Checked:
    if want.about is None:
        raise Unfit("no answer")
    ground = Ground(Knowledge(ocsps=(body,)), VerificationPolicy(), Limits(), at)
    asking = Asking(
        certificate=want.about,
        issuer=want.issuer,
        anchor=want.issuer,
        moment=Moment(at, TimeProof.NONE),
        ground=ground,
    )
    for answer in from_ocsps(asking):
        known = answer.status in {Revocation.GOOD, Revocation.REVOKED}
        if known and answer.as_of and answer.until:
            return Checked(body, answer.as_of, answer.until)
    raise Unfit("no answer")
