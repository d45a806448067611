"""What people read of documents that leave for bodies elsewhere."""

from collections.abc import Mapping
from typing import Any

from hub.console.words import Pair, say
from hub.model.forwarded import ForwardLine, ForwardState

STATES: dict[ForwardState, Pair] = {
    ForwardState.PLANNED: ("chờ gửi", "planned"),
    ForwardState.SENT: ("đã gửi", "sent"),
    ForwardState.LEFT: ("nguồn tự hỏi", "left to be asked for"),
    ForwardState.GIVEN_UP: ("không gửi được", "given up"),
    ForwardState.CANCELLED: ("rút lại trước khi gửi", "cancelled"),
    ForwardState.DISCARDED: ("thôi không gửi", "discarded"),
}
TITLES: tuple[Pair, ...] = (
    ("Nơi nhận", "To"),
    ("Qua nguồn", "By"),
    ("Trạng thái", "State"),
    ("Lúc", "Since"),
    ("Lần thử", "Tries"),
    ("Mã bên kia", "Their id"),
)
_BY: Pair = ("qua", "by")
_THEIRS: Pair = ("mã bên kia", "their id")


def row(line: ForwardLine, moment: str, language: str) -> tuple[str, ...]:
    """The cells under TITLES; `moment`: its last one, as it is shown."""
    state = say(STATES[line.state], language)
    return line.agency, line.source, state, moment, str(line.attempts), line.remote


def forward_detail(facts: Mapping[str, Any], language: str) -> str:
    """The entry of one that is planned, or has left."""
    source = facts.get("source") or facts.get("target") or "?"
    parts = [f"{say(_BY, language)} {source}"]
    if receivers := facts.get("receivers"):
        parts.append("→ " + ", ".join(receivers))
    if remote := facts.get("remote"):
        parts.append(f"{say(_THEIRS, language)}: {remote}")
    return " · ".join(parts)
