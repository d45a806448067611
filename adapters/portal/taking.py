"""What both doors do with a dossier: keep its bytes, then record it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from adapters.portal.lots import Lot
from adapters.portal.media import content_type
from hub.model.arrivals import Offer, Source, Taken
from hub.model.dossiers import DossierAct
from hub.model.ids import Digest
from hub.ports import Evidence, Intake


@dataclass(frozen=True, slots=True)
class Taker:
    """The evidence store and the journal behind a door."""

    evidence: Evidence
    intake: Intake

    async def keep_lot(self, body: bytes, lot: Lot) -> Digest | None:
        """Keep the whole message as it came; None: it is one dossier and no more."""
        if lot.items == (body,):
            return None
        return await self._keep(body)

    async def take(
        self, source: Source, act: DossierAct, item: bytes, lot: str = ""
    ) -> Taken:
        """Keep one dossier and record it; returns after the journal's commit.

        The same bytes for the same act are the same arrival, whatever lot they came
        in and however often.
        """
        digest = await self._keep(item)
        return await self.intake.accept(
            Offer(
                source=source,
                door_id=door_id(act, digest),
                digest=digest,
                size=len(item),
                content_type=content_type(act),
                lot=lot,
            )
        )

    async def _keep(self, data: bytes) -> Digest:
        digest, _ = await self.evidence.keep(_whole(data), len(data))
        return digest


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def door_id(act: DossierAct, digest: Digest) -> str:
    """Identity at the door."""
    return f"{act}/{digest}"
