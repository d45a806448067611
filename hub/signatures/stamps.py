"""RFC 3161 time stamps: tokens on a signature, and document time stamps."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from hub.model.findings import StampFact, SubIndication
from hub.model.limits import Limits
from hub.signatures.certificates import UNREADABLE, Certificate, read
from hub.signatures.chain import Trust, trust_stamper
from hub.signatures.conclude import weakness
from hub.signatures.policy import Ground, as_utc

#: Tokens looked at on one signature; one is the habit.
_TOKENS = 3

#: What pyHanko and asn1crypto raise for odd CMS.
FOREIGN_CMS = (
    *UNREADABLE,
    SignatureValidationError,
    InvalidSignature,
    UnsupportedAlgorithm,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One time-stamp token, judged."""

    #: genTime, as the token states it.
    at: datetime
    #: The imprint is of what was stamped.
    fits: bool
    #: The authority's signature on the token holds.
    signed: bool
    authority: Certificate
    trust: Trust
    digest: str
    method: str
    #: What is weak or broken in how it was made.
    weakness: tuple[SubIndication, ...] = ()

    @property
    def intact(self) -> bool:
        """The token is about what was stamped, and the authority said it."""
        return self.fits and self.signed

    @property
    def proven(self) -> bool:
        """Whether the stated time may be relied on."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[SubIndication, ...]:
        """Why it proves nothing; empty when proven."""
        if not self.fits:
            return (SubIndication.HASH_FAILURE,)
        if not self.signed:
            return (SubIndication.SIG_CRYPTO_FAILURE,)
        return tuple(dict.fromkeys((*self.trust.reasons, *self.weakness)))

    @property
    def fact(self) -> StampFact:
        """What a finding says of it."""
        subject = self.authority.parsed.subject.rfc4514_string()
        return StampFact(self.at, self.proven, subject, self.reasons)


@dataclass(frozen=True, slots=True)
class Stamps:
    """All tokens on one thing that was stamped."""

    judged: tuple[Stamp, ...] = ()
    #: Tokens that cannot be read.
    lost: int = 0

    def __iter__(self) -> Iterator[Stamp]:
        return iter(self.judged)

    @property
    def earliest(self) -> datetime | None:
        """The earliest proven moment; None: nothing is proven."""
        return min((s.at for s in self.judged if s.proven), default=None)

    @property
    def latest(self) -> datetime | None:
        """The latest proven moment; None: nothing is proven."""
        return max((s.at for s in self.judged if s.proven), default=None)

    @property
    def facts(self) -> tuple[StampFact, ...]:
        """What a finding says of them, unreadable ones last."""
        return (*(s.fact for s in self.judged), *(_LOST,) * self.lost)


_LOST = StampFact(None, proven=False, reasons=(SubIndication.FORMAT_FAILURE,))


def judge_token(signed_data: Any, stamped: bytes | None, ground: Ground) -> Stamp:  # noqa: ANN401 - asn1crypto has no types
    """Judge a token's SignedData over bytes; raises one of FOREIGN_CMS.

    `stamped` None: the caller compares the imprint itself (document time stamps).
    """
    content = signed_data["encap_content_info"]["content"]
    info = content.parsed
    if not isinstance(info, tsp.TSTInfo):
        raise ValueError("not a time-stamp token")  # noqa: TRY004 - input, not a bug
    signer, others = cms_certificates(signed_data, ground.limits)
    fits = stamped is None or _fits(info, stamped)
    at = as_utc(info["gen_time"].native)
    signer_info = extract_signer_info(signed_data)
    return Stamp(
        at=at,
        fits=fits,
        signed=_holds(signer_info, signer, bytes(content)),
        authority=signer,
        trust=trust_stamper(signer, others, at, ground),
        digest=imprint_algorithm(info),
        method=str(signer_info["signature_algorithm"]["algorithm"].native),
        weakness=weakness(
            {imprint_algorithm(info), _digest_of(signer_info)}, signer, ground
        ),
    )


def _digest_of(signer_info: Any) -> str:  # noqa: ANN401 - asn1crypto has no types
    return str(signer_info["digest_algorithm"]["algorithm"].native)


def _fits(info: Any, stamped: bytes) -> bool:  # noqa: ANN401 - asn1crypto has no types
    return imprint(info) == _digest(imprint_algorithm(info), stamped)


def imprint(info: Any) -> bytes:  # noqa: ANN401 - asn1crypto has no types
    """The digest a token is about."""
    return bytes(info["message_imprint"]["hashed_message"].native)


def imprint_algorithm(info: Any) -> str:  # noqa: ANN401 - asn1crypto has no types
    """The name of that digest's algorithm, as hashlib writes it."""
    return str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)


