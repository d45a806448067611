"""Takes a file of an axis' catalogue into the journal; a file of the roof."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.axis.catalogue import read_catalogue
from hub.errors import PermanentFailure
from hub.evidence.folder import FolderEvidence
from hub.journal.catalogue import SqlCatalogue, Word
from hub.model.catalogue import CatalogueChange, CatalogueRow, RowProblem
from hub.model.faults import Fault, FaultCode
from hub.ports import Clock

#: The national catalogue is some 30 MB; it is read into memory.
MOST_BYTES = 268_435_456
#: Problems that are told; more are counted.
_TOLD = 50


@dataclass(slots=True)
class Reading:
    """The rows of a file as they are read, and what was wrong with some."""

    data: bytes = field(repr=False)
    problems: int = 0
    told: list[RowProblem] = field(default_factory=list)

    def rows(self) -> Iterator[CatalogueRow]:
        """The rows that can be taken; raises MalformedEnvelope."""
        for each in read_catalogue(self.data):
            if isinstance(each, CatalogueRow):
                yield each
                continue
            self.problems += 1
            if len(self.told) < _TOLD:
                self.told.append(each)


@dataclass(frozen=True, slots=True)
class Archive:
    """Where a catalogue goes to: the journal's tables, its file to the evidence."""

    catalogue: SqlCatalogue
    evidence: FolderEvidence
    clock: Clock

    async def take(
        self, source: str, data: bytes, *, actor: str, force: bool = False
    ) -> tuple[CatalogueChange, Reading]:
        """Import a file's bytes; see `SqlCatalogue.import_rows`.

        Raises MalformedEnvelope for what is no catalogue, PermanentFailure(TOO_LARGE).
        """
        if len(data) > MOST_BYTES:
            raise PermanentFailure(Fault(FaultCode.TOO_LARGE, detail=str(MOST_BYTES)))
        reading = Reading(data)
        rows = [*reading.rows()]
        word = Word(actor, force, await self.evidence.keep_bytes(data))
        at = self.clock.now()
        return await self.catalogue.import_rows(source, rows, at, word), reading
