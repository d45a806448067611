"""Time-stamp tokens on a PDF signature: which of them prove anything.

The leaf expired two days ago and says it signed a month ago; a list of then says good.
So it passes with a proven stamp of then, and is OUT_OF_BOUNDS_NOT_REVOKED without:
whoever got the key since can claim that day, and forge no stamp of it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from hub.model.findings import Finding, SubIndication, TimeProof
from hub.model.knowledge import Knowledge
from hub.rehearsal.pki import Identity
from tests.cases import authorities
from tests.cases.authorities import LEAF, YEAR, Entry, Shape, crl, issue, name
from tests.cases.book import PASSED, Also, Book, Case, Sort, open_
from tests.cases.dates import MONTH, expired, lists_of
from tests.cases.room import DAY, HOUR, NOW, ground, office, pki
from tests.cases.tokens import Token, stamped_pdf

BOOK = Book()

THEN = NOW - MONTH
UNPROVEN = open_(SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)
_STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
TSA = replace(LEAF, more=((_STAMPING, True),))


def saying(*reasons: SubIndication | None) -> Also:
    """The first reason against each token; None: it is proven."""

    def check(found: tuple[Finding, ...]) -> None:
        said = tuple(next(iter(s.reasons), None) for s in found[0].stamps)
        assert said == reasons
        proven = None in reasons
        wanted = TimeProof.TIMESTAMP if proven else TimeProof.CLAIMED
        assert found[0].time_proof is wanted

    return check


def genuine(*tokens: Token | bytes, also: Also, what: Knowledge | None = None) -> Case:
    data = stamped_pdf(*tokens, signer=expired(), claimed=THEN)
    known = what or lists_of(NOW - 29 * DAY)
    return Case(Sort.PDF, data, (PASSED,), ground(known), also=also)


def forged(
    *tokens: Token | bytes,
    why: SubIndication,
    what: Knowledge | None = None,
    twin: str = "stamped_then",
) -> Case:
    case = genuine(*tokens, also=saying(why), what=what)
    return replace(case, expected=(UNPROVEN,), twin=twin)


def by(tsa: Identity, at: datetime = THEN) -> Token:
    return Token(at, tsa)


def under_root(shape: Shape, common: str = "TSA khác") -> Identity:
    """An authority for time stamps under the room's root."""
    made = pki().root
    top = authorities.Authority(made.certificate, made.key)
    return issue(name(common), top, shape).signer


def root_lists(*entries: Entry) -> Knowledge:
    """What is known, with the root's list saying this."""
    known = lists_of(NOW - 29 * DAY)
    return replace(known, crls=(known.crls[0], crl(pki().root, *entries)))


def tsa_revoked(at: datetime, reason: x509.ReasonFlags | None = None) -> Knowledge:
    return root_lists(Entry(pki().tsa.serial, at, reason))


# what proves


@BOOK.case
def stamped_then() -> Case:
    """S + token of the known TSA, of that day: TOTAL_PASSED."""
    return genuine(Token(THEN), also=saying(None))


@BOOK.case
def stamped_by_another_under_the_root() -> Case:
    """S + token of a TSA that comes with the token, under the known root: passed."""
    return genuine(by(under_root(TSA)), also=saying(None))


@BOOK.case
def two_stamps() -> Case:
    """S + tokens of then and of yesterday: TOTAL_PASSED, the earlier one counts."""

    def also(found: tuple[Finding, ...]) -> None:
        saying(None, None)(found)
        assert found[0].signed_at == THEN

    return genuine(Token(NOW - DAY), Token(THEN), also=also)


@BOOK.case
def false_stamp_beside_a_true_one() -> Case:
    """S + a stranger's token of last year + a true one: TOTAL_PASSED by the latter."""
    tsa = issue(name("TSA lạ"), None, TSA).signer
    unknown = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    tokens = (Token(NOW - YEAR, tsa), Token(THEN))

    def also(found: tuple[Finding, ...]) -> None:
        assert found[0].signed_at == THEN
        assert {s.reasons for s in found[0].stamps} == {(), (unknown,)}

    return genuine(*tokens, also=also)


