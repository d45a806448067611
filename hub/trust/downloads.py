"""Asks servers for answers: one at a time for each, by whichever process comes first.

What came stays until something newer comes (stale while error); who failed is left in
peace for a while; a document waits a few seconds and goes on without.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.errors import PermanentFailure, SourceUnavailable, TemporaryFailure
from hub.model.ids import Digest, digest_of
from hub.model.revocations import KeptAnswer, Remembered, RevocationKind, Wanted
from hub.ports import Clock, Evidence
from hub.trust.asking import Asking, Manner, fetched
from hub.trust.memory import Memory
from hub.trust.timing import refresh_at, retry_at
from hub.trust.wants import Checked, Unfit, Want, place_of

log = logging.getLogger(__name__)

#: Long enough for the slowest download; who died while asking is missed after it.
_CLAIM = timedelta(seconds=90)
#: How often to look whether the process that asks has got it.
_WATCH_SECONDS = 0.2
_TOUCHED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Pressing:
    """What a document waits for, and for how many seconds more at most."""

    task: asyncio.Task[None]
    want: Want
    seconds: float


class Downloads:
    """One process' downloads; several processes share a memory."""

    def __init__(
        self, memory: Memory, evidence: Evidence, clock: Clock, manner: Manner
    ) -> None:
        self._memory = memory
        self._evidence = evidence
        self._clock = clock
        self._manner = manner
        self._slots = asyncio.Semaphore(manner.at_once)
        #: By server: one that hangs must not take all the slots. As many as may be
        #: asked, which are those that somebody installed or allowed.
        self._lanes: dict[str, asyncio.Semaphore] = {}
        self._running: dict[Digest, asyncio.Task[None]] = {}
        #: Those of them whose server has been asked, and since when (loop time).
        self._begun: dict[Digest, float] = {}

    async def bring(
        self, wants: Sequence[Want], fetch: Asking
    ) -> dict[Digest, Remembered]:
        """What is known of these, asked for where that is due.

        Waited for only where nothing in force is kept, and only for a while.
        """
        rows = await self._read(wants)
        pressing = self._begin_due(wants, rows, fetch)
        if pressing:
            await self._wait(pressing)
            rows = await self._read(wants)
        found = _answers(rows)
        await self._touch(found)
        return found

    async def renew(
        self, wants: Sequence[Want], fetch: Asking, *, early: bool = False
    ) -> None:
        """Ask for all that is due (`early`: for all) and wait for the end of it."""
        rows, now = await self._read(wants), self._clock.now()
        ready = [w for w in wants if early or _ready(w, rows, now)]
        tasks = [self._start(want, fetch, early=early) for want in ready]
        if tasks:
            await asyncio.wait(tasks)

    async def known(self, wants: Sequence[Want]) -> dict[Digest, Remembered]:
        """What is known of these, nobody asked."""
        return _answers(await self._read(wants))

    async def close(self) -> None:
        """Break off whatever is on its way; its claims run out."""
        running = [*self._running.values()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _begin_due(
        self,
        wants: Sequence[Want],
        rows: Mapping[Digest, Remembered],
        fetch: Asking,
    ) -> list[_Pressing]:
        """Start what is due; what a document without any answer should wait for."""
        now, pressing = self._clock.now(), []
        for want in wants:
            row = rows.get(want.wanted.key)
            left = self._patience(row, now)
            if _ready(want, rows, now):
                task = self._start(want, fetch)
            elif left > 0 and row and row.claimed(now) and not _rests(want, rows, now):
                task = self._watch(want.wanted.key)
            else:
                continue
            if left > 0 and not (row and row.in_force(now)):
                pressing.append(_Pressing(task, want, left))
        return pressing

    def _patience(self, row: Remembered | None, now: datetime) -> float:
        """Seconds to wait for it; less where somebody has been asking for a while."""
        whole = self._manner.wait_seconds
        if row is None or row.claimed_until is None or not row.claimed(now):
            return whole
        return whole - (now - (row.claimed_until - _CLAIM)).total_seconds()

    async def _wait(self, pressing: Sequence[_Pressing]) -> None:
        """Until all is there, or nobody has patience left.

        A server that takes longer is left in peace from now on: the next document
        must not wait for it, too. What is on its way may still come. Who has not been
        asked yet, because others took the slots, is not to blame.
        """
        patience = max(one.seconds for one in pressing)
        await asyncio.wait([one.task for one in pressing], timeout=patience)
        since = asyncio.get_running_loop().time() - patience / 2
        late = [one.want.wanted for one in pressing if not one.task.done()]
        slow = {host_of(w.url) for w in late if self._begun.get(w.key, since) < since}
        for host in slow:
            await self._fail(host, "slow")

    def _start(
        self, want: Want, fetch: Asking, *, early: bool = False
    ) -> asyncio.Task[None]:
        return self._run(want.wanted.key, self._download(want, fetch, early=early))

    def _watch(self, key: Digest) -> asyncio.Task[None]:
        return self._run(key, self._until_settled(key))

    def _run(
        self, key: Digest, work: Coroutine[None, None, None]
    ) -> asyncio.Task[None]:
        """The task that already works on a key, or a new one."""
        if task := self._running.get(key):
            work.close()
            return task
        task = asyncio.create_task(work)
        self._running[key] = task
        task.add_done_callback(lambda done: self._done(key, done))
        return task

    def _done(self, key: Digest, task: asyncio.Task[None]) -> None:
        self._running.pop(key, None)
        self._begun.pop(key, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("revocation download broke off", exc_info=error)

    async def _until_settled(self, key: Digest) -> None:
        self._begin(key)
        while True:
            row = (await self._memory.read([key])).get(key)
            if row is None or not row.claimed(self._clock.now()):
                return
            await asyncio.sleep(_WATCH_SECONDS)

    async def _download(self, want: Want, fetch: Asking, *, early: bool) -> None:
        try:
            async with self._lane(want), self._slots:
                if await self._claim(want, early=early):
                    await self._ask(want, fetch)
                    return
            await self._until_settled(want.wanted.key)  # another process was quicker
        except TemporaryFailure as error:  # of ours; the claim runs out
            log.warning("revocation not kept", extra={"why": str(error)})

    def _lane(self, want: Want) -> asyncio.Semaphore:
        fresh = asyncio.Semaphore(self._manner.per_server)
        return self._lanes.setdefault(place_of(want.wanted.url), fresh)

    def _begin(self, key: Digest) -> None:
        self._begun[key] = asyncio.get_running_loop().time()

    async def _claim(self, want: Want, *, early: bool) -> bool:
        """Unless another has it, or its server fell silent while we waited."""
        now = self._clock.now()
        if not early and not _ready(want, await self._read([want]), now):
            return False
        until = now + _CLAIM
        return await self._memory.claim(want.wanted, now, until, early=early)

    async def _ask(self, want: Want, fetch: Asking) -> None:
        self._begin(want.wanted.key)
        try:
            async with asyncio.timeout(self._manner.download_seconds):
                body = await fetched(want, fetch, self._manner)
        except (SourceUnavailable, TimeoutError) as error:
            why = str(error) or "timeout"
            await self._fail(host_of(want.wanted.url), why)
            await self._fail(want.wanted, why)
            return
        except PermanentFailure as error:
            await self._fail(want.wanted, str(error.fault.code))
            return
        except Unfit as error:
            await self._fail(want.wanted, error.why)
            return
        await self._judge(want, body)

    async def _judge(self, want: Want, body: bytes) -> None:
        now = self._clock.now()
        try:
            checked = await asyncio.to_thread(_check, body, want, now)
        except Unfit as error:
            await self._fail(want.wanted, error.why)
            return
        await self._keep(want.wanted, checked, now)

    async def _keep(self, wanted: Wanted, checked: Checked, now: datetime) -> None:
        digest = await self._evidence.keep_bytes(checked.der)
        span = (checked.this_update, checked.next_update)
        answer = KeptAnswer(digest, len(checked.der), *span)
        due = refresh_at(now, checked.next_update)
        if not await self._memory.keep(wanted.key, answer, now, due):
            await self._fail(wanted, "older than the one kept")
        elif checked.next_update <= now:
            await self._fail(wanted, "run out")
        else:
            log.info("revocation kept", extra=_facts(wanted) | {"size": answer.size})
        await self._memory.forget([host_of(wanted.url).key])

    async def _fail(self, wanted: Wanted, why: str) -> None:
        now = self._clock.now()
        row = (await self._memory.read([wanted.key])).get(wanted.key)
        if wanted.kind is RevocationKind.HOST and row and not row.due(now):
            return  # several were on their way when it went: one failure
        failures = row.failures + 1 if row else 1
        await self._memory.fail(wanted, why, now, retry_at(now, failures))
        if failures == 1:
            log.warning("revocation not had", extra=_facts(wanted) | {"why": why})

    async def _read(self, wants: Iterable[Want]) -> dict[Digest, Remembered]:
        """What is known of these and of their servers, in one look."""
        wanted = [want.wanted for want in wants]
        keys = {w.key for w in wanted} | {host_of(w.url).key for w in wanted}
        return await self._memory.read(sorted(keys))

    async def _touch(self, rows: Mapping[Digest, Remembered]) -> None:
        """Once a day: it must not cost every document a write."""
        now = self._clock.now()
        old = [k for k, row in rows.items() if now - row.wanted_at >= _TOUCHED]
        if old:
            await self._memory.touch(old, now)


def _answers(rows: Mapping[Digest, Remembered]) -> dict[Digest, Remembered]:
    """Without the servers."""
    host = RevocationKind.HOST
    return {key: row for key, row in rows.items() if row.wanted.kind is not host}


def _ready(want: Want, rows: Mapping[Digest, Remembered], now: datetime) -> bool:
    """Whether it may be asked for: it is due, and its server is not left in peace."""
    row = rows.get(want.wanted.key)
    return not _rests(want, rows, now) and (row is None or row.due(now))


def _rests(want: Want, rows: Mapping[Digest, Remembered], now: datetime) -> bool:
    """Whether its server has failed, or been silent, a short while ago."""
    host = rows.get(host_of(want.wanted.url).key)
    return host is not None and not host.due(now)


def _check(body: bytes, want: Want, at: datetime) -> Checked:
    # Every role and command comes past here, few of them ever judge an answer.
    from hub.trust.checking import check  # noqa: PLC0415 - certvalidator: 70 ms

    return check(body, want, at)


def host_of(url: str) -> Wanted:
    """Under what the behaviour of a server is remembered."""
    place = place_of(url)
    key = digest_of(f"host\n{place}".encode())
    return Wanted(key, RevocationKind.HOST, place, Digest(""))


def _facts(wanted: Wanted) -> dict[str, object]:
    """The server, and no more: an address might name a person's certificate."""
    return {"kind": str(wanted.kind), "server": place_of(wanted.url) or wanted.url}
