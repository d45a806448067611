"""What the settings say of a portal's words: which office, which field goes where.

docs/cong-dich-vu-cong.md is the table for people. The values come as JSON through the
translator's ground and are looked up, never guessed at.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import msgspec

from adapters.portal.fields import Fields
from hub.errors import MalformedEnvelope
from hub.model.dossiers import DossierAct
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, normal_code

#: `1.002891.000.00.00.H40`: the number, then the code of the agency that owns it.
_NUMBER = re.compile(r"[0-9]+\.[0-9]+")
#: `<code of the unit>-<yyMMdd>-<5 digits>` (EDXML.md 4.4).
_DOSSIER = re.compile(r"(?P<unit>.+)-[0-9]{6}-[0-9]{3,7}")


@dataclass(frozen=True, slots=True)
class Rules:
    """`mapping:` of a source: names of the portal's fields; the first filled counts.

    A dossier without any of them is told (NO_SUBJECT, UNKNOWN_OFFICE) or goes without
    that date.
    """

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    #: TypeName of every dossier; decides the paper rule (config/policy.yaml).
    type_name: str = "Công văn"
    subject: tuple[str, ...] = ("TrichYeuHoSo",)
    promulgated: tuple[str, ...] = (
        "NgayTra",
        "NgayKetThucXuLy",
        "NgayNopHoSo",
        "NgayTiepNhan",
    )
    due: tuple[str, ...] = ("NgayHenTra",)
    #: Fields that name the office, looked up in `offices` and in the registry's codes.
    office: tuple[str, ...] = ("DonViXuLy",)
    progress_office: tuple[str, ...] = ("DonViXuLy", "PhongBanXuLy")


@dataclass(frozen=True, slots=True)
class Ground:
    """What the translator knows of one portal; keys are `folded`."""

    #: The portal's own code: From.
    code: str = ""
    name: str = ""
    #: DonViXuLy as the portal writes it -> agency code.
    offices: dict[str, str] = field(default_factory=dict, hash=False)
    #: Codes and aliases of the agencies attached here -> code.
    agencies: dict[str, str] = field(default_factory=dict, hash=False)
    #: Agency code -> its name.
    names: dict[str, str] = field(default_factory=dict, hash=False)
    #: MaTTHC, whole or its number alone -> code of the owning office.
    procedures: dict[str, str] = field(default_factory=dict, hash=False)
    rules: Rules = Rules()

    @classmethod
    def of(cls, ground: Mapping[str, Any]) -> Self:
        """From the JSON values the settings gave (`PortalSettings.ground`)."""
        return msgspec.convert(dict(ground), cls)

    def office_of(self, dossier: Fields, act: DossierAct) -> AgencyCode:
        """Who handles it; raises MalformedEnvelope(UNKNOWN_OFFICE).

        What the portal wrote in its own table, else as a code of the registry; then the
        owner of the procedure; for progress, which names neither, the unit that stands
        in the dossier's number.
        """
        names = self.rules.office
        if act is DossierAct.PROGRESS:
            names = self.rules.progress_office
        written = [text for name in names if (text := dossier.text(name))]
        for code in self._candidates(dossier, act, written):
            return code
        said = (written or [dossier.text("MaTTHC")])[0]
        raise MalformedEnvelope(Fault(FaultCode.UNKNOWN_OFFICE, names[0], said[:60]))

    def _candidates(
        self, dossier: Fields, act: DossierAct, written: list[str]
    ) -> Iterator[AgencyCode]:
        for text in written:
            yield from self._known(text)
        procedure = dossier.text("MaTTHC")
        number = _NUMBER.match(procedure)
        for key in (procedure, number[0] if number else ""):
            if owner := self.procedures.get(folded(key)):
                yield AgencyCode(owner)
        unit = _DOSSIER.fullmatch(dossier.text("MaHoSo"))
        if act is DossierAct.PROGRESS and unit:
            yield from self._known(unit["unit"])

    def _known(self, text: str) -> Iterator[AgencyCode]:
        found = self.offices.get(folded(text)) or self.agencies.get(normal_code(text))
        if found:
            yield AgencyCode(found)


def owners_of(procedures: Mapping[str, str]) -> dict[str, str]:
    """Owners by whole code and by the number alone, where that says whose it is."""
    numbers: dict[str, set[str]] = {}
    for name, code in procedures.items():
        if match := _NUMBER.match(name):
            numbers.setdefault(match[0], set()).add(code)
    alone = {number: min(codes) for number, codes in numbers.items() if len(codes) == 1}
    return alone | {folded(name): code for name, code in procedures.items()}


def folded(text: str) -> str:
    """A name as tables have it: small letters, single blanks."""
    return " ".join(text.casefold().split())
