"""How much may be out at once."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from hub.broker.window import Window


@given(
    st.integers(1, 5),
    st.integers(1, 100),
    st.lists(st.integers(0, 150), max_size=30),
)
def test_never_more_is_out_than_allowed_and_everybody_comes_through(
    count, octets, sizes
):
    most: list[tuple[int, int]] = []

    async def one(window: Window, size: int) -> None:
        async with window.room(size):
            most.append((window.out, window.out_octets))
            await asyncio.sleep(0)

    async def all_of_them() -> Window:
        window = Window(count, octets)
        await asyncio.gather(*(one(window, size) for size in sizes))
        return window

    window = asyncio.run(all_of_them())

    assert len(most) == len(sizes)
    assert all(out <= count for out, _ in most)
    assert all(total <= octets or out == 1 for out, total in most)
    assert (window.out, window.out_octets) == (0, 0)


async def test_a_place_is_given_back_by_who_fails_or_is_cancelled():
    window = Window(1, 10)
    inside = asyncio.Event()

    async def hold() -> None:
        async with window.room(10):
            inside.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    await inside.wait()
    waiting = asyncio.create_task(hold())
    await asyncio.sleep(0)
    for task in (waiting, holding):
        task.cancel()
    await asyncio.gather(holding, waiting, return_exceptions=True)

    async with asyncio.timeout(5), window.room(10):
        assert window.out == 1
