"""Faults on demand: what real neighbours do wrong, by rate and seed, repeatable.

A simulator asks `strikes` where it is about to answer; the middleware does what needs
no knowledge of the wire: slow, errors, half-open lines, lines cut in the middle, down.
Each mishap has a dice of its own, so that one more of them moves none of the others.
"""

import asyncio
import math
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Never, Self

from aiohttp import web
from aiohttp.typedefs import Middleware

from hub.rehearsal.misspeaking import HTML, misspoken

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Mishap(StrEnum):
    """What can go wrong, as it is named on the command line."""

    #: Answers late.
    SLOW = "slow"
    ERROR_500 = "500"
    ERROR_503 = "503"
    #: Takes the request and says nothing, until the line is dropped.
    HALF_OPEN = "half-open"
    #: The work is done; the line breaks in the middle of the answer.
    CUT = "cut"
    #: The same thing is listed or sent twice.
    DUPLICATES = "duplicates"
    #: The same document comes once more under another docId.
    TWICE = "twice"
    #: Lists and lots in another order.
    REORDERED = "reordered"
    #: Words, numbers and fields as no description has them; an HTML page with 200.
    WORDS = "words"
    #: The clock is off.
    SKEW = "skew"
    #: Sessions and tokens end in the middle of the work.
    EXPIRED = "expired"
    #: Pages that shift while they are read: something stands on two of them.
    DRIFT = "drift"
    #: Away for a while: every line is dropped unheard.
    DOWN = "down"


#: `--faults all`: often enough to be met, seldom enough to get through.
SENSIBLE: Mapping[Mishap, float] = {
    Mishap.SLOW: 0.05,
    Mishap.ERROR_500: 0.05,
    Mishap.ERROR_503: 0.05,
    Mishap.HALF_OPEN: 0.01,
    Mishap.CUT: 0.03,
    Mishap.DUPLICATES: 0.10,
    Mishap.TWICE: 0.02,
    Mishap.REORDERED: 0.50,
    Mishap.WORDS: 0.05,
    Mishap.SKEW: 0.05,
    Mishap.EXPIRED: 0.03,
    Mishap.DRIFT: 0.20,
    Mishap.DOWN: 0.001,
}
#: Name on the command line -> field.
TIMINGS: Mapping[str, str] = {
    name.replace("_", "-"): name
    for name in ("slow_seconds", "half_open_seconds", "skew_minutes", "down_seconds")
}
#: What trying again does not undo at once.
_LASTING = frozenset({Mishap.TWICE, Mishap.DOWN})


