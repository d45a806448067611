"""A trust folder, a rehearsal's responder, and workers that share one journal."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.evidence.folder import FolderEvidence
from hub.fetch.client import Allowed, FetchClient
from hub.journal.marks import SqlMarks
from hub.journal.revocations import SqlRevocations
from hub.journal.store import open_journal
from hub.model.findings import Finding
from hub.model.knowledge import Knowledge
from hub.model.limits import Limits
from hub.model.policy import VerificationPolicy
from hub.polling import Lease
from hub.rehearsal.certificates import Identity
from hub.rehearsal.pki import Pki
from hub.rehearsal.responder import Responder
from hub.rehearsal.signing import sign_xml
from hub.rehearsal.stage import free_port
from hub.signatures.judge import Ground, judge, needs
from hub.trust.asking import Manner
from hub.trust.folder import TrustFolder
from hub.trust.gatherer import Outsides, Rules, TrustGatherer
from tests.cases.room import envelope, plain
from tests.fakes.outsides import SteppingClock

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Short, so that a document without an answer costs the test little.
HASTY = Manner(wait_seconds=1.0, download_seconds=2.0)
RULES = Rules(manner=HASTY)


@dataclass
class Desk:
    """One office: what is installed, who answers, and processes that gather."""

    folder: Path
    pki: Pki
    responder: Responder
    clock: SteppingClock
    private: bool = True
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def worker(self, rules: Rules = RULES) -> TrustGatherer:
        """Another process of the hub on the same journal and evidence."""
        url = f"sqlite:///{self.folder / 'journal.db'}"
        store = await self._open.enter_async_context(open_journal(url, migrate=True))
        outsides = Outsides(
            memory=SqlRevocations(store.database),
            evidence=FolderEvidence(self.folder / "evidence"),
            clock=self.clock,
            fetch=self._client,
        )
        gatherer = TrustGatherer(TrustFolder(self.folder / "trust"), outsides, rules)
        self._open.push_async_callback(gatherer.close)
        return gatherer

    async def lease(self, holder: str) -> Lease:
        """A process' turn at keeping lists warm."""
        url = f"sqlite:///{self.folder / 'journal.db'}"
        store = await self._open.enter_async_context(open_journal(url, migrate=True))
        marks = SqlMarks(store.database, store.duties, holder)
        return Lease(marks, self.clock, "revocations", HOUR)

    async def close(self) -> None:
        await self._open.aclose()

    def judged(self, leaf: Identity, knowledge: Knowledge) -> Finding:
        """What a signature of this leaf is found to be."""
        ground = Ground(knowledge, VerificationPolicy(), Limits(), self.clock.now())
        (found,) = judge(plain(sign_xml(envelope(), leaf)), (), ground)
        return found

    def needs(self, *leaves: Identity):
        """What documents of these leaves need."""
        ders = tuple(leaf.certificate for leaf in leaves)
        found = needs(plain(sign_xml(envelope(), leaves[0])), (), Limits())
        return replace(found, certificates=ders)

    def _client(self, places: frozenset[str]) -> FetchClient:
        return FetchClient([Allowed.of(p, private=self.private) for p in places])


@pytest.fixture
async def desk(tmp_path) -> AsyncIterator[Desk]:
    clock = SteppingClock(NOW)
    port = free_port()
    pki = Pki.make(NOW, served=f"http://127.0.0.1:{port}")
    pki.write_trust(tmp_path / "trust", at=NOW, lists=False)
    async with Responder(pki, port, clock.now) as responder:
        desk = Desk(tmp_path, pki, responder, clock)
        yield desk
        await desk.close()


@pytest.fixture
def leaf(desk) -> Identity:
    found: Identity = desk.pki.leaf("UBND huyện Giao Thủy")
    return found
