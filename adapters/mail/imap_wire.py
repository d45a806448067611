"""The little of IMAP4rev1 (RFC 3501) that is needed, on asyncio: no thread a mailbox.

Every literal is streamed, every line and wait is bounded; whatever the server says that
fits nowhere ends the connection. A mail is only ever PEEKed at.
"""

import asyncio
import base64
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from hub.errors import SourceUnavailable

T = TypeVar("T")

#: One response line; the longest that is asked for are some hundred letters.
_LINE_BYTES = 65_536
_CHUNK = 65_536
_LITERAL = re.compile(rb"\{(\d{1,12})\}$")
_BODY = re.compile(
    rb"BODY\[(?:HEADER)?\](?:<0>)? (?:\{(\d{1,12})\}$|NIL|\"((?:[^\"\\]|\\.)*)\")"
)
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_VALIDITY = re.compile(rb"\[UIDVALIDITY (\d{1,10})\]")
_COUNT = re.compile(rb"\* (\d{1,10}) (EXISTS|EXPUNGE)\b")
_ESCAPED = re.compile(rb"\\(.)")
#: What must stand in quotes with a backslash (RFC 3501, 9: quoted-specials).
_QUOTED = re.compile(r'(["\\])')
_PLAIN_RUN = re.compile(r"[\x20-\x25\x27-\x7e]+|[^\x20-\x7e]+|&")


#: Section of `body` for the beginning of a header: enough to see who wrote.
HEADER = b"[HEADER]<0.65536>"


class Refused(Exception):
    """The server says NO to one command; the connection goes on."""


class Gone(Exception):
    """The mail is not there any more: somebody else took it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One mail of a folder."""

    uid: int
    #: As the server says; nothing relies on it but the first look.
    size: int
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a server is, and how long it may stand still."""

    host: str
    port: int
    #: None: no TLS.
    tls: ssl.SSLContext | None = None
    #: TLS begins after the greeting.
    starttls: bool = False
    seconds: float = 30.0


def quoted(text: str) -> bytes:
    """A quoted string; raises ValueError for what cannot stand in one."""
    if not text.isascii() or not text.isprintable():
        raise ValueError("only printable ASCII stands in a quoted string")
    return b'"' + _QUOTED.sub(r"\\\1", text).encode() + b'"'


def folder_name(text: str) -> bytes:
    """A folder's name in modified UTF-7 (RFC 3501, 5.1.3), quoted."""
    return quoted("".join(map(_utf7, _PLAIN_RUN.findall(text))))


def _utf7(run: str) -> str:
    if run == "&":
        return "&-"
    if run.isascii() and run.isprintable():
        return run
    coded = base64.b64encode(run.encode("utf-16-be")).rstrip(b"=").decode()
    return f"&{coded.replace('/', ',')}-"


@asynccontextmanager
async def connected(reach: Reach) -> AsyncIterator["ImapWire"]:
    """A connection that has been greeted; raises SourceUnavailable."""
    wire = await _opened(reach)
    try:
        yield wire
    finally:
        wire.close()


async def _opened(reach: Reach) -> "ImapWire":
    at_once = None if reach.starttls else reach.tls
    try:
        async with asyncio.timeout(reach.seconds):
            reader, writer = await asyncio.open_connection(
                reach.host, reach.port, ssl=at_once, limit=_LINE_BYTES
            )
    except (OSError, TimeoutError) as error:
        raise SourceUnavailable(f"imap: {type(error).__name__}") from error
    wire = ImapWire(reader, writer, reach.seconds)
    try:
        await wire.greeted()
        if reach.starttls and reach.tls is not None:
            await wire.start_tls(reach.tls, reach.host)
    except BaseException:
        wire.close()
        raise
    return wire


