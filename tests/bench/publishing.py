"""Publishing in a window, against a client that writes ready bytes to a socket."""

import asyncio
import socket
import statistics
import struct
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from hub.broker.connection import Link
from hub.broker.private_node import PrivateNode
from hub.broker.publisher import WINDOW_MESSAGES, BrokerPublisher
from hub.broker.topology import DELIVERIES, declare, routing_key
from hub.model.decisions import Lane
from hub.model.records import OutboxKind, OutboxRow
from tests.bench.rows import Rounds, Row

_SLUG = "ubnd-huyen"
_BODY = b"x" * 10_240


def rows(folder: Path, rounds: Rounds) -> list[Row]:
    """One row, on a node of its own."""
    return [asyncio.run(_measure(folder, rounds))]


async def _measure(folder: Path, rounds: Rounds) -> Row:
    node = PrivateNode(folder)
    await node.start()
    try:
        async with Link(node.url, "bench") as link:
            channel = await link.channel()
            await declare(channel, (_SLUG,))
            publisher = BrokerPublisher(link)
            queue = await channel.get_queue(f"agency.{_SLUG}.urgent")
            ceiling = await asyncio.to_thread(RawClient, node.url)
            ours, raw = [], []
            await _publish(publisher, WINDOW_MESSAGES)  # warm
            for _ in range(rounds.count):
                ours.append(await _publish(publisher, rounds.messages))
                raw.append(await asyncio.to_thread(ceiling.publish, rounds.messages))
                await queue.purge()
            ceiling.close()
            await publisher.close()
    finally:
        await node.stop()
    took, least = statistics.median(ours), statistics.median(raw)
    return Row(
        f"publish windowed, 10 KB, quorum ({rounds.messages / took:,.0f}/s)",
        took / least,
        "raw socket with ready bytes, same exchange, confirms and window / ours",
        took * 1000 / rounds.messages,
        least * 1000 / rounds.messages,
        must=4,
        good=3,
    )


async def _publish(publisher: BrokerPublisher, count: int) -> float:
    began = time.perf_counter()
    sending = (publisher.deliver(_row(number), _BODY) for number in range(count))
    await asyncio.gather(*sending)
    return time.perf_counter() - began


def _row(number: int) -> OutboxRow:
    return OutboxRow(
        id=f"message-{number}",
        kind=OutboxKind.DELIVER,
        target=_SLUG,
        due_at=datetime(2019, 11, 15, tzinfo=UTC),
        lane=Lane.URGENT,
        headers={"content_type": "application/xml", "paper": 0},
    )


class RawClient:
    """AMQP 0-9-1 by hand: one channel in confirm mode, the same bytes again and again.

    It knows only what it needs: it never looks at what the broker says but confirms.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname, parts.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._rest = b""
        self._number = 0
        self._socket.sendall(b"AMQP\0\0\x09\x01")
        self._expect(10, 10)
        login = f"\0{parts.username}\0{parts.password}".encode()
        start = _long(b"") + _short(b"PLAIN") + _long(login) + _short(b"en_US")
        self._send(0, 10, 11, start)
        tune = self._expect(10, 30)
        self._send(0, 10, 31, tune[:8])  # as it proposes
        vhost = (parts.path.lstrip("/") or "/").replace("%2F", "/").replace("%2f", "/")
        self._send(0, 10, 40, _short(vhost.encode()) + _short(b"") + b"\0")
        self._expect(10, 41)
        self._send(1, 20, 10, _short(b""))
        self._expect(20, 11)
        self._send(1, 85, 10, b"\0")
        self._expect(85, 11)
        self._message = _publish_frames()

    def publish(self, count: int) -> float:
        """Seconds for `count` messages with the window full all the time."""
        began, first, sent = time.perf_counter(), self._number, 0
        confirmed = 0
        while confirmed < count:
            room = min(WINDOW_MESSAGES - (sent - confirmed), count - sent)
            if room:
                self._socket.sendall(self._message * room)
                sent += room
            confirmed = self._confirmed_up_to() - first
        self._number = first + count
        return time.perf_counter() - began

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _confirmed_up_to(self) -> int:
        """Wait for a basic.ack; the broker acks in order on one channel and queue."""
        tag, _ = struct.unpack(">QB", self._expect(60, 80)[:9])
        return int(tag)

    def _send(self, channel: int, kind: int, method: int, arguments: bytes) -> None:
        self._socket.sendall(_frame(1, channel, _method(kind, method) + arguments))

    def _expect(self, kind: int, method: int) -> bytes:
        """The arguments of the next method, which must be this one."""
        while True:
            frame_type, payload = self._frame()
            if frame_type == 1:
                assert payload[:4] == _method(kind, method), payload[:80]
                return payload[4:]

    def _frame(self) -> tuple[int, bytes]:
        frame_type, _, size = struct.unpack(">BHI", self._take(7))
        return frame_type, self._take(size + 1)[:-1]

    def _take(self, size: int) -> bytes:
        while len(self._rest) < size:
            chunk = self._socket.recv(65_536)
            assert chunk, "the broker hung up"
            self._rest += chunk
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def _publish_frames() -> bytes:
    """basic.publish, mandatory, persistent, to the agency's queue; header and body."""
    key = routing_key(_SLUG, Lane.URGENT).encode()
    to = b"\0\0" + _short(DELIVERIES.encode()) + _short(key) + b"\x01"
    persistent = struct.pack(">HHQHB", 60, 0, len(_BODY), 1 << 12, 2)
    method = _frame(1, 1, _method(60, 40) + to)
    return method + _frame(2, 1, persistent) + _frame(3, 1, _BODY)


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def _method(kind: int, method: int) -> bytes:
    return struct.pack(">HH", kind, method)


def _short(text: bytes) -> bytes:
    return bytes((len(text),)) + text


def _long(text: bytes) -> bytes:
    return struct.pack(">I", len(text)) + text
