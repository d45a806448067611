"""Administrative procedures that citizens apply for (thủ tục hành chính)."""

from dataclasses import dataclass
from typing import Any, ClassVar

from hub.model.ids import AgencyCode


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
