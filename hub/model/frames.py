"""Bytes between the door and the envelope: what the pure half works on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from hub.model.dossiers import Dossier
from hub.model.envelopes import Envelope
from hub.model.faults import Fault
from hub.model.ids import AgencyCode
from hub.model.midway import Midway
from hub.model.quirks import Quirk
from hub.model.statuses import Mention


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file an entity points at by URL, fetched by the parent: bytes or a fault."""

    data: bytes = field(default=b"", repr=False)
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """One arrival as a translator is handed it; everything it may depend on."""

    content_type: str
    #: As received, not one byte changed.
    data: bytes = field(repr=False)
    #: URL -> file, for those that were gathered.
    files: Mapping[str, RemoteFile] = field(
        default_factory=dict, hash=False, repr=False
    )
    #: What the settings tell the translator of this source: JSON values.
    ground: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)


@dataclass(frozen=True, slots=True)
class Guess:
    """A field that nobody wrote down, read out of what was written for people."""

    #: "number", "notation", "promulgated", "type-name", "subject", "receivers", ...
    name: str
    #: As read; may be personal data.
    value: str = field(repr=False)
    #: 0 (nothing speaks for it) to 100 (several places say the same).
    confidence: int
    #: Where it stood: "file-name", "subject", "text", "default", ...
    evidence: tuple[str, ...] = ()


class ProofState(StrEnum):
    """What a check of the sender's identity came to."""

    PASSED = "passed"
    FAILED = "failed"
    #: Not there, or the key to check it by is not at hand.
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Proof:
    """One finding about who sent a mail; it says nothing of the document itself."""

    #: "dkim", "s/mime", or a method of the trusted server: "spf", "dkim", "dmarc".
    method: str
    state: ProofState
    #: Domain or address the proof speaks for.
    about: str = field(default="", repr=False)
    #: It speaks for the address in From.
    aligned: bool = False
    #: Who says so: "hub" (verified here) or the trusted server's name.
    by: str = "hub"
    #: A stable word why not: "no-key", "body-changed", "other-address", ...
    detail: str = ""

    @property
    def proves(self) -> bool:
        """Whether it proves the From address."""
        return self.state is ProofState.PASSED and self.aligned


#: A domain that speaks for those below it has so many labels: namdinh.gov.vn.
_LABELS = 3


def aligned(address: str, domain: str) -> bool:
    """Whether a domain speaks for a mail address: its own, or one right above it.

    Organisational domains are not guessed: `namdinh.gov.vn` speaks for
    `so.namdinh.gov.vn`, `gov.vn` and `vn` for nothing but themselves.
    """
    own = address.rpartition("@")[2].lower()
    domain = domain.lower().strip(".")
    if not domain or own == domain:
        return bool(domain)
    return domain.count(".") + 1 >= _LABELS and own.endswith(f".{domain}")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail whose sender must be proven: the bytes as received, and its From."""

    data: bytes = field(repr=False)
    #: The one address of From, lower case.
    address: str = field(repr=False)
    #: What the trusted server said (Authentication-Results), read by the translator.
    proofs: tuple[Proof, ...] = ()
    #: S/MIME: the entity the envelope was read from, and the CMS over it; b"": none.
    signed: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One file that travels beside the XML (family B, multipart)."""

    content_id: str
    name: str
    content_type: str
    #: Decoded from its transfer encoding, nothing else undone.
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """An arrival with its transport frame taken off: the XML as signed, the parts."""

    xml: bytes = field(repr=False)
    parts: tuple[Part, ...] = ()
    #: The axis itself took the files out of family A's XML and laid them beside it.
    beside: bool = False
    #: URLs that must be gathered before it can be read whole; the rest is provisional.
    wants: tuple[str, ...] = field(default=(), repr=False)
    #: It can be read, and this must be told or looked at (a file not to be had).
    fault: Fault | None = None
    #: The only codes it may come from, by what the transport proved; None: the
    #: source's own list decides.
    vouched: tuple[AgencyCode, ...] | None = None
    guesses: tuple[Guess, ...] = ()
    mail: Mail | None = None
    dossier: Dossier | None = None
    #: What a status is about, where its sender said so otherwise than edXML does.
    about: Mention | None = None


@dataclass(frozen=True, slots=True)
class Hoisted:
    """A document whose long base64 runs were replaced by random tokens.

    `runs` maps each token to the run exactly as it stood in the document; a digest
    over the canonical skeleton is expanded with them (ENGINEERING.md B.5).
    """

    skeleton: bytes = field(repr=False)
    runs: Mapping[str, bytes | memoryview] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a frame gave; `files[i]` are the bytes of attachment i, or None."""

    envelope: Envelope
    quirks: tuple[Quirk, ...]
    files: tuple[bytes | None, ...] = field(repr=False)
    #: The XML to verify signatures on: hoisted where safe, else as received.
    hoisted: Hoisted = field(repr=False)
    frame: Frame = Frame(b"")
    #: Position of a large file -> how it was hashed.
    midways: Mapping[int, Midway] = field(default_factory=dict, hash=False, repr=False)
