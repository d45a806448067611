"""The axis as a source that we call: polls it, and answers by status messages."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from adapters.axis.connector import (
    Ack,
    AxisConnector,
    Listed,
    MessageType,
)
from adapters.axis.handover import Handover
from adapters.axis.lgsp import LgspConnector
from adapters.axis.lgsp_login import Login
from adapters.axis.polling import Pace, Poller
from adapters.axis.pull_round import is_about_a_status, mark_of
from adapters.axis.pull_settings import AXIS_PULL, Connector, PullSettings
from adapters.axis.pull_state import PullState
from adapters.axis.speaking import at_odds
from adapters.axis.status_receipts import ARRIVED, parcel_of, status_code
from adapters.axis.vxp import VxpConnector
from hub.errors import SourceUnavailable
from hub.kit import Kit, Package
from hub.model.decisions import Disposition
from hub.model.receipts import Receipt, Untold
from hub.model.sending import Sending
from hub.polling import Timer

log = logging.getLogger(__name__)

#: Where the judging child finds the translator (port Translate).
TRANSLATOR = "adapters.axis.pulled:translate"
#: A login and a status, all within the lease of a relay (`relay.lease_seconds`).
_ANSWER_SECONDS = 40.0
#: Tries of one message after which a person should look.
_MANY_TRIES = 3


@dataclass(frozen=True, slots=True)
class PullAdapter:
    """Implements the port Adapter for one axis that is polled."""

    settings: PullSettings
    connector: AxisConnector
    kit: Kit
    timer: Timer = Timer()

    @property
    def name(self) -> str:
        """The source's name."""
        return self.settings.name

    async def run(self) -> None:
        """See the port."""
        await self.poller().run()

    def poller(self) -> Poller:
        """What polls this axis."""
        pace = Pace(self.settings.poll_seconds, self.settings.window_days)
        return Poller(self.settings.source, self.connector, self.kit, pace, self.timer)

    async def answer(self, receipt: Receipt) -> Untold | None:
        """See the port: a status message, or FAIL where nothing could be read.

        A status that came in is owed none; what `receipts` leaves out is not told.
        """
        if is_about_a_status(receipt.door_id) or not self._is_told(receipt):
            return Untold.NOT_OWED
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self._tell(receipt)
        except TimeoutError as error:
            raise SourceUnavailable("no answer in time") from error

    async def _tell(self, receipt: Receipt) -> Untold | None:
        parcel = parcel_of(receipt)
        if parcel is not None:
            await self.connector.send_status(parcel)
        elif receipt.outcome is Disposition.REFUSE:
            # No sender was read that a status could go to; the axis can still say it.
            row = Listed(receipt.door_id, MessageType.EDOC)
            await self.connector.acknowledge(row, Ack.FAIL, receipt.code)
        else:
            log.warning("nobody to tell", extra={"arrival": receipt.arrival})
            return Untold.NOBODY
        return None

    def _is_told(self, receipt: Receipt) -> bool:
        settings = self.settings
        if status_code(receipt) == ARRIVED and settings.acknowledge_means_arrived:
            return False
        return receipt.outcome in settings.told

    async def forward(self, sending: Sending, data: bytes) -> str:
        """See the port: `sendEdoc`, a document or a status."""
        kit = self.kit
        handover = Handover(self.name, self.connector, kit.marks, kit.clock)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await handover.hand(sending, data)
        except TimeoutError as error:
            raise SourceUnavailable("no answer in time") from error

    async def check(self) -> list[str]:
        """See the port: settings at odds, and messages that only people can move."""
        settings = self.settings
        found = at_odds(self.name, carrier=settings.carrier, codes=settings.codes)
        for kind in MessageType:
            mark = await self.kit.marks.read(mark_of(self.name, kind))
            found += [
                f"{self.name}: {line}" for line in _troubles(PullState.read(mark))
            ]
        return found


def build(settings: PullSettings, secrets: Mapping[str, str], kit: Kit) -> PullAdapter:
    """For `hub.kit.Package.build`, where the door is `axis-pull`."""
    return PullAdapter(settings, connector_of(settings, secrets, kit), kit)


def connector_of(
    settings: PullSettings, secrets: Mapping[str, str], kit: Kit
) -> AxisConnector:
    """The connector the settings name; `hub agencies import` calls it alone."""
    match settings.connector:
        case Connector.VXP:
            return VxpConnector(
                fetcher=kit.fetch,
                clock=kit.clock,
                base_url=settings.base_url,
                system_id=settings.system_id,
                secret=secrets["secret"],
                page_size=settings.page_size,
            )
        case Connector.LGSP:
            login = Login(
                username=settings.username,
                password=secrets["password"],
                system_id=settings.system_id,
                secret=secrets["secret"],
                application=settings.application,
            )
            return LgspConnector(kit.fetch, kit.clock, settings.base_url, login)
        case _:
            assert_never(settings.connector)


def _troubles(state: PullState | None) -> list[str]:
    if state is None:
        return ["the mark of its polling cannot be read; all is listed anew"]
    waiting = [
        f"{doc_id} does not go through ({t.step}, {t.tries} tries): {t.why}"
        for doc_id, t in state.troubled.items()
        if t.tries >= _MANY_TRIES
    ]
    return waiting + [
        f"{d} was refused for good: {w}" for d, w in state.refused.items()
    ]


#: A package of its own: an axis that calls us and one that we call share no settings.
PACKAGE = Package(
    translators={AXIS_PULL: TRANSLATOR},
    read=PullSettings.model_validate,
    build=build,
    reach=lambda settings: ("*",) if settings.carrier else settings.codes,
)
