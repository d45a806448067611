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
from dataclasses import dataclass
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


@dataclass
class Node:
    """One node; it can be stopped and started again."""

    bin_: Path
    base: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Without a database."""
        return f"postgresql://hub@127.0.0.1:{self.port}"

    def make(self) -> None:
        """Its data."""
        words = [str(self.bin_ / "initdb"), "-D", str(self.base / "d"), "-U", "hub"]
        subprocess.run(
            [*words, "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            user=_user(),
            cwd=self.base,
            capture_output=True,
        )

    def start(self) -> None:
        settings = (
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self.base}",
        )
        flags = [part for setting in settings for part in ("-c", setting)]
        log = self.base / "log"
        with log.open("ab") as lines:
            self.process = subprocess.Popen(
                [self.bin_ / "postgres", "-D", self.base / "d", *flags],
                user=_user(),
                cwd=self.base,
                stdout=lines,
                stderr=lines,
                start_new_session=True,
                preexec_fn=_end_with_us,  # noqa: PLW1509 - no threads yet; prctl takes no lock
            )
        _wait(self.bin_, self.port, self.process, log)

    def stop(self) -> None:
        """Whoever is connected is thrown out."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
            self.process = None


@contextmanager
def node() -> Iterator[Node]:
    """A node of its own on a free port, running."""
    bin_ = require_programs()
    # Short and owned: a checkout may lie where that user cannot enter.
    base = Path(tempfile.mkdtemp(prefix="hubpg"))
    if user := _user():
        owner = pwd.getpwnam(user)
        os.chown(base, owner.pw_uid, owner.pw_gid)
    one = Node(bin_, base, free_port())
    one.make()
    try:
        one.start()
        yield one
    finally:
        one.stop()
        shutil.rmtree(base)


@contextmanager
def running() -> Iterator[str]:
    """The same; gives its URL without a database."""
    with node() as one:
        yield one.url
