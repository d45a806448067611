"""The book of agencies attached to this hub: look-ups over a plain table, pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from hub.model.agencies import Agency, Correspondent
from hub.model.ids import AgencyCode, normal_code
from hub.model.knowledge import Binding
from hub.registry.certificates import (
    binding_problems,
    bindings_of,
    correspondent_problems,
)
from hub.registry.problems import problems_of


@dataclass(frozen=True, slots=True)
class OwnCode:
    """The code this hub speaks under; no agency has it, nobody else may use it."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    code: AgencyCode
    name: str


@dataclass(frozen=True, slots=True)
class AgencyBook:
    """All agencies with their codes old and new; implements the port Registry.

    Two entries may share a code, an alias or a queue when their validity does not
    overlap: a commune that is renamed and keeps its code.
    """

    agencies: tuple[Agency, ...]
    hub: OwnCode
    #: Codes in them are local even when unknown: `.37.H40` is an ending (old form),
    #: `H40.37.` a beginning (QĐ 20/2020 form).
    territory: tuple[str, ...] = ()
    #: Day whose state the table shows, and a word on where it comes from.
    as_of: date | None = None
    label: str = ""
    version: str = ""
    #: Bodies elsewhere, for whose certificates they are.
    senders: tuple[Correspondent, ...] = ()
    _index: Mapping[AgencyCode, tuple[Agency, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", _index(self.agencies))

    def find(self, code: AgencyCode, on: date) -> Agency | None:
        """See `Registry.find`."""
        heirs = self.heirs(code, on)
        return heirs[0] if len(heirs) == 1 else None

    def heirs(self, code: AgencyCode, on: date) -> tuple[Agency, ...]:
        """See `Registry.heirs`; who ended without successor leaves nothing."""
        waiting = [*self._index.get(normal_code(code), ())]
        met: set[Agency] = set()
        found: dict[Agency, None] = {}
        while waiting:
            agency = waiting.pop(0)
            if valid(agency, on):
                found[agency] = None
            elif agency not in met and ended(agency, on):
                waiting += self._successors(agency)
            met.add(agency)
        return tuple(found)

    def _successors(self, agency: Agency) -> Iterator[Agency]:
        for code in agency.successors:
            yield from self._index.get(normal_code(code), ())

    def is_ours(self, code: AgencyCode) -> bool:
        """See `Registry.is_ours`; the hub's own code is ours too."""
        normal = normal_code(code)
        return normal in self._index or normal == normal_code(self.hub.code)

    def is_local(self, code: AgencyCode) -> bool:
        """See `Registry.is_local`."""
        normal = normal_code(code)
        return self.is_ours(normal) or any(_lies_in(normal, t) for t in self.territory)

    def problems(self) -> tuple[str, ...]:
        """Every inconsistency, one sentence each; empty when fit to route by."""
        taken: set[str] = {*self._index, normal_code(self.hub.code)}
        return (
            *problems_of(self.agencies, self.hub.code, self.territory),
            *correspondent_problems(self.senders, taken),
            *binding_problems((*self.agencies, *self.senders)),
        )

    def bindings(self) -> tuple[Binding, ...]:
        """Which certificates sign for whom; those of bodies that ended stay.

        An old document is judged again by what signed for its sender then.
        """
        return bindings_of((*self.agencies, *self.senders))


def valid(agency: Agency, on: date) -> bool:
    """Whether it exists that day; `valid_until` is its last day."""
    begun = agency.valid_from is None or agency.valid_from <= on
    return begun and not ended(agency, on)


def ended(agency: Agency, on: date) -> bool:
    """Whether its last day has passed."""
    return agency.valid_until is not None and agency.valid_until < on


def _index(agencies: tuple[Agency, ...]) -> dict[AgencyCode, tuple[Agency, ...]]:
    index: dict[AgencyCode, tuple[Agency, ...]] = {}
    for agency in agencies:
        for code in dict.fromkeys(map(normal_code, (agency.code, *agency.aliases))):
            index[code] = (*index.get(code, ()), agency)
    return index


def _lies_in(code: AgencyCode, territory: str) -> bool:
    part = normal_code(territory)
    if part.startswith("."):
        return code.endswith(part)
    return code.startswith(part)
