"""Whose signature it is: every one here is sound, and some are somebody else's.

The sender is UBND huyện Giao Thủy. The room's registry binds it, its neighbour and the
province by their names, and one office by a single certificate.
"""

from functools import cache

from hub.model.agencies import CertificateBinding
from hub.model.findings import Belonging, Finding, SubIndication
from hub.model.ids import AgencyCode
from hub.model.knowledge import Binding
from hub.rehearsal.pki import Identity
from hub.signatures.belonging import belonging
from tests.cases.book import PASSED, Also, Book, Case, Sort, open_
from tests.cases.room import (
    ground,
    leader,
    office,
    pki,
    signed_envelope,
    signed_pdf,
    stranger,
)

BOOK = Book()

SENDER, NEIGHBOUR, PROVINCE, PINNED = map(
    AgencyCode, ("000.00.37.H40", "000.00.38.H40", "000.00.00.H40", "000.02.37.H40")
)
OURS, THEIRS, ABOVE = (
    "UBND huyện Giao Thủy",
    "UBND huyện Xuân Trường",
    "UBND tỉnh Nam Định",
)


def named(code: AgencyCode, name: str) -> Binding:
    return Binding((code,), (CertificateBinding(subject_organization=name),))


@cache
def bindings() -> tuple[Binding, ...]:
    """What the registry says; the pinned office has one certificate."""
    one = f"{pinned().serial:X}"
    issuer = pki().issuing.parsed.subject.rfc4514_string()
    return (
        named(SENDER, OURS),
        named(NEIGHBOUR, THEIRS),
        named(PROVINCE, ABOVE),
        Binding((PINNED,), (CertificateBinding(serial=one, issuer=issuer),)),
    )


@cache
def pinned() -> Identity:
    return pki().leaf("Phòng Nội vụ", OURS)


@cache
def renewed() -> Identity:
    """Another certificate of the same name."""
    return pki().leaf("Phòng Nội vụ", OURS, usage="nonrepudiation")


@cache
def neighbour() -> Identity:
    return pki().leaf(THEIRS)


def belong(sender: AgencyCode, *expected: Belonging) -> Also:
    """Whose the signatures are, seen from a sender."""

    def also(found: tuple[Finding, ...]) -> None:
        told = belonging(found, sender, bindings())
        assert tuple(finding.belongs for finding in told) == expected

    return also


def whose(sort: Sort, data: bytes, *expected: Belonging, twin: str = "") -> Case:
    """A sound document of the sender, whose signatures are whose they are."""
    also = belong(SENDER, *expected)
    return Case(sort, data, (PASSED,) * len(expected), ground(), twin, also)


def sealed(identity: Identity, *expected: Belonging, twin: str = "") -> Case:
    return whose(Sort.PDF, signed_pdf(identity), *expected, twin=twin)


@BOOK.case
def seal_of_the_sender() -> Case:
    """PDF( text, S ), S by CN=UBND huyện Giao Thủy; the sender is that.

    TOTAL_PASSED; SENDER.
    """
    return sealed(office(), Belonging.SENDER)


@BOOK.case
def seal_of_a_neighbour() -> Case:
    """PDF( text, S ), S by CN=UBND huyện Xuân Trường; the sender is Giao Thủy.

    TOTAL_PASSED; OTHER: sound, and not the sender's.
    """
    return sealed(neighbour(), Belonging.OTHER, twin="seal_of_the_sender")


@BOOK.case
def seal_of_an_office_below() -> Case:
    """PDF( text, S ), S by CN=Phòng Nội vụ, O=UBND huyện Giao Thủy.

    TOTAL_PASSED; OTHER: the sender's name in O does not make it the sender's seal.
    """
    return sealed(pinned(), Belonging.OTHER, twin="seal_of_the_sender")


@BOOK.case
def seal_of_a_name_that_differs_by_a_tone() -> Case:
    """PDF( text, S ), S by CN=UBND huyện Giao Thúy.

    TOTAL_PASSED; OTHER.
    """
    return sealed(
        pki().leaf("UBND huyện Giao Thúy"), Belonging.OTHER, twin="seal_of_the_sender"
    )


@BOOK.case
def seal_of_a_name_in_look_alike_letters() -> Case:
    """PDF( text, S ), S by CN=UBND huyện Giао Thủy with Cyrillic а and о.

    TOTAL_PASSED; OTHER.
    """
    alike = OURS.replace("Giao", "Gi\u0430\u043e")
    return sealed(pki().leaf(alike), Belonging.OTHER, twin="seal_of_the_sender")


@BOOK.case
def seal_of_a_name_with_the_senders_inside() -> Case:
    """PDF( text, S ), S by O="Công ty X, O=UBND huyện Giao Thủy", CN the same.

    TOTAL_PASSED; OTHER: a comma inside a value begins no attribute.
    """
    inside = pki().leaf(f"Sở X, CN={OURS}", f"Công ty X, O={OURS}")
    return sealed(inside, Belonging.OTHER, twin="seal_of_the_sender")


