"""What both ways of calling a simulated axis share, and how it is controlled."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from hub.rehearsal.faults import Faults, Mishap

VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class System:
    """One system that calls: its id, its secret, and its account at the LGSP."""

    id: str
    secret: str = field(repr=False)
    username: str = ""
    password: str = field(default="", repr=False)


class Refusal(Exception):
    """A code of EDXML.md 3.2 with its words."""

    def __init__(self, code: str, words: str, status: int = 200) -> None:
        super().__init__(words)
        self.code, self.words, self.status = code, words, status


def as_json(told: Mapping[str, Any], status: int = 200) -> web.Response:
    """An answer, Vietnamese letters as they are."""
    body = json.dumps(told, ensure_ascii=False, default=str).encode()
    return web.Response(body=body, status=status, content_type="application/json")


async def file_of(request: web.Request, name: str) -> bytes:
    """The file of a form; raises Refusal."""
    file = (await request.post()).get(name)
    if not isinstance(file, web.FileField):
        raise Refusal("10", f"no part {name}")
    with file.file as opened:
        return opened.read()


def may_control(request: web.Request, token: str) -> bool:
    """Whether the control token is shown; without one there is no control."""
    shown = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(
        shown.encode(), f"Bearer {token}".encode()
    )


def turn(faults: Faults, asked: Mapping[str, Any]) -> dict[str, Any]:
    """`{"rates": {"slow": 0.1}, "down": 30}` while it runs; what holds now."""
    for name, rate in dict(asked.get("rates", {})).items():
        faults.rates[Mishap(name)] = float(rate)
    if "down" in asked:
        faults.go_down(float(asked["down"]))
    struck = {str(name): count for name, count in faults.struck.items()}
    return {"rates": {str(k): v for k, v in faults.rates.items()}, "struck": struck}


def day_of(text: str) -> date:
    """yyyy/MM/dd; raises Refusal."""
    try:
        return datetime.strptime(text, "%Y/%m/%d").replace(tzinfo=VIETNAM).date()
    except ValueError as error:
        raise Refusal("10", f"date {text!r}: yyyy/MM/dd") from error


def object_of(text: str) -> dict[str, Any]:
    """A JSON object; {} for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
