"""Deliveries for people: their states, ways and moments, Vietnamese first. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from hub.console.kin_words import RECALL_STATES
from hub.console.timeline import VIETNAM, plain
from hub.console.words import WAYS, Pair, say
from hub.model.deliveries import DeliveryLine, DeliveryState
from hub.model.recalls import RecallState

STATES: dict[DeliveryState, Pair] = {
    DeliveryState.PLANNED: ("chờ chuyển", "planned"),
    DeliveryState.QUEUED: ("đã đến cơ quan, chưa lấy", "queued"),
    DeliveryState.FETCHED: ("cơ quan đã lấy, chưa xác nhận", "fetched"),
    DeliveryState.ACKNOWLEDGED: ("cơ quan đã xác nhận", "acknowledged"),
    DeliveryState.REJECTED: ("cơ quan trả lại", "rejected"),
    DeliveryState.GIVEN_UP: ("thôi thử, không chuyển được", "given up"),
    DeliveryState.CANCELLED: ("rút lại trước khi chuyển", "cancelled"),
    DeliveryState.DISCARDED: ("người vận hành bỏ", "discarded"),
}
_NOT_YET: Pair = ("–", "–")
#: Titles of the columns of `cells`.
TITLES: tuple[Pair, ...] = (
    ("Cơ quan", "Agency"),
    ("Cách nhận", "Way"),
    ("Trạng thái", "State"),
    ("Đến nơi", "Queued"),
    ("Đã lấy", "Fetched"),
    ("Đã xác nhận", "Acknowledged"),
    ("Lần thử", "Tries"),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """One delivery as the columns of a table."""

    agency: str
    way: str
    state: str
    queued: str
    fetched: str
    acknowledged: str
    tries: str

    def row(self) -> tuple[str, ...]:
        """In the order of TITLES."""
        return tuple(getattr(self, name) for name in self.__slots__)


def cells(lines: Sequence[DeliveryLine], language: str) -> list[Cells]:
    """Deliveries with each moment in Vietnam time; "–" where it has not come."""
    return [_cells(line, language) for line in lines]


def _cells(line: DeliveryLine, language: str) -> Cells:
    leased = say((f" (đã giữ {line.leases} lần)", f" ({line.leases} leases)"), language)
    return Cells(
        agency=plain(line.agency),
        way=say(WAYS.get(line.way, _NOT_YET), language),
        state=" · ".join(_state(line, language)),
        queued=local(line.queued_at),
        fetched=local(line.fetched_at),
        acknowledged=local(line.acknowledged_at),
        tries=f"{line.attempts}" + (leased if line.leases else ""),
    )


def _state(line: DeliveryLine, language: str) -> Iterator[str]:
    """Where it is, and what came after it."""
    yield say(STATES[line.state], language)
    if line.recall:
        how_far = say(RECALL_STATES[RecallState(line.recall)], language)
        yield f"{say(('thu hồi', 'recall'), language)}: {how_far}"
    if line.superseded_by:
        by = plain(line.superseded_by)
        yield say((f"thay thế bằng {by}", f"superseded by {by}"), language)


def local(moment: datetime | None) -> str:
    """A moment in Vietnam time, to the second."""
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}" if moment else "–"


def values(line: DeliveryLine, now: datetime) -> dict[str, Any]:
    """The JSON of one delivery: moments in UTC, its age in seconds."""
    age = round((now - line.since).total_seconds())
    told: dict[str, Any] = msgspec.to_builtins(line)
    return told | {"age_seconds": age}
