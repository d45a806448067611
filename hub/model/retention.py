"""How long what is kept is kept: classes, what one document holds, and its fate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from hub.model.decisions import Disposition
from hub.model.documents import DocumentType
from hub.model.ids import ArrivalId, DocumentKey


class Matter(StrEnum):
    """What a document is, to retention: its kind, or something else."""

    NEW = "new"
    REVOKE = "revoke"
    UPDATE = "update"
    REPLACE = "replace"
    STATUS = "status"
    #: A citizen's dossier, whatever kind of message told of it.
    DOSSIER = "dossier"
    #: An arrival that was no document: unreadable, or a mail without one.
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One class of policy.yaml; what is left empty fits everything."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    name: str
    #: Days after the last that happened to it; None: kept for ever.
    particulars_days: int | None
    bodies_days: int | None
    matters: tuple[Matter, ...] = ()
    types: tuple[DocumentType, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    #: It fits only what came by these sources and by no other.
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """The classes in order, the first that fits (config/policy.yaml, `retention`).

    What fits none is kept for ever.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    classes: tuple[RetentionClass, ...] = ()
    #: Days that operators' words about no document are kept (a target opened by hand,
    #: many dead letters moved at once); None: for ever.
    operators_days: int | None = None


class Block(StrEnum):
    """Why something is not erased, however old it is."""

    #: Nobody decided about it yet.
    UNDECIDED = "undecided"
    #: It waits for a person: held, secret, dead, a clock that ran out ...
    LISTED = "listed"
    #: Something of it must still leave.
    LEAVING = "leaving"
    #: Its verdict will be judged again.
    OPEN_VERDICT = "open-verdict"
    #: Paper is under way, or differs from the copy.
    PAPER = "paper"
    #: A receiver never said that it has it, or a recall is not answered.
    UNANSWERED = "unanswered"
    #: The dossier has not ended.
    OPEN_DOSSIER = "open-dossier"


@dataclass(frozen=True, slots=True)
class Kept:
    """One document with all its comings, or an arrival that was no document."""

    #: None: no document.
    document: DocumentKey | None
    arrivals: tuple[ArrivalId, ...]
    matter: Matter
    #: As DocumentRow has them; "" where it is no document.
    type: str
    notation: str
    disposition: Disposition | None
    sources: tuple[str, ...]
    #: Moment of the last entry about it, erasing apart.
    last_at: datetime
    #: Entries that still have particulars; arrivals whose bytes are still needed.
    particulars: int
    bodies: int
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to be erased of one document, by which class of which policy."""

    particulars: bool
    bodies: bool
    retention_class: str
    policy_version: str
    actor: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What retention does with one document now."""

    kept: Kept
    #: None: it fits no class.
    retention_class: RetentionClass | None
    #: What goes now.
    particulars: bool = False
    bodies: bool = False
    #: When the next part of it may go; None: never by itself.
    due_at: datetime | None = None

    @property
    def goes(self) -> bool:
        """Whether anything of it is erased now."""
        return self.particulars or self.bodies


def class_of(policy: RetentionPolicy, kept: Kept) -> RetentionClass | None:
    """The first class that fits; None: it is kept for ever."""
    return next((one for one in policy.classes if _fits(one, kept)), None)


def _fits(one: RetentionClass, kept: Kept) -> bool:
    return (
        (not one.matters or kept.matter in one.matters)
        and (not one.types or kept.type in one.types)
        and (not one.dispositions or kept.disposition in one.dispositions)
        and (not one.sources or set(kept.sources) <= set(one.sources))
    )


def fate_of(policy: RetentionPolicy, kept: Kept, now: datetime) -> Fate:
    """What goes now and what later; what is blocked stays whole."""
    chosen = class_of(policy, kept)
    if chosen is None:
        return Fate(kept, None)
    ends = {
        "particulars": _end(kept, chosen.particulars_days)
        if kept.particulars
        else None,
        "bodies": _end(kept, chosen.bodies_days) if kept.bodies else None,
    }
    over = {name: end is not None and end <= now for name, end in ends.items()}
    ahead = [end for end in ends.values() if end is not None and end > now]
    free = not kept.blocks
    return Fate(
        kept,
        chosen,
        particulars=free and over["particulars"],
        bodies=free and over["bodies"],
        due_at=min(ahead, default=None),
    )


def _end(kept: Kept, days: int | None) -> datetime | None:
    return None if days is None else kept.last_at + timedelta(days=days)
