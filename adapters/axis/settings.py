"""One axis that calls us: `sources:` entries with `doors: [axis-rest, axis-soap]`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.kit import Called
from hub.model.arrivals import Credential, Door, Source
from hub.model.ids import AgencyCode
from hub.ports import Organizations

AXIS_REST = Door("axis-rest")
AXIS_SOAP = Door("axis-soap")


class SignedHeaders(BaseModel):
    """How a source signs its headers (the VXP kit's way)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: What it calls itself in XroadVnpt-systemid.
    system_id: str = Field(min_length=1)
    #: File with the secret its HMAC is made under.
    secret_file: Path


class AxisSettings(BaseModel):
    """An axis that calls our doors and hears receipts by HTTP."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    doors: tuple[Door, ...] = Field(min_length=1)
    #: File with the bearer token the axis shows at our doors.
    token_file: Path | None = None
    #: Or headers signed by HMAC-SHA256.
    signed_headers: SignedHeaders | None = None
    #: Or a client certificate: SHA-256 of its DER, hex (`front.tls.client_ca_file`).
    client_certificate_sha256: str = Field(default="", pattern=r"^([0-9a-fA-F]{64})?$")
    #: Codes it may speak for; may stay empty for a carrier.
    codes: tuple[str, ...] = ()
    #: May speak for any code but those of agencies attached here.
    carrier: bool = False
    #: Where it hears receipts, and the file with the token we show there. Both may be
    #: left out for one at `axis-soap` that asks by GetTraces instead.
    receipts_url: str = Field(default="", pattern=r"^(https?://.*)?$")
    receipts_token_file: Path | None = None
    #: It stands on the administration's inner network: `receipts_url` may lead to a
    #: private address. Otherwise only public addresses are called.
    inner_network: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        known = (self.token_file, self.signed_headers, self.client_certificate_sha256)
        if not any(known):
            raise ValueError(
                "one of token_file, signed_headers, client_certificate_sha256 is due"
            )
        if bool(self.receipts_url) is not bool(self.receipts_token_file):
            raise ValueError("receipts_url and receipts_token_file go together")
        if not self.receipts_url and AXIS_SOAP not in self.doors:
            raise ValueError("receipts_url is due: only axis-soap can ask by GetTraces")
        return self

    def sources(self) -> tuple[Source, ...]:
        """See `hub.kit.SourceSettings`, here and below."""
        codes = tuple(AgencyCode(code) for code in self.codes)
        return tuple(Source(self.name, d, codes, self.carrier) for d in self.doors)

    def secrets(self) -> Mapping[str, Path]:
        signed = self.signed_headers
        files = {
            "token": self.token_file,
            "signing": signed.secret_file if signed else None,
            "receipts": self.receipts_token_file,
        }
        return {name: path for name, path in files.items() if path is not None}

    def credentials(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:
        found = []
        if "token" in secrets:
            found.append(Credential(token=secrets["token"]))
        if self.signed_headers is not None:
            system_id, secret = self.signed_headers.system_id, secrets["signing"]
            found.append(Credential(system_id=system_id, secret=secret))
        if sha256 := self.client_certificate_sha256:
            found.append(Credential(certificate_sha256=sha256.lower()))
        return tuple(found)

    def addresses(self) -> tuple[Called, ...]:
        if not self.receipts_url:
            return ()
        return (Called(self.receipts_url, self.inner_network, files=False),)

    def ground(
        self,
        organizations: Organizations,  # noqa: ARG002 - edXML says it all itself
        procedures: Mapping[str, str],  # noqa: ARG002 - the same
    ) -> dict[str, Any]:
        return {}
