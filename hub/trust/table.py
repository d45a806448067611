"""`revocation:` of the settings: how CRLs and OCSP answers are gathered."""

from pydantic import BaseModel, ConfigDict, Field, field_validator

from hub.trust.asking import Manner
from hub.trust.gatherer import Rules
from hub.trust.wants import place_of


class RevocationTable(BaseModel):
    """Changes no verdict that was made."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: False: nobody is asked; what lies in the trust folder or is kept counts.
    fetch: bool = True
    #: Servers, `http://host`, beside those that installed certificates name.
    allow: tuple[str, ...] = ()
    #: They stand on the inner network.
    inner_network: bool = False
    #: How long one document waits for its answers.
    wait_seconds: float = Field(default=5, ge=0, le=30)

    @field_validator("allow")
    @classmethod
    def _are_servers(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        if bad := [url for url in urls if not place_of(url)]:
            raise ValueError(f"no http:// or https:// server: {', '.join(bad)}")
        return urls

    @property
    def rules(self) -> Rules:
        """As the gatherer has it."""
        manner = Manner(wait_seconds=self.wait_seconds)
        return Rules(online=self.fetch, allow=self.allow, manner=manner)
