"""What an agency published and this hub cannot take as an arrival."""

from dataclasses import dataclass, field
from datetime import datetime

from hub.model.ids import AgencyCode, Digest


@dataclass(frozen=True, slots=True)
class Unaccepted:
    """A message for which the door is too small; a person looks at it."""

    #: Whose exchange it came by; None: of nobody who is here now.
    agency: AgencyCode | None
    #: The agency as a source (`agency_source`).
    source: str
    #: As its sender named it; "": not at all.
    message_id: str
    #: Code of the fault, or "buried" where it met a bug.
    reason: str
    #: Where its bytes are kept.
    digest: Digest
    size: int
    #: The broker's user who published it; "": not said.
    user_id: str = ""
    content_type: str = ""
    #: What went wrong, in engineers' words; particulars.
    story: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class UnacceptedItem:
    """One of them on its list."""

    #: Of the matter.
    id: str
    since: datetime
    what: Unaccepted
