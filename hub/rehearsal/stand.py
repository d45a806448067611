"""A simulator's place on the network: its port, its faults, its control door.

The control door is `/_ledger` (GET), `/_faults` (GET, POST) and what a simulator adds;
it wants `Authorization: Bearer <control token>` and is never troubled by faults.
"""

import json
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from aiohttp import web

from hub.rehearsal.axis_wire import as_json, same
from hub.rehearsal.faults import TIMINGS, Faults

_LIMIT = 256 * 1024 * 1024
Act = Callable[[web.Request], Awaitable[Mapping[str, Any]]]


class Unclear(ValueError):
    """What was asked of the control door is not what it takes."""


class Stand:
    """Serves the routes of one simulator."""

    def __init__(
        self,
        faults: Faults,
        ledger: Callable[[], Mapping[str, Any]],
        control_token: str,
    ) -> None:
        self._faults = faults
        self._ledger = ledger
        self._token = control_token
        self._runner: web.AppRunner | None = None

    async def start(
        self,
        host: str,
        port: int,
        routes: Iterable[web.RouteDef],
        control: Mapping[str, Act],
    ) -> int:
        """Listen, also to further acts of control (`POST /_<name>`); the port."""
        app = web.Application(
            middlewares=[self._faults.middleware()], client_max_size=_LIMIT
        )
        app.add_routes(routes)
        app.router.add_get("/_ledger", self._guarded(self._tell))
        app.router.add_get("/_faults", self._guarded(self._turn))
        for name, act in {"faults": self._turn, **control}.items():
            app.router.add_post(f"/_{name}", self._guarded(act))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Listen no longer; who waits is dropped."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def _guarded(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            shown = request.headers.get("Authorization", "")
            if not self._token or not same(f"Bearer {self._token}", shown):
                return as_json({"error": "credentials"}, 401)
            try:
                return as_json(await act(request))
            except ValueError as error:
                return as_json({"error": str(error)}, 400)

        return answer

    async def _tell(self, _: web.Request) -> Mapping[str, Any]:
        return self._ledger()

    async def _turn(self, request: web.Request) -> Mapping[str, Any]:
        """`{"rates": {"slow": 0.1}, "down": 30, "slow_seconds": 2}`; what holds now."""
        asked = await asked_of(request)
        rates = asked.pop("rates", {})
        if not isinstance(rates, dict):
            raise Unclear("rates: an object, name -> 0..1")
        trial = Faults()  # all of it is understood before any of it holds
        for name, rate in rates.items():
            trial.set(name, None if rate is None else number(rate))
        if strange := asked.keys() - {"down", *TIMINGS.values()}:
            raise Unclear(f"unknown: {', '.join(sorted(strange))}")
        numbers = {name: number(value) for name, value in asked.items()}
        self._faults.rates |= trial.rates
        if "down" in numbers:
            self._faults.go_down(numbers.pop("down"))
        for name, value in numbers.items():
            setattr(self._faults, name, value)
        return self._faults.told()


async def asked_of(request: web.Request) -> dict[str, Any]:
    """The JSON object a request carries, {} for no body; raises Unclear."""
    try:
        found = json.loads(await request.read() or b"{}")
    except (ValueError, RecursionError) as error:
        raise Unclear(f"a JSON object: {error}") from error
    if not isinstance(found, dict):
        raise Unclear("a JSON object")
    return found


def number(value: object) -> float:
    """A JSON number; raises Unclear or ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unclear(f"{value!r} is no number")
    try:
        made = float(value)
    except OverflowError as error:
        raise Unclear("a number too large") from error
    if not math.isfinite(made):
        raise Unclear(f"{value!r} has no end")
    return made
