"""What watches clocks is built of the parts: queues and shelves on one list."""

from datetime import timedelta

import yaml

from hub.broker.depths import Depth
from hub.journal.leasing import Lease, Leasing
from hub.keepers import queues_and_shelves, shelf_name
from hub.model.records import OutboxKind, Sent
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import ONE, concluded, leased

QUEUES = [Depth("agency.x.ordinary", 3, 1)]


async def the_broker() -> list[Depth]:
    return QUEUES


async def test_a_shelf_is_as_deep_as_what_has_stood_there_for_long(tmp_path):
    (tmp_path / "trust").mkdir()
    values = {
        "data": "data",
        "policy": str(resource("config", "policy.yaml")),
        "agencies": str(resource("config", "agencies.yaml")),
        "trust": "trust",
    }
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump(values))
    queue = f"agency-{ONE}"
    async with built(load(path, {}), migrate=True) as parts:
        look = queues_and_shelves(parts, the_broker)
        assert await look() == QUEUES
        now = parts.clock.now()
        for name, age in (("old", 2), ("new", 0)):
            await concluded(parts.store, name)
            (row,) = await leased(parts.store, OutboxKind.DELIVER)
            gone = Sent(now - timedelta(days=age), {"way": "pull"})
            await parts.store.outbox.settle(row, gone)
        assert await look() == [*QUEUES, Depth(shelf_name(queue), 1, 0)]
        wish = Lease(queue, 1, now, now + timedelta(minutes=5))
        await Leasing(parts.store.database).lease(wish)
        assert await look() == [*QUEUES, Depth(shelf_name(queue), 0, 1)]
