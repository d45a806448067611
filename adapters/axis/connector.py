"""What every axis that we call can do: six acts in plain words (EDXML.md 3.7).

What differs between axes stays inside a connector: how it knows us, its words for an
acknowledgement, paging, dates, and which of its errors pass by themselves. Every method
raises SourceUnavailable (try later, with the reason) or PermanentFailure (trying again
changes nothing); whatever a reply looks like, nothing else comes out.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from hub.model.catalogue import CatalogueRow
from hub.model.ids import AgencyCode


class MessageType(StrEnum):
    """The two kinds of messages an axis keeps apart; the values are on the wire."""

    EDOC = "edoc"
    STATUS = "status"


class Ack(StrEnum):
    """What the axis is told of a message: the transport's word, never a status."""

    DONE = "done"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of an axis' list of what came for us; nothing of it is proven."""

    #: The axis' own id, other than any DocumentId; 1-200 printable ASCII characters.
    doc_id: str
    kind: MessageType
    #: In lower case: "initial", "processing", "done", "fail", or what the axis says.
    state: str = ""
    sender: str = ""
    receiver: str = ""
    created_at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """Whether it was acknowledged, by DONE or FAIL.

        "processing" is not: some axes say so once a message was fetched, and who
        fetched it may have died.
        """
        return self.state in set(Ack)


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; `next` is what brings the following one, "" at the end."""

    rows: tuple[Listed, ...] = ()
    next: str = ""
    #: Lines that could not be read.
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Days in Vietnam, both included."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Parcel:
    """One edXML to be sent; the same parcel is the same bytes on every try."""

    #: File name of the edXML, without its ending.
    name: str
    data: bytes = field(repr=False)
    sender: AgencyCode
    receivers: tuple[AgencyCode, ...]


class AxisConnector(Protocol):
    """One axis as this hub calls it."""

    @property
    def form(self) -> str:
        """Content type of what `fetch` gives; the translator goes by it."""

    async def list(self, kind: MessageType, window: Window, mark: str = "") -> Page:
        """What came for us in a window, settled or not; `mark` is `Page.next`."""

    def fetch(
        self, listed: Listed
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """One message as the axis answers it, streamed.

        Chunks raise like the method itself: an error told instead of a document before
        the first chunk, a body that was cut off after the last.
        """

    async def acknowledge(self, listed: Listed, ack: Ack, reason: str = "") -> None:
        """Tell the axis that it is stored here, or why it never will be."""

    async def send(self, parcel: Parcel) -> str:
        """Hand over a document; the axis' own id for it."""

    async def send_status(self, parcel: Parcel) -> str:
        """The same for a status edXML."""

    async def find_sent(
        self, kind: MessageType, parcel: Parcel, since: datetime
    ) -> str | None:
        """The axis' id of what was handed in since then, the same byte for byte.

        "": it has no such; None: this axis cannot be asked.
        """

    def catalogue(self) -> AsyncIterator[CatalogueRow]:
        """Every body the axis knows, page by page (111,000 rows)."""
