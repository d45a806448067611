"""When it was signed, and when the certificate held: two clocks and a calendar.

Chains are root -> issuing -> leaf of the room; "now" is the moment of judging.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from hub.model.findings import Chain, Finding, SubIndication, TimeProof
from hub.model.knowledge import Knowledge
from hub.rehearsal.pki import Identity
from tests.cases.authorities import YEAR
from tests.cases.book import PASSED, Book, Case, Expected, Sort, failed, open_
from tests.cases.room import (
    DAY,
    HOUR,
    NOW,
    ground,
    knowledge,
    pki,
    revoking,
    signed_envelope,
    signed_pdf,
)
from tests.cases.tokens import Token, content_stamped_pdf, stamped_pdf

BOOK = Book()

NO_POE = open_(SubIndication.OUT_OF_BOUNDS_NO_POE)
NOT_REVOKED = open_(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)
MONTH = 30 * DAY


@cache
def valid_in(first: datetime, last: datetime) -> Identity:
    return pki().leaf("UBND xã Giao An", valid=(first, last))


def expired() -> Identity:
    """Two years good, out of date for two days."""
    return valid_in(NOW - 2 * YEAR, NOW - 2 * DAY)


def begun() -> Identity:
    """Good since yesterday."""
    return valid_in(NOW - DAY, NOW + YEAR)


def lists_of(at: datetime) -> Knowledge:
    """What is known, with the issuing CA's list of another day."""
    made = pki()
    crls = (made.crl((), at=at), made.crl((), at=NOW, issuer=made.root))
    return replace(knowledge(), crls=crls)


def pdf(
    data: bytes,
    expected: Expected = PASSED,
    twin: str = "",
    what: Knowledge | None = None,
) -> Case:
    return Case(Sort.PDF, data, (expected,), ground(what), twin)


# nobody proves the time


@BOOK.case
def in_date() -> Case:
    """Leaf in date; claimed: an hour ago: TOTAL_PASSED, the moment is claimed."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].time_proof is TimeProof.CLAIMED
        assert found[0].signed_at == NOW - HOUR

    return Case(Sort.PDF, signed_pdf(), (PASSED,), ground(), also=also)


@BOOK.case
def expired_at_claimed_time() -> Case:
    """Leaf expired a day before the claimed time.

    INDETERMINATE, OUT_OF_BOUNDS_NO_POE: a claim proves no time, not even this one.
    """

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].chain is Chain.TRUSTED
        assert SubIndication.TRY_LATER not in found[0].reasons

    case = pdf(signed_pdf(expired(), at=NOW - DAY), NO_POE, "in_date")
    return replace(case, also=also)


@BOOK.case
def expired_since_the_claimed_time() -> Case:
    """Leaf expired two days ago; claimed: a month ago.

    INDETERMINATE, OUT_OF_BOUNDS_NOT_REVOKED: a list of then says good, and a claim
    may be backdated by whoever has the key now.
    """
    data = signed_pdf(expired(), at=NOW - MONTH)
    return pdf(data, NOT_REVOKED, "in_date", lists_of(NOW - 5 * DAY))


@BOOK.case
def expired_a_minute_ago() -> Case:
    """Leaf expired 30 s ago; claimed: an hour ago: TOTAL_PASSED, clocks differ."""
    return pdf(signed_pdf(valid_in(NOW - YEAR, NOW - timedelta(seconds=30))))


@BOOK.case
def expired_without_any_time() -> Case:
    """Leaf expired; XML without a signing time: OUT_OF_BOUNDS_NO_POE."""
    xml = signed_envelope(expired())
    return Case(Sort.XML, xml, (NO_POE,), ground(), "no_time_and_in_date")


@BOOK.case
def no_time_and_in_date() -> Case:
    """XML without a signing time: TOTAL_PASSED, judged as of now."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].time_proof is TimeProof.NONE
        assert found[0].signed_at is None

    return Case(Sort.XML, signed_envelope(), (PASSED,), ground(), also=also)


@BOOK.case
def not_yet_valid_at_claimed_time() -> Case:
    """Leaf from yesterday; claimed: a month ago.

    INDETERMINATE, OUT_OF_BOUNDS_NOT_REVOKED: a clock that is wrong proves no time.
    """
    return pdf(signed_pdf(begun(), at=NOW - MONTH), NOT_REVOKED, "in_date")


@BOOK.case
def not_yet_valid_without_any_time() -> Case:
    """Leaf from tomorrow; XML without a signing time: OUT_OF_BOUNDS_NOT_REVOKED."""
    xml = signed_envelope(valid_in(NOW + DAY, NOW + YEAR))
    return Case(Sort.XML, xml, (NOT_REVOKED,), ground(), "no_time_and_in_date")


# a time stamp proves it


@BOOK.case
def stamped_in_date() -> Case:
    """Leaf in date; claimed and stamped a day ago: TOTAL_PASSED, the TSA's moment."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].time_proof is TimeProof.TIMESTAMP
        assert found[0].signed_at == NOW - DAY

    data = stamped_pdf(Token(NOW - DAY), claimed=NOW - DAY)
    return Case(Sort.PDF, data, (PASSED,), ground(), also=also)


@BOOK.case
def expired_now_and_stamped_before() -> Case:
    """Leaf expired two days ago; stamped a month ago: TOTAL_PASSED.

    Judged at the proven moment, by a list of that time.
    """
    data = stamped_pdf(Token(NOW - MONTH), signer=expired(), claimed=NOW - MONTH)
    return pdf(data, what=lists_of(NOW - 29 * DAY))


@BOOK.case
def expired_when_claimed_and_stamped() -> Case:
    """Leaf expired; claimed and stamped a day later: TOTAL_FAILED, EXPIRED."""
    late = NOW - DAY
    data = stamped_pdf(Token(late), signer=expired(), claimed=late)
    wanted = failed(SubIndication.EXPIRED)
    return pdf(data, wanted, "expired_now_and_stamped_before")


@BOOK.case
def expired_when_stamped_alone() -> Case:
    """Leaf expired; claimed before, stamped a day after.

    INDETERMINATE, OUT_OF_BOUNDS_NO_POE: a stamp proves that the signature is older,
    not that it is younger. The leader signed in time, the stamp came with the seal.
    """
    data = stamped_pdf(Token(NOW - DAY), signer=expired(), claimed=NOW - 5 * DAY)
    return pdf(data, NO_POE, "expired_now_and_stamped_before")


@BOOK.case
def expired_within_the_seven_hours() -> Case:
    """Leaf expired two days ago; stamped an hour, claimed five hours after that.

    INDETERMINATE, OUT_OF_BOUNDS_NO_POE: the claim may be local time labelled UTC.
    """
    last = NOW - 2 * DAY
    token = Token(last + HOUR)
    data = stamped_pdf(token, signer=expired(), claimed=last + 5 * HOUR)
    return pdf(data, NO_POE, "expired_now_and_stamped_before")


@BOOK.case
def stamped_before_the_certificate() -> Case:
    """Leaf from yesterday; stamped a month ago: TOTAL_FAILED, NOT_YET_VALID."""
    data = stamped_pdf(Token(NOW - MONTH), signer=begun(), claimed=NOW - MONTH)
    return pdf(data, failed(SubIndication.NOT_YET_VALID), "stamped_in_date")


@BOOK.case
def stamped_before_the_certificate_and_claimed_after() -> Case:
    """Leaf from yesterday; stamped a month ago, claimed an hour ago: NOT_YET_VALID."""
    data = stamped_pdf(Token(NOW - MONTH), signer=begun())
    return pdf(data, failed(SubIndication.NOT_YET_VALID), "stamped_in_date")


# a time stamp on what was to be signed: it is older than the signature


def _between(
    before: datetime, *after: datetime, signer: Identity | None = None
) -> bytes:
    tokens = (Token(at) for at in after)
    by = signer or valid_in(NOW - 2 * YEAR, NOW + YEAR)
    return content_stamped_pdf(before, *tokens, signer=by, claimed=NOW - MONTH)


@BOOK.case
def stamped_before_and_after() -> Case:
    """TS(text) of two hours ago inside, S, TS(S) of an hour ago: TOTAL_PASSED."""
    return pdf(_between(NOW - 2 * HOUR, NOW - HOUR))


@BOOK.case
def stamped_in_the_wrong_order() -> Case:
    """TS(text) of an hour ago inside, S, TS(S) of two hours ago.

    INDETERMINATE, TIMESTAMP_ORDER_FAILURE: who stamped S then had it before it was.
    """
    data = _between(NOW - HOUR, NOW - 2 * HOUR)
    wanted = open_(SubIndication.TIMESTAMP_ORDER_FAILURE)
    return pdf(data, wanted, "stamped_before_and_after")


@BOOK.case
def made_after_it_expired() -> Case:
    """Leaf expired two days ago; TS(text) of yesterday inside; claimed: a month ago.

    TOTAL_FAILED, EXPIRED: this stamp proves that S is younger, whatever is claimed.
    """
    data = _between(NOW - DAY, signer=expired())
    wanted = failed(SubIndication.EXPIRED)
    return pdf(data, wanted, "stamped_before_and_after")


@BOOK.case
def made_after_it_was_revoked() -> Case:
    """Leaf revoked two days ago; TS(text) of yesterday inside; claimed: a month ago.

    TOTAL_FAILED, REVOKED.
    """
    signer = valid_in(NOW - 2 * YEAR, NOW + YEAR)
    data = _between(NOW - DAY, signer=signer)
    what = revoking(signer, NOW - 2 * DAY)
    return pdf(data, failed(SubIndication.REVOKED), "stamped_before_and_after", what)


# clocks


@BOOK.case
def stamped_before_it_was_signed() -> Case:
    """Stamped 43 s before the claimed time (EDXML.md 5.2): TOTAL_PASSED."""
    slow = NOW - HOUR - timedelta(seconds=43)
    return pdf(stamped_pdf(Token(slow), claimed=NOW - HOUR))


@BOOK.case
def certificate_of_this_minute() -> Case:
    """Leaf from an hour ago; claimed 43 s before: TOTAL_PASSED (a client's clock)."""
    at = NOW - HOUR - timedelta(seconds=43)
    return pdf(signed_pdf(valid_in(NOW - HOUR, NOW + YEAR), at=at))


@BOOK.case
def local_time_labelled_utc() -> Case:
    """Claimed seven hours ahead: TOTAL_PASSED, as of now (EDXML.md 5.2)."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].signed_at == NOW

    data = signed_pdf(at=NOW + 7 * HOUR)
    return Case(Sort.PDF, data, (PASSED,), ground(), also=also)


@BOOK.case
def local_time_labelled_utc_and_stamped() -> Case:
    """Claimed seven hours after the stamp: TOTAL_PASSED, the stamp is believed."""

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].signed_at == NOW - HOUR

    data = stamped_pdf(Token(NOW - HOUR), claimed=NOW + 6 * HOUR)
    return Case(Sort.PDF, data, (PASSED,), ground(), also=also)


@BOOK.case
def claimed_next_month() -> Case:
    """Claimed a month ahead: SIG_CONSTRAINTS_FAILURE, no clock explains it."""
    ahead = open_(SubIndication.SIG_CONSTRAINTS_FAILURE)
    return pdf(signed_pdf(at=NOW + MONTH), ahead, "local_time_labelled_utc")


@BOOK.case
def claimed_eight_hours_ahead() -> Case:
    """Claimed eight hours ahead: an hour more than a zone explains."""
    ahead = open_(SubIndication.SIG_CONSTRAINTS_FAILURE)
    return pdf(signed_pdf(at=NOW + 8 * HOUR), ahead, "local_time_labelled_utc")
