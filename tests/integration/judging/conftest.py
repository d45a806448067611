"""Real judging children over real samples."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from adapters.axis.adapter import TRANSLATOR
from hub.evidence.folder import FolderEvidence
from hub.judging.parent import ChildJudge
from hub.judging.protocol import Setup
from hub.judging.setup import policy_setup
from hub.model.arrivals import Arrival, Door
from hub.model.knowledge import Knowledge
from hub.ports import Signer
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Sample, Scene
from hub.resources import resource
from hub.rules.reading import read_policy
from hub.trust.folder import load
from tests.fakes.outsides import arrival

POLICY = read_policy(resource("config", "policy.yaml").read_bytes())
SETUP = policy_setup(POLICY, {Door("axis-rest"): TRANSLATOR}, "000.90.37.H40")


def setup_with(translator: str, **limits: float) -> Setup:
    """The shipped set-up with a translator of tests/fakes/translators.py."""
    return replace(
        SETUP,
        translators={Door("axis-rest"): f"tests.fakes.translators:{translator}"},
        limits=replace(SETUP.limits, **limits),  # type: ignore[arg-type]
    )


@dataclass
class Court:
    """A judge with a child of its own over a folder of evidence."""

    judge: ChildJudge
    evidence: FolderEvidence

    async def arrival(
        self, data: bytes, content_type: str = "application/xml"
    ) -> Arrival:
        digest = await self.evidence.keep_bytes(data)
        return arrival(digest=digest, content_type=content_type, accepted_at=DEFAULT_AT)

    async def of(self, sample: Sample) -> Arrival:
        return await self.arrival(sample.xml, sample.content_type)


def court_of(folder: Path, setup: Setup, signer: Signer | None = None) -> Court:
    evidence = FolderEvidence(folder / "evidence")
    judge = ChildJudge(setup, evidence.path, folder / "spool", signer=signer)
    return Court(judge, evidence)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def court(tmp_path_factory) -> AsyncIterator[Court]:
    """The shipped set-up, one warm child for the module."""
    court = court_of(tmp_path_factory.mktemp("court"), SETUP)
    yield court
    await court.judge.close()


@pytest_asyncio.fixture(loop_scope="session")
async def court_with(tmp_path) -> AsyncIterator[Callable[..., Court]]:
    """A court whose translator is named; closed after the test."""
    courts = []

    def make(translator: str, **limits: float) -> Court:
        courts.append(court_of(tmp_path, setup_with(translator, **limits)))
        return courts[-1]

    yield make
    for one in courts:
        await one.judge.close()


@pytest.fixture(scope="session")
def scene() -> Scene:
    return Scene(Pki.make(DEFAULT_AT))


@pytest.fixture(scope="session")
def samples(scene) -> dict[str, Sample]:
    """A few of each kind; all of them are held by tests/cases."""
    names = ("report-signed", "family-b", "doctype", "changed-byte", "status-03")
    return {name: CASES[name](scene) for name in names}


@pytest.fixture(scope="session")
def knowledge(scene, tmp_path_factory) -> Knowledge:
    folder = tmp_path_factory.mktemp("trust")
    scene.pki.write_trust(folder, at=DEFAULT_AT)
    return load(folder)


async def written(mark: Path) -> int:
    """The pid in a mark, once it is there."""
    async with asyncio.timeout(60):
        while not (mark.exists() and mark.read_text()):
            await asyncio.sleep(0.01)
    return int(mark.read_text())


def is_dead(pid: int) -> bool:
    """Gone, or a zombie that somebody else has to bury."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        )
    return True


def left_behind() -> list[int]:
    """Processes, zombies among them, whose parent we are."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return [int(pid) for pid in path.read_text().split()]
