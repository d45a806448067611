"""config/agencies.yaml into an AgencyBook, or every problem of it at once."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from hub.errors import SettingsError
from hub.model.agencies import Agency, Correspondent
from hub.registry.agencies import AgencyBook, OwnCode
from hub.typed_yaml import load, shape, version_of


@dataclass(frozen=True, slots=True)
class AgencyFile:
    """The file as written; keys are explained in config/README.md."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    as_of: date
    label: str
    hub: OwnCode
    territory: tuple[str, ...]
    agencies: tuple[Agency, ...]
    #: Bodies elsewhere whose certificates are known.
    senders: tuple[Correspondent, ...] = ()


def read_agencies(data: bytes) -> AgencyBook:
    """The book a file holds; raises SettingsError with all its problems."""
    file = shape(load(data), AgencyFile)
    book = AgencyBook(
        agencies=file.agencies,
        hub=file.hub,
        territory=file.territory,
        as_of=file.as_of,
        label=file.label,
        version=version_of(data),
        senders=file.senders,
    )
    if problems := book.problems():
        raise SettingsError(problems)
    return book