def _digest(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data, usedforsecurity=False).digest()


def _holds(signer_info: Any, signer: Certificate, content: bytes) -> bool:  # noqa: ANN401 - asn1crypto has no types
    found = validate_sig_integrity(
        signer_info,
        asn1.Certificate.load(signer.der),
        expected_content_type="tst_info",
        actual_digest=_digest(_digest_of(signer_info), content),
    )
    return all(found)


def cms_certificates(
    signed_data: Any,  # noqa: ANN401 - asn1crypto has no types
    limits: Limits,
) -> tuple[Certificate, tuple[bytes, ...]]:
    """The signer's certificate and the others; raises ValueError over the limit."""
    if count_certificates(signed_data) > limits.certificates:
        raise ValueError("too many certificates")
    found = extract_certificate_info(signed_data)
    others = tuple(bytes(c.dump()) for c in found.other_certs)
    return read(bytes(found.signer_cert.dump())), others


def count_certificates(signed_data: Any) -> int:  # noqa: ANN401 - asn1crypto has no types
    """How many certificates a CMS carries."""
    found = signed_data["certificates"]
    return 0 if isinstance(found, core.Void) else len(found)


def signature_stamps(signer_info: Any, ground: Ground) -> Stamps:  # noqa: ANN401 - asn1crypto has no types
    """The tokens among a CMS signature's unsigned attributes."""
    value = bytes(signer_info["signature"].native)
    tokens = [bytes(token.dump()) for token in tokens_of(signer_info)]
    return stamps_over(value, tokens, ground)


def content_stamps(
    signer_info: Any,  # noqa: ANN401 - asn1crypto has no types
    digest: bytes,
    name: str,
    ground: Ground,
) -> Stamps:
    """Tokens the signer signed, about what was signed: made before the signature.

    ETSI EN 319 122-1, 5.2.8. Their imprint is compared with the digest at hand, by its
    algorithm's name; a token about another digest is not looked into.
    """
    judged: list[Stamp] = []
    lost = 0
    tokens = _values(signer_info["signed_attrs"], "content_time_stamp")
    for token in tokens[:_TOKENS]:
        try:
            stamp = judge_token(token["content"], None, ground)
            info = token["content"]["encap_content_info"]["content"].parsed
        except FOREIGN_CMS:
            lost += 1
        else:
            fits = (stamp.digest, imprint(info)) == (name, digest)
            judged.append(replace(stamp, fits=fits))
    return Stamps(tuple(judged), lost)


def stamps_over(stamped: bytes, tokens: Iterable[bytes], ground: Ground) -> Stamps:
    """Judge tokens (DER of ContentInfo) over the same bytes; never raises for them."""
    judged: list[Stamp] = []
    lost = 0
    for token in islice(tokens, _TOKENS):
        try:
            signed_data = cms.ContentInfo.load(token)["content"]
            judged.append(judge_token(signed_data, stamped, ground))
        except FOREIGN_CMS:
            lost += 1
    return Stamps(tuple(judged), lost)


def tokens_of(signer_info: Any) -> list[Any]:  # noqa: ANN401 - asn1crypto has no types
    """The time-stamp tokens (ContentInfo) on a CMS signature."""
    return _values(signer_info["unsigned_attrs"], "signature_time_stamp_token")


def _values(attributes: Any, wanted: str) -> list[Any]:  # noqa: ANN401 - asn1crypto has no types
    if isinstance(attributes, core.Void):
        return []
    values = [a["values"] for a in attributes if a["type"].native == wanted]
    return [value for many in values for value in many]
