"""XAdES with time stamps (T) and validation data (V): proven only by their own signers.

The letters are those of `xades`, to whose chapter these cases belong.
"""

from base64 import b64encode
from dataclasses import replace
from functools import cache

from hub.model.findings import Finding, Level, SubIndication, TimeProof
from hub.model.knowledge import Knowledge
from hub.rehearsal.pki import Identity
from hub.rehearsal.xadessigning import (
    Form,
    add_unsigned,
    keep_xades,
    sign_xades,
    stamp_xades,
    token_over,
)
from tests.cases.authorities import YEAR
from tests.cases.book import PASSED, Also, Case, failed, open_
from tests.cases.dates import lists_of
from tests.cases.room import (
    DAY,
    HOUR,
    NOW,
    envelope,
    ground,
    knowledge,
    leader,
    office,
    pki,
    revoking,
)
from tests.cases.shapes import both, cut, intact, reached, xml_case
from tests.cases.xades import AT, BOOK, STATED, signed, signed_at

__all__ = ["BOOK"]

_STAMPED = reached(Level.T, TimeProof.TIMESTAMP, True)  # noqa: FBT003 - one proven stamp


@cache
def stamped() -> bytes:
    """Level T: stamped in the same hour."""
    return stamp_xades(signed(), pki(), AT)


# level T


@BOOK.case
def level_t() -> Case:
    """T over the canonical SignatureValue (C14N 1.0, for none is said): proven."""
    return xml_case(stamped(), PASSED, also=both(_STAMPED, signed_at))


@BOOK.case
def level_t_exclusive() -> Case:
    """T says exclusive C14N for SignatureValue: its word is kept."""
    made = stamp_xades(signed(), pki(), AT, c14n="exclusive")
    return xml_case(made, PASSED, also=_STAMPED)


@BOOK.case
def stamp_by_a_method_nobody_knows() -> Case:
    """T says a canonicalization that is not computed: B, the stamp proves nothing."""
    made = stamp_xades(signed(), pki(), AT, c14n="exclusive")
    start = made.rindex(b"http://www.w3.org/2001/10/xml-exc-c14n#")
    odd = made[:start] + b"urn:x" + made[start + 39 :]
    also = reached(Level.B, TimeProof.CLAIMED, False)  # noqa: FBT003 - no proof
    return xml_case(odd, PASSED, also=also)


def _unproven(made: bytes, reason: SubIndication, *expected) -> Case:
    """The stamp proves nothing; the time stays the signer's own word."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].level is Level.B
        assert found[0].time_proof is TimeProof.CLAIMED
        assert [s.proven for s in found[0].stamps] == [False]
        assert reason in found[0].stamps[0].reasons

    return xml_case(made, *(expected or (PASSED,)), also=also)


@BOOK.case
def stamp_over_other_bytes() -> Case:
    """T of another value: B, its imprint is a stranger's (HASH_FAILURE)."""
    made = stamp_xades(signed(), pki(), AT, over=b"other bytes")
    return _unproven(made, SubIndication.HASH_FAILURE)


@BOOK.case
def stamp_of_another_signature() -> Case:
    """T taken from the leader's signature and put into the office's: B."""
    other = stamp_xades(sign_xades(envelope(), leader(), Form(AT)), pki(), AT - DAY)
    edges = (b"<xades:SignatureTimeStamp", b"</xades:SignatureTimeStamp>")
    _, stamp, _ = cut(other, edges)
    return _unproven(add_unsigned(signed(), stamp.decode()), SubIndication.HASH_FAILURE)


@BOOK.case
def stamp_of_noise() -> Case:
    """T that is no token: B, FORMAT_FAILURE."""
    noise = (
        "<xades:SignatureTimeStamp><xades:EncapsulatedTimeStamp>AAAA"
        "</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>"
    )
    made = add_unsigned(signed(), noise)
    return _unproven(made, SubIndication.FORMAT_FAILURE)


@BOOK.case
def stamp_beside_a_forged_one() -> Case:
    """T over other bytes a month ago, then the true T: the true one counts."""
    forged = stamp_xades(signed(), pki(), AT - 30 * DAY, over=b"other bytes")
    made = stamp_xades(forged, pki(), AT)
    also = both(reached(Level.T, TimeProof.TIMESTAMP, False, True), signed_at)  # noqa: FBT003
    return xml_case(made, PASSED, also=also)


@cache
def _brief() -> Identity:
    """An office whose certificate ended yesterday."""
    return pki().leaf("UBND xã Giao Hải", valid=(NOW - YEAR, NOW - DAY))


@BOOK.case
def stamped_before_its_certificate_ended() -> Case:
    """leaf ended yesterday; T two days ago: TOTAL_PASSED."""
    made = sign_xades(envelope(), _brief(), Form(NOW - 2 * DAY))
    stamp = stamp_xades(made, pki(), NOW - 2 * DAY)
    return xml_case(stamp, PASSED, also=_STAMPED, how=ground(_in_its_days()))


def _in_its_days() -> Knowledge:
    """A CRL made before the end: later ones may leave out what has ended."""
    return lists_of(NOW - DAY - HOUR)


@BOOK.case
def claimed_before_its_certificate_ended() -> Case:
    """The same without T: OUT_OF_BOUNDS_NOT_REVOKED, for claims can be backdated."""
    made = sign_xades(envelope(), _brief(), Form(NOW - 2 * DAY))
    said = open_(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)
    twin = "stamped_before_its_certificate_ended"
    how = ground(_in_its_days())
    return xml_case(made, said, twin=twin, also=STATED, how=how)