@BOOK.case
def tsa_that_stopped_since() -> Case:
    """S + token of a TSA revoked since (cessationOfOperation): TOTAL_PASSED.

    RFC 3161, 4: its older stamps stay what they were.
    """
    reason = x509.ReasonFlags.cessation_of_operation
    known = tsa_revoked(NOW - DAY, reason)
    return genuine(Token(THEN), also=saying(None), what=known)


@BOOK.case
def nothing_known_of_the_tsa() -> Case:
    """S + token, no list of the root: passed once lists are not insisted on.

    A TSA's trouble is never a reason to refuse.
    """
    known = lists_of(NOW - 29 * DAY)
    case = genuine(Token(THEN), also=saying(None), what=known)
    policy = replace(case.ground.policy, require_revocation=False)
    bare = replace(known, crls=known.crls[:1])
    return replace(case, ground=replace(case.ground, knowledge=bare, policy=policy))


# what does not


@BOOK.case
def no_stamp_at_all() -> Case:
    """S alone: OUT_OF_BOUNDS_NOT_REVOKED."""
    case = genuine(also=saying())
    return replace(case, expected=(UNPROVEN,), twin="stamped_then")


@BOOK.case
def stranger_stamped() -> Case:
    """S + token of a TSA nobody vouches for."""
    tsa = issue(name("TSA lạ"), None, TSA).signer
    return forged(by(tsa), why=SubIndication.NO_CERTIFICATE_CHAIN_FOUND)


@BOOK.case
def agency_stamped() -> Case:
    """S + token signed by an agency's own certificate."""
    return forged(by(office()), why=SubIndication.CHAIN_CONSTRAINTS_FAILURE)


@BOOK.case
def tsa_without_its_purpose() -> Case:
    """S + token of a certificate under the root that states no purpose."""
    tsa = under_root(LEAF)
    return forged(by(tsa), why=SubIndication.CHAIN_CONSTRAINTS_FAILURE)


@BOOK.case
def tsa_whose_purpose_is_not_critical() -> Case:
    """S + token; timeStamping, not critical (RFC 3161, 2.3: it must be)."""
    tsa = under_root(replace(LEAF, more=((_STAMPING, False),)))
    return forged(by(tsa), why=SubIndication.CHAIN_CONSTRAINTS_FAILURE)


@BOOK.case
def tsa_for_web_servers_too() -> Case:
    """S + token; timeStamping and serverAuth (RFC 3161, 2.3: that alone)."""
    both = [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH]
    tsa = under_root(replace(LEAF, more=((x509.ExtendedKeyUsage(both), True),)))
    return forged(by(tsa), why=SubIndication.CHAIN_CONSTRAINTS_FAILURE)


@BOOK.case
def tsa_that_may_only_encrypt() -> Case:
    """S + token; timeStamping, keyUsage keyEncipherment."""
    tsa = under_root(replace(TSA, usage=frozenset({"key_encipherment"})))
    return forged(by(tsa), why=SubIndication.CHAIN_CONSTRAINTS_FAILURE)


@BOOK.case
def tsa_expired_by_now() -> Case:
    """S + token of then by a TSA that expired a week ago.

    Its key may have been had for nothing since; only a later stamp would help.
    """
    tsa = under_root(replace(TSA, valid=(NOW - YEAR, NOW - 7 * DAY)))
    return forged(by(tsa), why=SubIndication.OUT_OF_BOUNDS_NO_POE)


@BOOK.case
def tsa_expired_when_it_stamped() -> Case:
    """S + token of then by a TSA that had expired a year ago."""
    tsa = under_root(replace(TSA, valid=(NOW - 3 * YEAR, NOW - YEAR)))
    return forged(by(tsa), why=SubIndication.OUT_OF_BOUNDS_NO_POE)


@BOOK.case
def tsa_not_yet_there() -> Case:
    """S + token of then by a TSA certified since."""
    tsa = under_root(replace(TSA, valid=(NOW - DAY, NOW + YEAR)))
    return forged(by(tsa), why=SubIndication.OUT_OF_BOUNDS_NOT_REVOKED)


@BOOK.case
def tsa_revoked_for_no_reason_given() -> Case:
    """S + token; its TSA revoked since, no reason given: every stamp is void."""
    return forged(
        Token(THEN),
        why=SubIndication.REVOKED_NO_POE,
        what=tsa_revoked(NOW - DAY),
        twin="tsa_that_stopped_since",
    )


