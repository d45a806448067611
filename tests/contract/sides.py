"""Each adapter with both its sides: the source before it and the hub behind it.

A new adapter brings one class like `AxisSide` and stands in ADAPTERS; every rule of
test_adapters.py then holds for it too.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from hub.access.gate import Gate
from hub.access.rates import Rates
from hub.kit import Kit, SourceSettings
from hub.model.arrivals import Door
from hub.model.receipts import Receipt
from hub.ports import Adapter, Evidence, Intake
from hub.rehearsal.samples import Sample
from tests.fakes.kits import kit_of
from tests.fakes.outsides import SteppingClock

#: The secrets of a source: what it shows us, and what we show it.
THEIRS, OURS = "token-that-they-show-at-our-door", "token-that-we-show-at-their-side"
LIMIT = 50_000_000


@dataclass(frozen=True)
class Item:
    """What a source has: its own id for it, the entity, and the type it gives it."""

    id: str
    data: bytes
    content_type: str = "application/xml"


class Mood(StrEnum):
    """How a source takes a receipt."""

    WELL = "well"
    NOT_NOW = "not-now"
    WRONG_TOKEN = "wrong-token"
    NEVER = "never"
    SILENT = "silent"


class Side(ABC):
    """The source before an adapter, with the adapter's own hub side behind it."""

    translator: ClassVar[str]
    door: ClassVar[Door]
    #: Types its source may give an entity, rightly or not.
    content_types: ClassVar[tuple[str, ...]]
    #: Moods its source can be in; a folder, say, has no wrong token.
    moods: ClassVar[tuple[Mood, ...]] = tuple(Mood)
    #: What its translator must know.
    ground: ClassVar[dict[str, object]] = {}
    #: Whether the source comes to us and shows a credential.
    knocks: ClassVar[bool] = True
    #: Whether entities of this door are edXML as the axis' samples are.
    speaks_edxml: ClassVar[bool] = True

    adapter: Adapter
    #: Receipts as the source heard them.
    heard: list[bytes]

    @classmethod
    @abstractmethod
    def open(
        cls,
        intake: Intake,
        evidence: Evidence,
        *,
        down: bool = False,
        limit: int = LIMIT,
    ) -> "AbstractAsyncContextManager[Side]":
        """Both sides on loopback; `down`: nobody is there to hear receipts."""

    @abstractmethod
    async def bring(self, item: Item) -> str | None:
        """Hand the item over once; the arrival it became, None if not taken."""

    async def bring_as_a_stranger(self, item: Item) -> str | None:
        """The same with a credential that is nobody's; where the source knocks."""
        raise NotImplementedError

    def has_taken(self, item: Item) -> bytes:
        """The entity the hub must have kept: by most doors the item itself."""
        return item.data

    @abstractmethod
    def be(self, mood: Mood) -> None:
        """Take the next receipts in this mood."""

    def receipt(self, receipt: Receipt) -> Receipt:
        """A receipt this source can be told of: most can of any."""
        return receipt

    @classmethod
    def samples(cls, samples: dict[str, Sample]) -> dict[str, Sample]:
        """Entities its source may send, odd ones among them."""
        return samples


def kit_for(
    settings: SourceSettings,
    secrets: Mapping[str, str],
    intake: Intake,
    evidence: Evidence,
    **changes: object,
) -> Kit:
    """A kit whose access knows this source; the rest are fakes."""
    known = [(c, settings.sources()) for c in settings.credentials(secrets)]
    gate = Gate(known, {}, Rates(1e6, 1e6, lambda: 0.0), SteppingClock())
    parts = {"access": gate, "intake": intake, "evidence": evidence, "limit": LIMIT}
    return kit_of(**{**parts, **changes})


async def chunks(data: bytes) -> AsyncIterator[bytes]:
    """Bytes as a door sees them come."""
    yield data
