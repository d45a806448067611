"""Serves the files of a rehearsal's dossiers, well or in one of several bad manners."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from hub.rehearsal.dossiers import ServedFile
from hub.rehearsal.faults import Faults, drop
from hub.rehearsal.misspeaking import HTML
from hub.rehearsal.portal_ledger import PortalLedger
from hub.rehearsal.portal_wire import FILES

#: A host that is not the portal's; nobody answers there.
OUTSIDE = "http://ngoai.dien-tap.invalid"
#: An endless file ends here all the same.
_ENDLESS = 512 * 1024 * 1024
_CHUNK = 65_536
_Serve = Callable[["FileFace", web.Request, ServedFile], Awaitable[web.StreamResponse]]


class FileFace:
    """`GET /tep/<name>`."""

    def __init__(self, ledger: PortalLedger, faults: Faults) -> None:
        self._ledger = ledger
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """Where files are."""
        return [web.get(f"{FILES}/{{name}}", self._serve, allow_head=False)]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        file = self._ledger.files.get(name)
        if file is None:
            raise web.HTTPNotFound
        self._ledger.fetched[name] += 1
        try:
            return await MANNERS[file.manner](self, request, file)
        except ConnectionError:  # who asked has had enough of it
            drop(request)

    async def plain(self, _: web.Request, file: ServedFile) -> web.StreamResponse:
        """As it should be."""
        return web.Response(body=file.data, content_type="application/pdf")

    async def slow(self, request: web.Request, file: ServedFile) -> web.StreamResponse:
        """In ten pieces, with a pause before each."""
        answer = await self._begun(request, len(file.data))
        size = len(file.data) // 10 + 1
        for at in range(0, len(file.data), size):
            await asyncio.sleep(self._faults.slow_seconds)
            await answer.write(file.data[at : at + size])
        await answer.write_eof()
        return answer

    async def redirect_within(
        self, request: web.Request, file: ServedFile
    ) -> web.StreamResponse:
        """To another address of this portal, once."""
        if "lan" in request.query:
            return await self.plain(request, file)
        raise web.HTTPFound(f"{FILES}/{file.name}?lan=2")

    async def redirect_out(
        self, _: web.Request, file: ServedFile
    ) -> web.StreamResponse:
        """To a host nobody allowed."""
        raise web.HTTPFound(f"{OUTSIDE}/{file.name}")

    async def gone(self, _: web.Request, __: ServedFile) -> web.StreamResponse:
        """Not there any more."""
        raise web.HTTPNotFound

    async def larger(
        self, request: web.Request, file: ServedFile
    ) -> web.StreamResponse:
        """More bytes than announced."""
        assert request.transport is not None, "it asked just now"
        announced = len(file.data) // 2
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n"
            f"Content-Length: {announced}\r\nConnection: close\r\n\r\n"
        )
        request.transport.write(head.encode() + file.data)
        request.transport.close()
        return web.Response()

    async def endless(self, request: web.Request, _: ServedFile) -> web.StreamResponse:
        """Nothing announced, and it does not stop."""
        answer = await self._begun(request, None)
        for _at in range(0, _ENDLESS, _CHUNK):
            await answer.write(bytes(_CHUNK))
        await answer.write_eof()
        return answer

    async def wrong_type(self, _: web.Request, __: ServedFile) -> web.StreamResponse:
        """A login page where a PDF should be."""
        return web.Response(text=HTML, content_type="text/html")

    async def cut(self, request: web.Request, file: ServedFile) -> web.StreamResponse:
        """The line breaks half way."""
        answer = await self._begun(request, len(file.data))
        await answer.write(file.data[: len(file.data) // 2])
        drop(request)

    async def _begun(
        self, request: web.Request, length: int | None
    ) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.content_type = "application/pdf"
        if length is not None:
            answer.content_length = length
        await answer.prepare(request)
        return answer


MANNERS: Mapping[str, _Serve] = {
    "plain": FileFace.plain,
    "slow": FileFace.slow,
    "redirect-within": FileFace.redirect_within,
    "redirect-out": FileFace.redirect_out,
    "gone": FileFace.gone,
    "larger": FileFace.larger,
    "endless": FileFace.endless,
    "wrong-type": FileFace.wrong_type,
    "cut": FileFace.cut,
}
