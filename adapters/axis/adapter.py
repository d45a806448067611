"""The axis as a source: its settings, its door, its answers."""

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web
from yarl import URL

from adapters.axis.answer import post_receipt
from adapters.axis.doors import RestDoor
from adapters.axis.settings import AXIS_REST, AXIS_SOAP, AxisSettings
from adapters.axis.soap import SoapDoor
from adapters.axis.speaking import at_odds
from hub.errors import PermanentFailure
from hub.kit import Kit, Package
from hub.model.faults import Fault, FaultCode
from hub.model.receipts import Receipt, Untold
from hub.model.sending import Sending
from hub.ports import Fetch

#: Where the judging child finds the translator (port Translate).
TRANSLATOR = "adapters.axis.translate:translate"
SOAP_TRANSLATOR = "adapters.axis.translate:translate_soap"


@dataclass(frozen=True, slots=True)
class AxisAdapter:
    """Implements the port Adapter for one axis."""

    settings: AxisSettings
    fetch: Fetch
    receipts_token: str = field(repr=False)

    @property
    def name(self) -> str:
        """The source's name."""
        return self.settings.name

    async def run(self) -> None:
        """Nothing to poll: the axis calls the REST door."""
        await asyncio.Event().wait()

    async def answer(self, receipt: Receipt) -> Untold | None:
        """See the port; who asks by GetTraces is told when it asks, not before."""
        if not self.settings.receipts_url:
            return Untold.ASKS
        await post_receipt(
            self.fetch, self.settings.receipts_url, self.receipts_token, receipt
        )
        return None

    async def forward(self, sending: Sending, data: bytes) -> str:  # noqa: ARG002 - it brings nothing out
        """See the port."""
        raise PermanentFailure(Fault(FaultCode.NO_WAY_OUT, self.name))

    async def check(self) -> list[str]:
        """See the port."""
        settings = self.settings
        found = at_odds(self.name, carrier=settings.carrier, codes=settings.codes)
        if _is_inner(self.settings.receipts_url) and not self.settings.inner_network:
            found.append(
                f"{self.name}: receipts_url leads to an inner address; "
                "without `inner_network: true` no receipt leaves"
            )
        return found


def _is_inner(url: str) -> bool:
    """Whether an address written as digits is no public one."""
    try:
        return not ipaddress.ip_address(URL(url).host or "").is_global
    except ValueError:
        return False


def _build(settings: AxisSettings, secrets: Mapping[str, str], kit: Kit) -> AxisAdapter:
    return AxisAdapter(settings, kit.fetch, secrets.get("receipts", ""))


def _routes(kit: Kit) -> list[web.RouteDef]:
    rest = RestDoor(kit.access, kit.evidence, kit.intake, kit.limit)
    return [*rest.routes(), *SoapDoor(kit).routes()]


PACKAGE = Package(
    translators={AXIS_REST: TRANSLATOR, AXIS_SOAP: SOAP_TRANSLATOR},
    read=AxisSettings.model_validate,
    build=_build,
    routes=_routes,
)
