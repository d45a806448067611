"""A private Postfix: takes mails by SMTP on loopback and pushes them by LMTP.

Postfix needs root: its daemons change to the users `postfix` and back. Everything of it
lies in one folder; it knows one domain, sends nothing anywhere else, and tries again
within seconds what was put off.
"""

import asyncio
import os
import shutil
import signal
import socket
from asyncio.subprocess import DEVNULL, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MASTER = Path("/usr/lib/postfix/sbin/master")
_WITH_US = ("setpriv", "--pdeathsig", "TERM", "--")
_READY_SECONDS = 30
_STOP_SECONDS = 10


class PostfixDied(RuntimeError):
    """It does not start; holds the last lines of its log."""


def why_not() -> str:
    """Why it cannot run here; "": it can."""
    if not _MASTER.exists():
        return "postfix is not installed: .ci/setup full"
    return "" if os.getuid() == 0 else "postfix needs root"


@dataclass
class Postfix:
    """One server in one short folder, pushing a domain's mails to a port."""

    base: Path
    domain: str
    #: Where an LMTP server listens on loopback.
    lmtp_port: int
    port: int = 0
    _process: Process | None = None

    async def start(self) -> None:
        """Returns when it has greeted; raises PostfixDied."""
        self.port = self.port or _free_port()
        self._prepare()
        await self._run("/usr/sbin/postfix", "-c", str(self._conf), "check")
        with (self.base / "stdout.log").open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *_WITH_US,
                *(str(_MASTER), "-c", str(self._conf), "-s"),
                stdin=DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "MAIL_LOGTAG": "postfix"},
            )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await self._greets():
                    self._alive_or_raise()
                    await asyncio.sleep(0.05)
        except BaseException as error:
            await self.stop()
            if isinstance(error, TimeoutError):
                raise PostfixDied(self.last_lines()) from error
            raise

    async def stop(self) -> None:
        """End it and its daemons."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    def last_lines(self) -> str:
        """What its logs said at the end."""
        told: list[str] = []
        for name in ("postfix.log", "stdout.log"):
            path = self.base / name
            if path.exists():
                told += path.read_text(errors="replace").splitlines()[-20:]
        return "\n".join(told)

    def _alive_or_raise(self) -> None:
        if self._process is None or self._process.returncode is not None:
            raise PostfixDied(self.last_lines())

    @property
    def _conf(self) -> Path:
        return self.base / "conf"

    def _prepare(self) -> None:
        for name in ("conf", "queue", "data"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        self.base.chmod(0o755)
        shutil.chown(self.base / "data", "postfix")
        (self._conf / "main.cf").write_text(
            _MAIN.format(base=self.base, domain=self.domain, lmtp=self.lmtp_port)
        )
        (self._conf / "master.cf").write_text(_SERVICES.format(port=self.port))

    async def _run(self, *command: str) -> None:
        with (self.base / "stdout.log").open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=DEVNULL, stdout=out, stderr=out
            )
            if await process.wait():
                raise PostfixDied(self.last_lines())

    async def _greets(self) -> bool:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(5):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    return (await reader.readline()).startswith(b"220 ")
                finally:
                    writer.close()
        return False


_MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
shlib_directory = /usr/lib/postfix
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {base}/postfix.log
maillog_file_prefixes = {base}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.{domain}
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
relay_domains = {domain}
transport_maps = inline:{{ {domain}=lmtp:[127.0.0.1]:{lmtp} }}
default_transport = error:no way out of the rehearsal
recipient_delimiter = +
append_dot_mydomain = no
disable_dns_lookups = yes
smtputf8_enable = no
biff = no
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
"""

#: Debian's services without chroot, those that a relay needs.
_SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix  n - n 60  1 pickup
cleanup   unix  n - n -   0 cleanup
qmgr      unix  n - n 1   1 qmgr
rewrite   unix  - - n -   - trivial-rewrite
bounce    unix  - - n -   0 bounce
defer     unix  - - n -   0 bounce
trace     unix  - - n -   0 bounce
verify    unix  - - n -   1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n -   - proxymap
smtp      unix  - - n -   - smtp
relay     unix  - - n -   - smtp
error     unix  - - n -   - error
retry     unix  - - n -   - error
discard   unix  - - n -   - discard
lmtp      unix  - - n -   - lmtp
anvil     unix  - - n -   1 anvil
scache    unix  - - n -   1 scache
showq     unix  n - n -   - showq
postlog   unix-dgram n - n - 1 postlogd
"""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
