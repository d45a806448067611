"""A small IMAP server in memory, honest unless told otherwise."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_FETCH = re.compile(rb"FETCH (\d+):(\d+) ")
_BODY = re.compile(rb"UID FETCH (\d+) \(UID BODY\.PEEK\[(HEADER)?\]")
_MOVE = re.compile(rb'UID MOVE (\d+) "([^"]+)"')
_SELECT = re.compile(rb'(?:SELECT|CREATE) "([^"]+)"')


@dataclass
class ImapServer:
    """One mailbox; `odd` maps the beginning of a command to what is said instead."""

    folders: dict[str, dict[int, bytes]] = field(default_factory=lambda: {"INBOX": {}})
    capability: bytes = b"IMAP4rev1 AUTH=PLAIN MOVE IDLE UIDPLUS"
    greeting: bytes = b"* OK ready\r\n"
    validity: int = 7
    password: str = "secret"
    #: Command -> answer, `%t` its tag; b"": says nothing, ever.
    odd: dict[bytes, bytes] = field(default_factory=dict)
    said: list[bytes] = field(default_factory=list)
    #: Size that is told of every mail; None: the true one.
    told_size: int | None = None
    connections: int = 0
    _next: int = 1
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _open: str = "INBOX"

    @property
    def inbox(self) -> dict[int, bytes]:
        return self.folders["INBOX"]

    def put(self, data: bytes) -> int:
        """A mail comes."""
        uid, self._next = self._next, self._next + 1
        self.inbox[uid] = data
        self._news.set()
        return uid

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """Serve on loopback; gives the port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        writer.write(self.greeting)
        try:
            while line := (await reader.readline()).strip():
                tag, _, words = line.partition(b" ")
                self.said.append(words)
                for begins, answer in self.odd.items():
                    if words.startswith(begins):
                        writer.write(answer.replace(b"%t", tag))
                        break
                else:
                    writer.write(await self._answer(tag, words, reader, writer))
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(
        self,
        tag: bytes,
        words: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> bytes:
        ok = tag + b" OK done\r\n"
        if words.startswith(b"IDLE"):
            await self._idle(reader, writer)
            return ok
        if words.startswith(b"AUTHENTICATE"):
            writer.write(b"+ \r\n")
            await reader.readline()
            return ok
        told, refusal = self._told(words)
        return told + (tag + b" NO " + refusal + b"\r\n" if refusal else ok)

    async def _idle(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(b"+ idling\r\n")
        done = asyncio.ensure_future(reader.readline())
        self._news.clear()
        came = asyncio.ensure_future(self._news.wait())
        await asyncio.wait([done, came], return_when=asyncio.FIRST_COMPLETED)
        came.cancel()
        if not done.done():
            writer.write(b"* %d EXISTS\r\n" % len(self.inbox))
        await done

    def _told(self, words: bytes) -> tuple[bytes, bytes]:
        if words.startswith(b"CAPABILITY"):
            return b"* CAPABILITY " + self.capability + b"\r\n", b""
        if found := _FETCH.match(words):
            return self._listing(int(found[1]), int(found[2])), b""
        if found := _BODY.match(words):
            return self._body(int(found[1])), b""
        if found := _MOVE.match(words):
            return self._move(int(found[1]), found[2].decode())
        if found := _SELECT.match(words):
            return self._select(words, found[1].decode()), b""
        return b"", b""

    def _select(self, words: bytes, name: str) -> bytes:
        if words.startswith(b"CREATE"):
            self.folders[name] = {}
            return b""
        self._open = name
        count = len(self.folders[name])
        return b"* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n" % (count, self.validity)

    def _listing(self, first: int, last: int) -> bytes:
        rows = list(self.folders[self._open].items())[first - 1 : last]
        return b"".join(
            b"* %d FETCH (UID %d RFC822.SIZE %d FLAGS ())\r\n"
            % (first + n, uid, len(data) if self.told_size is None else self.told_size)
            for n, (uid, data) in enumerate(rows)
        )

    def _body(self, uid: int) -> bytes:
        data = self.folders[self._open].get(uid)
        if data is None:
            return b""
        return b"* 1 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, len(data), data)

    def _move(self, uid: int, name: str) -> tuple[bytes, bytes]:
        if name not in self.folders:
            return b"", b"[TRYCREATE] no such folder"
        box = self.folders[self._open]
        place = list(box).index(uid) + 1
        self.folders[name][uid] = box.pop(uid)
        return b"* %d EXPUNGE\r\n" % place, b""
