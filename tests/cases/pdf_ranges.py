"""Byte ranges, /Contents and the CMS in them: forged, odd, and the genuine beside.

"Universal forgery" leaves a reader nothing to verify, "wrapping" moves what is signed
aside (Mladenov et al., "1 Trillion Dollar Refund", CCS 2019). S a signature.
"""

import hashlib
from dataclasses import replace

from asn1crypto import cms, core

from hub.model.findings import Finding, Level, SubIndication
from hub.model.limits import Limits
from hub.rehearsal.hands import Habit, Wish, signed_cms
from hub.rehearsal.signing import hand
from hub.rehearsal.tamper import alter
from tests.cases.book import PASSED, Book, Case, Expected, failed, open_
from tests.cases.pdf_room import (
    MALFORMED,
    OTHER_TEXT,
    TEXT,
    UNEXPLAINED,
    K,
    altered,
    led,
    pdf,
    sealed,
    signed,
)
from tests.cases.room import (
    HOUR,
    NOW,
    ground,
    leader,
    office,
    pki,
    signed_pdf,
    stranger,
)

BOOK = Book()

UNSUPPORTED = open_(SubIndication.UNSUPPORTED)
CONSTRAINTS = open_(SubIndication.SIG_CONSTRAINTS_FAILURE)
MISMATCH = failed(SubIndication.HASH_FAILURE)


@BOOK.case
def an_honest_range() -> Case:
    """[0 a b c], the gap is the hex of the CMS and zeros: whole."""
    return pdf(led(), PASSED, also=altered(None))


def _forged(data: bytes, said: Expected) -> Case:
    return pdf(data, said, twin="an_honest_range")


def _range(data: bytes) -> tuple[int, int, int, int]:
    """Where the byte range stands, and where the gap begins and ends; the length."""
    mark = data.index(b"/ByteRange")
    start = data.index(b"<", data.index(b"/Contents", mark))
    return mark, start, data.index(b">", start) + 1, len(data)


def _ranged(text: bytes, data: bytes | None = None) -> bytes:
    """The file with another byte range, written in the same room."""
    data = data or led()
    mark = data.index(b"/ByteRange")
    end = data.index(b"]", mark) + 1
    return data[:mark] + (b"/ByteRange " + text).ljust(end - mark) + data[end:]


def _resealed(data: bytes, der: bytes) -> bytes:
    """The same file with another CMS in /Contents."""
    _, start, end, _ = _range(data)
    return (
        data[: start + 1]
        + der.hex().encode().ljust(end - start - 2, b"0")
        + (data[end - 1 :])
    )


def _digest(data: bytes) -> bytes:
    _, start, end, _ = _range(data)
    return hashlib.sha256(data[:start] + data[end:]).digest()


def _cms(data: bytes, habit: Habit | None = None) -> cms.ContentInfo:
    wish = Wish(leader(), pki(), NOW - HOUR)
    return cms.ContentInfo.load(signed_cms(_digest(data), habit or Habit(), wish))


@BOOK.case
def text_changed_in_the_signed_bytes() -> Case:
    """text* S: TOTAL_FAILED, HASH_FAILURE."""

    def broken(found: tuple[Finding, ...]) -> None:
        assert found[0].intact is False

    data = alter(led(), TEXT, OTHER_TEXT)
    return pdf(data, MISMATCH, twin="an_honest_range", also=broken)


@BOOK.case
def signature_value_changed() -> Case:
    """text S, the last byte of the RSA value another: SIG_CRYPTO_FAILURE."""
    data = led()
    info = _cms(data)
    signer = info["content"]["signer_infos"][0]
    value = bytes(signer["signature"].native)
    signer["signature"] = core.OctetString(value[:-1] + bytes([value[-1] ^ 1]))
    changed = _resealed(data, info.dump(force=True))
    return _forged(changed, failed(SubIndication.SIG_CRYPTO_FAILURE))


@BOOK.case
def no_byte_range() -> Case:
    """text S without /ByteRange (USF): MALFORMED."""
    return _forged(led().replace(b"/ByteRange", b"/ByteRang_"), MALFORMED)


@BOOK.case
def a_byte_range_of_nothing() -> Case:
    """text S, /ByteRange [0 0 0 0] (USF): its digest is nobody's."""
    return _forged(_ranged(b"[0 0 0 0]"), MISMATCH)


@BOOK.case
def an_empty_byte_range() -> Case:
    """text S, /ByteRange [] (USF): its digest is nobody's."""
    return _forged(_ranged(b"[]"), MISMATCH)


@BOOK.case
def a_negative_byte_range() -> Case:
    """text S, /ByteRange with a negative number (USF): its digest is nobody's."""
    _, start, end, size = _range(led())
    return _forged(_ranged(b"[0 %d %d -%d]" % (start, end, size - end)), MISMATCH)