class ImapWire:
    """One connection; commands one after the other."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        seconds: float,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._seconds = seconds
        self._number = 0
        self.capabilities: frozenset[str] = frozenset()
        #: Mails in the folder that is open, as last told.
        self.exists = 0
        self._news = False

    def close(self) -> None:
        """End it without another word."""
        self._writer.close()

    async def greeted(self) -> None:
        """The server's first line."""
        line = await self._line()
        if not line.startswith(b"* OK"):
            raise SourceUnavailable("imap: no greeting")

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Nothing that was said before TLS counts afterwards (RFC 9051, 11.1)."""
        await self.command(b"STARTTLS")
        with suppress(TimeoutError):
            async with asyncio.timeout(0):
                if await self._reader.read(1):
                    raise SourceUnavailable("imap: words between STARTTLS and TLS")
        try:
            async with asyncio.timeout(self._seconds):
                # Without a name asyncio would take a certificate of any host.
                await self._writer.start_tls(context, server_hostname=host)
        except (OSError, TimeoutError) as error:
            raise SourceUnavailable(f"imap: {type(error).__name__}") from error

    async def login(self, user: str, password: str) -> None:
        """Raises Refused for a wrong password."""
        await self._ask_capabilities()
        if "AUTH=PLAIN" in self.capabilities:
            await self._authenticate(user, password)
        else:
            await self.command(b"LOGIN", *_told_in_quotes(user, password))
        await self._ask_capabilities()

    async def _ask_capabilities(self) -> None:
        told = await self.command(b"CAPABILITY")
        words = [
            w
            for line in told
            if line.startswith(b"* CAPABILITY")
            for w in line.split()[2:]
        ]
        self.capabilities = frozenset(
            w.decode("ascii", "replace").upper() for w in words
        )

    async def _authenticate(self, user: str, password: str) -> None:
        tag = await self._say(b"AUTHENTICATE PLAIN")
        await self._until_asked(tag)
        words = f"\0{user}\0{password}".encode()
        await self._send(base64.b64encode(words) + b"\r\n")
        await self._until_done(tag)

    async def select(self, folder: str) -> int:
        """Open a folder; returns its UIDVALIDITY. Raises Refused."""
        self.exists = 0
        told = await self.command(b"SELECT", folder_name(folder))
        found = [m[1] for line in told if (m := _VALIDITY.search(line))]
        if not found:
            raise SourceUnavailable("imap: no UIDVALIDITY")
        return int(found[0])

    async def listing(self, first: int, last: int) -> list[Listed]:
        """The mails of these places in the folder that are there."""
        last = min(last, self.exists)
        if first > last:
            return []
        self._news = False
        told = await self.command(
            b"FETCH %d:%d (UID RFC822.SIZE FLAGS)" % (first, last)
        )
        return list(_rows(told))

    async def body(self, uid: int, what: bytes = b"[]") -> AsyncGenerator[bytes, None]:
        """A mail as it is, in pieces; ends only after the server said OK.

        Raises Gone, Refused, SourceUnavailable. Whoever stops in the middle of it must
        not use the connection any more.
        """
        tag = await self._say(b"UID FETCH %d (UID BODY.PEEK%s)" % (uid, what))
        came = False
        while not (line := await self._told()).startswith(tag):
            found = _BODY.search(line)
            if found is None or not line.startswith(b"* "):
                await self._skip(line)
                continue
            if came or not _is_about(line, uid):
                raise SourceUnavailable("imap: another mail than asked for")
            came = found[1] is not None or found[2] is not None
            if found[2] is not None:
                yield _ESCAPED.sub(rb"\1", found[2])
            async for piece in self._literal(int(found[1] or 0)):
                yield piece
            if found[1] is not None:
                await self._skip(await self._line())
        _check(line, tag)
        if not came:
            raise Gone

    async def _literal(self, size: int) -> AsyncIterator[bytes]:
        left = size
        while left:
            piece = await self._wait(self._reader.read(min(left, _CHUNK)))
            if not piece:
                raise SourceUnavailable("imap: cut off in a mail")
            left -= len(piece)
            yield piece

    async def move(self, uid: int, folder: str) -> None:
        """Into a folder that is made where it is not; raises Refused.

        Without MOVE (RFC 6851): copied, marked, and expunged alone (RFC 4315). Without
        UIDPLUS too, it stays marked as deleted: EXPUNGE would take others' mails along.
        """
        name = folder_name(folder)
        if "MOVE" in self.capabilities:
            await self._into(b"UID MOVE %d" % uid, name)
            return
        await self._into(b"UID COPY %d" % uid, name)
        await self.command(b"UID STORE %d +FLAGS.SILENT (\\Deleted)" % uid)
        if "UIDPLUS" in self.capabilities:
            await self.command(b"UID EXPUNGE %d" % uid)

    async def _into(self, command: bytes, name: bytes) -> None:
        try:
            await self.command(command, name)
        except Refused as error:
            if "TRYCREATE" not in str(error).upper():
                raise
            await self.command(b"CREATE", name)
            await self.command(command, name)

    async def idle(self, seconds: float) -> bool:
        """Wait for a mail (RFC 2177); False: none came in time.

        One that was told of since the last listing is none to wait for.
        """
        if self._has_news():
            return True
        tag = await self._say(b"IDLE")
        await self._until_asked(tag)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self._news:
                    await self._skip(await self._line(seconds + 60))
        await self._send(b"DONE\r\n")
        await self._until_done(tag)
        return self._has_news()

    def _has_news(self) -> bool:
        news, self._news = self._news, False
        return news

    async def noop(self) -> None:
        """Ask for news."""
        await self.command(b"NOOP")

    async def command(self, *words: bytes) -> list[bytes]:
        """Say something; the untagged answers. Raises Refused where it says NO."""
        return await self._until_done(await self._say(b" ".join(words)))

    async def _say(self, words: bytes) -> bytes:
        self._number += 1
        tag = b"L%05d" % self._number
        await self._send(tag + b" " + words + b"\r\n")
        return tag + b" "

    async def _send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._wait(self._writer.drain())

    async def _until_asked(self, tag: bytes) -> None:
        while not (line := await self._told()).startswith(b"+"):
            if line.startswith(tag):
                _check(line, tag)
                raise SourceUnavailable("imap: done before it was asked")

    async def _until_done(self, tag: bytes) -> list[bytes]:
        told = []
        while not (line := await self._told()).startswith(tag):
            await self._skip(line)
            told.append(line)
        _check(line, tag)
        return told

    async def _skip(self, line: bytes) -> None:
        """Read past the literals of an answer that nobody asked for."""
        while found := _LITERAL.search(line):
            if int(found[1]) > _LINE_BYTES:
                raise SourceUnavailable("imap: a literal nobody asked for")
            async for _ in self._literal(int(found[1])):
                pass
            line = await self._line()

    async def _told(self) -> bytes:
        line = await self._line()
        if not line.startswith((b"* ", b"+", b"L")):
            raise SourceUnavailable("imap: not a line of this protocol")
        return line

    async def _line(self, seconds: float = 0) -> bytes:
        try:
            line = await self._wait(self._reader.readuntil(b"\r\n"), seconds)
        except asyncio.IncompleteReadError as error:
            raise SourceUnavailable("imap: the server hung up") from error
        except asyncio.LimitOverrunError as error:
            raise SourceUnavailable("imap: a line without an end") from error
        if found := _COUNT.match(line):
            number = int(found[1])
            came = found[2] == b"EXISTS"
            self._news |= came and number > self.exists
            self.exists = number if came else max(0, self.exists - 1)
        if line.upper().startswith(b"* BYE"):
            raise SourceUnavailable("imap: the server says BYE")
        return line[:-2]

    async def _wait(self, what: Awaitable[T], seconds: float = 0) -> T:
        try:
            async with asyncio.timeout(seconds or self._seconds):
                return await what
        except TimeoutError as error:
            raise SourceUnavailable("imap: no word in time") from error
        except OSError as error:
            raise SourceUnavailable(f"imap: {type(error).__name__}") from error


def _told_in_quotes(*words: str) -> list[bytes]:
    """User and password for LOGIN; raises Refused: it knows ASCII only."""
    try:
        return [quoted(word) for word in words]
    except ValueError as error:
        raise Refused("no AUTH=PLAIN, and LOGIN has no letters but ASCII") from error


def _is_about(line: bytes, uid: int) -> bool:
    named = _UID.search(line)
    return named is None or int(named[1]) == uid


def _check(line: bytes, tag: bytes) -> None:
    """What the tagged line comes to."""
    word, _, rest = line.removeprefix(tag).partition(b" ")
    shown = rest[:100].decode("ascii", "replace")
    if word.upper() == b"NO":
        raise Refused(shown)
    if word.upper() != b"OK":
        raise SourceUnavailable(f"imap: {word[:10]!r} {shown}")


def _rows(told: list[bytes]) -> Iterator[Listed]:
    for line in told:
        uid, size = _UID.search(line), _SIZE.search(line)
        if uid and size:
            yield Listed(int(uid[1]), int(size[1]), b"\\Deleted" in line)
