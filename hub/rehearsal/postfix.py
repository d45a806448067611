"""A private Postfix as our own child: the mail server between offices and the hub.

Debian's package with a configuration of our own, in one folder, on loopback only. What
it does not know a way for it never sends anywhere. It wants root: Postfix gives each of
its processes the user it needs, and refuses to be anybody else.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
from asyncio.subprocess import DEVNULL
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.children import kill_group
from hub.rehearsal.neighbour import Neighbour, NeighbourDied
from hub.rehearsal.stage import free_port

DAEMONS = Path("/usr/lib/postfix/sbin")
_POSTFIX = "/usr/sbin/postfix"
_OWNER = "postfix"


def installed() -> bool:
    """Whether Debian's package is on this machine."""
    return (DAEMONS / "master").exists()


def allowed() -> bool:
    """Whether we may run it: as root."""
    return os.getuid() == 0


@dataclass
class Postfix(Neighbour):
    """One server in one folder (short, on a path that its users may enter)."""

    log_name = "postfix.log"

    #: Domain -> the way to it: `smtp:[127.0.0.1]:2525`, `lmtp:inet:127.0.0.1:24`.
    ways: Mapping[str, str]
    #: Mailboxes of domains that are ours; others there are unknown users.
    mailboxes: tuple[str, ...] = field(default=(), repr=False)
    host: str = "mx.lienthong.example"
    port: int = 0

    async def start(self) -> None:
        """Returns when it has greeted; raises NeighbourDied."""
        self.port = self.port or free_port()
        await asyncio.to_thread(self._prepare)
        argv = (str(DAEMONS / "master"), "-d", "-c", str(self._conf))
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
        await self.launch(argv, (self.port,), env)

    async def stop(self) -> None:
        """End it and its children: some outlive it for a moment."""
        process = self._process
        await super().stop()
        if process is not None:
            kill_group(process)

    def waiting(self) -> int:
        """Mails it still has: incoming, active and put off."""
        queues = ("incoming", "active", "deferred", "maildrop")
        folders = (self.base / "queue" / name for name in queues)
        return sum(path.is_file() for one in folders for path in one.rglob("*"))

    @property
    def _conf(self) -> Path:
        return self.base / "etc"

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
            raise NeighbourDied(made.stderr.decode("utf-8", "replace"))


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
