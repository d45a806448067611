"""`make demo`: the main job for real, ending in a table a stranger understands.

Starts only neighbours (a rehearsal axis, agencies as AMQP consumers); the hub is
`hub up` with the shipped policy and registry, entered by its REST door.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

from hub.model.ids import digest_of
from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.catalogue import demo as demo_samples
from hub.rehearsal.pki import Pki
from hub.rehearsal.receivers import Receivers, agencies_named
from hub.rehearsal.report import Outcome, print_table
from hub.rehearsal.running import HubDied, RunningHub, command, run_file
from hub.rehearsal.samples import Sample, Scene, revoked_in
from hub.rehearsal.stage import SOURCE, Stage, code_to_queue, set_stage

#: Where a KEEP run says how to end it.
KEPT = Path("build/demo.json")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Show:
    """One rehearsal: where, what is sent, in what folder."""

    stage: Stage
    samples: tuple[Sample, ...]


def say(words: object, stream: TextIO = sys.stdout) -> None:
    """One line for whoever watches, at once."""
    stream.write(f"{words}\n")
    stream.flush()


def prepared(folder: Path, now: datetime) -> Show:
    """Make keys, samples and settings; signed an hour ago, dated today."""
    pki = Pki.make(now)
    scene = Scene(pki, at=now - timedelta(hours=1), day=now.date())
    samples = demo_samples(scene)
    stage = set_stage(folder, pki, at=now, revoked=revoked_in(samples))
    return Show(stage, samples)


async def perform(show: Show, axis: RehearsalAxis, broker: str) -> list[Outcome]:
    """Send every sample as the axis would and wait for what must come of it."""
    queues = code_to_queue()
    wanted = [queues[c] for s in show.samples for c in s.expected.receivers]
    tokens = {queue: show.stage.token(queue) for queue in queues.values()}
    async with Receivers(broker, agencies_named(wanted, tokens)) as receivers:
        return [await _one(sample, axis, receivers) for sample in show.samples]


async def _one(sample: Sample, axis: RehearsalAxis, receivers: Receivers) -> Outcome:
    began = time.monotonic()
    taken = await axis.send(sample)
    receipt = await _receipt(axis, taken.door_id) if taken.taken else None
    digest, count = digest_of(sample.xml), len(sample.expected.receivers)
    await receivers.wait_for(digest, count, _PATIENCE)
    took = time.monotonic() - began
    return Outcome(
        sample, dict(taken.answer), receipt, tuple(receivers.of(digest)), took
    )


async def _receipt(axis: RehearsalAxis, door_id: str) -> dict[str, Any] | None:
    try:
        return await axis.receipt_for(door_id, _PATIENCE)
    except TimeoutError:
        return None


async def run(*, keep: bool) -> int:
    """The demo; 0 only if each document ended where it must."""
    folder = Path(tempfile.mkdtemp(prefix="lt-"))
    say(f"Thư mục tạm / temporary folder: {folder}")
    left_running = False
    try:
        code = await _play(folder, keep=keep)
        left_running = keep and code == 0
    except HubDied as died:
        say(died, sys.stderr)
        code = 1
    finally:
        if not left_running:
            shutil.rmtree(folder, ignore_errors=True)
    return code


async def _play(folder: Path, *, keep: bool) -> int:
    began = time.monotonic()
    show = await asyncio.to_thread(prepared, folder, datetime.now(UTC))
    hub = RunningHub(show.stage, outlives_us=keep)
    async with AsyncExitStack() as ending:
        ending.push_async_callback(hub.stop)
        async with _axis(show.stage) as axis:
            broker = await hub.start()
            ready = time.monotonic() - began
            outcomes = await perform(show, axis, broker)
        good = print_table(outcomes, ready)
        good &= await _proves_itself(show, outcomes)
        if not good:
            say(hub.last_lines("not as it must be"), sys.stderr)
        if keep and good:
            ending.pop_all()
            await _keep(show, hub)
    return 0 if good else 1


def _axis(stage: Stage) -> RehearsalAxis:
    token, heard = stage.token("axis"), stage.token("receipts")
    return RehearsalAxis(stage.hub_url, token, heard, port=stage.axis_port)


async def _proves_itself(show: Show, outcomes: list[Outcome]) -> bool:
    """One real timeline, and the journal's own proof."""
    hub = command(show.stage)
    first = outcomes[0].taken["arrival"]
    ran = [await _run(*hub, "trace", str(first)), await _run(*hub, "journal", "verify")]
    return all(code == 0 for code in ran)


