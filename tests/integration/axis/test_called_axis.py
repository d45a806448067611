"""The connectors against the rehearsal's axis with all its faults on."""

from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from adapters.axis.connector import AxisConnector, Parcel
from adapters.axis.pull_adapter import PullAdapter, connector_of
from adapters.axis.pull_settings import PullSettings
from hub.errors import SourceUnavailable
from hub.evidence.folder import FolderEvidence
from hub.fetch.client import Allowed, FetchClient
from hub.journal.marks import SqlMarks
from hub.journal.store import Store, open_journal
from hub.journal.tables import arrivals
from hub.model.ids import AgencyCode
from hub.pipeline.intake import HubIntake
from hub.rehearsal.axis_wire import System
from hub.rehearsal.called_axis import AxisSimulator
from hub.rehearsal.faults import Faults
from hub.rehearsal.ledger import DONE
from tests.fakes.kits import kit_of
from tests.fakes.outsides import SteppingClock

SECRET, PASSWORD = "the-secret-of-system-H40-GT", "the-password-of-H40-GT"
SYSTEM = System("H40-GT", SECRET, "H40-GT", PASSWORD)
WAYS: dict[str, dict[str, object]] = {
    "vxp": {"connector": "vxp", "base": "/XrdAdapter/adapter", "page_size": 20},
    "lgsp": {
        "connector": "lgsp",
        "base": "/v1",
        "username": "H40-GT",
        "password_file": "password",
    },
}


class RealClock:
    """The simulator looks at ours."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class Front:
    """One hub before the axis; its clock is stepped, the connector's is real."""

    adapter: PullAdapter
    clock: SteppingClock
    store: Store

    async def door_ids(self) -> list[str]:
        query = select(arrivals.c.door_id)
        read = self.store.database.read
        return list(await read(lambda c: c.execute(query).scalars().all()))


@asynccontextmanager
async def front(axis: AxisSimulator, way: str, tmp_path):
    table = dict(WAYS[way])
    base = axis.url + str(table.pop("base"))
    settings = PullSettings.model_validate(
        {
            "name": "truc-tinh",
            "base_url": base,
            "system_id": "H40-GT",
            "secret_file": "secret",
            "carrier": True,
            **table,
        }
    )
    secrets = {"secret": SECRET, "password": PASSWORD}
    fetch = FetchClient([Allowed.of(base, private=True)])
    clock = SteppingClock(datetime.now(UTC))
    async with open_journal(f"sqlite:///{tmp_path}/j.db", migrate=True) as store:
        parts = {
            "evidence": FolderEvidence(tmp_path / "evidence"),
            "intake": HubIntake(store.journal, clock),
            "marks": SqlMarks(store.database, store.duties, "one"),
            "fetch": fetch,
        }
        real = kit_of(**parts, clock=RealClock())
        connector = connector_of(settings, secrets, real)
        kit = kit_of(**parts, clock=clock)
        yield Front(PullAdapter(settings, connector, kit), clock, store)
    await fetch.close()


def faulty(seed: int) -> Faults:
    return Faults.all(seed, slow_seconds=0.002, half_open_seconds=0.02)


@pytest.mark.parametrize("way", WAYS)
async def test_every_document_is_taken_once_and_the_ledger_says_done(way, tmp_path):
    faults = faulty(7)
    async with AxisSimulator([SYSTEM], faults) as axis:
        for number in range(200):
            axis.put(SYSTEM.id, f"doc-{number}", b"<edXML>%d</edXML>" % number)
        for number in range(20):
            axis.put(SYSTEM.id, f"st-{number}", b"<edXML/>", kind="status")
        async with front(axis, way, tmp_path) as one:
            for _ in range(400):
                await one.adapter.poller().once()
                one.clock.step(120)
                if axis.ledger.states(SYSTEM.id) == {DONE: 220}:
                    break
            taken = Counter(await one.door_ids())

        assert axis.ledger.states(SYSTEM.id) == {DONE: 220}
        assert set(taken.values()) == {1}
        assert len(taken) == 220
        assert len(faults.struck) > 5


async def sent(connector: AxisConnector, parcel: Parcel) -> None:
    """As the relay does: again until it is taken."""
    for _ in range(50):
        try:
            await connector.send_status(parcel)
        except SourceUnavailable:
            continue
        return


@pytest.mark.parametrize("way", WAYS)
async def test_a_status_that_is_sent_again_is_the_same_message(way, tmp_path):
    async with (
        AxisSimulator([SYSTEM], faulty(3)) as axis,
        front(axis, way, tmp_path) as one,
    ):
        parcels = [
            Parcel(
                f"receipt-{n}",
                b"<edXML>%d</edXML>" % n,
                AgencyCode("000.90.37.H40"),
                (AgencyCode("000.00.00.G22"),),
            )
            for n in range(30)
        ]
        for parcel in parcels:
            await sent(one.adapter.connector, parcel)

        assert {line.kind for line in axis.ledger.sent} == {"status"}
        assert {line.data for line in axis.ledger.sent} == {p.data for p in parcels}
