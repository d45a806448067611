"""A worker that judges one open verdict again and dies by SIGKILL at its k-th step.

`python -m tests.chaos.dying_rejudger FOLDER K`; K 0: never. Journal, evidence store
and rejudger are the real ones; each life is an hour after the one before, so that no
lease of the dead is in force. Ends with 0 when there is nothing left to do.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hub.evidence.folder import FolderEvidence
from hub.journal.store import Store, open_journal
from hub.model.arrivals import Arrival
from hub.model.documents import Identity
from hub.model.findings import Revocation, SubIndication
from hub.model.ids import digest_of
from hub.pipeline.carry import Judged
from hub.pipeline.rejudge import Rejudger
from tests.chaos.dying_front import Countdown, Dying
from tests.fakes.outsides import SteppingClock
from tests.integration.journal.scenes import NOW, key
from tests.unit.pipeline.test_carry import SIGNED, examined


class Court:
    """Says that the signer's certificate is revoked."""

    async def judge(self, arrival: Arrival) -> Judged:
        revoked = replace(
            SIGNED, revocation=Revocation.REVOKED, reasons=(SubIndication.REVOKED,)
        )
        identity = Identity(key(), digest_of(b"content"))
        return Judged(examined([revoked], digest=arrival.digest, identity=identity))


async def live(store: Store, folder: Path, steps: int) -> None:
    countdown = Countdown(steps)
    verdicts = Dying(store.rejudging, countdown)
    clock = SteppingClock(NOW + timedelta(hours=max(steps, 1)))
    rejudger = Rejudger(
        verdicts,
        Dying(Court(), countdown).judge,
        Dying(FolderEvidence(folder / "evidence"), countdown),
        clock,
    )
    await verdicts.wake(clock.now(), 10)
    for row in await store.rejudging.listed():
        await rejudger.take(row.arrival)


async def main(folder: Path, steps: int) -> None:
    async with open_journal(f"sqlite:///{folder}/journal.db", migrate=True) as store:
        await live(store, folder, steps)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
