"""One axis that calls us: `sources:` entries with `doors: [axis-rest, axis-soap]`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from adapters.axis.documents_out import DocumentsBy
from hub.kit import Called
from hub.knocking import Knocking, set_files
from hub.model.arrivals import Door, Source
from hub.model.ids import AgencyCode
from hub.ports import Organizations

AXIS_REST = Door("axis-rest")
AXIS_SOAP = Door("axis-soap")


class AxisSettings(Knocking):
    """An axis that calls our doors and hears receipts by HTTP."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    doors: tuple[Door, ...] = Field(min_length=1)
    #: Codes it may speak for; may stay empty for a carrier.
    codes: tuple[str, ...] = ()
    #: May speak for any code but those of agencies attached here.
    carrier: bool = False
    #: Where it hears receipts, and the file with the token we show there. Both may be
    #: left out for one at `axis-soap` that asks by GetTraces instead.
    receipts_url: str = Field(default="", pattern=r"^(https?://.*)?$")
    receipts_token_file: Path | None = None
    #: Where it takes documents of ours, and the file with the token we show there;
    #: absent: it brings nothing out. `documents_by`: as our own doors do, REST or SOAP.
    documents_url: str = Field(default="", pattern=r"^(https?://.*)?$")
    documents_token_file: Path | None = None
    documents_by: DocumentsBy = DocumentsBy.REST
    #: It stands on the administration's inner network: its addresses may be private
    #: ones. Otherwise only public addresses are called.
    inner_network: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.is_known:
            raise ValueError(
                "one of token_file, signed_headers, client_certificate_sha256 is due"
            )
        if bool(self.receipts_url) is not bool(self.receipts_token_file):
            raise ValueError("receipts_url and receipts_token_file go together")
        if bool(self.documents_url) is not bool(self.documents_token_file):
            raise ValueError("documents_url and documents_token_file go together")
        if not self.receipts_url and AXIS_SOAP not in self.doors:
            raise ValueError("receipts_url is due: only axis-soap can ask by GetTraces")
        return self

    def sources(self) -> tuple[Source, ...]:
        """See `hub.kit.SourceSettings`, here and below."""
        codes = tuple(AgencyCode(code) for code in self.codes)
        return tuple(Source(self.name, d, codes, self.carrier) for d in self.doors)

    def secrets(self) -> Mapping[str, Path]:
        more = set_files(
            {
                "receipts": self.receipts_token_file,
                "documents": self.documents_token_file,
            }
        )
        return {**super().secrets(), **more}

    def addresses(self) -> tuple[Called, ...]:
        urls = dict.fromkeys(filter(None, (self.receipts_url, self.documents_url)))
        return tuple(Called(url, self.inner_network, files=False) for url in urls)

    def ground(
        self,
        organizations: Organizations,  # noqa: ARG002 - edXML says it all itself
        procedures: Mapping[str, str],  # noqa: ARG002 - the same
    ) -> dict[str, Any]:
        return {}