async def _run(*argv: str) -> int:
    environment = {**os.environ, "COLUMNS": "160"}
    process = await asyncio.create_subprocess_exec(*argv, env=environment)
    return await process.wait()


async def _keep(show: Show, hub: RunningHub) -> None:
    """Leave hub and axis running and say where; `make stop` ends them."""
    stage = show.stage
    axis = await asyncio.create_subprocess_exec(
        *_axis_command(stage), start_new_session=True, stdin=DEVNULL, stdout=DEVNULL
    )
    _leave_samples(show)
    _remember([hub.pid, axis.pid], stage.folder)
    say("\n".join(_where(stage)))


def _remember(pids: list[int], folder: Path) -> None:
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps({"pids": pids, "folder": str(folder)}))


def _leave_samples(show: Show) -> None:
    """Files to try `hub send` and `hub verify` with."""
    samples = show.stage.folder / "samples"
    samples.mkdir()
    for sample in show.samples:
        (samples / f"{sample.name}.edxml").write_bytes(sample.xml)


def _where(stage: Stage) -> tuple[str, ...]:
    broker = json.loads(run_file(stage).read_text())["broker_url"]
    tokens = stage.folder / "tokens"
    window = f"{stage.hub_url}/window?token={stage.token('window')}"
    return (
        f"Đang chạy / still running in {stage.folder}",
        f"Trang theo dõi / window: {window}",
        f"RabbitMQ: {broker}",
        f"Cửa nhận / door ({SOURCE}): {stage.hub_url}/axis/v1/documents",
        f'Lệnh / command: HUB=".venv/bin/python -m hub --config {stage.settings}"',
        "Xem / look: $HUB log; $HUB held list; $HUB trace MÃ",
        f"Gửi thử / try: $HUB send {stage.folder}/samples/report-unsigned.edxml"
        f" --to {stage.hub_url} --token-file {tokens / 'axis'}",
        f"Mã của cơ quan / agencies' tokens: {tokens}/<hàng đợi>",
        "Dừng / stop: make stop",
    )


def _axis_command(stage: Stage) -> tuple[str, ...]:
    tokens = stage.folder / "tokens"
    return (
        *(sys.executable, "-m", "hub.rehearsal.axis", "--hub", stage.hub_url),
        *("--token-file", str(tokens / "axis"), "--port", str(stage.axis_port)),
        *("--receipts-token-file", str(tokens / "receipts")),
    )


def stop() -> int:
    """End what a KEEP run left, by its own pid."""
    if not KEPT.exists():
        say("Không có gì đang chạy. / Nothing is running.")
        return 0
    kept = json.loads(KEPT.read_text())
    for pid in kept["pids"]:
        _end(int(pid), Path(kept["folder"]))
    KEPT.unlink()
    shutil.rmtree(kept["folder"], ignore_errors=True)
    return 0


def _end(pid: int, folder: Path) -> None:
    """SIGTERM and wait; only a process that still is our `hub up`."""
    if not _is_ours(pid, folder):
        return
    os.kill(pid, signal.SIGTERM)
    for _ in range(400):
        if not _is_ours(pid, folder):
            return
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _is_ours(pid: int, folder: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return str(folder).encode() in words


def main() -> int:
    """The command line of the demo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--stop", action="store_true")
    asked = parser.parse_args()
    if asked.stop:
        return stop()
    if asked.keep and KEPT.exists():
        say("Bản trước còn chạy: make stop / still running: make stop", sys.stderr)
        return 2
    try:
        return asyncio.run(run(keep=asked.keep))
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
