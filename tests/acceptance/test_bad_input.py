"""Bad input by the doors of a real hub: it has its code and harms nobody else."""

import asyncio
import json

import pytest

from hub.model.ids import AgencyCode
from hub.rehearsal.cast import OFFICES, Body
from tests.acceptance.outsiders import hub
from tests.acceptance.test_recalls import answer, told, written

pytestmark = [
    pytest.mark.full,
    pytest.mark.broker,
    pytest.mark.asyncio(loop_scope="session"),
]

KNOWN = OFFICES[6]
_PATIENCE = 60


async def test_of_two_thousand_receivers_those_who_are_known_get_it(world):
    many = [Body(AgencyCode(f"9{n:04}.37.H40"), f"Đơn vị {n}") for n in range(1_999)]
    receipt = await told(world, written(world, 921, KNOWN, *many))
    assert receipt["outcome"] == "deliver"
    assert receipt["delivered_to"] == [KNOWN.code]
    assert receipt["unknown"] == [one.code for one in many]
    after = await told(world, written(world, 922, KNOWN))
    assert after["delivered_to"] == [KNOWN.code]


@pytest.mark.parametrize(
    ("code", "reason"), [("07", "status-code"), ("03", "unknown-document")]
)
async def test_a_status_of_no_code_or_document_stands_on_the_list(world, code, reason):
    before = await refused(world)
    await asyncio.to_thread(answer, world, KNOWN, code, f"of nobody {code}")
    async with asyncio.timeout(_PATIENCE):
        while not (came := await refused(world) - before):
            await asyncio.sleep(0.5)
    assert {one for _, one in came} == {reason}


async def refused(world) -> set[tuple[str, str]]:
    """(arrival, code) of every status that was refused."""
    _, listed = await hub(world.stage, "status", "list", "--json")
    return {(one["arrival"], one["reason"]) for one in json.loads(listed)}
