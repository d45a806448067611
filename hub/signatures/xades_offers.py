"""What came with a XAdES signature unsigned: time stamps, validation data; the level.

Each is an offer, worth what its own signature proves (ETSI EN 319 132-1, 5.3 to 5.5).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from lxml import etree

from hub.model.findings import Level, SubIndication
from hub.model.limits import Limits
from hub.signatures.certificates import Certificate
from hub.signatures.document import elements, local
from hub.signatures.paths import vouched
from hub.signatures.policy import XMLDSIG, Ground, Refused
from hub.signatures.references import C14N, EXCLUSIVE, INCLUSIVE, refuse_inherited
from hub.signatures.stamps import Stamp, Stamps, stamps_over
from hub.signatures.verifier import alone
from hub.signatures.xades import Properties, attribute, children, decoded, unsigned

_VALUE = f"{{{XMLDSIG}}}SignatureValue"
#: Time stamp properties looked at; one is the habit.
_STAMPS = 3
#: Encodings of encapsulated values other than DER are nobody's here.
_DER = frozenset({"", "http://uri.etsi.org/01903/v1.2.2#DER"})


def signature_stamps(
    found: Properties, signature: etree._Element, ground: Ground
) -> Stamps:
    """Time stamps over the canonical SignatureValue; unreadable ones are counted."""
    judged: list[Stamp] = []
    lost = 0
    for stamp in islice(unsigned(found, "SignatureTimeStamp"), _STAMPS):
        try:
            some = stamps_over(_stamped(stamp, signature), _tokens(stamp), ground)
        except Refused:
            lost += 1
            continue
        judged += some.judged
        lost += some.lost
    return Stamps(tuple(judged), lost)


def _stamped(stamp: etree._Element, signature: etree._Element) -> bytes:
    """What a SignatureTimeStamp is over (EN 319 132-1, 5.3); raises Refused.

    The oldest form names it by HashDataInfo; it may name nothing else.
    """
    value = signature.find(_VALUE)
    if value is None:
        raise Refused(SubIndication.FORMAT_FAILURE, "no SignatureValue")
    for info in children(stamp, "HashDataInfo"):
        if info.get("uri") != f"#{value.get('Id')}" or len(info):
            raise Refused(SubIndication.UNSUPPORTED, "stamp over something else")
    return canonical(value, attribute(stamp, "CanonicalizationMethod", "Algorithm"))


def canonical(element: etree._Element, uri: str) -> bytes:
    """An element by a C14N algorithm, inclusive where none is said; raises Refused."""
    uri = uri or INCLUSIVE
    if uri not in C14N:
        raise Refused(SubIndication.UNSUPPORTED, "canonicalization unknown")
    refuse_inherited(element, uri)
    return etree.tostring(
        alone(element),
        method="c14n",
        exclusive=uri.startswith(EXCLUSIVE),
        with_comments=uri.endswith("WithComments"),
    )


def _tokens(stamp: etree._Element) -> Iterator[bytes]:
    for token in children(stamp, "EncapsulatedTimeStamp"):
        yield decoded(token) or b""


@dataclass(frozen=True, slots=True)
class Offered:
    """Validation data that came with the signature: worth what vouches for it."""

    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)

    def beside(self, ground: Ground, signer: Certificate) -> Ground:
        """The ground of this one signature, with what was offered added to it.

        Certificates that nobody known vouches for are left out; a CRL or an answer
        counts by its issuer's signature, and never against a newer one's "revoked".
        """
        known = ground.knowledge
        intermediates = vouched(signer, self.certificates, ground)
        more = replace(
            known,
            intermediates=(*known.intermediates, *intermediates),
            crls=(*known.crls, *self.crls),
            ocsps=(*known.ocsps, *self.ocsps),
        )
        return replace(ground, knowledge=more)


def offered(found: Properties, limits: Limits) -> Offered:
    """CertificateValues, CRLs and OCSP answers; raises Refused for a pile of them."""
    kinds = ("X509Certificate", "CRLValue", "OCSPValue")
    values = (_values(found, f"Encapsulated{kind}", limits) for kind in kinds)
    return Offered(*values)


def _values(found: Properties, name: str, limits: Limits) -> tuple[bytes, ...]:
    holders = ("CertificateValues", "RevocationValues", "TimeStampValidationData")
    texts = (
        element
        for holder in unsigned(found, *holders)
        for element in elements(holder)
        if local(element) == name and element.get("Encoding", "") in _DER
    )
    ders = [der for element in texts if (der := decoded(element)) is not None]
    if len(ders) > limits.certificates:
        raise Refused(SubIndication.RESOURCE_LIMIT, "too much validation data")
    return tuple(dict.fromkeys(ders))


def level(found: Properties, stamps: Stamps, data: Offered) -> Level:
    """The level that was proven, not the one that is laid claim to.

    An archive time stamp is not checked here: it adds nothing to LT.
    """
    if found.signed is None:
        return Level.PLAIN
    if stamps.earliest is None:
        return Level.B
    return Level.LT if data.crls or data.ocsps else Level.T
