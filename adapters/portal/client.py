"""Calls to a portal: POST with JSON, under a session that is begun again once."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus

import msgspec

from adapters.portal import replies
from adapters.portal.replies import MOST_BYTES, Told
from adapters.portal.settings import Calls
from hub.errors import SourceUnavailable
from hub.model.answers import Trouble
from hub.model.calls import Call, Reply
from hub.ports import Fetch

#: A portal may write numbers in bodies of ours, never more than a page of text.
_LOGIN_BYTES = 65_536


class PortalClient:
    """One portal as we call it; the session is shared by all calls of a process."""

    def __init__(self, calls: Calls, password: str, fetch: Fetch) -> None:
        self.calls = calls
        self._password = password
        self._fetch = fetch
        self._session = ""
        self._logging_in = asyncio.Lock()

    async def call(
        self, url: str, asked: Mapping[str, object], *, words_due: bool = True
    ) -> Told:
        """One call under a session; one that has ended is begun again once.

        Raises SourceUnavailable where the portal does not answer or lets nobody in:
        a wrong password is an operator's matter and loses nothing.
        """
        told, used = await self._under_session(url, asked, words_due=words_due)
        if told.trouble is Trouble.SESSION and self.calls.auth_url:
            await self._begin(instead_of=used)
            told, _ = await self._under_session(url, asked, words_due=words_due)
        return told

    async def _under_session(
        self, url: str, asked: Mapping[str, object], *, words_due: bool
    ) -> tuple[Told, str]:
        if self.calls.auth_url and not self._session:
            await self._begin(instead_of="")
        used = self._session
        frame = {"session": used, "madonvi": self.calls.unit, **asked}
        reply = await self._post(url, frame, MOST_BYTES)
        return replies.read(reply, words_due=words_due), used

    async def _begin(self, *, instead_of: str) -> None:
        """Log in, unless another call has done so meanwhile."""
        login = self.calls.login
        async with self._logging_in:
            if self._session != instead_of or login is None:
                return
            self._session = ""
            asked = {"username": login.username, "password": self._password}
            reply = await self._post(self.calls.auth_url, asked, _LOGIN_BYTES)
            told = replies.read(reply, words_due=False)
            if told.trouble is not None or not told.session:
                raise SourceUnavailable(f"login: the portal says {told.said}")
            self._session = told.session

    async def _post(self, url: str, body: Mapping[str, object], most: int) -> Reply:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        call = Call("POST", url, headers, msgspec.json.encode(body))
        reply = await self._fetch.ask(call, most)
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise SourceUnavailable(f"HTTP {reply.status}")
        return reply
