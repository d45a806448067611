"""Levels B to LTA, time stamps and what they prove; TS a document time stamp.

r1 | r2 | ..., S a signature over all before it, DSS validation data (ETSI EN 319
142-1, 5.4), moments before NOW; proofs of existence after ETSI EN 319 102-1, 5.6.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from hub.model.findings import (
    Finding,
    Level,
    SignatureKind,
    SubIndication,
    TimeProof,
)
from hub.model.knowledge import Knowledge
from hub.rehearsal.hands import VGCA
from hub.rehearsal.lasting import Material, stamp_document, with_material
from hub.rehearsal.pki import Identity, Pki, _stamping
from hub.rehearsal.signing import sign_pdf
from hub.rehearsal.tamper import alter, write_over
from tests.cases.book import PASSED, Also, Book, Case, failed, open_
from tests.cases.pdf_room import UNEXPLAINED, K, altered, led, pdf, signed
from tests.cases.room import (
    DAY,
    HOUR,
    NOW,
    ground,
    knowledge,
    office,
    paper,
    pki,
    signed_pdf,
)

BOOK = Book()

YEAR = timedelta(days=365)
LATER = open_(SubIndication.TRY_LATER)


def _level(*levels: Level | None) -> Also:
    def check(found: tuple[Finding, ...]) -> None:
        assert tuple(f.level for f in found) == levels

    return check


def _timed(proof: TimeProof, at: datetime) -> Also:
    def check(found: tuple[Finding, ...]) -> None:
        assert (found[0].time_proof, found[0].signed_at) == (proof, at)

    return check


def material(at: datetime, revoked: tuple[tuple[int, datetime], ...] = ()) -> Material:
    """CRLs of both authorities at a moment, and their certificates."""
    made = pki()
    crls = (made.crl((), at=at, issuer=made.root), made.crl(revoked, at=at))
    return Material((made.issuing.certificate, made.tsa.certificate), crls)


@cache
def without_answers() -> Knowledge:
    """Anchors and sub-CAs, no revocation data at hand."""
    return replace(knowledge(), crls=())


@BOOK.case
def level_b() -> Case:
    """text S(ETSI.CAdES): level B, the time is claimed."""
    return pdf(signed_pdf(), PASSED, also=_level(Level.B))


@BOOK.case
def level_plain() -> Case:
    """text S(adbe.pkcs7.detached): no level of ETSI's."""
    return pdf(led(), PASSED, also=_level(Level.PLAIN))


@BOOK.case
def level_t() -> Case:
    """text S + token: level T, the moment is the TSA's."""

    def stamped(found: tuple[Finding, ...]) -> None:
        _level(Level.T)(found)
        _timed(TimeProof.TIMESTAMP, NOW - DAY)(found)
        (fact,) = found[0].stamps
        assert (fact.at, fact.proven, fact.reasons) == (NOW - DAY, True, ())

    return pdf(signed_pdf(at=NOW - DAY, timestamp=True), PASSED, also=stamped)


@BOOK.case
def level_lt() -> Case:
    """text S + token | DSS: level LT; nothing at hand but what the file brings."""
    data = with_material(signed_pdf(timestamp=True), material(NOW))
    known = ground(without_answers())
    return pdf(data, PASSED, also=_level(Level.LT), case=known)


@BOOK.case
def no_answers_at_hand() -> Case:
    """text S + token, no DSS, nothing at hand: TRY_LATER."""
    known = ground(without_answers())
    return pdf(signed_pdf(timestamp=True), LATER, twin="level_lt", case=known)


@BOOK.case
def level_lta() -> Case:
    """text S + token | DSS | TS: level LTA, all pass, every change named."""

    def lasting(found: tuple[Finding, ...]) -> None:
        _level(Level.LTA, None)(found)
        kinds = {K.VALIDATION_DATA, K.DOCUMENT_TIMESTAMP, K.BOOKKEEPING}
        altered(kinds, None)(found)

    data = with_material(signed_pdf(timestamp=True), material(NOW))
    data = stamp_document(data, pki(), NOW)
    return pdf(data, PASSED, PASSED, also=lasting, case=ground(without_answers()))


def _old(at: datetime = NOW - YEAR, *, timestamp: bool = False) -> bytes:
    """Signed a year ago, validation data of that day, stamped then."""
    data = with_material(signed_pdf(at=at, timestamp=timestamp), material(at + HOUR))
    return stamp_document(data, pki(), at + 2 * HOUR)


@BOOK.case
def stale_answers_under_a_document_stamp() -> Case:
    """text S + token | DSS | TS, a year ago: its CRLs are stale, were not then."""
    known = ground(without_answers())
    return pdf(_old(timestamp=True), PASSED, PASSED, case=known)


