"""A RabbitMQ node as our own child, for one machine without a broker.

The recipe is ENGINEERING.md B.1: Debian's package, started without its wrapper, with
its own epmd, everything inside one folder, on 127.0.0.1 only. The child *is* beam.smp
(RABBITMQ_ALLOW_INPUT makes the scripts exec), so a signal reaches the node itself.
"""

import asyncio
import fcntl
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from logging import getLogger
from pathlib import Path
from typing import IO

from hub.broker import node_files
from hub.children import WITH_US, end
from hub.errors import BrokerUnavailable, SettingsError

log = getLogger(__name__)

SCRIPTS = Path("/usr/lib/rabbitmq/bin")
_GREETING = b"AMQP\x00\x00\x09\x01"
#: Seconds: a cold start takes 6 on two idle cores, far more on busy ones.
_READY_SECONDS = 90
#: Seconds: a node stops in 1.1; one that sends big queues to disk takes longer.
_STOP_SECONDS = 15
#: Seconds to wait for an earlier node on the same folder to be gone.
_LOCK_SECONDS = 30.0
#: Seconds before a node that died is started again.
_AGAIN_SECONDS = 1.0
#: A node that lived so long starts anew without delay growing.
_STEADY_SECONDS = 60.0


def installed() -> bool:
    """Whether Debian's rabbitmq-server is on this machine."""
    return (SCRIPTS / "rabbitmq-server").exists()


async def speaks_amqp(host: str, port: int) -> bool:
    """Whether a port speaks AMQP: one that listens is not yet ready."""
    with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(_GREETING)
                return await reader.readexactly(1) == b"\x01"
            finally:
                writer.close()
    return False


class PrivateNode:
    """One node in one folder; the same folder gives the same queues again.

    Keep `base` short (a socket path has 107 bytes). Ports, password and cookie are
    made at the first start, kept in files of mode 0600, and used again.
    """

    def __init__(self, base: Path, *, wait: float = _LOCK_SECONDS) -> None:
        #: The folder; another process finds the node by it.
        self.base = base
        self._wait = wait
        self._files = node_files.NodeFiles(base)
        self._node: Process | None = None
        self._epmd: Process | None = None
        self._lock: IO[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers, with user and password; known after `start`."""
        return self._files.url

    @property
    def pid(self) -> int | None:
        """The process id of beam.smp; None when it does not run."""
        alive = self._node is not None and self._node.returncode is None
        return self._node.pid if alive and self._node else None

    async def start(self) -> None:
        """Returns when the node speaks AMQP.

        Raises SettingsError without rabbitmq-server, and BrokerUnavailable with the
        last lines of its log when it does not come up.
        """
        if not installed():
            raise SettingsError(
                (
                    "rabbitmq-server is not installed; "
                    "a person runs: apt-get install rabbitmq-server",
                )
            )
        self._files.prepare()
        self._lock = await _locked(self._files.lock, self._wait)
        self._files.choose_ports()
        try:
            await self._launch()
        except BaseException:
            await self.stop()
            raise
        log.info("node is ready", extra={"port": self._files.ports["amqp"]})

    async def _launch(self) -> None:
        self._epmd = await self._spawn(self._files.epmd_command())
        self._node = await self._spawn(
            (str(SCRIPTS / "rabbitmq-server"),), keep=self._lock
        )
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await speaks_amqp("127.0.0.1", self._files.ports["amqp"]):
                    self._alive_or_raise()
                    await asyncio.sleep(0.1)
        except TimeoutError as error:
            raise self._failure(f"no answer in {_READY_SECONDS} s") from error

    async def _spawn(
        self, command: tuple[str, ...], keep: IO[bytes] | None = None
    ) -> Process:
        with self._files.stdout.open("ab") as out:
            return await asyncio.create_subprocess_exec(
                *WITH_US,
                *command,
                env=self._files.environment(),
                stdin=DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                pass_fds=(keep.fileno(),) if keep else (),
            )

    def _alive_or_raise(self) -> None:
        if self.pid is None:
            raise self._failure("it ended while starting")

    def _failure(self, what: str) -> BrokerUnavailable:
        return BrokerUnavailable(
            f"the private RabbitMQ node did not start: {what}\n"
            + "\n".join(self._files.last_lines(20))
        )

    async def stop(self) -> None:
        """Stop the node, then its epmd; nothing of it is left."""
        await end(self._node, _STOP_SECONDS)
        self._node = None
        await end(self._epmd, 2)
        self._epmd = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    async def keep(self) -> None:
        """Start the node again whenever it dies, until cancelled; for a TaskGroup."""
        delay = _AGAIN_SECONDS
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            if self._node is not None:
                code = await self._node.wait()
                log.warning("node died", extra={"code": code, "again_in": delay})
            steady = loop.time() - began > _STEADY_SECONDS
            delay = _AGAIN_SECONDS if steady else min(delay * 2, 30)
            await self.stop()
            await asyncio.sleep(delay)
            try:
                await self.start()
            except BrokerUnavailable as error:
                log.error("node does not start", extra={"reason": str(error)})  # noqa: TRY400 - the reason holds the node's own log

    def attach(self) -> None:
        """Speak to the node that another process keeps in this folder.

        Raises BrokerUnavailable where none was ever started.
        """
        try:
            self._files.recall_ports()
        except (OSError, ValueError) as error:
            raise BrokerUnavailable("no private node runs here") from error

    async def ctl(self, *arguments: str, stdin: bytes = b"") -> str:
        """Run rabbitmqctl against this node (0.4 s a call); returns what it printed.

        What nobody may see among the processes goes to its standard input.

        Raises BrokerUnavailable with its words when it fails.
        """
        process = await asyncio.create_subprocess_exec(
            *WITH_US,
            str(SCRIPTS / "rabbitmqctl"),
            *arguments,
            env=self._files.environment(),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
        )
        out, err = await process.communicate(stdin)
        if process.returncode != 0:
            raise BrokerUnavailable((out + err).decode(errors="replace").strip())
        return out.decode(errors="replace")


async def _locked(path: Path, seconds: float) -> IO[bytes]:
    """The folder's lock: a node that is still stopping holds it through its child.

    Two nodes on one data folder would destroy it, so we wait for the first to end.
    """
    handle = path.open("wb")
    try:
        async with asyncio.timeout(seconds):
            while True:
                with suppress(BlockingIOError):
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    return handle
                await asyncio.sleep(0.1)
    except TimeoutError as error:
        handle.close()
        raise BrokerUnavailable(f"another node uses {path.parent}") from error
    except BaseException:
        handle.close()
        raise


def with_vhost(url: str, vhost: str) -> str:
    """The same node's address, another virtual host."""
    return f"{url.rsplit('/', 1)[0]}/{vhost}"
