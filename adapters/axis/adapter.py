"""The axis as a source: its settings, its door, its answers."""

import asyncio
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web
from yarl import URL

from adapters.axis.answer import post_receipt
from adapters.axis.documents_out import DocumentsDoor
from adapters.axis.doors import RestDoor
from adapters.axis.settings import AXIS_REST, AXIS_SOAP, AxisSettings
from adapters.axis.soap import SoapDoor
from adapters.axis.speaking import at_odds
from hub.errors import PermanentFailure, SourceUnavailable
from hub.kit import Kit, Package
from hub.model.envelopes import Kind
from hub.model.faults import Fault, FaultCode
from hub.model.receipts import Receipt, Untold
from hub.model.sending import Sending
from hub.ports import Fetch

#: Where the judging child finds the translator (port Translate).
TRANSLATOR = "adapters.axis.translate:translate"
SOAP_TRANSLATOR = "adapters.axis.translate:translate_soap"


#: A large document, within the lease of a relay (`relay.lease_seconds`).
_DOCUMENT_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class AxisAdapter:
    """Implements the port Adapter for one axis."""

    settings: AxisSettings
    fetch: Fetch
    receipts_token: str = field(repr=False)
    #: Where it takes documents of ours; None: it brings nothing out.
    documents: DocumentsDoor | None = None

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

    async def forward(self, sending: Sending, data: bytes) -> str | Untold:
        """See the port; who asks by GetTraces finds the statuses there."""
        if self.documents is None:
            if sending.kind is Kind.STATUS:
                asks = AXIS_SOAP in self.settings.doors
                return Untold.ASKS if asks else Untold.NOT_OWED
            raise PermanentFailure(Fault(FaultCode.NO_WAY_OUT, self.name))
        try:
            async with asyncio.timeout(_DOCUMENT_SECONDS):
                return await self.documents.hand(sending, data)
        except TimeoutError as error:
            raise SourceUnavailable("no answer in time") from error

    async def check(self) -> list[str]:
        """See the port."""
        settings = self.settings
        found = at_odds(self.name, carrier=settings.carrier, codes=settings.codes)
        named = {
            "receipts_url": (settings.receipts_url, "receipt"),
            "documents_url": (settings.documents_url, "document"),
        }
        for key, (url, what) in named.items():
            if _is_inner(url) and not settings.inner_network:
                found.append(
                    f"{self.name}: {key} leads to an inner address; "
                    f"without `inner_network: true` no {what} leaves"
                )
        if not settings.documents_url and AXIS_SOAP not in settings.doors:
            found.append(
                f"{self.name}: no documents_url: what agencies say of its documents "
                "(03, 06) never reaches it"
            )
        return found


def _is_inner(url: str) -> bool:
    """Whether an address written as digits is no public one."""
    try:
        return not ipaddress.ip_address(URL(url).host or "").is_global
    except ValueError:
        return False


def _build(settings: AxisSettings, secrets: Mapping[str, str], kit: Kit) -> AxisAdapter:
    documents = None
    if settings.documents_url:
        token, by = secrets.get("documents", ""), settings.documents_by
        documents = DocumentsDoor(kit.fetch, settings.documents_url, token, by)
    return AxisAdapter(settings, kit.fetch, secrets.get("receipts", ""), documents)


def _reach(settings: AxisSettings) -> tuple[str, ...]:
    if not settings.documents_url:
        return ()
    return ("*",) if settings.carrier else settings.codes


def _routes(kit: Kit) -> list[web.RouteDef]:
    rest = RestDoor(kit.access, kit.evidence, kit.intake, kit.limit)
    return [*rest.routes(), *SoapDoor(kit).routes()]


PACKAGE = Package(
    translators={AXIS_REST: TRANSLATOR, AXIS_SOAP: SOAP_TRANSLATOR},
    read=AxisSettings.model_validate,
    build=_build,
    reach=_reach,
    routes=_routes,
)
