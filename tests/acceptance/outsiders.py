"""Clients that are not ours: pika for AMQP, urllib for HTTP, the CLI as a process."""

import asyncio
import hashlib
import os
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from functools import partial
from typing import Any, Self

import pika
import yaml

from hub.rehearsal.running import command
from hub.rehearsal.stage import Stage

#: (queue, properties, body).
Got = tuple[str, Any, bytes]


class Mailroom:
    """Agencies' systems: takes whatever comes on some queues, by pika in a thread."""

    def __init__(self, broker: str, queues: Sequence[str]) -> None:
        self._broker = broker
        self._queues = queues
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        #: (queue, properties, body), in order.
        self.got: list[Got] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def about(self, original: bytes) -> list[Got]:
        """Messages about one original."""
        digest = hashlib.sha256(original).hexdigest()
        return [g for g in self.got if g[1].headers["original_sha256"] == digest]

    async def wait_for(self, original: bytes) -> Got:
        """The first message about one original."""
        async with asyncio.timeout(30):
            while not (found := self.about(original)):
                await asyncio.sleep(0.05)
        return found[0]

    def _work(self) -> None:
        connection = pika.BlockingConnection(pika.URLParameters(self._broker))
        channel = connection.channel()
        for queue in self._queues:
            channel.basic_consume(queue, partial(self._keep, queue))
        while not self._stop.is_set():
            connection.process_data_events(time_limit=0.2)
        connection.close()

    def _keep(self, queue, channel, method, properties, body) -> None:
        self.got.append((queue, properties, body))
        channel.basic_ack(method.delivery_tag)


def reject_next(broker: str, queue: str) -> str:
    """Reject the next message for good; returns its message_id."""
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    channel = connection.channel()
    found = next(channel.consume(queue, inactivity_timeout=30))
    assert found[0] is not None, f"nothing on {queue}"
    channel.basic_reject(found[0].delivery_tag, requeue=False)
    connection.close()
    return str(found[1].message_id)


def get(url: str, token: str = "") -> tuple[int, bytes]:
    """Status and body of a GET."""
    request = urllib.request.Request(url)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def mail_port(stage: Stage) -> int:
    """Where the mail door of a stage listens."""
    sources = yaml.safe_load(stage.settings.read_bytes())["sources"]
    doors = (s["listen"] for s in sources if s["name"] == "thu-day")
    return int(next(doors)["port"])


async def hub(stage: Stage, *words: str) -> tuple[int, str]:
    """Exit code and output of a `hub` command."""
    done = await asyncio.to_thread(
        subprocess.run,
        [*command(stage), *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "220"},
    )
    return done.returncode, done.stdout + done.stderr
