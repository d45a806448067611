"""Wake rows: pointers that tell a worker to look at an arrival."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert

from hub.journal.rows import outbox_values
from hub.journal.tables import outbox
from hub.model.ids import ArrivalId
from hub.model.records import OutboxKind, OutboxRow

ORDINARY_QUEUE = "hub.arrivals"
LARGE_QUEUE = "hub.arrivals.large"


@dataclass(frozen=True, slots=True)
class Waking:
    """Chooses the queue of a pointer by the size of its arrival."""

    #: Bytes; what is larger has its own worker, so that it delays nobody.
    large_from: int

    def target(self, size: int) -> str:
        """The queue of pointers for an arrival of so many bytes."""
        return LARGE_QUEUE if size > self.large_from else ORDINARY_QUEUE

    def wake(
        self, connection: Connection, arrival: ArrivalId, size: int, due_at: datetime
    ) -> None:
        """Add a pointer that leaves at `due_at`; it has no deadline."""
        row = OutboxRow(
            id=uuid4().hex,
            kind=OutboxKind.WAKE,
            target=self.target(size),
            due_at=due_at,
            arrival=arrival,
            headers={"arrival": arrival},
        )
        connection.execute(insert(outbox), outbox_values(row))
