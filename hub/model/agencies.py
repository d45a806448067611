"""Bodies that send and receive, as the registry knows them."""

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


@dataclass(frozen=True, slots=True)
class CertificateBinding:
    """A certificate that signs for an agency; empty fields are not compared."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    subject_organization: str = ""
    serial: str = ""
    issuer: str = ""
    #: The whole subject, RFC 4514.
    subject: str = ""


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
