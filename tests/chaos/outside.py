"""The outside as one file that outlives the process: broker, sources, operators.

Every line is a JSON object, appended and synced before the call returns: what the
outside has, it has, whatever becomes of the hub. The ports are the hub's own.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from hub.model.ids import digest_of
from hub.model.receipts import Receipt
from hub.model.records import OutboxRow
from hub.model.sending import Sending


@dataclass(frozen=True)
class Ledger:
    """What was told to the outside, in order."""

    path: Path

    def add(self, **line: Any) -> None:
        """One line, on disk when this returns."""
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(number, json.dumps(line).encode() + b"\n")
            os.fsync(number)
        finally:
            os.close(number)

    def lines(self, what: str) -> list[dict[str, Any]]:
        """The lines of one kind."""
        if not self.path.exists():
            return []
        told = map(json.loads, self.path.read_text().splitlines())
        return [line for line in told if line["what"] == what]

    def waiting(self) -> Iterator[tuple[int, str]]:
        """Pointers that no worker has acknowledged: place and arrival."""
        done = {line["place"] for line in self.lines("ack")}
        for place, line in enumerate(self.lines("pointer")):
            if place not in done:
                yield place, line["arrival"]


@dataclass(frozen=True)
class FileBroker:
    """Implements the port Publisher, and the worker's side of the broker."""

    ledger: Ledger

    async def deliver(self, row: OutboxRow, body: bytes) -> None:
        lane = f"{row.target}.{row.lane}"
        headers = json.dumps(row.headers, sort_keys=True, default=str)
        _left(self.ledger, row.id, lane, body + headers.encode())

    async def wake(self, row: OutboxRow) -> None:
        self.ledger.add(what="pointer", id=row.id, arrival=row.arrival)

    async def acknowledge(self, place: int) -> None:
        self.ledger.add(what="ack", place=place)


@dataclass(frozen=True)
class FileSource:
    """Implements the port Adapter; what it sends, it sends until it is taken."""

    ledger: Ledger
    name: str

    async def run(self) -> None:
        return

    async def hears_taken(self, door_id: str) -> None:
        self.ledger.add(what="taken", door_id=door_id)

    async def answer(self, receipt: Receipt) -> None:
        _left(self.ledger, receipt.id, self.name, msgspec.json.encode(receipt))

    async def forward(self, sending: Sending, data: bytes) -> str:
        whole = msgspec.json.encode(sending) + data
        _left(self.ledger, sending.id, f"{self.name} outward", whole)
        return f"remote of {sending.id}"

    async def check(self) -> list[str]:
        return []


@dataclass(frozen=True)
class FileAlarm:
    """Implements the port Alarm."""

    ledger: Ledger

    async def call(self, row: OutboxRow) -> None:
        _left(self.ledger, row.id, "operators", b"")


def _left(ledger: Ledger, message_id: str, to: str, whole: bytes) -> None:
    ledger.add(what="left", id=message_id, to=to, sha256=digest_of(whole))
