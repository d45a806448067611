"""The portal's real doors against the rehearsal's portal with all its faults on."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestServer

from adapters.portal.adapter import PACKAGE, PortalAdapter
from adapters.portal.peek import peek
from adapters.portal.settings import PORTAL_POLL
from hub.errors import SourceUnavailable
from hub.evidence.folder import FolderEvidence
from hub.fetch.client import Allowed, FetchClient
from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, ArrivalId, Digest
from hub.model.receipts import Receipt
from hub.rehearsal.faults import Faults
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from hub.rehearsal.portal_push import Door
from tests.fakes.outsides import SteppingClock
from tests.fakes.portal_doors import (
    OUR_PASSWORD,
    PASSWORD,
    SECRETS,
    PortalFront,
    portal_settings,
)

ACCOUNT = Account("truc", OUR_PASSWORD)


#: A lot is ten dossiers: few lots, so more of them go wrong.
OFTEN = [f"{name}=0.2" for name in ("duplicates", "words", "expired", "half-open")]


def faulty(seed: int) -> Faults:
    return Faults.all(seed, slow_seconds=0.002, half_open_seconds=0.02)


def numbers(front: PortalFront) -> Counter[str]:
    """Dossiers as the front kept them, by number."""
    kept = [front.evidence.kept[offer.digest] for offer in front.intake.offers]
    return Counter(peek(data).number for data in kept)


async def test_every_dossier_pushed_through_faults_is_taken_and_both_know_it():
    front = PortalFront()
    async with TestServer(front.app(), host="127.0.0.1") as server:
        door = Door(str(server.make_url("")), username="cong", password=PASSWORD)
        faults = Faults.named(["reordered", "cut=0.3", *OFTEN], 5)
        faults.half_open_seconds = 0.02
        async with PortalSimulator(ACCOUNT, door, faults) as portal:
            portal.make(120)
            for _ in range(60):
                if not await portal.push():
                    break
            told = portal.ledger.export()

    assert told["taken"] == told["dossiers"] == 120
    assert set(numbers(front)) == set(portal.ledger.cases)
    assert len(faults.struck) == 6


@asynccontextmanager
async def asking(portal: PortalSimulator):
    """The hub's adapter before a portal it asks and tells."""
    api = f"{portal.url}/api"
    settings = portal_settings(
        doors=[PORTAL_POLL],
        inner_network=True,
        calls={
            "auth_url": f"{api}/auth",
            "login": {"username": "truc", "password_file": "calls"},
            "progress_url": f"{api}/CapNhatTienDoHoSoMC",
            "list_url": f"{api}/TraCuuHoSo",
        },
        polling={"seconds": 60, "page_size": 10, "window_days": 2},
    )
    fetch: Any = FetchClient([Allowed.of(portal.url, private=True)])
    front = PortalFront(settings, clock=SteppingClock(datetime.now(UTC)), fetch=fetch)
    adapter = PACKAGE.build(settings, SECRETS, front.kit())
    assert isinstance(adapter, PortalAdapter)
    yield front, adapter
    await fetch.close()


async def test_every_dossier_asked_for_through_faults_comes():
    async with PortalSimulator(ACCOUNT, faults=faulty(6)) as portal:
        portal.make(75)
        async with asking(portal) as (front, adapter):
            assert adapter.poller is not None
            for _ in range(200):
                await adapter.poller.once()
                if len(numbers(front)) == 75:
                    break

    assert set(numbers(front)) == set(portal.ledger.cases)
    assert set(numbers(front).values()) == {1}
    assert all(case.listed for case in portal.ledger.cases.values())


def receipt(number: int, digest: Digest) -> Receipt:
    return Receipt(
        id=f"receipt-{number}",
        hub=AgencyCode("000.90.37.H40"),
        arrival=ArrivalId(f"{number:032x}"),
        door_id=f"add/{digest}",
        sha256=digest,
        outcome=Disposition.DELIVER,
        at=datetime(2019, 12, 2, 3, tzinfo=UTC),
        rule="deliver",
        delivered_to=(AgencyCode("000.03.37.H40"),),
    )


async def told(adapter: PortalAdapter, one: Receipt) -> None:
    """As the relay does: again until it is heard."""
    for _ in range(80):
        try:
            await adapter.answer(one)
        except SourceUnavailable:
            continue
        return
    pytest.fail("never heard")


async def test_every_receipt_told_through_faults_is_heard_once():
    async with PortalSimulator(ACCOUNT, faults=faulty(7)) as portal:
        portal.make(30)
        async with asking(portal) as (front, adapter):
            receipts = []
            for number, case in enumerate(portal.ledger.cases.values()):
                data = msgspec.json.encode(dict(case.dossier.row))
                digest, _ = await front.evidence.keep(_chunks(data), 10_000_000)
                receipts.append(receipt(number, digest))
            async with asyncio.TaskGroup() as group:
                for one in receipts:
                    group.create_task(told(adapter, one))

    cases = portal.ledger.cases.values()
    assert [len(case.progress) for case in cases] == [1] * 30
    assert max(portal.ledger.lots) <= 10
    assert portal.ledger.astray == []


async def _chunks(data: bytes):
    yield data


FETCHED: dict[str, object] = {
    "": True,
    "slow-file": True,
    "large-file": True,
    "redirect-within": True,
    "redirect-out": FaultCode.ADDRESS,
    "file-gone": FaultCode.FILE_UNAVAILABLE,
    "file-endless": FaultCode.TOO_LARGE,
    "file-cut": SourceUnavailable,
    "file-larger": SourceUnavailable,
}


@pytest.mark.parametrize("odd", FETCHED)
async def test_a_file_is_fetched_whole_or_not_at_all(odd, tmp_path):
    faults = Faults(slow_seconds=0.001)
    async with PortalSimulator(ACCOUNT, faults=faults) as portal:
        [case] = portal.make(1, odd)
        url = str(case.dossier.row["TaiLieuNop"][0]["DuongDanTaiTepTin"])
        served = portal.ledger.files[url.rpartition("/")[2]]
        fetch = FetchClient([Allowed.of(portal.url, private=True)])
        try:
            got = await fetch.download(url, FolderEvidence(tmp_path), 20_000_000)
            outcome: object = (
                got.fault.code if got.fault else got.digest == served.digest
            )
        except SourceUnavailable as error:
            outcome = type(error)
        finally:
            await fetch.close()

    assert outcome == FETCHED[odd]
