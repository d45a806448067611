"""XAdES signatures (ETSI EN 319 132-1): what the signer says of himself, and when.

    S Id=S1
     ├─ SignedInfo( Reference -> "" , Reference -> #P )
     └─ Object( Q Target=#S1 ( P( SigningTime, SigningCertificate ), unsigned ) )

Q are the QualifyingProperties, P the signed ones in them; unsigned may hold time
stamps (T), certificates and revocation data (V).
"""

from base64 import b64encode
from dataclasses import replace
from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding

from hub.model.findings import Covered, Finding, Level, SubIndication, TimeProof
from hub.rehearsal.pki import Identity
from hub.rehearsal.xadessigning import (
    Form,
    sign_xades,
)
from tests.cases.authorities import certified
from tests.cases.book import PASSED, Book, Case, failed, open_
from tests.cases.room import (
    HOUR,
    NOW,
    envelope,
    leader,
    office,
    pki,
)
from tests.cases.shapes import (
    both,
    broken,
    covers,
    cut,
    intact,
    once,
    reached,
    refilled,
    remarks,
    xml_case,
)

BOOK = Book()

AT = NOW - HOUR
UNLAWFUL = open_(SubIndication.SIG_CONSTRAINTS_FAILURE)
OTHER_SIGNER = open_(SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
_P = (b"<xades:SignedProperties", b"</xades:SignedProperties>")
_Q = (b"<xades:QualifyingProperties", b"</xades:QualifyingProperties>")
STATED = reached(Level.B, TimeProof.CLAIMED)


@cache
def signed(*references: str) -> bytes:
    """Level B by the office, an hour ago."""
    return sign_xades(envelope(), office(), Form(AT), references or ("",))


def _formed(signer: Identity | None = None, **how) -> bytes:
    return sign_xades(envelope(), signer or office(), Form(AT, **how))


def signed_at(found: tuple[Finding, ...]) -> None:
    assert found[0].signed_at == AT


# level B


@BOOK.case
def level_b() -> Case:
    """S -> "", #P; P names the office's certificate. TOTAL_PASSED, level B, claimed."""
    also = both(STATED, signed_at, covers(Covered.DOCUMENT, signed=True))
    return xml_case(signed(), PASSED, also=also)


@BOOK.case
def level_b_over_parts() -> Case:
    """S -> #message, #body, #files, #P: what P says is no part of the document."""
    parts = covers(Covered.HEADER, Covered.BODY, Covered.ATTACHMENTS, signed=True)
    made = signed("#message", "#body", "#files")
    return xml_case(made, PASSED, also=both(STATED, parts))


@BOOK.case
def level_b_inclusive() -> Case:
    """The same with C14N 1.0, under which P takes all namespaces along."""
    return xml_case(_formed(c14n="inclusive"), PASSED, also=STATED)


@BOOK.case
def certificate_named_the_old_way() -> Case:
    """P( SigningCertificate ), of before 2016: TOTAL_PASSED, level B."""
    return xml_case(_formed(naming="SigningCertificate"), PASSED, also=STATED)


@BOOK.case
def first_version() -> Case:
    """XAdES 1.1.1 in its own namespace and reference type: TOTAL_PASSED, level B."""
    made = _formed(version="1.1.1", naming="SigningCertificate")
    return xml_case(made, PASSED, also=STATED)


@BOOK.case
def reference_without_type() -> Case:
    """S -> #P without Type: what is signed is what counts. TOTAL_PASSED, level B."""
    return xml_case(_formed(untyped=True), PASSED, also=STATED)


@BOOK.case
def key_info_signed_instead_of_a_name() -> Case:
    """S -> "", #KeyInfo, #P without a name: the certificate itself is signed.

    TS 101 903, 7.2.2 allows it: TOTAL_PASSED.
    """
    return xml_case(_formed(naming="", with_key_info=True), PASSED, also=STATED)


@BOOK.case
def properties_changed() -> Case:
    """S -> #P, the SigningTime changed: TOTAL_FAILED, HASH_FAILURE."""
    xml = once(signed(), b"2020-03-02T07", b"2020-02-02T07")
    said = failed(SubIndication.HASH_FAILURE)
    return xml_case(xml, said, twin="level_b", also=broken)


@BOOK.case
def another_certificate_named() -> Case:
    """P names the leader's certificate, the office's verifies.

    INDETERMINATE, NO_SIGNING_CERTIFICATE_FOUND (EN 319 102-1, 5.2.3).
    """
    made = _formed(named=leader().certificate)
    also = remarks("another certificate named", intact=True)
    return xml_case(made, OTHER_SIGNER, twin="level_b", also=also)


@cache
def _reissued() -> Identity:
    """Another certificate for the office's key, made out to somebody else."""
    other = pki().leaf("UBND xã Giao Yến")
    key = office().key
    made = certified(other.parsed.subject, key.public_key(), pki().issuing)
    return replace(other, certificate=made.public_bytes(Encoding.DER), key=key)


@BOOK.case
def certificate_put_in_place_of_the_named_one() -> Case:
    """KeyInfo holds another certificate for the same key: whose signature is it?

    NO_SIGNING_CERTIFICATE_FOUND: what SigningCertificate is there for.
    """
    changed = refilled(signed(), b"ds:X509Certificate", _coded(_reissued()))
    return xml_case(changed, OTHER_SIGNER, twin="level_b", also=intact)


@BOOK.case
def certificate_put_before_the_named_one() -> Case:
    """KeyInfo( another for the same key, the named one ): the named one is the signer.

    TOTAL_PASSED, and the office's.
    """
    opening = b"<ds:X509Data>"
    other = opening + b"<ds:X509Certificate>%s</ds:X509Certificate>"
    xml = once(signed(), opening, other % _coded(_reissued()))

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].signer is not None
        assert found[0].signer.common_name == "UBND huyện Giao Thủy"

    return xml_case(xml, PASSED, also=also)