@dataclass
class Faults:
    """Which mishaps strike, and how often; may be changed while it runs."""

    rates: dict[Mishap, float] = field(default_factory=dict)
    seed: int = 1
    #: Seconds: how late a slow answer is, how long a half-open line stays open.
    slow_seconds: float = 0.5
    half_open_seconds: float = 60.0
    #: How far off a wrong clock is; may be negative.
    skew_minutes: float = 60.0
    #: How long it stays away when `down` strikes.
    down_seconds: float = 5.0
    #: Until when (the loop's clock) nothing answers at all.
    down_until: float = 0.0
    #: What struck, how often.
    struck: Counter[Mishap] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._dice = {m: random.Random(f"{self.seed}/{m}") for m in Mishap}

    @classmethod
    def all(cls, seed: int = 1, **changes: float) -> Self:
        """All that trying again helps against: not `down`, not `twice`."""
        rates = {m: rate for m, rate in SENSIBLE.items() if m not in _LASTING}
        return cls(rates, seed, **changes)  # type: ignore[arg-type] # numbers of fields

    @classmethod
    def named(cls, words: list[str], seed: int = 1, **changes: float) -> Self:
        """From the command line, later words over earlier ones.

        `all`, `slow`, `cut=0.2`, `slow-seconds=2`. Raises ValueError where a word is
        neither a mishap nor a timing, or its number none that can be.
        """
        made = cls({}, seed, **changes)  # type: ignore[arg-type] # numbers of fields
        for word in words:
            name, _, text = word.partition("=")
            if name in TIMINGS:
                made.tune(name, float(text))
            else:
                made.set(name, float(text) if text else None)
        return made

    def set(self, name: str, rate: float | None) -> None:
        """Let a mishap (or `all`) strike at a rate; None: the sensible one.

        Raises ValueError.
        """
        if rate is not None and not 0 <= rate <= 1:
            raise ValueError(f"{name}={rate}: 0..1")
        wanted = list(Mishap) if name == "all" else [Mishap(name)]
        self.rates |= {m: SENSIBLE[m] if rate is None else rate for m in wanted}

    def tune(self, name: str, value: float) -> None:
        """Set a timing of `TIMINGS`; raises ValueError where it is no number."""
        if not math.isfinite(value):
            raise ValueError(f"{name}={value}: a number")
        setattr(self, TIMINGS[name], value)

    def strikes(self, mishap: Mishap) -> bool:
        """Whether it happens now; counted when it does."""
        if self._dice[mishap].random() >= self.rates.get(mishap, 0.0):
            return False
        self.struck[mishap] += 1
        return True

    def shuffled(self, rows: list[Any]) -> list[Any]:
        """The rows as a careless list gives them: reordered, some of them twice."""
        rows = list(rows)
        if rows and self.strikes(Mishap.DUPLICATES):
            rows.append(self._dice[Mishap.DUPLICATES].choice(rows))
        if self.strikes(Mishap.REORDERED):
            self._dice[Mishap.REORDERED].shuffle(rows)
        return rows

    def misspoken(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """An answer, now and then in other words than it should have."""
        if self.strikes(Mishap.WORDS):
            return misspoken(told, self._dice[Mishap.WORDS])
        return told

    def now(self) -> datetime:
        """The time by a clock that may be off."""
        off = self.skew_minutes if self.strikes(Mishap.SKEW) else 0.0
        return datetime.now(UTC) + timedelta(minutes=off)

    def go_down(self, seconds: float) -> None:
        """Answer nobody for so long."""
        self.down_until = asyncio.get_running_loop().time() + seconds

    def told(self) -> dict[str, Any]:
        """What holds now and what struck, as JSON values."""
        left = self.down_until - asyncio.get_running_loop().time()
        return {
            "seed": self.seed,
            "rates": {str(name): rate for name, rate in self.rates.items()},
            "struck": {str(name): count for name, count in self.struck.items()},
            "down": max(0.0, round(left, 1)),
        }

    def middleware(self) -> Middleware:
        """Between the line and the simulator; `/_…` is the control door."""

        @web.middleware
        async def act(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/_"):
                return await handler(request)
            await self._before(request)
            if (error := self._error()) is not None:
                return error
            return await self._after(request, await handler(request))

        return act

    async def _before(self, request: web.Request) -> None:
        if self.strikes(Mishap.DOWN):
            self.go_down(self.down_seconds)
        if asyncio.get_running_loop().time() < self.down_until:
            drop(request)
        if self.strikes(Mishap.SLOW):
            await asyncio.sleep(self.slow_seconds)
        if self.strikes(Mishap.HALF_OPEN):
            await asyncio.sleep(self.half_open_seconds)
            drop(request)

    def _error(self) -> web.Response | None:
        if self.strikes(Mishap.ERROR_500):
            return web.Response(status=500, text="Internal Server Error")
        if self.strikes(Mishap.ERROR_503):
            return web.Response(status=503, headers={"Retry-After": "1"})
        if self.strikes(Mishap.WORDS):
            return web.Response(text=HTML, content_type="text/html")
        return None

    async def _after(
        self, request: web.Request, answer: web.StreamResponse
    ) -> web.StreamResponse:
        """The work is done; what is told of it may get lost on the way."""
        body = getattr(answer, "body", None)
        if isinstance(body, bytes) and body and self.strikes(Mishap.CUT):
            await _cut(request, answer, body)
        return answer


async def _cut(request: web.Request, answer: web.StreamResponse, body: bytes) -> Never:
    """Half of an answer, then nothing."""
    half = web.StreamResponse(status=answer.status)
    half.content_type = answer.content_type
    half.content_length = len(body)
    await half.prepare(request)
    await half.write(body[: len(body) // 2])
    drop(request)


def drop(request: web.Request) -> Never:
    """The line is dead, without a farewell."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError
