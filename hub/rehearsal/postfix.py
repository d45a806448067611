"""A private Postfix as our own child: the mail server between offices and the hub.

Debian's package with a configuration of our own, in one folder, on loopback only. What
it does not know a way for it never sends anywhere. It wants root: Postfix gives each of
its processes the user it needs, and refuses to be anybody else.
"""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

DAEMONS = Path("/usr/lib/postfix/sbin")
_POSTFIX = "/usr/sbin/postfix"
_OWNER = "postfix"
_WITH_US = ("setpriv", "--pdeathsig", "TERM", "--")
_READY_SECONDS = 30
_STOP_SECONDS = 10


class PostfixDied(RuntimeError):
    """It does not start; holds the last lines of its log."""


def installed() -> bool:
    """Whether Debian's package is on this machine."""
    return (DAEMONS / "master").exists()


def allowed() -> bool:
    """Whether we may run it: as root."""
    return os.getuid() == 0


@dataclass
class Postfix:
    """One server in one folder (short, on a path that its users may enter)."""

    base: Path
    #: Domain -> the way to it: `smtp:[127.0.0.1]:2525`, `lmtp:inet:127.0.0.1:24`.
    ways: Mapping[str, str]
    #: Mailboxes of domains that are ours; others there are unknown users.
    mailboxes: tuple[str, ...] = field(default=(), repr=False)
    host: str = "mx.lienthong.example"
    port: int = 0
    _process: Process | None = None

    async def start(self) -> None:
        """Returns when it has greeted; raises PostfixDied."""
        self.port = self.port or _free_port()
        await asyncio.to_thread(self._prepare)
        with (self.base / "stdout.log").open("ab") as out:
            self._process = await asyncio.create_subprocess_exec(
                *_WITH_US,
                *(str(DAEMONS / "master"), "-d", "-c", str(self._conf)),
                stdin=DEVNULL,
                stdout=out,
                stderr=out,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"},
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await _greets(self.port):
                    self._alive_or_raise()
                    await asyncio.sleep(0.05)
        except BaseException as error:
            await self.stop()
            if isinstance(error, TimeoutError):
                raise PostfixDied(self.last_lines("no greeting in time")) from error
            raise

    async def stop(self) -> None:
        """End it and its children."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_SECONDS):
                await process.wait()
        # Its children are of its own group, and some outlive it for a moment.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    def waiting(self) -> int:
        """Mails it still has: incoming, active and put off."""
        queues = ("incoming", "active", "deferred", "maildrop")
        folders = (self.base / "queue" / name for name in queues)
        return sum(path.is_file() for one in folders for path in one.rglob("*"))

    def last_lines(self, why: str) -> str:
        """Why, and what its logs said at the end."""
        told = [why]
        for name in ("postfix.log", "stdout.log"):
            path = self.base / name
            if path.exists():
                told += path.read_text(errors="replace").splitlines()[-20:]
        return "\n".join(told)

    @property
    def _conf(self) -> Path:
        return self.base / "etc"

    def _alive_or_raise(self) -> None:
        if self._process is None or self._process.returncode is not None:
            raise PostfixDied(self.last_lines("it ended while starting"))

    def _prepare(self) -> None:
        """Folders, tables and the two files; the rest it makes itself."""
        for folder in (self.base, self._conf, self.base / "queue", self.base / "data"):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        owner = pwd.getpwnam(_OWNER)
        shutil.chown(self.base / "data", owner.pw_uid, owner.pw_gid)
        boxes = "".join(f"{address} kept\n" for address in self.mailboxes)
        ways = "".join(f"{domain} {way}\n" for domain, way in self.ways.items())
        (self._conf / "mailboxes").write_text(boxes)
        (self._conf / "ways").write_text(ways)
        ours = {address.rpartition("@")[2] for address in self.mailboxes}
        main = _MAIN.format(
            base=self.base,
            daemons=DAEMONS,
            owner=_OWNER,
            host=self.host,
            ours=", ".join(sorted(ours)),
            others=", ".join(sorted(set(self.ways) - ours)),
        )
        (self._conf / "main.cf").write_text(main)
        (self._conf / "master.cf").write_text(_MASTER.format(port=self.port))
        made = subprocess.run(
            [_POSTFIX, "-c", str(self._conf), "check"],
            stdin=DEVNULL,
            capture_output=True,
            check=False,
        )
        if made.returncode:
            raise PostfixDied(made.stderr.decode("utf-8", "replace"))


#: Nothing leaves but by `ways`, and no name is looked up: this is a rehearsal.
_MAIN = """
compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = {owner}
setgid_group = postdrop
maillog_file = {base}/postfix.log
maillog_file_prefixes = {base}
myhostname = {host}
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_peername_lookup = no
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
recipient_delimiter = +
virtual_mailbox_domains = {ours}
virtual_mailbox_maps = texthash:{base}/etc/mailboxes
relay_domains = {others}
transport_maps = texthash:{base}/etc/ways
default_transport = error:no way there in a rehearsal
relay_transport = error:no way there in a rehearsal
virtual_transport = error:no way there in a rehearsal
local_transport = error:no way there in a rehearsal
alias_maps =
alias_database =
message_size_limit = 60000000
virtual_mailbox_limit = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
destination_recipient_limit = 50
default_destination_concurrency_failed_cohort_limit = 0
biff = no
"""

#: service type private unpriv chroot wakeup maxproc command
_MASTER = """
127.0.0.1:{port} inet n - n - 20 smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


async def _greets(port: int) -> bool:
    """A port that is open is not ready yet: the protocol must have answered."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                return (await reader.readline()).startswith(b"220 ")
            finally:
                writer.close()
    return False
