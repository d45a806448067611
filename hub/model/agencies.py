"""Bodies that send and receive, as the registry knows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from hub.model.ids import AgencyCode


class AgencyKind(StrEnum):
    """The kinds of bodies of a district."""

    PARTY = "party"
    COUNCIL = "council"
    COMMITTEE = "committee"
    ONE_STOP = "one-stop"
    OFFICE = "office"
    COMMUNE = "commune"
    TOWN = "town"


class Takes(StrEnum):
    """How an agency gets what is delivered to it."""

    #: It reads its own queues.
    AMQP = "amqp"
    #: It asks by REST and acknowledges.
    PULL = "pull"
    #: Official mail to the first of its mailboxes.
    MAIL = "mail"


class SaysArrived(StrEnum):
    """Who says status 01 of what an agency was delivered."""

    HUB = "hub"
    AGENCY = "agency"


_AGENCY = "agency."


def agency_source(queue: str) -> str:
    """The name under which an agency is a source itself: `agency.<queue>`."""
    return f"{_AGENCY}{queue}"


def is_agency_source(name: str) -> bool:
    """Whether a source is an agency attached here."""
    return name.startswith(_AGENCY)


def queue_of(source: str) -> str:
    """The slug of the agency that a source is; "" where it is none."""
    return source.removeprefix(_AGENCY) if is_agency_source(source) else ""


@dataclass(frozen=True, slots=True)
class CertificateBinding:
    """A certificate that signs for an agency; empty fields are not compared.

    All fields that are not empty must fit; one that is empty altogether fits nothing.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    #: The body's own name: CN of its seal (or OU, O where CN names no body), O or OU of
    #: its persons' certificates.
    subject_organization: str = ""
    #: The body above it, O or OU of the same certificate: every district has a Phòng
    #: Nội vụ.
    parent_organization: str = ""
    #: Hex, colons and leading zeros forgiven; unique under its issuer only.
    serial: str = ""
    #: The issuer's name, RFC 4514; order and spelling of attributes are forgiven.
    issuer: str = ""
    #: The whole subject, in the same way.
    subject: str = ""
    #: SHA-256 of the certificate, hex: this one certificate and no other.
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Agency:
    """One body attached to this hub; it has queues named after `queue`."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    code: AgencyCode
    name: str
    kind: AgencyKind
    #: Slug of its queues and exchange: lower-case letters, digits and hyphens.
    queue: str
    parent: AgencyCode = AgencyCode("")
    #: Other codes of the same body (QĐ 20/2020 form, older ones).
    aliases: tuple[AgencyCode, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    #: Who took over after `valid_until`.
    successors: tuple[AgencyCode, ...] = ()
    certificates: tuple[CertificateBinding, ...] = ()
    mailboxes: tuple[str, ...] = ()
    takes: Takes = Takes.AMQP
    says_arrived: SaysArrived = SaysArrived.AGENCY


def in_turn(agencies: Iterable[Agency]) -> list[Agency]:
    """Of those that have a code or a queue one after another, the last stands last."""
    return sorted(agencies, key=lambda agency: agency.valid_until or date.max)


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A body elsewhere whose documents come here, and what it signs with."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    code: AgencyCode
    name: str
    #: Other codes of the same body (QĐ 20/2020 form, older ones).
    aliases: tuple[AgencyCode, ...] = ()
    certificates: tuple[CertificateBinding, ...] = ()