@BOOK.case
def a_byte_range_past_the_end() -> Case:
    """text S, /ByteRange beyond the file (USF): its digest is nobody's."""
    _, start, end, _ = _range(led())
    return _forged(_ranged(b"[0 %d %d 99999]" % (start, end)), MISMATCH)


@BOOK.case
def no_contents() -> Case:
    """text S without /Contents (USF): MALFORMED."""
    return _forged(led().replace(b"/Contents <", b"/Content_ <"), MALFORMED)


@BOOK.case
def contents_of_zeros() -> Case:
    """text S, /Contents <00…> (USF): MALFORMED."""
    return _forged(_resealed(led(), b"\0"), MALFORMED)


@BOOK.case
def contents_in_another_object() -> Case:
    """text S, /Contents 4 0 R: MALFORMED, the gap would be signed by nobody."""
    data = led()
    _, start, end, _ = _range(data)
    moved = data[:start] + b"4 0 R".ljust(end - start) + data[end:]
    return _forged(moved, MALFORMED)


@BOOK.case
def contents_padded_with_zeros() -> Case:
    """text S, /Contents CMS and 16 KB of zeros: whole, VGCA's habit."""
    return pdf(signed(habit=Habit(room=16_384)), PASSED, also=altered(None))


@BOOK.case
def contents_padded_with_more() -> Case:
    """text S, /Contents CMS and a secret after it: BYTE_RANGE, UNEXPLAINED."""
    data = led()
    _, start, end, _ = _range(data)
    hidden = b"nobody signed this".hex().encode()
    room = data[start + 1 : end - 1 - len(hidden)] + hidden
    padded = data[: start + 1] + room + data[end - 1 :]
    return pdf(
        padded,
        UNEXPLAINED,
        twin="contents_padded_with_zeros",
        also=altered({K.BYTE_RANGE}),
    )


def _wrapped() -> bytes:
    """text S, and a line end more in the gap than its hex: signed so, by its signer."""
    data = led()
    _, start, end, size = _range(data)
    loose = _ranged(b"[0 %d %d %d]" % (start, end + 1, size - end - 1))
    digest = hashlib.sha256(loose[:start] + loose[end + 1 :]).digest()
    wish = Wish(leader(), pki(), NOW - HOUR)
    return _resealed(loose, signed_cms(digest, Habit(), wish))


@BOOK.case
def a_gap_that_holds_more() -> Case:
    """text S, the gap is hex and a byte more (SWA): BYTE_RANGE, nobody signed it."""
    return pdf(
        _wrapped(),
        UNEXPLAINED,
        twin="an_honest_range",
        also=altered({K.BYTE_RANGE}),
    )


@BOOK.case
def a_range_that_leaves_the_head_out() -> Case:
    """text S, /ByteRange begins behind the header: never passes."""
    _, start, end, size = _range(led())
    text = b"[9 %d %d %d]" % (start - 9, end, size - end)
    return _forged(_ranged(text), MISMATCH)


@BOOK.case
def two_signatures_with_one_range() -> Case:
    """text S | S2 whose /ByteRange is the first one's: S2 is never clean."""
    both = sealed(led())
    mark = both.index(b"/ByteRange")
    first = both[mark : both.index(b"]", mark) + 1].rstrip()
    at = both.rindex(b"/ByteRange")
    stop = both.index(b"]", at) + 1
    forged = both[:at] + first.ljust(stop - at) + both[stop:]
    return pdf(forged, PASSED, MISMATCH, twin="signed_by_two")


@BOOK.case
def signed_by_two() -> Case:
    """text S | S2: both pass."""
    return pdf(sealed(led()), PASSED, PASSED)


# the CMS


@BOOK.case
def content_inside_the_cms() -> Case:
    """S with the text inside its CMS: SIG_CONSTRAINTS_FAILURE, it is not detached."""
    data = led()
    info = _cms(data)
    info["content"]["encap_content_info"]["content"] = core.OctetString(b"another")
    changed = _resealed(data, info.dump(force=True))
    return _forged(changed, CONSTRAINTS)


@BOOK.case
def two_signers_in_one_cms() -> Case:
    """S with two SignerInfos: MALFORMED (ISO 32000-2, 12.8.3.3.1: one)."""
    data = led()
    info = _cms(data)
    signers = info["content"]["signer_infos"]
    signers.append(signers[0].copy())
    return _forged(_resealed(data, info.dump(force=True)), MALFORMED)


@BOOK.case
def no_signers_in_the_cms() -> Case:
    """S with no SignerInfo: MALFORMED."""
    data = led()
    info = _cms(data)
    info["content"]["signer_infos"] = []
    return _forged(_resealed(data, info.dump(force=True)), MALFORMED)