@BOOK.case
def stale_answers_and_nothing_that_proves_their_day() -> Case:
    """text S | DSS, a year ago, no TS: TRY_LATER, the answers are stale."""
    at = NOW - YEAR
    data = with_material(signed_pdf(at=at), material(at + HOUR))
    return pdf(
        data,
        LATER,
        twin="stale_answers_under_a_document_stamp",
        case=ground(without_answers()),
    )


@BOOK.case
def a_document_stamp_proves_the_moment() -> Case:
    """text S | TS: S has the moment of TS, proven; TS is no signature."""

    def proven(found: tuple[Finding, ...]) -> None:
        _timed(TimeProof.TIMESTAMP, NOW - HOUR)(found)
        assert found[1].kind is SignatureKind.PDF_TIMESTAMP
        assert found[1].signed_at == NOW - HOUR

    data = stamp_document(signed_pdf(at=NOW - DAY), pki(), NOW - HOUR)
    return pdf(data, PASSED, PASSED, also=proven)


@cache
def _short_lived() -> Identity:
    """A leaf that ran out a month ago."""
    valid = (NOW - 2 * YEAR, NOW - 30 * DAY)
    return pki().leaf("UBND huyện Giao Thủy", valid=valid)


@BOOK.case
def expired_since_a_document_stamp() -> Case:
    """text S | DSS | TS, the leaf good then and expired since: TOTAL_PASSED."""
    at = NOW - YEAR
    data = signed_pdf(_short_lived(), at=at)
    data = with_material(data, material(at + HOUR))
    return pdf(stamp_document(data, pki(), at + 2 * HOUR), PASSED, PASSED)


@BOOK.case
def expired_since_with_a_claim_only() -> Case:
    """text S, the leaf expired since: OUT_OF_BOUNDS_NO_POE, it may be backdated."""
    return pdf(
        signed_pdf(_short_lived(), at=NOW - YEAR),
        open_(SubIndication.OUT_OF_BOUNDS_NO_POE),
        twin="expired_since_a_document_stamp",
    )


def _revoked_known(revoked_at: datetime) -> Knowledge:
    made = pki()
    crls = material(NOW - HOUR, ((office().serial, revoked_at),)).crls
    return replace(knowledge(), crls=tuple(crls), anchors=(made.root.certificate,))


@BOOK.case
def revoked_after_a_document_stamp() -> Case:
    """text S | TS a week ago, revoked yesterday: TOTAL_PASSED, it stood before."""
    data = stamp_document(signed_pdf(at=NOW - 8 * DAY), pki(), NOW - 7 * DAY)
    return pdf(data, PASSED, PASSED, case=ground(_revoked_known(NOW - DAY)))


@BOOK.case
def revoked_before_a_document_stamp() -> Case:
    """text S claimed 8 days ago, revoked a week ago | TS yesterday: not passed.

    What TS proves is younger than the revocation; the claim alone is older.
    """
    data = stamp_document(signed_pdf(at=NOW - 8 * DAY), pki(), NOW - DAY)
    return pdf(
        data,
        open_(SubIndication.REVOKED_NO_POE),
        PASSED,
        twin="revoked_after_a_document_stamp",
        case=ground(_revoked_known(NOW - 7 * DAY)),
    )


@BOOK.case
def revoked_says_the_file_itself() -> Case:
    """text S | DSS with a CRL that revokes S before it was made: TOTAL_FAILED."""
    revoked = ((office().serial, NOW - 9 * DAY),)
    data = with_material(signed_pdf(at=NOW - DAY), material(NOW - HOUR, revoked))
    return pdf(data, failed(SubIndication.REVOKED), twin="level_lt")


@BOOK.case
def answers_of_a_stranger() -> Case:
    """text S | DSS with CRLs signed by another authority: not believed, TRY_LATER."""
    made = pki()
    crls = (made.crl((), at=NOW, issuer=made.other_issuing),)
    data = with_material(signed_pdf(timestamp=True), Material((), crls))
    return pdf(data, LATER, twin="level_lt", case=ground(without_answers()))


@BOOK.case
def answers_that_are_none() -> Case:
    """text S | DSS of noise: as if it were not there."""
    noise = Material((b"\x30\x03",), (b"no CRL",), (b"\x30\x80\x00",))
    data = with_material(signed_pdf(timestamp=True), noise)
    return pdf(data, LATER, twin="level_lt", case=ground(without_answers()))


