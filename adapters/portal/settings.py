"""One portal: `sources:` entries with `doors: [portal-push, portal-poll]`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from adapters.portal.mapping import Rules, folded, owners_of
from hub.kit import Called
from hub.knocking import Knocking, set_files
from hub.model.arrivals import Credential, Door, Source
from hub.model.ids import AgencyCode, normal_code
from hub.ports import Organizations

PORTAL_PUSH = Door("portal-push")
PORTAL_POLL = Door("portal-poll")

_URL = r"^(https?://[^\s/?#@]+(/\S*)?)?$"
_Host = Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+/?$")]


class _Table(BaseModel):
    """A table of the settings: frozen, unknown keys are problems."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Login(_Table):
    """Name and password of one side at the other's `auth`."""

    username: str = Field(min_length=1, max_length=100, pattern=r"^[^\s:]+$")
    password_file: Path


class Calls(_Table):
    """Where we call the portal: to poll, and to tell it what became of a dossier."""

    #: POST {username, password} -> {session}; empty: it wants no session.
    auth_url: str = Field(default="", pattern=_URL)
    login: Login | None = None
    #: Progress entries go here (CapNhatTienDoHoSoMC).
    progress_url: str = Field(default="", pattern=_URL)
    #: Dossiers are listed here.
    list_url: str = Field(default="", pattern=_URL)
    #: `madonvi` of every call.
    unit: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.auth_url) is not (self.login is not None):
            raise ValueError("auth_url and login go together")
        return self

    @property
    def urls(self) -> tuple[str, ...]:
        """All that are set."""
        every = (self.auth_url, self.progress_url, self.list_url)
        return tuple(url for url in every if url)


class Polling(_Table):
    """How often and how far back the portal is asked."""

    seconds: float = Field(default=60, ge=1)
    #: Days before the last one listed whole that are listed again.
    window_days: int = Field(default=2, ge=0, le=60)
    page_size: int = Field(default=50, ge=1, le=1000)


class PortalSettings(Knocking):
    """A TTHC portal that pushes dossiers, or is asked for them."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    doors: tuple[Door, ...] = Field(min_length=1)
    #: The portal's own code: From of every dossier.
    code: str = Field(min_length=1)
    #: Its name, for people.
    title: str = "Cổng dịch vụ công"
    #: Name and password at /portal/v1/auth, beside or in place of what `Knocking` has.
    login: Login | None = None
    calls: Calls = Calls()
    polling: Polling = Polling()
    #: `https://host[:port]` that files may be fetched from, beside those of `calls`.
    file_hosts: tuple[_Host, ...] = ()
    #: Portal and files stand on the inner network: private addresses may be called.
    inner_network: bool = False
    #: DonViXuLy as the portal writes it -> agency code.
    offices: dict[str, str] = Field(default_factory=dict)
    mapping: Rules = Rules()
    #: Who speaks in the progress entries we send; 50 letters at most (EDXML.md 4.4).
    hub_name: str = Field(default="Trục liên thông", min_length=1, max_length=50)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if PORTAL_PUSH in self.doors and not (self.is_known or self.login):
            raise ValueError(
                "portal-push wants one of token_file, signed_headers, "
                "client_certificate_sha256, login"
            )
        if (PORTAL_POLL in self.doors) is not bool(self.calls.list_url):
            raise ValueError("portal-poll and calls.list_url go together")
        return self

    def sources(self) -> tuple[Source, ...]:
        """See `hub.kit.SourceSettings`, here and below."""
        return tuple(Source(self.name, d, (AgencyCode(self.code),)) for d in self.doors)

    def secrets(self) -> Mapping[str, Path]:
        login, calls = self.login, self.calls.login
        more = {
            "password": login.password_file if login else None,
            "calls": calls.password_file if calls else None,
        }
        return {**super().secrets(), **set_files(more)}

    def accounts(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:
        if self.login is None:
            return ()
        token = login_token(self.login.username, secrets["password"])
        return (Credential(token=token),)

    def addresses(self) -> tuple[Called, ...]:
        urls = (*self.calls.urls, *self.file_hosts)
        return tuple(Called(url, self.inner_network) for url in urls)

    def ground(
        self,
        organizations: Organizations,
        procedures: Mapping[str, str],
    ) -> dict[str, Any]:
        """The translator's tables (`adapters.portal.mapping.Ground`)."""
        agencies = organizations.agencies
        return {
            "code": self.code,
            "name": self.title,
            "offices": {folded(name): code for name, code in self.offices.items()},
            "agencies": {
                **{normal_code(c): a.code for a in agencies for c in a.aliases},
                **{normal_code(a.code): a.code for a in agencies},
            },
            "names": {agency.code: agency.name for agency in agencies},
            "procedures": owners_of(procedures),
            "rules": {
                "type_name": self.mapping.type_name,
                **{name: list(getattr(self.mapping, name)) for name in _LISTS},
            },
        }


_LISTS = ("subject", "promulgated", "due", "office", "progress_office")


def login_token(username: str, password: str) -> str:
    """Name and password as the one token the port Access knows a source by."""
    return f"{username}:{password}"