@BOOK.case
def stamp_forged_before_its_certificate_ended() -> Case:
    """The same with a T over other bytes: OUT_OF_BOUNDS_NOT_REVOKED."""
    made = sign_xades(envelope(), _brief(), Form(NOW - 2 * DAY))
    forged = stamp_xades(made, pki(), NOW - 2 * DAY, over=b"other bytes")
    said = open_(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)
    twin = "stamped_before_its_certificate_ended"
    how = ground(_in_its_days())
    return xml_case(forged, said, twin=twin, also=intact, how=how)


@BOOK.case
def revoked_after_the_stamp() -> Case:
    """T an hour ago, revoked half an hour ago: TOTAL_PASSED."""
    known = revoking(office(), NOW - HOUR / 2)
    return xml_case(stamped(), PASSED, also=_STAMPED, how=ground(known))


@BOOK.case
def revoked_before_the_stamp() -> Case:
    """Revoked yesterday, T an hour ago: TOTAL_FAILED, REVOKED."""
    how = ground(revoking(office(), NOW - DAY))
    said = failed(SubIndication.REVOKED)
    twin = "revoked_after_the_stamp"
    return xml_case(stamped(), said, twin=twin, also=intact, how=how)


# level LT


def _bare() -> Knowledge:
    """The anchor alone: no intermediate, no revocation data."""
    return replace(knowledge(), intermediates=(), crls=())


def _kept(crls: tuple[bytes, ...]) -> bytes:
    chain = (pki().issuing.certificate, pki().root.certificate)
    return keep_xades(stamped(), chain, crls)


def _crls(*revoked) -> tuple[bytes, ...]:
    made = pki()
    return (made.crl(revoked, at=AT), made.crl((), at=AT, issuer=made.root))


def _level(level: Level) -> Also:
    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].level is level

    return also


@BOOK.case
def level_lt() -> Case:
    """V( issuing, root, both CRLs ), judged with the anchor alone: TOTAL_PASSED, LT.

    What was offered is enough, for the anchor vouches for all of it.
    """
    how = ground(_bare())
    return xml_case(_kept(_crls()), PASSED, also=_level(Level.LT), how=how)


@BOOK.case
def level_lt_by_ocsp() -> Case:
    """V( issuing, OCSP answer, the root's CRL ): TOTAL_PASSED, LT."""
    made = pki()
    crl = made.crl((), at=AT, issuer=made.root)
    answer = made.ocsp(office(), at=AT)
    xml = keep_xades(stamped(), (made.issuing.certificate,), (crl,), (answer,))
    return xml_case(xml, PASSED, also=_level(Level.LT), how=ground(_bare()))


@BOOK.case
def nothing_offered() -> Case:
    """The same without V: NO_CERTIFICATE_CHAIN_FOUND."""
    said = open_(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    how = ground(_bare())
    return xml_case(stamped(), said, twin="level_lt", also=_level(Level.T), how=how)


@BOOK.case
def crl_of_a_stranger_offered() -> Case:
    """V( issuing, a stranger's CRL ): says nothing. TRY_LATER."""
    made = pki()
    foreign = made.crl((), at=AT, issuer=made.other_issuing)
    said = open_(SubIndication.TRY_LATER)
    return xml_case(_kept((foreign,)), said, twin="level_lt", how=ground(_bare()))


@BOOK.case
def good_crl_offered_against_a_newer_one() -> Case:
    """V holds a CRL of before the revocation; ours knows of it: REVOKED.

    What comes with a signature never speaks against what is known.
    """
    how = ground(revoking(office(), NOW - DAY))
    said = failed(SubIndication.REVOKED)
    return xml_case(_kept(_crls()), said, twin="level_lt", also=intact, how=how)


@BOOK.case
def revocation_offered_by_the_signer() -> Case:
    """V( CRL with the signer in it, yesterday ): it counts against him. REVOKED."""
    said = failed(SubIndication.REVOKED)
    made = _kept(_crls((office().serial, NOW - DAY)))
    return xml_case(made, said, twin="level_lt", also=intact)


@BOOK.case
def stranger_s_authority_offered() -> Case:
    """leaf of a stranger, V( his issuing CA, his root ): NO_CERTIFICATE_CHAIN_FOUND.

    An offered root is no anchor.
    """
    made = pki()
    leaf = made.leaf("UBND huyện Giao Thủy", issuer=made.other_issuing)
    xml = stamp_xades(sign_xades(envelope(), leaf, Form(AT)), made, AT)
    chain = (made.other_issuing.certificate, made.other_root.certificate)
    crl = made.crl((), at=AT, issuer=made.other_issuing)
    said = open_(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    return xml_case(keep_xades(xml, chain, (crl,)), said, twin="level_lt", also=intact)


@BOOK.case
def pile_of_crls() -> Case:
    """V with nine CRLs where eight are looked at: RESOURCE_LIMIT."""
    many = tuple(pki().crl((), at=AT - n * HOUR) for n in range(9))
    said = open_(SubIndication.RESOURCE_LIMIT)
    return xml_case(_kept(many), said, twin="level_lt")


@BOOK.case
def archive_stamp_that_proves_nothing() -> Case:
    """Archive time stamp over other bytes beside V: LT, for it proves nothing."""
    token = b64encode(token_over(b"other bytes", pki(), AT)).decode()
    stamp = (
        '<x:ArchiveTimeStamp xmlns:x="http://uri.etsi.org/01903/v1.4.1#">'
        f"<xades:EncapsulatedTimeStamp>{token}</xades:EncapsulatedTimeStamp>"
        "</x:ArchiveTimeStamp>"
    )
    made = add_unsigned(_kept(_crls()), stamp)
    return xml_case(made, PASSED, also=_level(Level.LT))
