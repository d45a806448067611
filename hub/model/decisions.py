"""What is to happen with one arrival, and the rule that chose it."""

import re
from dataclasses import dataclass
from enum import StrEnum

from hub.model.documents import PaperRuling
from hub.model.faults import Fault
from hub.model.ids import AgencyCode, Digest, DocumentKey
from hub.model.recalls import About, Original
from hub.model.statuses import Subject

#: Part of a queue's name, and sixteen letters wide in the journal.
_LANE = re.compile("[a-z0-9][a-z0-9-]{0,15}")


class Disposition(StrEnum):
    """The four ways to treat an arrival."""

    DELIVER = "deliver"
    HOLD = "hold"
    REFUSE = "refuse"
    DISCARD = "discard"


class Lane(StrEnum):
    """Urgency lanes; one queue each per agency.

    These two are always there; policy.yaml may add others, faster than both, and rows
    of a lane that was taken out again keep it: any fitting word is a lane.
    """

    URGENT = "urgent"
    ORDINARY = "ordinary"

    @classmethod
    def _missing_(cls, value: object) -> "Lane | None":
        """A lane of the policy: a member that iteration does not show."""
        if not isinstance(value, str) or not _LANE.fullmatch(value):
            return None
        lane = str.__new__(cls, value)
        lane._name_ = value.upper()
        lane._value_ = value
        return lane


@dataclass(frozen=True, slots=True)
class Receiver:
    """One agency a document goes to; `queue` is its slug in the topology."""

    code: AgencyCode
    name: str
    queue: str


@dataclass(frozen=True, slots=True)
class Outward:
    """One body elsewhere a document goes to, and the source that brings it there."""

    code: AgencyCode
    source: str
    #: It gets a sending of its own: a letter has one address.
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Routing:
    """Who of the envelope's receivers gets it."""

    receivers: tuple[Receiver, ...] = ()
    #: Written as local and not in the registry: told to the sender.
    unknown: tuple[AgencyCode, ...] = ()
    #: Receivers elsewhere: ignored when a carrier brings it.
    foreign: tuple[AgencyCode, ...] = ()
    #: Receivers elsewhere of what an agency attached here sends.
    outward: tuple[Outward, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A disposition, the name of the rule that chose it, and all that follows."""

    disposition: Disposition
    #: Name of the rule, as it stands in RULES and in journals.
    rule: str
    #: What the sender or the operator must know; None when all is well.
    reason: Fault | None = None
    routing: Routing = Routing()
    lane: Lane = Lane.ORDINARY
    paper: PaperRuling | None = None
    #: Secret: kept from consoles, queues and particulars; an operator is called.
    secret: bool = False
    #: Remarks for the clerk that change nothing ("type-conflict", "date-doubtful").
    notes: tuple[str, ...] = ()
    #: What it does to the documents it is about.
    about: About | None = None
    policy_version: str = ""
    registry_version: str = ""
    #: What the policy calls itself, for people.
    policy_edition: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the journal knows of the same document from before."""

    key: DocumentKey
    content: Digest
    disposition: Disposition
    delivered_to: tuple[AgencyCode, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What was there before, with the version it was read at (compare-and-set)."""

    #: 0: the document is not known yet.
    version: int = 0
    earlier: Earlier | None = None
    #: An operator said yes to this arrival ...
    released: bool = False
    #: ... or no: the code of the refusal. The last word counts.
    refused: str = ""
    #: The document that an update or revoke is about was delivered from here.
    about_known: bool = False
    #: Documents of the DocumentIds it is about, whoever sent them.
    originals: tuple[Original, ...] = ()
    #: Agencies this very document was taken back from.
    withdrawn: tuple[AgencyCode, ...] = ()
    #: This arrival stood waiting for the document it is about.
    waited: bool = False
    #: DocumentIds of what replaced this document.
    superseded_by: tuple[str, ...] = ()
    #: Documents that may be those this one mentions (`Identity.mentions`).
    subjects: tuple[Subject, ...] = ()
