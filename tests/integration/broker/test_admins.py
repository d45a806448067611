"""RabbitMQ's management API, as a broker elsewhere shows it."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import aio_pika
import pytest
from aio_pika.exceptions import AMQPConnectionError

from hub.broker.admins import HttpAdmin, bare
from hub.broker.private_node import PrivateNode, installed
from hub.broker.provision import login_of, provision, remove
from hub.errors import BrokerUnavailable, NotAllowed, SettingsError
from hub.fetch.client import Allowed, FetchClient
from hub.rehearsal.stage import free_port
from tests.integration.broker.conftest import until

pytestmark = [pytest.mark.broker, pytest.mark.full]


@pytest.fixture
async def managed():
    """A node with the plugin: its AMQP URL, and the API's with a password."""
    if not installed():
        pytest.skip("rabbitmq-server is not installed: .ci/setup dev")
    base = Path(tempfile.mkdtemp(prefix="lt-"))
    port = free_port()
    node = PrivateNode(base)
    home = base / "n1"
    home.mkdir()
    (home / "enabled_plugins").write_text("[rabbitmq_management].\n")
    listener = f'[{{port, {port}}}, {{ip, "127.0.0.1"}}]'
    config = f"[{{rabbitmq_management, [{{listener, {listener}}}]}}]."
    (home / "advanced.config").write_text(config)
    await node.start()
    user = node.url.partition("//")[2].partition("@")[0]
    yield node.url, f"http://{user}@127.0.0.1:{port}"
    await node.stop()
    shutil.rmtree(base)


@pytest.fixture
async def call():
    """A client that may call one address."""
    clients = []

    def make(url: str) -> HttpAdmin:
        clients.append(FetchClient([Allowed.of(bare(url), private=True, files=False)]))
        return HttpAdmin(clients[-1], url)

    yield make
    for client in clients:
        await client.close()


async def ready(admin: HttpAdmin) -> None:
    """The listener of the plugin opens after AMQP's."""
    async with asyncio.timeout(60):
        while True:
            try:
                await admin.users()
            except BrokerUnavailable:
                await asyncio.sleep(0.2)
            else:
                return


async def test_users_are_made_given_rights_and_deleted_by_the_management_api(
    managed, call
):
    amqp, http = managed
    admin = call(http)
    await ready(admin)
    done = await provision(admin, "/", ["noi-vu"], known=["noi-vu"], queue_length=10)
    login = login_of(amqp, done.made[0])
    connection = await aio_pika.connect(login)
    done = await provision(
        admin, "/", ["noi-vu"], known=["noi-vu"], rotate=True, queue_length=10
    )
    assert done.connected == ()
    await until(lambda: not connection.connected.is_set())
    with pytest.raises(AMQPConnectionError):
        await aio_pika.connect(login)
    # Nobody is in: that is as good.
    done = await provision(
        admin, "/", ["noi-vu"], known=["noi-vu"], rotate=True, queue_length=10
    )
    assert done.connected == ()
    login = login_of(amqp, done.made[0])

    assert await admin.users() == {"hub", "agency.noi-vu"}
    assert await remove(admin, ["noi-vu"]) == ("noi-vu",)
    with pytest.raises(AMQPConnectionError):
        await aio_pika.connect(login)

    with pytest.raises(NotAllowed):
        await call(http.replace("hub:", "hub:x")).users()


async def test_a_management_that_is_away_is_told(call):
    with pytest.raises(BrokerUnavailable):
        await call(f"http://a:b@127.0.0.1:{free_port()}").users()


async def test_an_address_without_a_user_is_no_way(call):
    with pytest.raises(SettingsError):
        call("http://127.0.0.1:15672")
