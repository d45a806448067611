"""A source the hub never heard of: docs/adapter.md, in a running hub."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

from hub.rehearsal.catalogue import CASES


async def test_what_a_scanner_writes_is_delivered_and_receipted(world):
    scene = replace(world.scene, day=world.scene.day - timedelta(days=3))
    sample = CASES["report-signed"](scene)
    folder = world.stage.folder / "may-quet"
    (folder / "bao-cao.part").write_bytes(sample.xml)
    (folder / "bao-cao.part").rename(folder / "bao-cao.edxml")

    queue, properties, body = await world.mailroom.wait_for(sample.xml)

    assert queue == "agency.ubnd-huyen.ordinary"
    assert properties.headers["verdict"] == "passed"
    assert body
    async with asyncio.timeout(20):
        while not (told := list(folder.glob("*.receipt.json"))):
            await asyncio.sleep(0.1)
    receipt = json.loads(told[0].read_bytes())
    assert (receipt["outcome"], receipt["door_id"]) == ("deliver", "bao-cao.edxml")
    assert (folder / "bao-cao.taken").exists()
