"""The folder of a private node: its configuration, ports, secrets, log, environment."""

import json
import os
import secrets
import socket
from pathlib import Path

_LOOPBACK = "127.0.0.1"
#: Ports that `rabbitmqctl` may listen on while it talks to the node.
_CTL_PORTS = 4
_CONFIG = """\
listeners.tcp.1 = {host}:{port}
default_user = hub
default_pass = {password}
log.console = false
log.file.level = warning
vm_memory_high_watermark.absolute = 2GB
disk_free_limit.absolute = 200MB
"""
_ERL = (
    "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false"
    " +A 8 +sbwt none -noinput"
)


#: Folders of a node in its home.
_FOLDERS = ("home", "mnesia", "log", "schema", "gen")


def make_folders(home: Path) -> None:
    """The folders that `places` names, nobody else's to read."""
    for name in _FOLDERS:
        (home / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def places(home: Path) -> dict[str, str]:
    """The environment's part that keeps a node inside its home, as our child."""
    return {
        "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
        "LANG": "C.UTF-8",
        "HOME": str(home / "home"),
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_ALLOW_INPUT": "1",
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_LOGS": str(home / "log" / "node.log"),
        "RABBITMQ_PID_FILE": str(home / "node.pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_SCHEMA_DIR": str(home / "schema"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(home / "gen"),
        "ERL_CRASH_DUMP": str(home / "erl_crash.dump"),
        "ERL_CRASH_DUMP_SECONDS": "0",
    }


class NodeFiles:
    """Paths and texts of one node under `base`; nothing is written elsewhere."""

    def __init__(self, base: Path) -> None:
        self._home = base.absolute() / "n1"
        self.lock = self._home / "lock"
        self.stdout = self._home / "stdout"
        self.ports: dict[str, int] = {}

    @property
    def url(self) -> str:
        """amqp://user:password@host:port/ of the default virtual host."""
        return f"amqp://hub:{self._password()}@{_LOOPBACK}:{self.ports['amqp']}/"

    def prepare(self) -> None:
        """Make the folder, the cookie and the password, once."""
        make_folders(self._home)
        _once(self._home / "home" / ".erlang.cookie", secrets.token_hex(20), 0o400)
        _once(self._home / "password", secrets.token_hex(24), 0o600)
        _once(self._home / "enabled_plugins", "[].\n", 0o600)

    def choose_ports(self) -> None:
        """The ports of last time where they are free, so that clients find it again."""
        path = self._home / "ports.json"
        earlier: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
        names = ("amqp", "dist", "epmd")
        kept = earlier if _all_free(list(earlier.values())) else {}
        self.ports = kept or dict(zip(names, _free_ports(len(names)), strict=True))
        path.write_text(json.dumps(self.ports))
        _private(
            self._home / "rabbitmq.conf",
            _CONFIG.format(
                host=_LOOPBACK, port=self.ports["amqp"], password=self._password()
            ),
        )

    def recall_ports(self) -> None:
        """Those of the node that runs; raises OSError, ValueError where none did."""
        self.ports = json.loads((self._home / "ports.json").read_text())

    def epmd_command(self) -> tuple[str, ...]:
        """Our own port mapper in the foreground; erl would leave a daemon behind."""
        port = str(self.ports["epmd"])
        return ("epmd", "-port", port, "-address", _LOOPBACK, "-relaxed_command_check")

    def environment(self) -> dict[str, str]:
        """The whole environment of node and rabbitmqctl: nothing of ours leaks in."""
        return {
            **places(self._home),
            "RABBITMQ_NODENAME": "hub@localhost",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERL,
            "RABBITMQ_CTL_ERL_ARGS": (
                "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}"
            ),
            **self._addresses(),
        }

    def _addresses(self) -> dict[str, str]:
        ctl = _free_ports(_CTL_PORTS, together=True)
        return {
            "RABBITMQ_NODE_IP_ADDRESS": _LOOPBACK,
            "RABBITMQ_NODE_PORT": str(self.ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(self.ports["dist"]),
            "RABBITMQ_CTL_DIST_PORT_MIN": str(ctl[0]),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(ctl[-1]),
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "ERL_EPMD_ADDRESS": _LOOPBACK,
        }

    def last_lines(self, count: int) -> list[str]:
        """The last lines the node printed or logged, for a person."""
        lines: list[str] = []
        for path in (self.stdout, self._home / "log" / "node.log"):
            if path.exists():
                lines += path.read_text(errors="replace").splitlines()
        return lines[-count:]

    def _password(self) -> str:
        return (self._home / "password").read_text()


def _once(path: Path, text: str, mode: int) -> None:
    if not path.exists():
        _private(path, text, mode)


def _private(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file nobody else may read, from its first moment on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(handle, "w") as file:
        file.write(text)


def _bind(port: int) -> socket.socket:
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((_LOOPBACK, port))
    except OSError:
        bound.close()
        raise
    return bound


def _bound(ports: list[int]) -> list[socket.socket]:
    """Bind them all, or none."""
    held: list[socket.socket] = []
    try:
        for port in ports:
            held.append(_bind(port))  # noqa: PERF401 - those bound before a failure must be closed
    except OSError:
        _close(held)
        raise
    return held


def _close(held: list[socket.socket]) -> None:
    for each in held:
        each.close()


def _all_free(ports: list[int]) -> bool:
    try:
        _close(_bound(ports))
    except OSError:
        return False
    return bool(ports)


def _free_ports(count: int, *, together: bool = False) -> list[int]:
    """Ports nobody listens on now; `together`: one after the other."""
    while True:
        held = _bound([0] * (1 if together else count))
        ports = [each.getsockname()[1] for each in held]
        _close(held)
        if not together:
            return ports
        block = list(range(ports[0], ports[0] + count))
        if block[-1] < 65_536 and _all_free(block):  # noqa: PLR2004 - the last port
            return block
