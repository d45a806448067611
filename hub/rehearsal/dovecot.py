"""A private Dovecot as our own child: IMAP and LMTP on loopback, in one folder.

Debian's package (dovecot-imapd, dovecot-lmtpd) with a configuration of our own. As root
it keeps mails under Debian's `dovecot` user and its login processes under `dovenull`,
as it refuses uid 0 for both; anybody else runs all of it under themselves.
"""

import grp
import os
import pwd
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hub.rehearsal.mail_making import SERVER
from hub.rehearsal.neighbour import Neighbour
from hub.rehearsal.stage import free_port

PROGRAM = "/usr/sbin/dovecot"


def installed() -> bool:
    """Whether Debian's packages are on this machine."""
    return Path(PROGRAM).exists() and Path("/usr/lib/dovecot/lmtp").exists()


@dataclass
class Dovecot(Neighbour):
    """One server in one folder (short, on a path that its users may enter)."""

    log_name = "dovecot.log"

    #: User -> password.
    users: Mapping[str, str] = field(repr=False)
    #: What it says it can; "": whatever it can.
    capability: str = ""
    imap_port: int = 0
    lmtp_port: int = 0

    async def start(self) -> None:
        """Returns when it has greeted on both ports; raises NeighbourDied."""
        self.imap_port = self.imap_port or free_port()
        self.lmtp_port = self.lmtp_port or free_port()
        self._prepare()
        argv = (PROGRAM, "-F", "-c", str(self.base / "dovecot.conf"))
        await self.launch(argv, (self.imap_port, self.lmtp_port))

    def maildir(self, user: str) -> Path:
        """Where a user's mails lie."""
        return self.base / "mail" / user

    def _prepare(self) -> None:
        self.base.mkdir(parents=True, exist_ok=True)
        self.base.chmod(0o755)
        owner = _owner()
        for name in ("mail", "home"):
            (self.base / name).mkdir(exist_ok=True)
            if os.getuid() == 0:
                shutil.chown(self.base / name, owner, pwd.getpwnam(owner).pw_gid)
        lines = [f"{user}:{{PLAIN}}{word}\n" for user, word in self.users.items()]
        users = self.base / "users"
        users.write_text("".join(lines))
        if os.getuid() == 0:
            shutil.chown(users, owner)
        users.chmod(0o600)
        (self.base / "dovecot.conf").write_text(self._conf())

    def _conf(self) -> str:
        owner = pwd.getpwnam(_owner())
        login = "dovenull" if os.getuid() == 0 else owner.pw_name
        group = _group(owner.pw_gid)
        told = f"imap_capability = {self.capability}" if self.capability else ""
        return _CONF.format(
            base=self.base,
            owner=owner.pw_name,
            group=group,
            login=login,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            imap=self.imap_port,
            lmtp=self.lmtp_port,
            capability=told,
            server=SERVER,
            chroot="" if os.getuid() else "login",
        )


#: No TLS: it listens on loopback. fsync stays on: it is the counterpart of a promise.
_CONF = """
protocols = imap lmtp
listen = 127.0.0.1
hostname = {server}
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
ssl = no
disable_plaintext_auth = no
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_uid = {uid}
mail_gid = {gid}
mail_location = maildir:{base}/mail/%u
mail_max_userip_connections = 100
login_trusted_networks = 127.0.0.1
passdb {{
  driver = passwd-file
  args = username_format=%u {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/home/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot = {chroot}
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service lmtp {{
  user = {owner}
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
protocol lmtp {{
  postmaster_address = postmaster@localhost
}}
protocol imap {{
  {capability}
}}
"""


def _owner() -> str:
    return "dovecot" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def _group(gid: int) -> str:
    return grp.getgrgid(gid).gr_name
