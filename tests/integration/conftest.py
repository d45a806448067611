"""What integration tests share: one broker for the session, a vhost for each test."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from hub.broker.private_node import PrivateNode, installed, with_vhost

_NUMBERS = count()
_GRANT = (
    'lists:foreach(fun(I) -> V = list_to_binary(io_lib:format("t~b", [I])),'
    ' rabbit_vhost:add(V, <<"hub">>),'
    " rabbit_auth_backend_internal:set_permissions("
    '<<"hub">>, V, <<".*">>, <<".*">>, <<".*">>, <<"hub">>)'
    " end, lists:seq({first}, {last}))."
)
#: Virtual hosts made by one call: a call costs half a second, a vhost nearly nothing.
_AT_ONCE = 16


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def broker_node() -> AsyncIterator[PrivateNode]:
    """A private RabbitMQ node for the whole session."""
    if not installed():
        if os.environ.get("CI"):
            pytest.fail("rabbitmq-server is not installed, and CI must have it")
        pytest.skip("rabbitmq-server is not installed: .ci/setup dev")
    base = Path(tempfile.mkdtemp(prefix="lt-"))
    node = PrivateNode(base)
    await node.start()
    yield node
    await node.stop()
    shutil.rmtree(base)


@pytest_asyncio.fixture
async def broker_url(broker_node: PrivateNode) -> str:
    """The address of a virtual host that nobody used before."""
    number = next(_NUMBERS)
    if number % _AT_ONCE == 0:
        last = number + _AT_ONCE - 1
        await broker_node.ctl("eval", _GRANT.format(first=number, last=last))
    return with_vhost(broker_node.url, f"t{number}")
