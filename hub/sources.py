"""The sources of the settings: packages, secrets, addresses; the roof's second file."""

import importlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import ValidationError

from adapters.axis.adapter import PACKAGE as AXIS
from adapters.axis.pull_adapter import PACKAGE as AXIS_PULL
from adapters.mail.adapter import PACKAGE as MAIL
from adapters.portal.adapter import PACKAGE as PORTAL
from hub import outward, own_key
from hub import settings as hub_settings
from hub.access.gate import Gate
from hub.access.rates import Rates
from hub.access.tokens import SHORTEST_TOKEN, token_hash
from hub.agencies.inbound import source_of
from hub.agency_mail import mail_problems
from hub.errors import SettingsError
from hub.fetch.client import Allowed
from hub.kit import Kit, Package, SourceSettings
from hub.model.agencies import Agency, agency_source, in_turn, is_agency_source
from hub.model.arrivals import (
    AGENCY_AMQP,
    AGENCY_REST,
    Credential,
    Door,
    Source,
)
from hub.model.ids import AgencyCode
from hub.model.ways import Ways
from hub.ports import Adapter, Clock
from hub.settings import HubFile, Settings, why_unread

#: The adapter packages of this hub; `adapters:` in the settings names further ones.
PACKAGES: tuple[Package, ...] = (AXIS, AXIS_PULL, PORTAL, MAIL)
#: The doors of agencies, which no entry of `sources:` describes: the registry does.
AGENCY_DOORS = dict.fromkeys(
    (AGENCY_AMQP, AGENCY_REST), "hub.edxml.agency_frame:translate"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of `sources:`, with the package that has its doors."""

    package: Package
    settings: SourceSettings
    secrets: Mapping[str, str] = field(repr=False)


def load(path: Path | None) -> Settings:
    """The settings, sources and secrets looked at too.

    Raises SettingsError with every problem there is.
    """
    settings = hub_settings.load(path, further=_further)
    _raise(mail_problems(settings))
    return settings


def entries_of(settings: Settings) -> tuple[Entry, ...]:
    """The entries of `sources`; raises SettingsError naming every missing secret."""
    problems: list[str] = []
    found = _entries(settings.file, settings.base, problems)
    _raise(problems)
    return found


def adapters_of(entries: Sequence[Entry], kit: Kit) -> dict[str, Adapter]:
    """One adapter a source."""
    return {
        entry.settings.name: entry.package.build(entry.settings, entry.secrets, kit)
        for entry in entries
    }


def routes_of(entries: Sequence[Entry], kit: Kit) -> list[web.AbstractRouteDef]:
    """The HTTP doors of every package that has a source."""
    packages = {id(entry.package): entry.package for entry in entries}
    return [route for package in packages.values() for route in package.routes(kit)]


def sources_of(
    entries: Sequence[Entry], agencies: Sequence[Agency] = ()
) -> dict[str, Source]:
    """The sources by name; what is said of one holds at each of its doors.

    Every agency is one itself, of the documents it sends.
    """
    configured = {e.settings.name: e.settings.sources()[0] for e in entries}
    own = {s.name: s for s in map(source_of, in_turn(agencies))}
    return configured | own


def ways_of(settings: Settings, entries: Sequence[Entry]) -> Ways:
    """How documents of agencies attached here reach bodies elsewhere."""
    return outward.ways(settings.file.outward, _reach(entries))


def _reach(entries: Sequence[Entry]) -> dict[str, outward.Reach]:
    return {
        e.settings.name: outward.Reach(
            codes=e.package.reach(e.settings),
            carrier=e.settings.sources()[0].carrier,
            alone=e.package.alone,
        )
        for e in entries
    }


def translators(settings: Settings) -> dict[str, str]:
    """Door -> where the judging child finds its translator."""
    return _translators(_packages(settings.file, [])) | AGENCY_DOORS


def grounds_of(settings: Settings) -> dict[str, dict[str, Any]]:
    """Source -> what its translator must know; of an agency, who it is."""
    offices = settings.procedures.offices()
    configured = {
        entry.settings.name: entry.settings.ground(settings.registry, offices)
        for entry in entries_of(settings)
    }
    own = {
        agency_source(agency.queue): {"code": agency.code, "name": agency.name}
        for agency in in_turn(settings.registry.agencies)
    }
    return configured | own


def access_of(settings: Settings, entries: Sequence[Entry], clock: Clock) -> Gate:
    """Who may ask; raises SettingsError naming every missing or short token."""
    problems: list[str] = []
    agencies = {
        token_hash(_secret(settings.base, entry.token_file, problems)): AgencyCode(
            entry.code
        )
        for entry in settings.file.agency_access
    }
    _raise(problems)
    front = settings.file.front
    return Gate(
        [(c, e.settings.sources()) for e in entries for c in _credentials(e)],
        agencies,
        Rates(front.requests_per_second, front.burst, time.monotonic),
        clock,
    )


def window_token(settings: Settings) -> str:
    """The window's token; raises SettingsError where `hub up` has not made it."""
    problems: list[str] = []
    token = _secret(settings.base, settings.file.front.window_token_file, problems)
    _raise(problems)
    return token


def allowed(settings: Settings, entries: Sequence[Entry]) -> tuple[Allowed, ...]:
    """The addresses this hub may call; private ones only where the settings say so."""
    rehearsal = settings.file.rehearsal
    private = rehearsal is not None and rehearsal.private_addresses
    called = [
        Allowed.of(address.url, private=private or address.private, files=address.files)
        for entry in entries
        for address in entry.settings.addresses()
    ]
    alerts = settings.file.alerts
    inner = private or alerts.inner_network
    hooks = [Allowed.of(u, private=inner, files=False) for u in (alerts.webhook,) if u]
    return (*called, *hooks)


def _credentials(entry: Entry) -> tuple[Credential, ...]:
    return entry.settings.credentials(entry.secrets)


def _further(file: HubFile, base: Path) -> list[str]:
    """What adapters and secret files say against the settings."""
    problems: list[str] = []
    entries = _entries(file, base, problems)
    problems += _taken_names(entries)
    problems += outward.problems(file.outward, _reach(entries))
    if file.signing is not None:
        problems += own_key.problems(file.signing, base)
    tokens = [
        (e.settings.name, credential.token or credential.secret)
        for e in entries
        for credential in _credentials(e)
    ]
    for agency in file.agency_access:
        name = str(agency.token_file)
        tokens.append((name, _secret(base, agency.token_file, problems)))
    window = file.front.window_token_file
    if (base / window).exists():  # `hub up` makes it where it is not
        _secret(base, window, problems)
    certificates = [
        (e.settings.name, credential.certificate_sha256.lower())
        for e in entries
        for credential in _credentials(e)
    ]
    if (tls := file.front.tls) is None or tls.client_ca_file is None:
        problems += [
            f"{name}: a client certificate wants front.tls.client_ca_file"
            for name, certificate in certificates
            if certificate
        ]
    problems += _shared("certificate", [pair for pair in certificates if pair[1]])
    return problems + _shared("token", [pair for pair in tokens if pair[1]])


def _taken_names(entries: Sequence[Entry]) -> list[str]:
    """A source called as agencies are would speak for one of them."""
    names = [entry.settings.name for entry in entries]
    return [
        f"sources: {name}: names that begin with {agency_source('')} are agencies'"
        for name in names
        if is_agency_source(name)
    ]


def _shared(what: str, shown: Sequence[tuple[str, str]]) -> list[str]:
    """Who shows the token of another would be taken for that one."""
    tokens = [token for _, token in shown]
    return [
        f"{name}: the same {what} as {shown[tokens.index(token)][0]}"
        for number, (name, token) in enumerate(shown)
        if tokens.index(token) < number
    ]


def _entries(file: HubFile, base: Path, problems: list[str]) -> tuple[Entry, ...]:
    found, packages = [], _packages(file, problems)
    for index, table in enumerate(file.sources):
        place = f"sources.{index}"
        if (package := _package(table, packages)) is None:
            known = ", ".join(sorted(_translators(packages)))
            problems.append(f"{place}.doors: one package's doors are due: {known}")
        elif (settings := _read(package, table, place, problems)) is not None:
            secrets = {
                name: _text(base, path, problems)
                for name, path in settings.secrets().items()
            }
            entry = Entry(package, settings, secrets)
            problems += _weak(entry)
            found.append(entry)
    return tuple(found)


def _weak(entry: Entry) -> list[str]:
    """What is shown at our doors must be long; others choose their own passwords."""
    shown = {c.token or c.secret for c in _credentials(entry)}
    return [
        f"{path}: a token under {SHORTEST_TOKEN} characters"
        for name, path in entry.settings.secrets().items()
        if entry.secrets[name] in shown
        and 0 < len(entry.secrets[name]) < SHORTEST_TOKEN
    ]


def _packages(file: HubFile, problems: list[str]) -> tuple[Package, ...]:
    """Ours, and those an administrator installed and named (docs/adapter.md)."""
    found = list(PACKAGES)
    for where in file.adapters:
        module, _, name = where.partition(":")
        try:
            package = getattr(importlib.import_module(module), name)
        except (ImportError, ValueError, AttributeError) as error:
            problems.append(f"adapters: {where}: {error}")
            continue
        if isinstance(package, Package):
            found.append(package)
        else:
            problems.append(f"adapters: {where}: is no hub.kit.Package")
    return tuple(found)


def _translators(packages: Sequence[Package]) -> dict[str, str]:
    return {d: where for p in packages for d, where in p.translators.items()}


def _package(table: Mapping[str, Any], packages: Sequence[Package]) -> Package | None:
    """The package that has every door of an entry."""
    doors = table.get("doors")
    if not isinstance(doors, list) or not doors:
        return None
    has = (p for p in packages if all(Door(str(d)) in p.translators for d in doors))
    return next(has, None)


def _read(
    package: Package, table: Mapping[str, Any], place: str, problems: list[str]
) -> SourceSettings | None:
    try:
        return package.read(table)
    except ValidationError as error:
        problems += [
            f"{place}.{'.'.join(map(str, e['loc']))}: {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        ]
        return None


def _text(base: Path, path: Path, problems: list[str]) -> str:
    """What a file of secrets holds, without its edges."""
    try:
        text = (base / path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: {why_unread(error)}")
        return ""
    if not text:
        problems.append(f"{path}: empty")
    return text


def _secret(base: Path, path: Path, problems: list[str]) -> str:
    token = _text(base, path, problems)
    if 0 < len(token) < SHORTEST_TOKEN:
        problems.append(f"{path}: a token under {SHORTEST_TOKEN} characters")
        return ""
    return token


def _raise(problems: Sequence[str]) -> None:
    if problems:
        raise SettingsError(tuple(problems))
