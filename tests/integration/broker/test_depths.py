"""How many wait in each queue, and who is there to read them."""

from aio_pika import Message

from hub.broker.depths import Depth, depths
from tests.integration.broker.conftest import SLUG, until

READ, UNREAD = f"agency.{SLUG}.urgent", f"agency.{SLUG}.ordinary"


async def test_depths_come_in_the_order_asked_and_miss_none_after_one_that_is_not_there(
    link, witness
):
    got = []

    async def keep(message):
        got.append(message)

    await (await witness.get_queue(READ)).consume(keep)
    await witness.default_exchange.publish(Message(b"x"), UNREAD)
    seen = await depths(link, (READ, "agency.nobody.urgent", UNREAD))

    assert seen == (
        Depth(READ, 0, 1),
        Depth("agency.nobody.urgent", None),
        Depth(UNREAD, 1),
    )
    await witness.default_exchange.publish(Message(b"y"), READ)
    await until(lambda: bool(got))
    # What a consumer has in hand is not counted as waiting.
    assert await depths(link, (READ,)) == (Depth(READ, 0, 1),)
