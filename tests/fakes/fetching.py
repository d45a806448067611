"""The one client that may leave, as a class that answers what a test put into it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from hub.errors import PermanentFailure, SourceUnavailable
from hub.model.calls import Call, OpenReply, Reply
from hub.model.faults import Fault, FaultCode
from hub.model.knowledge import Gathered
from hub.ports import Evidence


@dataclass
class AnsweringFetch:
    """Implements the port Fetch with one status and one body; files by URL."""

    status: int = 200
    body: bytes = b""
    files: dict[str, bytes] = field(default_factory=dict)
    #: URLs that will not answer now.
    away: set[str] = field(default_factory=set)
    calls: list[Call] = field(default_factory=list)
    downloads: list[str] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)

    async def ask(self, call: Call, most: int) -> Reply:
        self.calls.append(call)
        return Reply(self.status, {}, self.body)

    @asynccontextmanager
    async def open(self, call: Call) -> AsyncIterator[OpenReply]:
        self.calls.append(call)
        yield OpenReply(self.status, {}, _chunks(self.body))

    async def download(self, url: str, into: Evidence, limit: int) -> Gathered:
        self.downloads.append(url)
        if url in self.away:
            raise SourceUnavailable("away")
        if url not in self.files:
            return Gathered(url, fault=Fault(FaultCode.FILE_UNAVAILABLE))
        self.limits.append(limit)
        try:
            digest, size = await into.keep(_chunks(self.files[url]), limit)
        except PermanentFailure as error:
            return Gathered(url, fault=error.fault)
        return Gathered(url, digest, size)


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data
