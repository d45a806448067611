"""Users of agencies: what they may, what is written about them, who is told."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest

from hub.broker.provision import (
    INBOUND_BYTES,
    QUEUE_POLICY,
    Credentials,
    login_of,
    password_hash,
    provision,
    queue_limit,
    remove,
    rights_of,
    user_of,
    vhost_of,
)
from hub.broker.topology import inbound_queue, topology
from hub.errors import BrokerUnavailable

SLUGS = ("noi-vu", "noi-vu-2", "xa-giao-an")


@dataclass
class Broker:
    """Implements Admin; takes definitions in as RabbitMQ does."""

    names: set[str] = field(default_factory=lambda: {"hub"})
    taken: list[dict[str, Any]] = field(default_factory=list)
    put_out: list[str] = field(default_factory=list)
    deaf: bool = False

    async def users(self) -> frozenset[str]:
        return frozenset(self.names)

    async def load(self, definitions: bytes) -> None:
        self.taken.append(json.loads(definitions))
        self.names |= {user["name"] for user in self.taken[-1]["users"]}

    async def drop(self, user: str) -> None:
        self.names.remove(user)

    async def disconnect(self, user: str) -> None:
        if self.deaf:
            raise BrokerUnavailable("deaf")
        self.put_out.append(user)


async def provisioned(broker: Broker, *slugs: str, rotate: bool = False):
    return await provision(
        broker, "/", slugs, known=SLUGS, rotate=rotate, queue_length=500
    )


def allowed(pattern: str) -> set[str]:
    """Every exchange and queue of the hub that a pattern fits."""
    everything = topology(SLUGS)
    names = [exchange.name for exchange in everything.exchanges]
    names += [queue.name for queue in everything.queues]
    return {name for name in (*names, "amq.default", "") if re.search(pattern, name)}


@pytest.mark.parametrize("slug", SLUGS)
def test_an_agency_reads_its_lanes_writes_its_exchange_and_configures_nothing(slug):
    rights = rights_of(slug)

    assert allowed(rights.read) == {
        f"agency.{slug}.urgent",
        f"agency.{slug}.ordinary",
    }
    assert allowed(rights.write) == {f"agency.{slug}.in"}
    assert allowed(rights.configure) <= {""}  # the empty name makes nothing


def test_a_lane_that_comes_later_is_read_without_a_new_right():
    assert re.search(rights_of("noi-vu").read, "agency.noi-vu.hoa-toc")


async def test_who_is_not_there_is_made_and_nobody_elses_password_changes():
    broker = Broker()
    first = await provisioned(broker, "noi-vu")
    second = await provisioned(broker, "noi-vu", "xa-giao-an")

    assert [one.user for one in first.made] == ["agency.noi-vu"]
    assert [one.slug for one in second.made] == ["xa-giao-an"]
    assert second.kept == ("noi-vu",)
    assert [user["name"] for user in broker.taken[1]["users"]] == ["agency.xa-giao-an"]
    # Rights are set again for all that were asked for.
    permissions = broker.taken[1]["permissions"]
    assert [p["user"] for p in permissions] == ["agency.noi-vu", "agency.xa-giao-an"]


async def test_rotating_gives_a_new_password():
    broker = Broker()
    first = await provisioned(broker, "noi-vu")
    again = await provisioned(broker, "noi-vu", rotate=True)

    assert again.made[0].slug == "noi-vu"
    assert again.made[0].password != first.made[0].password


async def test_rotating_puts_out_who_is_in_and_nobody_else():
    broker = Broker(names={"hub", user_of("noi-vu"), user_of("xa-giao-an")})
    await provisioned(broker, "noi-vu", "noi-vu-2", rotate=True)
    await provisioned(broker, "xa-giao-an")

    assert broker.put_out == [user_of("noi-vu")]


async def test_new_passwords_are_told_though_the_old_ones_connections_stand():
    broker = Broker(names={"hub", user_of("noi-vu")}, deaf=True)
    done = await provisioned(broker, "noi-vu", rotate=True)

    assert [one.slug for one in done.made] == ["noi-vu"]
    assert done.connected == ("noi-vu",)


async def test_no_password_stands_in_what_the_broker_is_told_or_in_a_repr():
    broker = Broker()
    (made,) = (await provisioned(broker, "noi-vu")).made

    assert made.password not in json.dumps(broker.taken)
    assert made.password not in repr(made)
    assert len(made.password) >= 32


async def test_users_have_no_tag_so_no_way_into_the_management():
    broker = Broker()
    await provisioned(broker, *SLUGS)

    assert {user["tags"] for user in broker.taken[0]["users"]} == {""}


def test_the_hash_is_the_one_rabbitmq_documents():
    salt = bytes.fromhex("908dc60a")
    expected = salt + hashlib.sha256(salt + b"test12").digest()

    assert base64.b64decode(password_hash("test12", salt)) == expected


async def test_users_of_agencies_that_are_gone_are_told():
    broker = Broker(names={"hub", user_of("giai-the"), user_of("noi-vu")})

    assert (await provisioned(broker, "noi-vu")).strangers == ("giai-the",)


async def test_removing_deletes_who_is_there_and_says_so():
    broker = Broker(names={"hub", user_of("noi-vu")})

    assert await remove(broker, ["noi-vu", "xa-giao-an"]) == ("noi-vu",)
    assert broker.names == {"hub"}


def test_the_limit_fits_the_queues_of_agencies_and_no_other():
    policy, sent = json.loads(queue_limit("/hub", 500))["policies"]

    assert policy["name"] == QUEUE_POLICY
    assert policy["vhost"] == "/hub"
    assert policy["definition"] == {"max-length": 500}
    assert policy["apply-to"] == "queues"
    queues = {queue.name for queue in topology(SLUGS).queues}
    lanes = {
        f"agency.{slug}.{lane}" for slug in SLUGS for lane in ("urgent", "ordinary")
    }
    assert {q for q in queues if re.search(policy["pattern"], q)} == lanes
    inbound = {inbound_queue(slug) for slug in SLUGS}
    assert {q for q in queues if re.search(sent["pattern"], q)} == inbound
    assert sent["definition"] == {"max-length-bytes": INBOUND_BYTES}


def test_the_login_names_the_virtual_host_whole():
    one = Credentials("noi-vu", "p/w@d")

    assert login_of("amqps://hub:x@mq:5671/", one) == (
        "amqps://agency.noi-vu:p%2Fw%40d@mq:5671/%2F"
    )
    assert login_of("amqp://hub:x@a/huyen amqp://hub:x@b/huyen", one).endswith(
        "@a/huyen"
    )


@pytest.mark.parametrize(
    ("url", "vhost"),
    [
        ("amqp://hub:pw@mq/", "/"),
        ("amqp://hub:pw@mq", "/"),
        ("amqp://hub:pw@mq:5672/giao-thuy", "giao-thuy"),
        ("amqp://hub:pw@mq/%2Fx", "/x"),
        ("amqp://hub:pw@a/x amqp://hub:pw@b/x", "x"),
        ("", "/"),
    ],
)
def test_the_virtual_host_is_the_path_of_the_url(url, vhost):
    assert vhost_of(url) == vhost
