"""Really every fault, also those that last: the axis away, documents under two ids."""

from collections import Counter

import pytest

from hub.rehearsal.called_axis import AxisSimulator
from hub.rehearsal.faults import Faults, Mishap
from hub.rehearsal.ledger import DONE
from tests.integration.axis.test_called_axis import SYSTEM, WAYS, front

MANY = 60
#: A message that failed five times waits for six hours: days must pass, not hours.
ROUNDS, STEP = 600, 900
#: Rounds in which documents come once more under another docId.
COPYING = 20


def every(seed: int) -> Faults:
    """All of them, over in moments; away and twice often enough to be met for sure."""
    return Faults.named(
        ["all", "down=0.01", "twice=0.2"],
        seed,
        slow_seconds=0.002,
        half_open_seconds=0.02,
        down_seconds=0.02,
    )


@pytest.mark.parametrize("way", WAYS)
async def test_with_every_fault_each_doc_id_is_taken_once_and_done(way, tmp_path):
    faults = every(11)
    async with AxisSimulator([SYSTEM], faults) as axis:
        for number in range(MANY):
            axis.put(SYSTEM.id, f"doc-{number}", b"<edXML>%d</edXML>" % number)
        async with front(axis, way, tmp_path) as one:
            for turn in range(ROUNDS):
                await one.adapter.poller().once()
                one.clock.step(STEP)
                if turn > COPYING:
                    faults.set(Mishap.TWICE, 0)
                if turn > COPYING and set(axis.ledger.states(SYSTEM.id)) == {DONE}:
                    break
            taken = Counter(await one.door_ids())

    lines = axis.ledger.of(SYSTEM.id, "edoc")
    assert {line.state for line in lines} == {DONE}
    assert taken == {line.doc_id: 1 for line in lines}
    assert len({line.digest for line in lines}) == MANY
    assert faults.struck[Mishap.DOWN]
    assert [line for line in lines if line.copy_of]
