"""Everything the roles share, built from the settings; the roof's third file."""

import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex

from hub.evidence.folder import FolderEvidence
from hub.fetch.client import Allowed, FetchClient
from hub.journal.bounces import SqlBounces
from hub.journal.marks import SqlMarks
from hub.journal.revocations import SqlRevocations
from hub.journal.shelf import SqlShelf
from hub.journal.store import Store, open_journal
from hub.kit import Kit
from hub.pipeline.intake import HubIntake
from hub.ports import Adapter, Clock
from hub.settings import Settings
from hub.sources import Entry, access_of, adapters_of, allowed, entries_of
from hub.trust.folder import TrustFolder
from hub.trust.gatherer import Outsides, TrustGatherer


class SystemClock:
    """Implements the port Clock; a rehearsal may shift it by an offset file."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file

    def now(self) -> datetime:
        """See the port."""
        return datetime.now(UTC) + self._offset()

    def _offset(self) -> timedelta:
        if self._offset_file is None or not self._offset_file.exists():
            return timedelta()
        return timedelta(seconds=float(self._offset_file.read_text() or 0))


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the roles share, built from the settings."""

    settings: Settings
    clock: Clock
    store: Store
    evidence: FolderEvidence
    fetch: FetchClient
    entries: tuple[Entry, ...]
    kit: Kit
    trust: TrustGatherer
    adapters: Mapping[str, Adapter]


@asynccontextmanager
async def built(settings: Settings, *, migrate: bool = False) -> AsyncIterator[Parts]:
    """Build the parts; closes what it opened. Raises SettingsError."""
    entries = entries_of(settings)
    fetch = FetchClient(allowed(settings, entries))
    settings.data.mkdir(parents=True, exist_ok=True)
    journal = open_journal(
        settings.journal_url,
        migrate=migrate,
        large_from=settings.policy.delivery.large_arrival_bytes,
    )
    try:
        async with journal as store:
            evidence = FolderEvidence(settings.data / "evidence")
            kit = _kit(settings, store, evidence, fetch, entries)
            trust = _trust(settings, kit, SqlRevocations(store.database))
            try:
                yield Parts(
                    settings=settings,
                    clock=kit.clock,
                    store=store,
                    evidence=evidence,
                    fetch=fetch,
                    entries=entries,
                    kit=kit,
                    trust=trust,
                    adapters=adapters_of(entries, kit),
                )
            finally:
                await trust.close()
    finally:
        await fetch.close()


def _kit(
    settings: Settings,
    store: Store,
    evidence: FolderEvidence,
    fetch: FetchClient,
    entries: tuple[Entry, ...],
) -> Kit:
    """What every adapter is handed."""
    clock = clock_of(settings)
    return Kit(
        access=access_of(settings, entries, clock),
        evidence=evidence,
        intake=HubIntake(store.journal, clock),
        fetch=fetch,
        clock=clock,
        marks=SqlMarks(store.database, store.duties, holder()),
        shelf=SqlShelf(store.database),
        bounces=SqlBounces(store.database),
        organizations=settings.registry,
        limit=settings.policy.limits.document_bytes,
    )


def clock_of(settings: Settings) -> SystemClock:
    """The clock; a rehearsal's may be shifted."""
    rehearsal = settings.file.rehearsal
    offset = rehearsal.clock_offset_file if rehearsal else None
    return SystemClock(settings.resolve(offset) if offset else None)


def _trust(settings: Settings, kit: Kit, memory: SqlRevocations) -> TrustGatherer:
    """What gathers certificates and revocation data, with clients of its own."""
    table, rehearsal = settings.file.revocation, settings.file.rehearsal
    private = table.inner_network or bool(rehearsal and rehearsal.private_addresses)

    def client(places: frozenset[str]) -> FetchClient:
        return FetchClient(
            [Allowed.of(place, private=private, files=False) for place in places]
        )

    outsides = Outsides(memory, kit.evidence, kit.clock, client)
    folder = TrustFolder(settings.resolve(settings.file.trust))
    return TrustGatherer(folder, outsides, table.rules)


#: Two containers may share a host's name and number their processes alike.
_RUN = token_hex(4)


def holder() -> str:
    """This process and no other, as leases name it."""
    return f"{socket.gethostname()}:{os.getpid()}:{_RUN}"
