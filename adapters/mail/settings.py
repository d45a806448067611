"""The mail servers of a source: `sources:` entries with mail doors."""

from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from adapters.mail.envelope import MAILBOX
from hub.kit import Called
from hub.model.arrivals import Credential, Door, Source
from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode, normal_code
from hub.ports import Organizations

MAIL_IMAP = Door("mail-imap")
MAIL_SMTP = Door("mail-smtp")


def _address(text: str) -> str:
    if not MAILBOX.fullmatch(text):
        raise ValueError("a mail address is due, without a name")
    return text.lower()


Address = Annotated[str, AfterValidator(_address)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Section(BaseModel):
    """A table of the entry: frozen, and unknown keys are problems."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tls(StrEnum):
    """How a connection is kept from others' eyes."""

    #: From the first byte on.
    IMPLICIT = "implicit"
    STARTTLS = "starttls"
    #: None: for a server on this machine or on an inner network only.
    NONE = "none"


class Account(Section):
    """One mailbox that is read by IMAP."""

    name: Name
    #: The address whose mail it is; its agency is the receiver.
    mailbox: Address
    host: str = Field(pattern=r"^[A-Za-z0-9.:-]{1,253}$")
    port: int = Field(993, ge=1, le=65535)
    tls: Tls = Tls.IMPLICIT
    #: Certificate of the authority the server's certificate is from; else the system's.
    ca_file: Path | None = None
    username: str = Field(min_length=1, max_length=200)
    password_file: Path
    folders: tuple[str, ...] = ("INBOX",)
    #: Where mails go once they are taken.
    processed: str = "lienthong-processed"
    #: Where mails go that are over the limit; a person looks.
    too_large: str = "lienthong-too-large"

    @model_validator(mode="after")
    def _goes_elsewhere(self) -> Self:
        if {self.processed, self.too_large} & set(self.folders):
            raise ValueError("`processed` and `too_large` are folders of their own")
        if not self.folders or self.processed == self.too_large:
            raise ValueError(
                "`folders`, `processed`, `too_large`: three different things"
            )
        return self


class Listener(Section):
    """Where mail servers push to."""

    protocol: Literal["smtp", "lmtp"] = "smtp"
    host: str = "127.0.0.1"
    #: 0: any free one (rehearsals).
    port: int = Field(ge=0, le=65535)
    #: Networks that may push; nobody else is listened to.
    peers: tuple[IPv4Network | IPv6Network, ...] = Field(min_length=1)
    #: The password that peers show by SMTP AUTH PLAIN; absent: their address says it.
    token_file: Path | None = None
    certificate_file: Path | None = None
    key_file: Path | None = None
    connections: int = Field(20, ge=1, le=1000)
    #: Seconds a peer may stand still.
    seconds: float = Field(60, gt=0, le=600)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("`certificate_file` and `key_file` go together")
        if self.token_file and not self.certificate_file:
            raise ValueError("`token_file` wants TLS: a password must not be overheard")
        if self.token_file and self.protocol == "lmtp":
            raise ValueError(
                "`token_file` is for smtp: LMTP knows its peers by address"
            )
        return self


class Sending(Section):
    """By which server our mails leave, and under which address."""

    host: str = Field(pattern=r"^[A-Za-z0-9.:-]{1,253}$")
    port: int = Field(587, ge=1, le=65535)
    tls: Tls = Tls.STARTTLS
    ca_file: Path | None = None
    username: str = ""
    password_file: Path | None = None
    #: From of what we send.
    address: Address
    #: Where bounces come back to, read by one of the doors; absent: `address`.
    bounces: Address | None = None
    #: Bounces come back to `local+receipt@domain`: the server must know `+`.
    verp: bool = True
    #: The largest mail the server takes; what is larger is left to be downloaded.
    most_megabytes: int = Field(20, ge=1, le=1000)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if bool(self.username) != (self.password_file is not None):
            raise ValueError("`username` and `password_file` go together")
        return self

    @property
    def most_bytes(self) -> int:
        """The largest mail, in bytes."""
        return self.most_megabytes * 1_000_000

    @property
    def returns(self) -> str:
        """Where bounces come back to."""
        return self.bounces or self.address


class MailSettings(Section):
    """Mailboxes that are read, doors that are pushed to, and who is who."""

    name: Name
    doors: tuple[Literal["mail-imap", "mail-smtp"], ...] = Field(min_length=1)
    accounts: tuple[Account, ...] = ()
    listen: Listener | None = None
    sending: Sending | None = None
    #: Address -> code of the agency that writes from it.
    senders: dict[Address, str] = Field(min_length=1)
    #: Address -> code of our agency it belongs to; the registry's mailboxes are added.
    receivers: dict[Address, str] = Field(default_factory=dict)
    #: Code -> where letters to that body go, where not to the address it writes from;
    #: bodies that never write to us have none of those.
    letters: dict[str, Address] = Field(default_factory=dict)
    #: Names under which our own mail server writes Authentication-Results.
    trusted_servers: tuple[str, ...] = ()
    #: Seconds between two looks where a server has no IDLE, and at most where it has.
    poll_seconds: float = Field(60, ge=1, le=1500)
    #: Outcomes of which the sender hears.
    receipts: tuple[Literal["deliver", "hold", "refuse"], ...] = (
        "deliver",
        "hold",
        "refuse",
    )
    #: Whether those are answered whose mail waits because nothing proves its sender.
    answer_unproven: bool = False

    @model_validator(mode="after")
    def _doors_have_what_they_need(self) -> Self:
        if (MAIL_IMAP in self.doors) != bool(self.accounts):
            raise ValueError("`accounts` belong to the door mail-imap")
        if (MAIL_SMTP in self.doors) != (self.listen is not None):
            raise ValueError("`listen` belongs to the door mail-smtp")
        names = [account.name for account in self.accounts]
        if len(set(names)) < len(names) or len(set(self.doors)) < len(self.doors):
            raise ValueError("a name stands twice")
        return self

    @property
    def told(self) -> frozenset[Disposition]:
        """The outcomes of `receipts`."""
        return frozenset(map(Disposition, self.receipts))

    def source(self, door: Door) -> Source:
        """The source at one of its doors; each mail may speak for its sender alone."""
        codes = tuple(AgencyCode(code) for code in dict.fromkeys(self.senders.values()))
        return Source(self.name, door, codes)

    def sources(self) -> tuple[Source, ...]:
        """See `hub.kit.SourceSettings`, here and below."""
        return tuple(self.source(Door(door)) for door in self.doors)

    def secrets(self) -> Mapping[str, Path]:
        named: dict[str, Path | None] = {}
        for account in self.accounts:
            named[f"imap/{account.name}"] = account.password_file
            named[f"imap-ca/{account.name}"] = account.ca_file
        if self.listen is not None:
            named["door"] = self.listen.token_file
            named["door-certificate"] = self.listen.certificate_file
            named["door-key"] = self.listen.key_file
        if self.sending is not None:
            named["sending"] = self.sending.password_file
            named["sending-ca"] = self.sending.ca_file
        return {name: path for name, path in named.items() if path is not None}

    def credentials(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:
        token = secrets.get("door")
        return (Credential(token=token),) if token else ()

    def addresses(self) -> tuple[Called, ...]:
        """None by HTTP; IMAP and SMTP go to the hosts named here and nowhere else."""
        return ()

    def addresses_of_codes(self) -> dict[AgencyCode, str]:
        """Normal code -> where letters to that body go."""
        found: dict[AgencyCode, str] = {}
        for address, code in self.senders.items():
            found.setdefault(normal_code(code), address)
        return found | {normal_code(c): a for c, a in self.letters.items()}

    def receivers_of(self, organizations: Organizations) -> dict[str, str]:
        """Our mailboxes: those of the registry, and over them those that stand here."""
        agencies = organizations.agencies
        known = {box.lower(): str(a.code) for a in agencies for box in a.mailboxes}
        return {**known, **self.receivers}

    def ground(
        self,
        organizations: Organizations,
        procedures: Mapping[str, str],  # noqa: ARG002 - mails bring documents only
    ) -> dict[str, Any]:
        return {
            "senders": dict(self.senders),
            "receivers": self.receivers_of(organizations),
            "trusted_servers": list(self.trusted_servers),
            "names": {str(a.code): a.name for a in organizations.agencies},
        }
