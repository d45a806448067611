"""config/procedures.yaml into a ProcedureBook, or every problem of it at once."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from hub.errors import SettingsError
from hub.model.ids import AgencyCode, normal_code
from hub.model.procedures import Procedure, number_of, procedure_of
from hub.registry.agencies import AgencyBook
from hub.typed_yaml import load, shape, version_of

_LEVELS = range(2, 5)
#: No procedure takes longer than a year.
_DAYS = range(1, 251)


@dataclass(frozen=True, slots=True)
class ProcedureFile:
    """The file as written; keys are explained in config/README.md."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    as_of: date
    label: str
    #: Key -> name of a field of work.
    fields: dict[str, str]
    procedures: tuple[Procedure, ...]


@dataclass(frozen=True, slots=True)
class ProcedureBook:
    """All procedures; look-ups over a plain table, pure."""

    procedures: tuple[Procedure, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)
    as_of: date | None = None
    label: str = ""
    version: str = ""

    def find(self, code: str) -> Procedure | None:
        """The procedure of a MaTTHC as written somewhere; None: not one of ours."""
        return procedure_of(self.by_code(), code)

    def by_code(self) -> dict[str, Procedure]:
        """Normal MaTTHC, and its number alone where one has it -> procedure."""
        numbers = Counter(number_of(p.code) for p in self.procedures)
        alone = {
            number: p
            for p in self.procedures
            if (number := number_of(p.code)) and numbers[number] == 1
        }
        return alone | {normal_code(p.code): p for p in self.procedures}

    def offices(self) -> dict[str, AgencyCode]:
        """MaTTHC -> the office that owns it."""
        return {normal_code(p.code): p.office for p in self.procedures}

    def problems(self, agencies: AgencyBook) -> tuple[str, ...]:
        """Every inconsistency, one sentence each."""
        return tuple(_problems(self, agencies))


def read_procedures(data: bytes, agencies: AgencyBook) -> ProcedureBook:
    """The book a file holds; raises SettingsError with all its problems."""
    file = shape(load(data), ProcedureFile)
    book = ProcedureBook(
        procedures=file.procedures,
        fields=file.fields,
        as_of=file.as_of,
        label=file.label,
        version=version_of(data),
    )
    if problems := book.problems(agencies):
        raise SettingsError(problems)
    return book


def _problems(book: ProcedureBook, agencies: AgencyBook) -> Iterator[str]:
    ours = {agency.code for agency in agencies.agencies}
    for what, names in (
        ("code", [normal_code(p.code) for p in book.procedures]),
        ("name", [p.name for p in book.procedures]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                yield f"{what} {name!r} stands there {times} times"
    for procedure in book.procedures:
        yield from _of_one(procedure, book, ours)


def _of_one(
    procedure: Procedure, book: ProcedureBook, ours: set[AgencyCode]
) -> Iterator[str]:
    code = procedure.code
    if not code.strip() or not procedure.name.strip():
        yield f"{code!r}: code or name is empty"
    if procedure.field not in book.fields:
        yield f"{code}: field {procedure.field!r} is not among `fields`"
    if procedure.office not in ours:
        yield f"{code}: office {procedure.office} is not in the registry"
    if procedure.level not in _LEVELS:
        yield f"{code}: level {procedure.level} is none of 2, 3, 4"
    if procedure.days not in _DAYS:
        yield f"{code}: {procedure.days} days"
