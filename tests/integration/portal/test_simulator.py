"""The adapter against the rehearsal's portal, everything going wrong that may."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.portal.adapter import PACKAGE, PortalAdapter
from adapters.portal.peek import peek
from adapters.portal.polling import Poller
from adapters.portal.settings import PORTAL_POLL, PORTAL_PUSH, PortalSettings
from adapters.portal.translate import translate
from hub.errors import SourceUnavailable
from hub.evidence.folder import FolderEvidence
from hub.fetch.client import Allowed, FetchClient
from hub.journal.store import Store, open_journal
from hub.model.arrivals import Arrival
from hub.model.decisions import Disposition
from hub.model.dossiers import DossierAct
from hub.model.frames import Entity
from hub.model.ids import AgencyCode
from hub.model.limits import Limits
from hub.model.receipts import Receipt
from hub.model.records import Tag
from hub.pipeline.intake import HubIntake
from hub.rehearsal.dossiers import PROCEDURES
from hub.rehearsal.faults import Faults
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from hub.rehearsal.portal_push import Door
from tests.contract.sides import OURS, THEIRS, kit_for
from tests.integration.portal.test_way import BOOK

MANY = 120


class WallClock:
    """Implements the port Clock; the portal lists by the real day."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def faults(seed: int = 1) -> Faults:
    """Everything at sensible rates, over in moments."""
    return Faults.all(seed, slow_seconds=0.01, half_open_seconds=0.05)


@dataclass
class Both:
    """The simulated portal, and our side behind the real door."""

    portal: PortalSimulator
    adapter: PortalAdapter
    store: Store
    evidence: FolderEvidence

    @property
    def poller(self) -> Poller:
        assert self.adapter.poller is not None
        return self.adapter.poller

    async def arrivals(self) -> list[Arrival]:
        entries = await self.store.queries.log(0, 10_000)
        taken = [e.arrival for e in entries if e.tag is Tag.ARRIVAL_ACCEPTED]
        found = [await self.store.queries.arrival(one) for one in taken if one]
        return [one for one in found if one]

    async def answer(self, arrival: Arrival) -> None:
        """As the relay does it: until the portal has it."""
        told = Receipt(
            id=f"bn-{arrival.id}",
            hub=AgencyCode("000.90.37.H40"),
            arrival=arrival.id,
            door_id=arrival.door_id,
            sha256=arrival.digest,
            outcome=Disposition.DELIVER,
            at=arrival.accepted_at,
            rule="deliver",
            delivered_to=(AgencyCode("000.03.37.H40"),),
        )
        for _ in range(100):
            try:
                await self.adapter.answer(told)
            except SourceUnavailable:
                await asyncio.sleep(0)
            else:
                return
        pytest.fail("never heard")


def settings_of(url: str) -> PortalSettings:
    return PortalSettings.model_validate(
        {
            "name": "cong-dvc",
            "doors": [PORTAL_PUSH, PORTAL_POLL],
            "code": "000.00.00.H40",
            "token_file": Path("theirs"),
            "calls": {
                "auth_url": f"{url}/api/auth",
                "login": {"username": "truc", "password_file": "ours"},
                "progress_url": f"{url}/api/CapNhatTienDoHoSoMC",
                "list_url": f"{url}/api/TraCuuHoSo",
            },
            "polling": {"page_size": 20},
            "inner_network": True,
        }
    )


@asynccontextmanager
async def both(folder: Path, wrong: Faults) -> AsyncIterator[Both]:
    evidence = FolderEvidence(folder / "evidence")
    url = f"sqlite:///{folder}/journal.db"
    front = web.Application()
    async with open_journal(url, migrate=True) as store, AsyncExitStack() as open_:
        near = TestServer(front)
        portal = PortalSimulator(Account("truc", OURS), faults=wrong)
        # The door's address is known once it listens, its kit once the portal does.
        settings_url = await open_.enter_async_context(_listening(portal))
        settings = settings_of(settings_url)
        secrets = {"token": THEIRS, "calls": OURS}
        fetch = FetchClient(
            [Allowed.of(a.url, private=True) for a in settings.addresses()]
        )
        open_.push_async_callback(fetch.close)
        kit = kit_for(
            settings,
            secrets,
            HubIntake(store.journal, WallClock()),
            evidence,
            fetch=fetch,
            clock=WallClock(),
        )
        front.add_routes(PACKAGE.routes(kit))
        await open_.enter_async_context(near)
        adapter = PACKAGE.build(settings, secrets, kit)
        assert isinstance(adapter, PortalAdapter)
        pushing = PortalSimulator(
            Account("truc", OURS),
            door=Door(str(near.make_url("")), THEIRS),
            faults=wrong,
            ledger=portal.ledger,
        )
        await open_.enter_async_context(pushing)
        yield Both(pushing, adapter, store, evidence)


@asynccontextmanager
async def _listening(portal: PortalSimulator) -> AsyncIterator[str]:
    async with portal:
        yield portal.url


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_pushed_arrives_once_and_every_answer_returns(tmp_path, seed):
    async with both(tmp_path, faults(seed)) as sides:
        cases = sides.portal.make(MANY)
        for _ in range(100):
            if not await sides.portal.push():
                break
        arrivals = await sides.arrivals()
        numbers = {one.dossier.number for one in cases}
        bodies = [await sides.evidence.read(one.digest) for one in arrivals]
        assert {peek(body).number for body in bodies} == numbers
        await asyncio.gather(*map(sides.answer, arrivals))
        ledger = sides.portal.ledger
        assert all(case.progress for case in ledger.cases.values())
        assert max(ledger.lots) <= 10
        assert not ledger.astray


@pytest.mark.parametrize("seed", [3, 4])
async def test_what_is_polled_arrives_once_and_changes_follow(tmp_path, seed):
    async with both(tmp_path, faults(seed)) as sides:
        cases = sides.portal.make(MANY)
        await polled(sides, MANY)
        sides.portal.change(cases[7].dossier.number, TrangThaiHoSo="9")
        await polled(sides, MANY + 1)
        acts = [one.door_id.partition("/")[0] for one in await sides.arrivals()]
        assert acts == [DossierAct.ADD] * MANY + [DossierAct.UPDATE]


async def polled(sides: Both, count: int) -> None:
    for _ in range(200):
        await sides.poller.once()
        if len(await sides.arrivals()) >= count:
            return
    pytest.fail("not all of it came")


async def test_every_dossier_of_the_rehearsal_can_be_translated(tmp_path):
    async with both(tmp_path, Faults()) as sides:
        sides.portal.make(20)
        assert await sides.portal.push() == 0
        owners = {one.code: one.office for one in PROCEDURES}
        ground = settings_of(sides.portal.url).ground(BOOK, owners)
        for arrival in await sides.arrivals():
            data = await sides.evidence.read(arrival.digest)
            frame = translate(Entity(arrival.content_type, data, {}, ground), Limits())
            assert frame.dossier is not None
            assert frame.dossier.office
            assert not [g for g in frame.guesses if g.confidence < 70]
            assert all(url.startswith(sides.portal.files_url) for url in frame.wants)
