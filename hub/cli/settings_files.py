"""The files that a hub's settings are made of, for copying them."""

import re
from collections.abc import Iterator
from os.path import relpath
from pathlib import Path

from hub import typed_yaml
from hub.pipeline.backup import Wanted
from hub.resources import resource
from hub.settings import Settings

#: Keys that name a file and no secret. The offset of a rehearsal's clock is neither.
_PUBLIC = frozenset({"certificate_file", "client_ca_file", "ca_file"})
_NEITHER = frozenset({"clock_offset_file"})
_PASSWORD = re.compile(rb"(://[^\s:/@]*:)[^\s@/]+@")


def settings_files(settings: Settings, *, secrets: bool) -> tuple[Wanted, ...]:
    """The settings file and all it names; secret ones only where asked for.

    Without secrets, passwords in addresses are taken out of the settings file.
    """
    found = {path: secret for path, secret in _named(settings) if path.is_file()}
    main = settings.path.read_bytes()
    text = None if secrets else _PASSWORD.sub(rb"\1***@", main)
    first = Wanted(settings.path, settings.path.name, secret=False, text=text)
    rest = [
        Wanted(path, relpath(path, settings.base), secret)
        for path, secret in sorted(found.items())
        if (secrets or not secret) and path != settings.path
    ]
    return (first, *rest)


def _named(settings: Settings) -> Iterator[tuple[Path, bool]]:
    file = settings.file
    calendar = file.calendar or resource("config", "calendar.yaml")
    for path in (file.policy, file.agencies, file.procedures, calendar):
        if path is not None:
            yield settings.resolve(path), False
    for path in sorted(settings.resolve(file.trust).rglob("*")):
        yield path, False
    yield settings.resolve(file.front.window_token_file), True
    for key, name in _files_in(typed_yaml.load(settings.path.read_bytes())):
        if key not in _NEITHER:
            yield settings.resolve(Path(name)), key not in _PUBLIC


def _files_in(value: object) -> Iterator[tuple[str, str]]:
    """Keys and values of everything in a tree that is called `..._file`."""
    if isinstance(value, list):
        for one in value:
            yield from _files_in(one)
    if isinstance(value, dict):
        for key, one in value.items():
            if str(key).endswith("_file") and isinstance(one, str):
                yield str(key), one
            yield from _files_in(one)
