"""Looks at two or three fields of a dossier kept as evidence, and believes nothing."""

from dataclasses import dataclass, field

from adapters.portal import loose_json
from hub.edxml.xmltext import allowed

#: Longer is no number (and no status); the translator says so.
LONGEST_NUMBER = 200


@dataclass(frozen=True, slots=True)
class Peek:
    """What an answer or a poller must know of a dossier; "" where it cannot be read."""

    number: str = ""
    status: str = ""
    #: Who spoke, where it is progress.
    speaker: str = field(default="", repr=False)


def peek(data: bytes) -> Peek:
    """Number, status and speaker; never raises."""
    members = loose_json.members(data) or {}

    def look(name: str) -> str:
        text = allowed(loose_json.text(members.get(name)))
        return text if len(text) <= LONGEST_NUMBER else ""

    status = look("trangthaihoso") or look("trangthai")
    return Peek(look("mahoso"), status, look("nguoixuly"))