@BOOK.case
def tsa_whose_key_was_stolen_since() -> Case:
    """S + token; its TSA revoked since (keyCompromise): every stamp is void."""
    return forged(
        Token(THEN),
        why=SubIndication.REVOKED_NO_POE,
        what=tsa_revoked(NOW - DAY, x509.ReasonFlags.key_compromise),
        twin="tsa_that_stopped_since",
    )


@BOOK.case
def tsa_that_stopped_before() -> Case:
    """S + token; its TSA revoked (superseded) before the stated time."""
    return forged(
        Token(THEN),
        why=SubIndication.REVOKED,
        what=tsa_revoked(THEN - DAY, x509.ReasonFlags.superseded),
        twin="tsa_that_stopped_since",
    )


@BOOK.case
def stamp_of_other_bytes() -> Case:
    """S + a true token of then about something else: HASH_FAILURE."""
    return forged(
        Token(THEN, about=b"another signature"), why=SubIndication.HASH_FAILURE
    )


@BOOK.case
def stamp_with_another_date() -> Case:
    """S + a true token of yesterday whose date was changed to then.

    HASH_FAILURE of the token's own message digest; its signature does not hold.
    """
    true = Token(NOW - DAY)

    class Changed(Token):
        """A token whose content is not what was signed."""

        def over(self, stamped: bytes) -> bytes:
            der = true.over(stamped)
            old, new = (f"{at:%Y%m%d%H%M%S}Z".encode() for at in (true.at, THEN))
            assert der.count(old) == 1
            return der.replace(old, new)

    return forged(Changed(THEN), why=SubIndication.SIG_CRYPTO_FAILURE)


@BOOK.case
def stamp_signed_by_somebody_else() -> Case:
    """S + token in the known TSA's name, by another key: SIG_CRYPTO_FAILURE."""
    key = office().key
    tsa = Identity(pki().tsa.certificate, key)
    return forged(by(tsa), why=SubIndication.SIG_CRYPTO_FAILURE)


@BOOK.case
def stamp_from_the_future() -> Case:
    """S + token of next month: no clock explains it, it proves nothing."""
    return forged(Token(NOW + MONTH), why=SubIndication.SIG_CONSTRAINTS_FAILURE)


@BOOK.case
def stamp_of_an_md5_imprint() -> Case:
    """S + token about an MD5: CRYPTO_CONSTRAINTS_FAILURE, collisions are home-made."""
    return forged(
        Token(THEN, digest="md5"), why=SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    )


@BOOK.case
def stamp_of_a_sha1_imprint() -> Case:
    """S + token about a SHA-1, as clients of before 2018 asked for: weak, no proof."""
    return forged(
        Token(THEN, digest="sha1"),
        why=SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    )


@BOOK.case
def stamp_that_is_none() -> Case:
    """S + a token that is a signature over something else: unreadable as a stamp."""
    content = {"content_type": "data", "content": b"no stamp"}
    der = bytes(cms.ContentInfo(content).dump())
    return forged(der, why=SubIndication.FORMAT_FAILURE)


@BOOK.case
def more_stamps_than_anybody_needs() -> Case:
    """S + three tokens of strangers before a true one: three are looked at."""
    tsa = issue(name("TSA lạ"), None, TSA).signer
    lost = bytes(cms.ContentInfo({"content_type": "data", "content": b""}).dump())
    many: Iterable[Token | bytes] = (lost, lost, lost, by(tsa))
    case = genuine(*many, also=lambda found: None)
    return replace(case, expected=(UNPROVEN,), twin="false_stamp_beside_a_true_one")


@BOOK.case
def signed_today_and_stamped_wrong() -> Case:
    """S (leaf in date) + a stranger's token: TOTAL_PASSED, the time is claimed.

    A stamp that proves nothing takes nothing away.
    """
    tsa = issue(name("TSA lạ"), None, TSA).signer
    data = stamped_pdf(Token(NOW - HOUR, tsa))
    also = saying(SubIndication.NO_CERTIFICATE_CHAIN_FOUND)
    return Case(Sort.PDF, data, (PASSED,), ground(), also=also)
