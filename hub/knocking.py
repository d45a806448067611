"""What a source shows at our HTTP doors, as its entry in the settings says it."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from hub.model.arrivals import Credential


class SignedHeaders(BaseModel):
    """How a source signs its headers (the VXP kit's way)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: What it calls itself in XroadVnpt-systemid.
    system_id: str = Field(min_length=1)
    #: File with the secret its HMAC is made under.
    secret_file: Path


class Knocking(BaseModel):
    """The settings of a source that calls us, whatever else they have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: File with the bearer token it shows.
    token_file: Path | None = None
    #: Or headers signed by HMAC-SHA256.
    signed_headers: SignedHeaders | None = None
    #: Or a client certificate: SHA-256 of its DER, hex (`front.tls.client_ca_file`).
    client_certificate_sha256: str = Field(default="", pattern=r"^([0-9a-fA-F]{64})?$")

    @property
    def is_known(self) -> bool:
        """Whether one of them is set."""
        known = (self.token_file, self.signed_headers, self.client_certificate_sha256)
        return any(known)

    def secrets(self) -> Mapping[str, Path]:
        """See `hub.kit.SourceSettings`, here and below; those that have more add it."""
        signed = self.signed_headers.secret_file if self.signed_headers else None
        return set_files({"token": self.token_file, "signing": signed})

    def credentials(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:
        found = []
        if "token" in secrets:
            found.append(Credential(token=secrets["token"]))
        if self.signed_headers is not None:
            system_id, secret = self.signed_headers.system_id, secrets["signing"]
            found.append(Credential(system_id=system_id, secret=secret))
        found += self.accounts(secrets)
        if sha256 := self.client_certificate_sha256:
            found.append(Credential(certificate_sha256=sha256.lower()))
        return tuple(found)

    def accounts(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:  # noqa: ARG002 - of those that have one
        """Name and password of sources that log in first."""
        return ()


def set_files(files: Mapping[str, Path | None]) -> dict[str, Path]:
    """Name of a secret -> its file, where one is set."""
    return {name: path for name, path in files.items() if path is not None}