def _coded(identity: Identity) -> bytes:
    return b64encode(identity.certificate)


@BOOK.case
def no_certificate_named() -> Case:
    """P names nobody, KeyInfo is not signed: SIG_CONSTRAINTS_FAILURE."""
    also = remarks("signing certificate not named", intact=True)
    return xml_case(_formed(naming=""), UNLAWFUL, twin="level_b", also=also)


@BOOK.case
def properties_not_signed() -> Case:
    """S -> "" alone, P beside it: anybody may have written P.

    SIG_CONSTRAINTS_FAILURE; its SigningTime is not even a claim.
    """
    plain = reached(Level.PLAIN, TimeProof.NONE)
    also = both(plain, remarks("properties not signed", intact=True))
    return xml_case(_formed(unsigned=True), UNLAWFUL, twin="level_b", also=also)


@BOOK.case
def properties_of_another_signature() -> Case:
    """Q Target=#S2 inside S1: SIG_CONSTRAINTS_FAILURE."""
    also = remarks("properties of another signature", intact=True)
    return xml_case(_formed(target="#S2"), UNLAWFUL, twin="level_b", also=also)


@BOOK.case
def two_properties() -> Case:
    """S( Object( Q ) Object( evil Q ) ): which time is the signer's?"""
    _, element, _ = cut(signed(), _Q)
    evil = element.replace(b"-props", b"-evil").replace(b"2020-03", b"2019-03")
    xml = once(
        signed(), b"</ds:Signature>", b"<ds:Object>%s</ds:Object></ds:Signature>" % evil
    )
    also = remarks("properties not in one place", intact=True)
    return xml_case(xml, UNLAWFUL, twin="level_b", also=also)


@BOOK.case
def signed_properties_moved_aside() -> Case:
    """S( Object( Q( evil P ) ) Object( P* ) ) -> #P: what is signed is not in Q."""
    before, element, after = cut(signed(), _P)
    evil = element.replace(b"-props", b"-evil").replace(b"2020-03", b"2019-03")
    space = b' xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"'
    aside = once(element, _P[0], _P[0] + space)
    xml = once(
        before + evil + after,
        b"</ds:Signature>",
        b"<ds:Object>%s</ds:Object></ds:Signature>" % aside,
    )
    also = both(reached(Level.PLAIN, TimeProof.NONE), intact)
    return xml_case(xml, UNLAWFUL, twin="level_b", also=also)


@BOOK.case
def properties_kept_elsewhere() -> Case:
    """S( Object( QualifyingPropertiesReference ) ): nothing is fetched."""
    before, element, after = cut(signed(), _Q)
    space = b' xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"'
    aside = b'<xades:QualifyingPropertiesReference%s URI="http://a.example/q"/>' % space
    signed_part = once(cut(element, _P)[1], _P[0], _P[0] + space)
    xml = before + aside + b"</ds:Object><ds:Object>" + signed_part + after
    also = remarks("properties not in one place", intact=True)
    return xml_case(xml, UNLAWFUL, twin="level_b", also=also)


@BOOK.case
def two_xades_signatures() -> Case:
    """Leader's S1, then the office's S2, each with its own P: TOTAL_PASSED, both."""
    parts = ("#body", "#files")
    first = sign_xades(envelope(), leader(), Form(AT), parts)
    made = sign_xades(first, office(), Form(AT, id="S2"), parts)
    return xml_case(made, PASSED, PASSED)


@BOOK.case
def two_signatures_of_one_id() -> Case:
    """Leader's S1, then the office's S1 again: which of them is P about?

    INDETERMINATE, NOT_THE_DOCUMENT: their Ids stand twice.
    """
    parts = ("#body", "#files")
    one = sign_xades(envelope(), leader(), Form(AT), parts)
    two = sign_xades(envelope(), office(), Form(AT), parts)
    _, other, _ = cut(two, (b"<ds:Signature ", b"</ds:Signature>"))
    made = once(one, b"</edXML:edXMLHeader>", other + b"</edXML:edXMLHeader>")
    said = open_(SubIndication.NOT_THE_DOCUMENT)
    return xml_case(made, said, said, twin="two_xades_signatures")
