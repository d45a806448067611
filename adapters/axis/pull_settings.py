"""One axis that we call: `sources:` entries with `doors: [axis-pull]`."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.kit import Called
from hub.knocking import set_files
from hub.model.arrivals import Credential, Door, Source
from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode
from hub.ports import Organizations

AXIS_PULL = Door("axis-pull")


class Connector(StrEnum):
    """The kinds of axes this hub can call."""

    VXP = "vxp"
    LGSP = "lgsp"


class PullSettings(BaseModel):
    """An axis that is polled, and hears receipts as status messages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    doors: tuple[Literal["axis-pull"]] = ("axis-pull",)
    connector: Connector
    #: Address under which the axis' paths lie: `http://…/XrdAdapter/adapter`, `…/v1`.
    base_url: str = Field(pattern=r"^https?://[^\s?#]+$")
    #: How the axis knows this hub, and the file with the secret of it.
    system_id: str = Field(pattern=r"^[\x21-\x7e]{1,100}$")
    secret_file: Path
    #: LGSP only: the account that logs in.
    username: str = ""
    password_file: Path | None = None
    application: str = ""
    #: Seconds between two looks at the axis.
    poll_seconds: float = Field(60, ge=1, le=86_400)
    #: Days that are listed again: axes insert late and in any order.
    window_days: int = Field(2, ge=1, le=60)
    #: VXP only: lines of one page of its list.
    page_size: int = Field(50, ge=1, le=1_000)
    #: Codes it may speak for; may stay empty for a carrier.
    codes: tuple[str, ...] = ()
    #: May speak for any code but those of agencies attached here.
    carrier: bool = False
    #: `base_url` may lead to a private address.
    inner_network: bool = False
    #: Outcomes of which the sender hears by a status message.
    receipts: tuple[Literal["deliver", "hold", "refuse"], ...] = (
        "deliver",
        "hold",
        "refuse",
    )
    #: The axis says 01 by itself once a message is acknowledged: not said twice.
    acknowledge_means_arrived: bool = False

    @model_validator(mode="after")
    def _fits_its_connector(self) -> Self:
        if self.connector is Connector.LGSP:
            if not self.username or self.password_file is None:
                raise ValueError("lgsp: `username` and `password_file` are due")
        elif self.username or self.password_file or self.application:
            raise ValueError("vxp: no `username`, `password_file`, `application`")
        return self

    @property
    def told(self) -> frozenset[Disposition]:
        """The outcomes of `receipts`."""
        return frozenset(map(Disposition, self.receipts))

    @property
    def source(self) -> Source:
        """The source at its one door."""
        codes = tuple(AgencyCode(code) for code in self.codes)
        return Source(self.name, AXIS_PULL, codes, self.carrier)

    def sources(self) -> tuple[Source, ...]:
        """See `hub.kit.SourceSettings`, here and below."""
        return (self.source,)

    def secrets(self) -> Mapping[str, Path]:
        named = {"secret": self.secret_file, "password": self.password_file}
        return set_files(named)

    def credentials(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:  # noqa: ARG002 - we call it, it never knocks here
        return ()

    def addresses(self) -> tuple[Called, ...]:
        return (Called(self.base_url, self.inner_network, files=False),)

    def ground(
        self,
        organizations: Organizations,  # noqa: ARG002 - edXML says it all itself
        procedures: Mapping[str, str],  # noqa: ARG002 - the same
    ) -> dict[str, Any]:
        return {}
