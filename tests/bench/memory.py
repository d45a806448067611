"""What a judging child needs at its peak for a large document."""

import asyncio
from pathlib import Path

from hub.app import judging_setup
from hub.judging.parent import ChildJudge
from hub.model.arrivals import Arrival, Door
from hub.model.ids import ArrivalId, digest_of
from hub.model.verdicts import Headline
from hub.settings import load
from tests.bench.documents import SIZES, Room, documents
from tests.bench.rows import Row


def rows(room: Room, folder: Path) -> list[Row]:
    """Peak over what the idle child has, in multiples of the document."""
    return asyncio.run(_measure(room, folder))


async def _measure(room: Room, folder: Path) -> list[Row]:
    (one,) = documents(room, SIZES["20 MB"], 1)
    data = one.sample.xml
    path = folder / "large"
    path.write_bytes(data)
    setup = judging_setup(load(folder / "hub.yaml"))
    judge = ChildJudge(setup, lambda _: path, folder / "spool")
    await judge.start()
    try:
        assert judge.child_pid is not None
        idle = _forget_peak(judge.child_pid)
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
        assert examined.verdict is not None
        assert examined.verdict.headline is Headline.PASSED
        judged = _peak(judge.child_pid)
        await judge.write(arrival, 0)
        written = _peak(judge.child_pid)
    finally:
        await judge.close()
    size = len(data)
    return [
        Row(
            f"judging child's peak RSS over {idle / 1e6:.0f} MB idle, 20 MB",
            (judged - idle) / size,
            "multiples of the document",
            must=4,
            good=2.5,
        ),
        Row(
            "the same with writing what leaves",
            (written - idle) / size,
            "multiples of the document",
        ),
    ]


def _forget_peak(pid: int) -> int:
    """Let the kernel count the peak from now on; returns bytes now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _peak(pid)


def _peak(pid: int) -> int:
    """VmHWM in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmHWM")
