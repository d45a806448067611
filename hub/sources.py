"""The sources of the settings: adapters, tokens, addresses; the roof's second file."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from adapters.axis.adapter import AxisAdapter
from adapters.axis.settings import AxisSettings
from hub import settings as hub_settings
from hub.access.tokens import SHORTEST_TOKEN, TokenAccess, token_hash
from hub.errors import SettingsError
from hub.fetch.client import Allowed, FetchClient
from hub.model.ids import AgencyCode
from hub.settings import HubFile, Settings, why_unread


def load(path: Path | None) -> Settings:
    """The settings, sources and tokens looked at too.

    Raises SettingsError with every problem there is.
    """
    return hub_settings.load(path, further=_further)


def axis_settings(settings: Settings) -> tuple[AxisSettings, ...]:
    """The entries of `sources`, each checked by its adapter; raises SettingsError."""
    problems: list[str] = []
    found = _axes(settings.file, problems)
    _raise(problems)
    return found


def adapters_of(settings: Settings, fetch: FetchClient) -> dict[str, AxisAdapter]:
    """One adapter a source; raises SettingsError naming every missing token."""
    problems: list[str] = []
    adapters = {
        axis.name: AxisAdapter(
            axis, fetch, _secret(settings.base, axis.receipts_token_file, problems)
        )
        for axis in axis_settings(settings)
    }
    _raise(problems)
    return adapters


def access_of(settings: Settings, adapters: Mapping[str, AxisAdapter]) -> TokenAccess:
    """Who may ask; raises SettingsError naming every missing or short token."""
    problems: list[str] = []

    def hashed(path: Path) -> bytes:
        return token_hash(_secret(settings.base, path, problems))

    sources = {
        hashed(a.settings.token_file): a.settings.source() for a in adapters.values()
    }
    agencies = {
        hashed(entry.token_file): AgencyCode(entry.code)
        for entry in settings.file.agency_access
    }
    _raise(problems)
    front = settings.file.front
    return TokenAccess(
        sources,
        agencies,
        per_second=front.requests_per_second,
        burst=front.burst,
        monotonic=time.monotonic,
    )


def window_token(settings: Settings) -> str:
    """The window's token; raises SettingsError where `hub up` has not made it."""
    problems: list[str] = []
    token = _secret(settings.base, settings.file.front.window_token_file, problems)
    _raise(problems)
    return token


def allowed(settings: Settings) -> tuple[Allowed, ...]:
    """The addresses this hub may call; private ones only where the settings say so."""
    rehearsal = settings.file.rehearsal
    private = rehearsal is not None and rehearsal.private_addresses
    axes = [
        Allowed.of(axis.receipts_url, private=private or axis.inner_network)
        for axis in axis_settings(settings)
    ]
    alerts = settings.file.alerts
    inner = private or alerts.inner_network
    hooks = [Allowed.of(u, private=inner) for u in (alerts.webhook,) if u]
    return (*axes, *hooks)


def _further(file: HubFile, base: Path) -> list[str]:
    """What adapters and token files say against the settings."""
    problems: list[str] = []
    axes = _axes(file, problems)
    shown = [a.token_file for a in axes] + [a.token_file for a in file.agency_access]
    tokens = [_secret(base, path, problems) for path in shown]
    for axis in axes:
        _secret(base, axis.receipts_token_file, problems)
    window = file.front.window_token_file
    if (base / window).exists():  # `hub up` makes it where it is not
        _secret(base, window, problems)
    return problems + _shared(shown, tokens)


def _shared(paths: Sequence[Path], tokens: Sequence[str]) -> list[str]:
    """Who shows the token of another would be taken for that one."""
    return [
        f"{path}: the same token as {paths[tokens.index(token)]}"
        for number, (path, token) in enumerate(zip(paths, tokens, strict=True))
        if token and tokens.index(token) < number
    ]


def _axes(file: HubFile, problems: list[str]) -> tuple[AxisSettings, ...]:
    found = []
    for index, table in enumerate(file.sources):
        try:
            found.append(AxisSettings.model_validate(table))
        except ValidationError as error:
            problems += [
                f"sources.{index}.{'.'.join(map(str, e['loc']))}: {e['msg']}"
                for e in error.errors(include_input=False, include_url=False)
            ]
    return tuple(found)


def _secret(base: Path, path: Path, problems: list[str]) -> str:
    try:
        token = (base / path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{path}: {why_unread(error)}")
        return ""
    if len(token) < SHORTEST_TOKEN:
        problems.append(f"{path}: a token under {SHORTEST_TOKEN} characters")
        return ""
    return token


def _raise(problems: Sequence[str]) -> None:
    if problems:
        raise SettingsError(tuple(problems))
