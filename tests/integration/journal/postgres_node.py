"""PostgreSQL from Debian's programs as a child of the tests (ENGINEERING.md B.1)."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from hub.rehearsal.stage import free_port

_USER = "postgres"


def programs() -> Path | None:
    """The folder of initdb and postgres, the newest there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def require_programs() -> Path:
    """The folder, or a skip with its reason; on CI their absence is a failure."""
    if (folder := programs()) is not None:
        return folder
    if os.environ.get("CI"):
        pytest.fail("PostgreSQL's programs are missing and CI is set")
    pytest.skip("PostgreSQL's programs are not installed (apt: postgresql)")


def _user() -> str | None:
    """PostgreSQL refuses root; anybody else runs it as himself."""
    return _USER if os.geteuid() == 0 else None


def _end_with_us() -> None:
    """A killed test run leaves no node behind (PR_SET_PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _wait(bin_: Path, port: int, node: subprocess.Popen[bytes], log: Path) -> None:
    # A TCP connect succeeds too early; pg_isready asks the protocol.
    program = str(bin_ / "pg_isready")
    asking = [program, "-q", "-t", "30", "-h", "127.0.0.1", "-p", str(port)]
    for _ in range(300):
        if subprocess.run(asking, check=False).returncode == 0:
            return
        with suppress(subprocess.TimeoutExpired):
            node.wait(0.1)
            break
    lines = log.read_text().splitlines()[-20:]
    pytest.fail("PostgreSQL did not start:\n" + "\n".join(lines))


@contextmanager
def running() -> Iterator[str]:
    """A node of its own on a free port; gives its URL without a database."""
    bin_ = require_programs()
    # Short and owned: a checkout may lie where that user cannot enter.
    base = Path(tempfile.mkdtemp(prefix="hubpg"))
    if user := _user():
        owner = pwd.getpwnam(user)
        os.chown(base, owner.pw_uid, owner.pw_gid)
    data, log, port = base / "d", base / "log", free_port()
    making = [str(bin_ / "initdb"), "-D", str(data), "-U", "hub", "-A", "trust"]
    subprocess.run(
        [*making, "-E", "UTF8", "--no-sync"],
        check=True,
        user=user,
        cwd=base,
        capture_output=True,
    )
    settings = (
        "listen_addresses=127.0.0.1",
        f"port={port}",
        f"unix_socket_directories={base}",
    )
    flags = [part for setting in settings for part in ("-c", setting)]
    with log.open("wb") as lines:
        node = subprocess.Popen(
            [bin_ / "postgres", "-D", data, *flags],
            user=user,
            cwd=base,
            stdout=lines,
            stderr=lines,
            start_new_session=True,
            preexec_fn=_end_with_us,  # noqa: PLW1509 - no threads yet; prctl takes no lock
        )
    try:
        _wait(bin_, port, node, log)
        yield f"postgresql://hub@127.0.0.1:{port}"
    finally:
        node.send_signal(signal.SIGINT)
        node.wait(30)
        shutil.rmtree(base)
