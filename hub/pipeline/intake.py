"""What doors call: one journal transaction, and only then the source hears "taken"."""

import logging

from hub.model.arrivals import Offer, Taken
from hub.ports import Clock, Journal

log = logging.getLogger(__name__)


class HubIntake:
    """Implements the port Intake on the journal."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock

    async def accept(self, offer: Offer) -> Taken:
        """See the port."""
        taken = await self._journal.accept(offer, self._clock.now())
        log.info(
            "arrival accepted",
            extra={
                "arrival": taken.arrival.id,
                "source": offer.source.name,
                "size": offer.size,
                "repeated": taken.repeated,
            },
        )
        return taken