@BOOK.case
def seal_of_a_stranger_by_the_senders_name() -> Case:
    """other root -> other CA -> S by CN=UBND huyện Giao Thủy.

    INDETERMINATE, NO_CERTIFICATE_CHAIN_FOUND; SENDER by its name, which an authority
    nobody knows does not prove: rules ask only signatures with a trusted chain.
    """
    return Case(
        Sort.PDF,
        signed_pdf(stranger()),
        (open_(SubIndication.NO_CERTIFICATE_CHAIN_FOUND),),
        ground(),
        twin="seal_of_the_sender",
        also=belong(SENDER, Belonging.SENDER),
    )


@BOOK.case
def seal_written_otherwise() -> Case:
    """PDF( text, S ), S by CN=ỦY BAN NHÂN DÂN HUYỆN GIAO THUỶ.

    TOTAL_PASSED; SENDER: case, short forms and the placing of tones are forgiven.
    """
    other = pki().leaf("ỦY BAN NHÂN DÂN HUYỆN GIAO THUỶ")
    return sealed(other, Belonging.SENDER)


@BOOK.case
def leader_of_the_sender() -> Case:
    """PDF( text, S ), S by CN=Nguyễn Văn Mẫu, O=UBND huyện Giao Thủy.

    TOTAL_PASSED; SENDERS_PERSON.
    """
    return sealed(leader(), Belonging.SENDERS_PERSON)


@BOOK.case
def leader_of_a_neighbour() -> Case:
    """PDF( text, S ), S by CN=Trần Văn Mẫu, O=UBND huyện Xuân Trường.

    TOTAL_PASSED; OTHER.
    """
    person = pki().leaf("Trần Văn Mẫu", THEIRS, person=True)
    return sealed(person, Belonging.OTHER, twin="leader_of_the_sender")


@BOOK.case
def leader_called_like_the_sender() -> Case:
    """PDF( text, S ), S by a person, CN=UBND huyện Giao Thủy, O=UBND huyện Xuân Trường.

    TOTAL_PASSED; OTHER: a person's CN names no body.
    """
    person = pki().leaf(OURS, THEIRS, person=True)
    return sealed(person, Belonging.OTHER, twin="leader_of_the_sender")


def twice(first: Identity, second: Identity):
    return signed_pdf(second, signed_pdf(first), field="Signature2")


@BOOK.case
def leader_then_seal_of_the_sender() -> Case:
    """PDF( text, S1, S2 ), S1 the leader's, S2 the office's.

    TOTAL_PASSED twice; SENDERS_PERSON, SENDER.
    """
    signed = twice(leader(), office())
    return whose(Sort.PDF, signed, Belonging.SENDERS_PERSON, Belonging.SENDER)


@BOOK.case
def leader_of_the_sender_then_seal_of_a_neighbour() -> Case:
    """PDF( text, S1, S2 ), S1 the leader's, S2 the neighbour's.

    TOTAL_PASSED twice; SENDERS_PERSON, OTHER.
    """
    return whose(
        Sort.PDF,
        twice(leader(), neighbour()),
        Belonging.SENDERS_PERSON,
        Belonging.OTHER,
        twin="leader_then_seal_of_the_sender",
    )


@BOOK.case
def seal_of_the_sender_then_a_neighbours_copy_mark() -> Case:
    """PDF( text, S1, S2 ), S1 the office's, S2 the neighbour's `sao y`.

    TOTAL_PASSED twice; SENDER, OTHER: ordinary, and held by no shipped rule.
    """
    signed = twice(office(), neighbour())
    return whose(Sort.PDF, signed, Belonging.SENDER, Belonging.OTHER)


@BOOK.case
def envelope_signed_by_the_sender() -> Case:
    """edXML*( envelope( header( S ) body ) files ), S by CN=UBND huyện Giao Thủy.

    TOTAL_PASSED; SENDER.
    """
    return whose(Sort.XML, signed_envelope(), Belonging.SENDER)


@BOOK.case
def envelope_signed_by_a_neighbour() -> Case:
    """edXML*( envelope( header( S ) body ) files ), S by CN=UBND huyện Xuân Trường.

    TOTAL_PASSED; OTHER.
    """
    return whose(
        Sort.XML,
        signed_envelope(neighbour()),
        Belonging.OTHER,
        twin="envelope_signed_by_the_sender",
    )


def of_the_pinned_office(
    identity: Identity, expected: Belonging, twin: str = ""
) -> Case:
    also = belong(PINNED, expected)
    return Case(Sort.PDF, signed_pdf(identity), (PASSED,), ground(), twin, also)


@BOOK.case
def seal_that_is_pinned() -> Case:
    """PDF( text, S ), S by the one serial the registry names.

    TOTAL_PASSED; SENDER.
    """
    return of_the_pinned_office(pinned(), Belonging.SENDER)


@BOOK.case
def seal_of_the_same_name_beside_the_pinned_one() -> Case:
    """PDF( text, S ), S by another certificate of the same name and authority.

    TOTAL_PASSED; OTHER: who pins a certificate wants that one.
    """
    return of_the_pinned_office(renewed(), Belonging.OTHER, "seal_that_is_pinned")
