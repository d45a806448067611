"""A polling front, to be killed: port, folder, a moment, how many rounds."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from adapters.axis.pull_adapter import PACKAGE, PullAdapter
from adapters.axis.pull_settings import PullSettings
from hub.evidence.folder import FolderEvidence
from hub.fetch.client import Allowed, FetchClient
from hub.journal.marks import SqlMarks
from hub.journal.store import open_journal
from hub.pipeline.intake import HubIntake
from tests.contract.sides import OURS, THEIRS, kit_for
from tests.fakes.outsides import SteppingClock


async def poll(port: str, folder: Path, moment: datetime, rounds: int) -> None:
    settings = PullSettings.model_validate(
        {
            "name": "truc-tinh",
            "connector": "vxp",
            "base_url": f"http://127.0.0.1:{port}",
            "system_id": "H40-GT",
            "secret_file": "ours",
            "carrier": True,
        }
    )
    fetch = FetchClient([Allowed.of(settings.base_url, private=True)])
    secrets = {"secret": OURS, "password": THEIRS}
    clock = SteppingClock(moment)
    async with open_journal(f"sqlite:///{folder}/journal.db", migrate=True) as store:
        kit = kit_for(
            settings,
            secrets,
            HubIntake(store.journal, clock),
            FolderEvidence(folder / "evidence"),
            fetch=fetch,
            clock=clock,
            marks=SqlMarks(store.database, store.duties, moment.isoformat()),
        )
        adapter = PACKAGE.build(settings, secrets, kit)
        assert isinstance(adapter, PullAdapter)
        for _ in range(rounds):
            await adapter.poller().once()
            clock.step(400)
    await fetch.close()


if __name__ == "__main__":
    _, port, folder, moment, rounds = sys.argv
    asyncio.run(poll(port, Path(folder), datetime.fromisoformat(moment), int(rounds)))
