"""The floor pipeline: competing consumers that verify by the floor, record, publish.

As ENGINEERING.md B.3g: take a body from a quorum queue, `floors.verify`, one journal
row in a group commit, publish the body to a quorum queue, ack after its confirm. No
HTTP door, no evidence, no claim, no rules, no receipt.

    python -m tests.bench.pipeline BROKER FOLDER KEY.pem    (one consumer)
"""

import asyncio
import sqlite3
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from hub.children import WITH_US
from tests.bench import floors
from tests.bench.documents import Signed
from tests.bench.floors import Keys

_IN, _OUT = "bench.in", "bench.out"
_QUORUM = {"x-queue-type": "quorum"}
_PREFETCH = 20


class FloorPipeline:
    """So many consumers on one broker; `async with` starts and ends them."""

    def __init__(self, broker: str, folder: Path, consumers: int) -> None:
        self._broker = broker
        self._folder = folder
        self._consumers = consumers
        self._processes: list[Process] = []

    async def __aenter__(self) -> Self:
        self._connection = await aio_pika.connect(self._broker)
        self._channel = await self._connection.channel()
        await declare(self._channel)
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            process.terminate()
            await process.wait()
        await self._connection.close()

    async def seconds(self, batch: Sequence[Signed]) -> float:
        """From the first publish to the last body on the queue out."""
        if not self._processes:
            await self._start(batch[0].keys.xml)
        queue = await self._channel.get_queue(_OUT)
        began = time.perf_counter()
        await asyncio.gather(*(self._put(one.sample.xml) for one in batch))
        for _ in batch:
            await self._taken(queue)
        return time.perf_counter() - began

    async def _put(self, body: bytes) -> None:
        message = aio_pika.Message(body, delivery_mode=2)
        await self._channel.default_exchange.publish(message, _IN)

    async def _taken(self, queue: aio_pika.abc.AbstractQueue) -> None:
        """One body off the queue out, waited for."""
        while not (message := await queue.get(no_ack=True, fail=False)):
            await asyncio.sleep(0.005)
        assert message.body

    async def _start(self, key: RSAPublicKey) -> None:
        pem = self._folder / "floor.pem"
        form = PublicFormat.SubjectPublicKeyInfo
        pem.write_bytes(key.public_bytes(Encoding.PEM, form))
        for number in range(self._consumers):
            process = await asyncio.create_subprocess_exec(
                *(*WITH_US, sys.executable),
                *("-m", "tests.bench.pipeline", self._broker),
                *(str(self._folder / "floor.db"), str(pem), str(number)),
                stdout=PIPE,
            )
            assert process.stdout is not None
            await process.stdout.readline()
            self._processes.append(process)


async def declare(channel: AbstractChannel) -> None:
    """The two queues."""
    for name in (_IN, _OUT):
        await channel.declare_queue(name, durable=True, arguments=dict(_QUORUM))


class _Consumer:
    """One process of the floor."""

    def __init__(self, channel: AbstractChannel, path: str, keys: Keys) -> None:
        self._channel = channel
        self._keys = keys
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []
        self._rows = sqlite3.connect(path, isolation_level=None, timeout=15)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self._rows.execute(f"PRAGMA {pragma}")
        self._rows.execute("CREATE TABLE IF NOT EXISTS t (facts TEXT)")

    async def handle(self, message: AbstractIncomingMessage) -> None:
        """Verify, record, publish, ack."""
        floors.verify(message.body, self._keys)
        await self._record("x" * 300)
        out = aio_pika.Message(message.body, delivery_mode=2)
        await self._channel.default_exchange.publish(out, _OUT, mandatory=True)
        await message.ack()

    async def _record(self, facts: str) -> None:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((facts, done))
        if len(self._waiting) == 1:
            asyncio.get_running_loop().call_soon(self._commit)
        await done

    def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        self._rows.execute("BEGIN IMMEDIATE")
        self._rows.executemany("INSERT INTO t VALUES (?)", [(f,) for f, _ in batch])
        self._rows.execute("COMMIT")
        for _, done in batch:
            done.set_result(None)


async def _consume(broker: str, path: str, pem: str) -> None:
    key = load_pem_public_key(Path(pem).read_bytes())
    assert isinstance(key, RSAPublicKey)
    floors.schema()
    async with await aio_pika.connect(broker) as connection:
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=_PREFETCH)
        consumer = _Consumer(channel, path, Keys(key, key))
        queue = await channel.get_queue(_IN)
        await queue.consume(consumer.handle)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_consume(*sys.argv[1:4]))
