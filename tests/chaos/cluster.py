"""Three RabbitMQ nodes that are one cluster: on loopback, or in network namespaces.

    127.0.0.1 ── 127.0.0.2 ── 127.0.0.3            one machine, one network
    ns-1 10.x.0.1 ──┐
    ns-2 10.x.0.2 ──┼── bridge 10.x.0.254 (the hub)  a cable each, to be pulled
    ns-3 10.x.0.3 ──┘

Every node has an address of its own and a long name after it, so that all answer
at one port number; epmd runs once a network. A minority pauses (`pause_minority`).
"""

import asyncio
import os
import secrets
import socket
import subprocess
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from hub.broker.node_files import make_folders, places
from hub.broker.private_node import SCRIPTS, speaks_amqp
from hub.children import WITH_US, end

_READY_SECONDS = 180
_CONFIG = """\
listeners.tcp.1 = {address}:{port}
default_user = hub
default_pass = {password}
log.console = false
log.file.level = warning
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
cluster_partition_handling = pause_minority
cluster_formation.peer_discovery_backend = classic_config
cluster_formation.randomized_startup_delay_range.min = 0
cluster_formation.randomized_startup_delay_range.max = 1
{peers}
"""


@dataclass
class Node:
    """One of the three."""

    home: Path
    address: str
    ports: dict[str, int]
    password: str
    peers: tuple[str, ...]
    #: Its network namespace; "": the machine's own.
    space: str = ""
    process: Process | None = None
    epmd: Process | None = None

    @property
    def url(self) -> str:
        return f"amqp://hub:{self.password}@{self.address}:{self.ports['amqp']}/"

    @property
    def name(self) -> str:
        return _name(self.address)

    def prepare(self, cookie: str) -> None:
        make_folders(self.home)
        secret = self.home / "home" / ".erlang.cookie"
        secret.write_text(cookie)
        secret.chmod(0o400)
        (self.home / "enabled_plugins").write_text("[].\n")
        config = _CONFIG.format(
            address=self.address,
            port=self.ports["amqp"],
            password=self.password,
            peers="\n".join(
                f"cluster_formation.classic_config.nodes.{number} = {_name(address)}"
                for number, address in enumerate(self.peers, 1)
            ),
        )
        (self.home / "rabbitmq.conf").write_text(config)

    def environment(self) -> dict[str, str]:
        interface = "{" + self.address.replace(".", ",") + "}"
        erl = f"-kernel inet_dist_use_interface {interface} -start_epmd false"
        return {
            **places(self.home),
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                f"{erl} -kernel net_ticktime 8 +A 4 +S 2:2 +sbwt none -noinput"
            ),
            "RABBITMQ_CTL_ERL_ARGS": erl,
            "RABBITMQ_NODE_IP_ADDRESS": self.address,
            "RABBITMQ_NODE_PORT": str(self.ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(self.ports["dist"]),
            "RABBITMQ_CTL_DIST_PORT_MIN": str(self.ports["ctl"]),
            "RABBITMQ_CTL_DIST_PORT_MAX": str(self.ports["ctl"] + 3),
            "ERL_EPMD_PORT": str(self.ports["epmd"]),
            "ERL_EPMD_ADDRESS": self.address,
        }

    async def launch(self) -> None:
        """Start it; one epmd serves a network (it listens on 127.0.0.1 besides)."""
        if self.epmd is None and (self.space or self.address == self.peers[0]):
            hears = (self.address,) if self.space else self.peers
            port = str(self.ports["epmd"])
            self.epmd = await self._spawn(
                "epmd", "-port", port, "-address", ",".join(hears)
            )
        self.process = await self._spawn(str(SCRIPTS / "rabbitmq-server"))

    async def answers(self) -> None:
        """Returns when it speaks AMQP."""
        async with asyncio.timeout(_READY_SECONDS):
            while not await speaks_amqp(self.address, self.ports["amqp"]):
                assert self.process is not None
                assert self.process.returncode is None, self.last_lines()
                await asyncio.sleep(0.3)

    async def ctl(self, program: str, *arguments: str) -> str:
        """What rabbitmqctl or rabbitmq-queues printed of this node."""
        process = await asyncio.create_subprocess_exec(
            *self._prefix(),
            str(SCRIPTS / program),
            *arguments,
            env=self.environment(),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode == 0, (out + err).decode(errors="replace")
        return out.decode()

    async def kill(self) -> None:
        """As a power cut does."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    def last_lines(self) -> str:
        text = ""
        for path in (self.home / "stdout", self.home / "log" / "node.log"):
            if path.exists():
                text += path.read_text(errors="replace")[-3000:]
        return text

    def _prefix(self) -> tuple[str, ...]:
        inside = ("ip", "netns", "exec", self.space) if self.space else ()
        return (*WITH_US, *inside)

    async def _spawn(self, *command: str) -> Process:
        with (self.home / "stdout").open("ab") as out:
            return await asyncio.create_subprocess_exec(
                *self._prefix(),
                *command,
                env=self.environment(),
                stdin=DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )


@dataclass
class Cluster:
    """All of it; the same for both kinds of network."""

    nodes: list[Node]

    @classmethod
    def on(cls, folder: Path, addresses: list[str], spaces: list[str]) -> Self:
        ports, password = _free_ports(addresses), secrets.token_hex(12)
        cookie = secrets.token_hex(20)
        nodes = [
            Node(
                home=folder / f"n{n}",
                address=address,
                # One epmd knows them all: their ports between nodes must differ.
                ports={**ports, "dist": ports["dist"] + n},
                password=password,
                peers=tuple(addresses),
                space=space,
            )
            for n, (address, space) in enumerate(zip(addresses, spaces, strict=True), 1)
        ]
        for node in nodes:
            node.prepare(cookie)
        return cls(nodes)

    @property
    def url(self) -> str:
        """As `broker.url` has it: every node."""
        return " ".join(node.url for node in self.nodes)

    async def __aenter__(self) -> Self:
        try:
            await asyncio.gather(*(node.launch() for node in self.nodes))
            await asyncio.gather(*(node.answers() for node in self.nodes))
            async with asyncio.timeout(60):
                while not await self._whole():
                    await asyncio.sleep(0.5)
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*(end(node.process, 20) for node in self.nodes))
        await asyncio.gather(*(end(node.epmd, 3) for node in self.nodes))

    async def _whole(self) -> bool:
        told = await self.nodes[0].ctl("rabbitmqctl", "cluster_status", "-q")
        running = told.partition("Running Nodes")[2].partition("Versions")[0]
        return all(node.name in running for node in self.nodes)

    async def leader(self, queue: str) -> Node:
        """The node that leads a quorum queue."""
        told = await self.nodes[0].ctl(
            "rabbitmqctl", "list_queues", "-q", "--no-table-headers", "name", "leader"
        )
        led = dict(line.split("\t") for line in told.splitlines() if "\t" in line)
        return next(node for node in self.nodes if node.name == led[queue])


class Cables:
    """Three namespaces on a bridge; a cable can be pulled and put back."""

    def __init__(self) -> None:
        self._mark = secrets.token_hex(2)
        self._net = f"10.{100 + secrets.randbelow(100)}.{secrets.randbelow(250)}"
        self.bridge = f"ltb{self._mark}"
        self.spaces = [f"lt-{self._mark}-{n}" for n in (1, 2, 3)]
        self.addresses = [f"{self._net}.{n}" for n in (1, 2, 3)]

    def __enter__(self) -> Self:
        try:
            _ip("link", "add", self.bridge, "type", "bridge")
            _ip("addr", "add", f"{self._net}.254/24", "dev", self.bridge)
            _ip("link", "set", self.bridge, "up")
            for space, address in zip(self.spaces, self.addresses, strict=True):
                self._add(space, address)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _add(self, space: str, address: str) -> None:
        outer, inner = self._cable(space), f"{self._cable(space)}i"
        _ip("netns", "add", space)
        _ip("link", "add", outer, "type", "veth", "peer", "name", inner)
        _ip("link", "set", inner, "netns", space)
        _ip("link", "set", outer, "master", self.bridge)
        _ip("link", "set", outer, "up")
        for words in (
            ("addr", "add", f"{address}/24", "dev", inner),
            ("link", "set", inner, "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", space, *words)

    def _cable(self, space: str) -> str:
        return f"v{self._mark}{space[-1]}"

    def pull(self, space: str) -> None:
        _ip("link", "set", self._cable(space), "down")

    def put_back(self, space: str) -> None:
        _ip("link", "set", self._cable(space), "up")

    def __exit__(self, *_: object) -> None:
        for space in self.spaces:
            with suppress(subprocess.CalledProcessError):
                _ip("netns", "del", space)
        with suppress(subprocess.CalledProcessError):
            _ip("link", "del", self.bridge)


def namespaces_allowed() -> bool:
    """Whether this machine lets us make network namespaces."""
    try:
        with Cables():
            return os.geteuid() == 0
    except (OSError, subprocess.CalledProcessError):
        return False


def _name(address: str) -> str:
    """Unlike the others' before the @, too: they may share an epmd."""
    return f"hub{address.rpartition('.')[2]}@{address}"


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True, capture_output=True)


def _free_ports(addresses: list[str]) -> dict[str, int]:
    """Port numbers free at every address that is this machine's own."""
    ours = [a for a in addresses if a.startswith("127.")]
    while True:
        first = 20_000 + secrets.randbelow(10_000)
        block = range(first, first + 12)
        if all(_is_free(address, port) for address in ours for port in block):
            places = {"amqp": 0, "epmd": 1, "ctl": 2, "dist": 6}
            return {name: first + place for name, place in places.items()}


def _is_free(address: str, port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
