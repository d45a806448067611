"""One axis that calls us: `sources:` entries with `doors: [axis-rest, axis-soap]`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from hub.kit import Called
from hub.model.arrivals import Credential, Door, Source
from hub.model.ids import AgencyCode
from hub.ports import Organizations

AXIS_REST = Door("axis-rest")
AXIS_SOAP = Door("axis-soap")


class AxisSettings(BaseModel):
    """An axis that calls our doors and hears receipts by HTTP."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    doors: tuple[Door, ...] = Field(min_length=1)
    #: File with the bearer token the axis shows at our door.
    token_file: Path
    #: Codes it may speak for; may stay empty for a carrier.
    codes: tuple[str, ...] = ()
    #: May speak for any code but those of agencies attached here.
    carrier: bool = False
    #: Where it hears receipts, and the file with the token we show there.
    receipts_url: str = Field(pattern=r"^https?://")
    receipts_token_file: Path
    #: It stands on the administration's inner network: `receipts_url` may lead to a
    #: private address. Otherwise only public addresses are called.
    inner_network: bool = False

    def sources(self) -> tuple[Source, ...]:
        """See `hub.kit.SourceSettings`, here and below."""
        codes = tuple(AgencyCode(code) for code in self.codes)
        return tuple(Source(self.name, d, codes, self.carrier) for d in self.doors)

    def secrets(self) -> Mapping[str, Path]:
        return {"token": self.token_file, "receipts": self.receipts_token_file}

    def credentials(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:
        return (Credential(token=secrets["token"]),)

    def addresses(self) -> tuple[Called, ...]:
        return (Called(self.receipts_url, self.inner_network),)

    def ground(self, organizations: Organizations) -> dict[str, Any]:  # noqa: ARG002 - edXML says it all itself
        return {}
