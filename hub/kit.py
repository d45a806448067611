"""What an adapter is made of: the package it is, the kit it is handed.

`docs/adapter.md` shows how a source is added. The roof (`hub/sources.py`) knows the
packages, reads each entry of `sources:` by the package that has its doors, and hands
every adapter the same kit.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from hub.mail_ports import Bounces
from hub.model.arrivals import Credential, Door, Shown, Source
from hub.ports import (
    Access,
    Adapter,
    Clock,
    Evidence,
    Fetch,
    Intake,
    Marks,
    Organizations,
    Shelf,
)


@dataclass(frozen=True, slots=True)
class Kit:
    """The seams every adapter works with, built once a process."""

    access: Access
    evidence: Evidence
    intake: Intake
    fetch: Fetch
    clock: Clock
    marks: Marks
    shelf: Shelf
    bounces: Bounces
    organizations: Organizations
    #: The most bytes of one entity.
    limit: int


@dataclass(frozen=True, slots=True)
class Called:
    """An address this source is called at; `private`: it stands on an inner network.

    `files`: what its documents point at may be fetched from there.
    """

    url: str
    private: bool = False
    files: bool = True


class SourceSettings(Protocol):
    """One entry of `sources:`, read by its package; names files, holds no secret."""

    @property
    def name(self) -> str:
        """The source's name."""

    def sources(self) -> tuple[Source, ...]:
        """The source at each of its doors."""

    def secrets(self) -> Mapping[str, Path]:
        """Name of a secret -> the file it stands in; read by the roof."""

    def credentials(self, secrets: Mapping[str, str]) -> tuple[Credential, ...]:
        """By what it is known at our doors; empty where we call it."""

    def addresses(self) -> tuple[Called, ...]:
        """Every address the adapter may call."""

    def ground(
        self, organizations: Organizations, procedures: Mapping[str, str]
    ) -> dict[str, Any]:
        """What its translator must know: JSON values (tables of codes).

        `procedures`: MaTTHC, in capitals -> code of the office that owns it.
        """


@dataclass(frozen=True, slots=True)
class Package:
    """One adapter package, as the roof sees it."""

    #: Door -> "module:function" of its translator (port Translate).
    translators: Mapping[Door, str]
    #: An entry of `sources:` into settings; raises pydantic.ValidationError.
    read: Callable[[Mapping[str, Any]], SourceSettings]
    #: Settings, secrets by name and the kit into an adapter.
    build: Callable[[Any, Mapping[str, str], Kit], Adapter] = field(repr=False)
    #: The codes a source can bring documents to (`hub.model.ways.Way`); (): to nobody.
    reach: Callable[[Any], tuple[str, ...]] = lambda _settings: ()
    #: Each body gets a sending of its own, as letters have one address.
    alone: bool = False
    #: HTTP doors that the sources of this package share.
    routes: Callable[[Kit], Sequence[web.AbstractRouteDef]] = lambda _kit: ()


def shown(request: web.Request) -> Shown:
    """What a request shows of who makes it: headers, and the certificate TLS saw.

    A header that comes twice is both values joined (RFC 9110, 5.3): whoever looks at it
    sees that there were two, and no two readers see different ones.
    """
    tls = request.transport.get_extra_info("ssl_object") if request.transport else None
    certificate = tls.getpeercert(binary_form=True) if tls else None
    headers = {
        name.lower(): ", ".join(request.headers.getall(name))
        for name in request.headers
    }
    return Shown(headers, certificate or b"")
