"""A status that did not come by a door: said here, by the hub or an operator."""

from dataclasses import dataclass

from hub.model.records import DocumentRow, OutboxRow
from hub.model.statuses import Said


@dataclass(frozen=True, slots=True)
class Spoken:
    """All that one transaction writes of it; its body is kept before."""

    said: Said
    #: The status message itself, a document like any other.
    document: DocumentRow
    outbox: tuple[OutboxRow, ...]
    #: Who: "hub", or an operator; and why, in their own words.
    actor: str = "hub"
    reason: str = ""
    #: Not where the agency has said a word itself.
    unless_said: bool = False
