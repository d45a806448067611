"""Processor time by role, from /proc: what one hub's processes have spent."""

import os
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")
#: Words of a command line and the role they tell, the most telling first.
_ROLES = (
    ("beam.smp", "broker"),
    ("hub.judging.child", "judging child"),
    ("--large", "large worker"),
    ("work", "worker"),
    ("relay", "relay"),
    ("front", "front"),
    ("up", "supervisor"),
)
_OURS = frozenset(role for _, role in _ROLES) - {"broker"}


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time by role."""

    seconds: Mapping[str, float]

    @classmethod
    def of(cls, pid: int) -> Self:
        """A process, all below it, and this one."""
        found: dict[str, float] = defaultdict(float)
        found["axis and sender (this program)"] = sum(os.times()[:2])
        parents = _parents()
        for child in parents:
            if _is_below(child, pid, parents):
                with suppress(OSError):
                    role, (own, reaped) = _role(child), _spent(child)
                    found[role] += own
                    # Children it waited for: judging children that were replaced.
                    found["judging child" if "worker" in role else role] += reaped
        return cls(found)

    def nothing(self) -> Self:
        """No time at all."""
        return type(self)({})

    def __sub__(self, other: Self) -> Self:
        return type(self)(
            {k: max(0.0, v - other.seconds.get(k, 0)) for k, v in self.seconds.items()}
        )

    def __add__(self, other: Self) -> Self:
        roles = {**self.seconds, **other.seconds}
        return type(self)(
            {k: self.seconds.get(k, 0) + other.seconds.get(k, 0) for k in roles}
        )

    def each(self) -> list[tuple[str, float]]:
        """Who spent something, the most first."""
        ordered = sorted(self.seconds.items(), key=lambda item: -item[1])
        return [(role, seconds) for role, seconds in ordered if seconds > 0]


def below(pid: int) -> dict[int, str]:
    """Processes below one, and their roles, but for the broker's."""
    parents = _parents()
    roles = {p: _role(p) for p in parents if _is_below(p, pid, parents)}
    return {p: role for p, role in roles.items() if role in _OURS}


def _parents() -> dict[int, int]:
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            found[int(path.parent.name)] = int(_fields(path)[1])
    return found


def _fields(path: Path) -> list[str]:
    return path.read_text().rpartition(")")[2].split()


def _is_below(pid: int, above: int, parents: Mapping[int, int]) -> bool:
    while pid and pid != above:
        pid = parents.get(pid, 0)
    return pid == above


def _spent(pid: int) -> tuple[float, float]:
    """Seconds of its own, and of the children it has outlived and waited for."""
    ticks = [int(field) for field in _fields(Path(f"/proc/{pid}/stat"))[11:15]]
    return (ticks[0] + ticks[1]) / _TICKS, (ticks[2] + ticks[3]) / _TICKS


def _role(pid: int) -> str:
    line = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    words = {Path(word).name for word in line} | set(line)
    return next((role for word, role in _ROLES if word in words), "others")