@BOOK.case
def no_certificate_in_the_cms() -> Case:
    """S without certificates: NO_SIGNING_CERTIFICATE_FOUND."""
    data = led()
    info = _cms(data)
    info["content"]["certificates"] = []
    said = open_(SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    return _forged(_resealed(data, info.dump(force=True)), said)


@BOOK.case
def a_cms_cut_short() -> Case:
    """S whose CMS ends in the middle: MALFORMED."""
    data = led()
    return _forged(_resealed(data, _cms(data).dump()[:500]), MALFORMED)


@BOOK.case
def cades_names_its_certificate() -> Case:
    """S(ETSI.CAdES) with signing-certificate-v2: level B."""

    def level(found: tuple[Finding, ...]) -> None:
        assert found[0].level is Level.B

    return pdf(signed(habit=Habit(subfilter="pades")), PASSED, also=level)


@BOOK.case
def cades_that_names_no_certificate() -> Case:
    """S(ETSI.CAdES) without signing-certificate-v2: SIG_CONSTRAINTS_FAILURE.

    Without it another certificate of the same key could stand in the signer's place
    (ETSI EN 319 142-1, 6.3).
    """
    data = signed(habit=Habit(subfilter="pades"))
    bare = _without_naming(data)
    return pdf(bare, CONSTRAINTS, twin="cades_names_its_certificate")


def _without_naming(data: bytes) -> bytes:
    """Signed again over attributes that do not name the certificate."""
    info = _cms(data, Habit(subfilter="pades"))
    signer = info["content"]["signer_infos"][0]
    kept = [a for a in signer["signed_attrs"] if "certificate" not in a["type"].native]
    attributes = cms.CMSAttributes(kept)
    signer["signed_attrs"] = attributes
    signer["signature"] = _hand().sign_raw(attributes.untag().dump(), "sha256")
    return _resealed(data, info.dump(force=True))


def _hand():
    return hand(leader())


@BOOK.case
def cades_that_names_another_certificate() -> Case:
    """S(ETSI.CAdES) that names the office's certificate: NO_SIGNING_CERTIFICATE_FOUND.

    The leader's is the one the value verifies with (ETSI EN 319 102-1, 5.2.3).
    """
    data = signed(habit=Habit(subfilter="pades"))
    wish = Wish(office(), pki(), NOW - HOUR)
    theirs = cms.ContentInfo.load(
        signed_cms(_digest(data), Habit(subfilter="pades"), wish)
    )
    info = _cms(data, Habit(subfilter="pades"))
    signer = info["content"]["signer_infos"][0]
    attributes = theirs["content"]["signer_infos"][0]["signed_attrs"].untag()
    signer["signed_attrs"] = attributes
    signer["signature"] = _hand().sign_raw(attributes.untag().dump(), "sha256")
    said = open_(SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    forged = _resealed(data, info.dump(force=True))
    return pdf(forged, said, twin="cades_names_its_certificate")


@BOOK.case
def an_old_subfilter() -> Case:
    """S(adbe.x509.rsa_sha1): UNSUPPORTED and said so, not passed over in silence."""
    data = led().replace(b"/adbe.pkcs7.detached", b"/adbe.x509.rsa_sha1 ")
    return _forged(data, UNSUPPORTED)


@BOOK.case
def an_old_subfilter_with_sha1_inside() -> Case:
    """S(adbe.pkcs7.sha1): UNSUPPORTED, the digest inside the CMS is of the bytes."""
    data = led().replace(b"/adbe.pkcs7.detached", b"/adbe.pkcs7.sha1    ")
    return _forged(data, UNSUPPORTED)


@BOOK.case
def an_unknown_subfilter() -> Case:
    """S(vendor.own): UNSUPPORTED."""
    data = led().replace(b"/adbe.pkcs7.detached", b"/vendor.own.detached")
    return _forged(data, UNSUPPORTED)


@BOOK.case
def a_stranger_after_the_office() -> Case:
    """text S(office) | S(stranger): the first passes, the second's chain is unknown."""
    data = signed_pdf(stranger(), signed_pdf(), field="Signature2")
    unknown = open_(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    return pdf(data, PASSED, unknown, twin="signed_by_two")


@BOOK.case
def more_certificates_than_looked_at() -> Case:
    """S with more certificates than the limit: RESOURCE_LIMIT."""
    limit = open_(SubIndication.RESOURCE_LIMIT)
    case = ground(limits=replace(Limits(), certificates=0))
    return pdf(led(), limit, twin="an_honest_range", case=case)


@BOOK.case
def more_signatures_than_looked_at() -> Case:
    """text S | S | S where two are looked at beside the XML: RESOURCE_LIMIT."""
    data = sealed(led())
    data = sealed(data, field="Signature3")
    limit = open_(SubIndication.RESOURCE_LIMIT)
    case = ground(limits=replace(Limits(), signatures=3))
    return pdf(data, PASSED, PASSED, limit, twin="signed_by_two", case=case)
