"""`make demo`: the main job for real, ending in a table a stranger understands.

Starts only neighbours (a rehearsal axis, a portal, Debian's Dovecot, agencies as AMQP
consumers); the hub is `hub up` with the shipped policy and registry, entered by its
doors.
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
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from hub.rehearsal.axis import RehearsalAxis
from hub.rehearsal.bringers import Bringer, ByMail, ByPortal, ByRest, BySoap
from hub.rehearsal.catalogue import BY_SOAP, CASES
from hub.rehearsal.catalogue import demo as demo_samples
from hub.rehearsal.coming_back import Play, Told, desks
from hub.rehearsal.dovecot import Dovecot
from hub.rehearsal.letters import DOSSIERS, letters
from hub.rehearsal.mail_sink import MailSink
from hub.rehearsal.pki import Pki
from hub.rehearsal.portal import PortalSimulator
from hub.rehearsal.portal_face import Account
from hub.rehearsal.portal_push import Door
from hub.rehearsal.receivers import Receivers, agencies_named
from hub.rehearsal.report import Outcome, print_answers, print_table
from hub.rehearsal.running import HubDied, RunningHub, command, run_file
from hub.rehearsal.samples import Sample, Scene, revoked_in
from hub.rehearsal.stage import (
    MAIL_USER,
    SOURCE,
    Stage,
    Wishes,
    code_to_queue,
    mail_source,
    portal_source,
    set_stage,
)

#: Where a KEEP run says how to end it.
KEPT = Path("build/demo.json")
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Show:
    """One rehearsal: where, and what each neighbour brings."""

    stage: Stage
    scene: Scene
    samples: tuple[Sample, ...]
    mails: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Everybody around the hub, up and listening."""

    axis: RehearsalAxis
    portal: PortalSimulator
    sink: MailSink
    dovecot: Dovecot


def say(words: object, stream: TextIO = sys.stdout) -> None:
    """One line for whoever watches, at once."""
    stream.write(f"{words}\n")
    stream.flush()


def prepared(folder: Path, now: datetime) -> Show:
    """Make keys, samples and settings; signed an hour ago, dated today."""
    pki = Pki.make(now)
    scene = Scene(pki, at=now - timedelta(hours=1), day=now.date())
    samples = demo_samples(scene)
    wishes = Wishes(further=(portal_source, mail_source))
    stage = set_stage(folder, pki, at=now, revoked=revoked_in(samples), wishes=wishes)
    return Show(stage, scene, samples, letters(scene))


async def perform(
    show: Show, neighbours: Neighbours, broker: str
) -> tuple[list[Outcome], list[Told]]:
    """Bring every sample as its neighbour would; wait for what must come of it.

    Then agencies answer and send by their own doors.
    """
    queues = code_to_queue()
    plan = list(_plan(show, neighbours))
    wanted = [queues[c] for _, s in plan for c in s.expected.receivers]
    tokens = {queue: show.stage.token(queue) for queue in queues.values()}
    async with (
        Receivers(broker, agencies_named(wanted, tokens)) as receivers,
        desks(show.stage) as at_work,
    ):
        brought = [await _one(bringer, sample, receivers) for bringer, sample in plan]
        play = Play(show.scene, neighbours.axis, receivers, at_work)
        return brought, await play.all()


def _plan(show: Show, neighbours: Neighbours) -> Iterator[tuple[Bringer, Sample]]:
    """Who brings what: the axis by REST and SOAP, offices by mail."""
    axis = neighbours.axis
    for sample in show.samples:
        yield ByRest(axis), sample
    for name in BY_SOAP:
        yield BySoap(axis, show.stage.token("axis")), CASES[name](show.scene)
    for dossier in DOSSIERS:
        yield ByPortal(neighbours.portal), dossier
    mail = ByMail(show.stage.lmtp_port, MAIL_USER, neighbours.sink)
    for sample in show.mails:
        yield mail, sample


async def _one(bringer: Bringer, sample: Sample, receivers: Receivers) -> Outcome:
    began = time.monotonic()
    brought = await bringer.bring(sample)
    receipt = await bringer.receipt(brought, _PATIENCE) if brought.taken else None
    known_by = str((receipt or {}).get("sha256", brought.key))
    await receivers.wait_for(known_by, len(sample.expected.receivers), _PATIENCE)
    took = time.monotonic() - began
    received = tuple(receivers.of(known_by))
    return Outcome(sample, bringer.door, dict(brought.answer), receipt, received, took)


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
        neighbours = await _neighbours(show.stage, ending)
        ending.push_async_callback(hub.stop)
        broker = await hub.start()
        ready = time.monotonic() - began
        outcomes, told = await perform(show, neighbours, broker)
        good = print_table(outcomes, ready) & print_answers(told)
        good &= await _proves_itself(show, outcomes)
        if not good:
            say(hub.last_lines("not as it must be"), sys.stderr)
        if keep and good:
            await _leave(neighbours)
            await _keep(show, hub)
            ending.pop_all()
    return 0 if good else 1


async def _neighbours(stage: Stage, ending: AsyncExitStack) -> Neighbours:
    """Start them; whatever happens, they end with the rehearsal."""
    axis = RehearsalAxis(
        stage.hub_url,
        stage.token("axis"),
        stage.token("receipts"),
        port=stage.axis_port,
    )
    await ending.enter_async_context(axis)
    portal = PortalSimulator(
        Account("truc", stage.token("portal-calls")),
        door=Door(stage.hub_url, stage.token("portal")),
        port=stage.portal_port,
        day=datetime.now(UTC).date(),
    )
    await ending.enter_async_context(portal)
    sink = MailSink(port=stage.smtp_port)
    await sink.start()
    ending.push_async_callback(sink.stop)
    # Its users may not enter the folder that holds our tokens.
    home = Path(tempfile.mkdtemp(prefix="lt-"))
    ending.callback(shutil.rmtree, home, ignore_errors=True)
    dovecot = Dovecot(
        home,
        {MAIL_USER: stage.token("mail")},
        imap_port=stage.imap_port,
        lmtp_port=stage.lmtp_port,
    )
    await dovecot.start()
    ending.push_async_callback(dovecot.stop)
    return Neighbours(axis, portal, sink, dovecot)


async def _leave(neighbours: Neighbours) -> None:
    """What a KEEP run does not leave behind: the mail servers."""
    await neighbours.axis.stop()
    await neighbours.portal.__aexit__()
    await neighbours.sink.stop()
    await neighbours.dovecot.stop()


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
    for mail in show.mails:
        (samples / f"{mail.name}.eml").write_bytes(mail.xml)


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
