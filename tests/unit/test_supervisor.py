"""The supervisor with real, small children."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from hub.supervisor import ChildSpec, Supervisor

PATIENT = "import signal; signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "import sys; open(sys.argv[1], 'w').close(); signal.pause()"
)


def child(name: str, program: str, *arguments: str) -> ChildSpec:
    argv = (sys.executable, "-c", program, *arguments)
    return ChildSpec(name, argv, dict(os.environ))


def supervisor(base: Path, *children: ChildSpec, **more) -> Supervisor:
    return Supervisor(children, base, first_again=0.01, **more)


def status(base: Path) -> dict[str, dict[str, int]]:
    text = "{}"
    with suppress(FileNotFoundError):
        text = (base / "status.json").read_text()
    told: dict[str, dict[str, int]] = json.loads(text)
    return told


def alive(pid: int) -> bool:
    """Running and not merely waiting to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until(true) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.01)


async def test_it_stops_in_reverse_order_and_leaves_nobody(tmp_path: Path):
    note = tmp_path / "order"
    noting = (
        "import signal, sys;"
        "signal.signal(signal.SIGTERM, lambda *_: (open(sys.argv[1], 'a')"
        ".write(sys.argv[2]), sys.exit()));"
        "open(sys.argv[1] + sys.argv[2], 'w').close(); signal.pause()"
    )
    names = "abc"
    watched = supervisor(
        tmp_path, *(child(name, noting, str(note), name) for name in names)
    )
    running = asyncio.create_task(watched.run())
    await until(lambda: all(Path(f"{note}{name}").exists() for name in names))
    pids = [entry["pid"] for entry in status(tmp_path).values()]

    os.kill(os.getpid(), signal.SIGTERM)

    assert await running == 0
    assert note.read_text() == "cba"
    assert not any(alive(pid) for pid in pids)
    assert not (tmp_path / "hub.pid").exists()


async def test_who_dies_is_started_again_and_it_is_written_down(tmp_path: Path):
    watched = supervisor(tmp_path, child("front", PATIENT), child("relay", PATIENT))
    running = asyncio.create_task(watched.run())
    await until(lambda: len([e for e in status(tmp_path).values() if e["pid"]]) == 2)
    first = status(tmp_path)["front"]["pid"]

    os.kill(first, signal.SIGKILL)

    await until(lambda: status(tmp_path)["front"]["starts"] == 2)
    now = status(tmp_path)
    assert now["front"]["pid"] != first
    assert now["front"]["last_code"] == -signal.SIGKILL
    assert now["relay"]["starts"] == 1
    watched.stop()
    assert await running == 0


async def test_a_child_that_refuses_its_settings_stops_everything(tmp_path: Path):
    watched = supervisor(
        tmp_path,
        child("front", PATIENT),
        child("worker", "import sys; sys.exit(2)"),
    )

    assert await asyncio.wait_for(watched.run(), 30) == 2

    assert status(tmp_path)["worker"] == {"pid": None, "starts": 1, "last_code": 2}
    assert status(tmp_path)["front"]["pid"] is None


async def test_who_ignores_the_request_is_killed_after_the_grace(tmp_path: Path):
    deaf = tmp_path / "is-deaf"
    watched = supervisor(tmp_path, child("deaf", STUBBORN, str(deaf)), grace=0.2)
    running = asyncio.create_task(watched.run())
    await until(deaf.exists)

    watched.stop()

    assert await running == 0
    assert status(tmp_path)["deaf"]["last_code"] == -signal.SIGKILL


async def test_grandchildren_do_not_outlive_a_killed_child(tmp_path: Path):
    note = tmp_path / "grandchild"
    parent = (
        "import subprocess, sys, signal;"
        "p = subprocess.Popen(['sleep', '600']);"
        "open(sys.argv[1] + '.new', 'w').write(str(p.pid));"
        "import os; os.rename(sys.argv[1] + '.new', sys.argv[1]); signal.pause()"
    )
    watched = supervisor(tmp_path, child("worker", parent, str(note)))
    running = asyncio.create_task(watched.run())
    await until(note.exists)
    grandchild = int(note.read_text())

    os.kill(status(tmp_path)["worker"]["pid"], signal.SIGKILL)

    await until(lambda: not alive(grandchild))
    watched.stop()
    await running


async def test_cancelled_it_stops_the_children_too(tmp_path: Path):
    running = asyncio.create_task(supervisor(tmp_path, child("a", PATIENT)).run())
    await until(lambda: status(tmp_path).get("a", {}).get("pid"))
    pid = status(tmp_path)["a"]["pid"]

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert not alive(pid)


async def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path):
    program = (
        "import asyncio, sys; from pathlib import Path;"
        "from hub.supervisor import *; import os;"
        f"c = ChildSpec('a', (sys.executable, '-c', {PATIENT!r}), dict(os.environ));"
        "asyncio.run(Supervisor([c], Path(sys.argv[1])).run())"
    )
    hub = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(tmp_path)
    )
    await until(lambda: status(tmp_path).get("a", {}).get("pid"))
    pid = status(tmp_path)["a"]["pid"]
    assert int((tmp_path / "hub.pid").read_text()) == hub.pid

    hub.kill()
    await hub.wait()

    await until(lambda: not alive(pid))


def test_an_environment_stays_out_of_what_is_printed():
    assert "hunter2" not in repr(ChildSpec("a", ("b",), {"SECRET": "hunter2"}))
