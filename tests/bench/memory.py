"""What a judging child needs at its peak for large documents, and the obvious way."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from hub.app import judging_setup
from hub.judging.parent import ChildJudge
from hub.model.arrivals import Arrival, Door
from hub.model.ids import ArrivalId, digest_of
from hub.settings import load
from tests.bench.documented import Apart
from tests.bench.documents import PASSED, Room, documents
from tests.bench.peaks import forget_peak, peak
from tests.bench.rows import Row

SIZES = {"20 MB": 20_000_000, "60 MB": 60_000_000}
#: ENGINEERING.md, goals as ratios: must and good.
MUST, GOOD = 4, 2.5
_WHAT = "multiples of the document"
#: The obvious way is asked at the smaller size only: it needs gigabytes.
_DOCUMENTED = "20 MB"


@dataclass(frozen=True, slots=True)
class Peaks:
    """Bytes of one child: idle, and at its peak since."""

    size: int
    idle: int
    judged: int
    written: int

    @property
    def to_judge(self) -> float:
        """Over idle, in multiples of the document."""
        return (self.judged - self.idle) / self.size

    @property
    def to_write(self) -> float:
        """The same with writing what leaves."""
        return (self.written - self.idle) / self.size


def rows(room: Room, folder: Path) -> list[Row]:
    """Peak over what the idle child has, in multiples of the document."""
    return [row for name in SIZES for row in _rows(room, folder, name)]


def _rows(room: Room, folder: Path, name: str) -> list[Row]:
    found = asyncio.run(peaks(room, folder, SIZES[name]))
    idle = f"{found.idle / 1e6:.0f} MB idle"
    judged = Row(
        f"judging child's peak RSS over {idle}, {name}",
        found.to_judge,
        _WHAT,
        must=MUST,
        good=GOOD,
    )
    written = Row(
        f"the same with writing what leaves, {name}",
        found.to_write,
        _WHAT,
        must=MUST,
        good=GOOD,
    )
    if name != _DOCUMENTED:
        return [judged, written]
    obvious = _documented(folder) / found.size
    return [judged, written, Row(f"as documented, {name}", obvious, _WHAT)]


async def peaks(room: Room, folder: Path, size: int) -> Peaks:
    """One signed document of about `size` bytes, judged and written by a warm child."""
    (one,) = documents(room, size, 1)
    data, path = one.sample.xml, folder / "large"
    path.write_bytes(data)
    setup = judging_setup(load(folder / "hub.yaml"))
    judge = ChildJudge(setup, lambda _: path, folder / "spool")
    await judge.start()
    try:
        assert judge.child_pid is not None
        idle = forget_peak(judge.child_pid)
        arrival = Arrival(
            id=ArrivalId("0" * 32),
            source="truc-tinh",
            door=Door("axis-rest"),
            door_id="bench",
            digest=digest_of(data),
            size=len(data),
            content_type=one.sample.content_type,
            accepted_at=room.now,
        )
        await judge.inspect(arrival)
        examined = await judge.examine(arrival, room.knowledge, at=room.now)
        assert examined.verdict.headline is PASSED, examined
        judged = peak(judge.child_pid)
        out = await judge.write(arrival, 0)
        written = peak(judge.child_pid)
        out.unlink()
    finally:
        await judge.close()
    return Peaks(len(data), idle, judged, written)


def _documented(folder: Path) -> int:
    """The obvious way over the file that `peaks` left."""
    with Apart(folder / "large", folder / "trust") as verify:
        return verify()
