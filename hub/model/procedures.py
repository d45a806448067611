"""Administrative procedures that citizens apply for (thủ tục hành chính)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from hub.model.ids import AgencyCode, normal_code

_NUMBER = re.compile(r"[0-9]+\.[0-9]+")


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure of the district (config/procedures.yaml)."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    #: MaTTHC.
    code: str
    name: str
    #: Key of its field of work.
    field: str
    #: The office that owns it; a code of the registry.
    office: AgencyCode
    #: Level of the online service, 2 to 4 (NĐ 43/2011/NĐ-CP, article 3).
    level: int
    #: Statutory working days.
    days: int


def number_of(code: str) -> str:
    """The number that a MaTTHC begins with (`1.002891`); "": it has no such form."""
    found = _NUMBER.match(normal_code(code))
    return found[0] if found else ""


def procedure_of(table: Mapping[str, Procedure], written: str) -> Procedure | None:
    """By the whole MaTTHC, else by its number alone: portals leave out the rest.

    `table`: normal code or number -> procedure; see `ProcedureBook.by_code`.
    """
    return table.get(normal_code(written)) or table.get(number_of(written))