@BOOK.case
def an_answer_by_ocsp_in_the_file() -> Case:
    """text S + token | DSS with an OCSP answer and the root's CRL: level LT."""
    made = pki()
    answers = Material(
        (), (made.crl((), at=NOW, issuer=made.root),), (made.ocsp(office(), at=NOW),)
    )

    def by_ocsp(found: tuple[Finding, ...]) -> None:
        _level(Level.LT)(found)
        assert found[0].revocation_by == "ocsp"

    data = with_material(signed_pdf(timestamp=True), answers)
    return pdf(data, PASSED, also=by_ocsp, case=ground(without_answers()))


def _of_strangers() -> Pki:
    """The PKI with a TSA under the root nobody here knows."""
    return replace(pki(), tsa=_stamping(NOW, pki().other_root))


@BOOK.case
def a_stamp_of_an_unknown_authority() -> Case:
    """text S + token of a TSA nobody vouches for: passes, the time is only claimed."""
    data = sign_pdf(paper(), office(), _of_strangers(), at=NOW - HOUR, timestamp=True)
    return pdf(data, PASSED, also=_timed(TimeProof.CLAIMED, NOW - HOUR))


@BOOK.case
def a_stamp_by_an_agency() -> Case:
    """text S + token signed by an agency's certificate: the time is only claimed."""
    data = sign_pdf(
        paper(), office(), replace(pki(), tsa=office()), at=NOW - HOUR, timestamp=True
    )
    return pdf(data, PASSED, also=_timed(TimeProof.CLAIMED, NOW - HOUR))


@BOOK.case
def a_stamp_of_a_revoked_authority() -> Case:
    """text S + token of a TSA that its root revoked: the time is only claimed."""
    made = pki()
    root = made.crl([(made.tsa.serial, NOW - DAY)], at=NOW, issuer=made.root)
    known = replace(knowledge(), crls=(root, made.crl((), at=NOW)))
    return pdf(
        signed_pdf(timestamp=True),
        PASSED,
        also=_timed(TimeProof.CLAIMED, NOW - HOUR),
        case=ground(known),
    )


@BOOK.case
def a_document_stamp_alone() -> Case:
    """text TS: passes, and is no signature."""
    return pdf(stamp_document(paper(), pki(), NOW - HOUR), PASSED)


@BOOK.case
def a_document_stamp_over_changed_text() -> Case:
    """text* TS: TOTAL_FAILED, HASH_FAILURE."""
    data = stamp_document(paper(), pki(), NOW - HOUR)
    return pdf(
        alter(data, b"ngay 03 thang 3", b"ngay 08 thang 3"),
        failed(SubIndication.HASH_FAILURE),
        twin="a_document_stamp_alone",
    )


@BOOK.case
def a_document_stamp_of_an_unknown_authority() -> Case:
    """text S | TS of a TSA nobody vouches for: it proves nothing, S stands alone."""
    data = stamp_document(signed_pdf(), _of_strangers(), NOW - HOUR / 2)
    stranger = open_(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    return pdf(data, PASSED, stranger, also=_timed(TimeProof.CLAIMED, NOW - HOUR))


@BOOK.case
def a_document_stamp_before_the_signature() -> Case:
    """text TS | S: TS covers nothing of S, the time of S is only claimed."""

    def claimed(found: tuple[Finding, ...]) -> None:
        assert found[1].time_proof is TimeProof.CLAIMED

    data = stamp_document(paper(), pki(), NOW - DAY)
    return pdf(signed_pdf(pdf=data), PASSED, PASSED, also=claimed)


@BOOK.case
def text_changed_before_the_document_stamp() -> Case:
    """text S | another text | TS: TS passes, S is UNEXPLAINED all the same."""
    data = write_over(signed_pdf(), "Thu moi hop ngay 08")
    data = stamp_document(data, pki(), NOW - HOUR / 2)
    return pdf(data, UNEXPLAINED, PASSED, twin="a_document_stamp_proves_the_moment")


def _archiving(at: datetime) -> bytes:
    """S with revocation data among its signed attributes, iText's LTV of old."""
    made = pki()
    crls = [made.crl((), at=at, issuer=made.root), made.crl((), at=at)]
    habit = replace(VGCA, archives=tuple(crls))
    return signed(habit=habit, who=office())


@BOOK.case
def answers_in_a_signed_attribute() -> Case:
    """text S(adbe-revocationInfoArchival) + token: passes with what it brings."""

    def by_crl(found: tuple[Finding, ...]) -> None:
        assert found[0].revocation_by == "crl"

    known = ground(without_answers())
    return pdf(_archiving(NOW), PASSED, also=by_crl, case=known)


@BOOK.case
def answers_in_a_signed_attribute_gone_stale() -> Case:
    """text S(adbe-revocationInfoArchival) of a year ago: TRY_LATER."""
    known = ground(without_answers())
    return pdf(
        _archiving(NOW - YEAR),
        LATER,
        twin="answers_in_a_signed_attribute",
        case=known,
    )
