"""The portal as a source: its settings, its doors, its answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from adapters.portal.answer import Answers
from adapters.portal.client import PortalClient
from adapters.portal.doors import PushDoor
from adapters.portal.polling import Poller
from adapters.portal.settings import PORTAL_POLL, PORTAL_PUSH, PortalSettings
from hub.errors import PermanentFailure
from hub.kit import Kit, Package
from hub.model.envelopes import Kind
from hub.model.faults import Fault, FaultCode
from hub.model.receipts import Receipt, Untold
from hub.model.sending import Sending

#: Where the judging child finds the translator (port Translate); one for both doors.
TRANSLATOR = "adapters.portal.translate:translate"


@dataclass(frozen=True, slots=True)
class PortalAdapter:
    """Implements the port Adapter for one portal."""

    settings: PortalSettings
    answers: Answers | None = field(repr=False)
    poller: Poller | None = field(repr=False)

    @property
    def name(self) -> str:
        """The source's name."""
        return self.settings.name

    async def run(self) -> None:
        """See the port; a portal that only pushes is waited for."""
        if self.poller is None:
            await asyncio.Event().wait()
        else:
            await self.poller.run()

    async def answer(self, receipt: Receipt) -> Untold | None:
        """See the port; a portal without `progress_url` is told nothing."""
        if self.answers is None:
            return Untold.NOT_OWED
        return await self.answers.answer(receipt)

    async def forward(self, sending: Sending, data: bytes) -> str | Untold:
        """See the port; statuses of dossiers, and nothing else, go to a portal."""
        if sending.kind is not Kind.STATUS:
            raise PermanentFailure(Fault(FaultCode.NO_WAY_OUT, self.name))
        if self.answers is None:
            return Untold.NOT_OWED
        await self.answers.tell(sending.id, data)
        return ""

    async def check(self) -> list[str]:
        """See the port."""
        found = []
        if not self.settings.calls.progress_url:
            found.append(
                f"{self.name}: calls.progress_url is not set; the portal never hears "
                "what became of its dossiers"
            )
        if not self.settings.addresses():
            found.append(
                f"{self.name}: file_hosts is empty; every file of a dossier is held"
            )
        return found


def _build(
    settings: PortalSettings, secrets: Mapping[str, str], kit: Kit
) -> PortalAdapter:
    client = PortalClient(settings.calls, secrets.get("calls", ""), kit.fetch)
    told = bool(settings.calls.progress_url)
    polled = [s for s in settings.sources() if s.door == PORTAL_POLL]
    return PortalAdapter(
        settings,
        Answers(client, kit, settings.hub_name) if told else None,
        Poller(polled[0], client, kit, settings.polling) if polled else None,
    )


def _routes(kit: Kit) -> list[web.RouteDef]:
    return PushDoor(kit).routes()


PACKAGE = Package(
    translators={PORTAL_PUSH: TRANSLATOR, PORTAL_POLL: TRANSLATOR},
    read=PortalSettings.model_validate,
    build=_build,
    routes=_routes,
)
