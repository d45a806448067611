"""One axis in the settings: `sources:` entries with `door: axis-rest`."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from hub.model.arrivals import Door, Source
from hub.model.ids import AgencyCode


class AxisSettings(BaseModel):
    """An axis that calls our REST door and hears receipts by HTTP."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    door: Door
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

    def source(self) -> Source:
        """The source as the words have it."""
        codes = tuple(AgencyCode(code) for code in self.codes)
        return Source(self.name, self.door, codes, self.carrier)
