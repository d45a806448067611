"""Users of agencies at the broker, with the least rights their work needs.

A user reads the queues of its own lanes, writes its own exchange, configures nothing.
Everything is one document of definitions, which RabbitMQ takes in whole and as often
as one likes: from `rabbitmqctl` on its standard input for a node of our own, at its
management API for a broker elsewhere. Passwords are in it as salted hashes only, and
on nobody's command line.
"""

import base64
import hashlib
import json
import logging
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from hub.broker.topology import inbound_exchange
from hub.errors import BrokerUnavailable, NotAllowed

log = logging.getLogger(__name__)

#: Bytes of randomness in a password; nobody types it.
_RANDOM_BYTES = 24
_SALT_BYTES = 4
_NOTHING = "^$"
#: Name of the broker's policy that limits the queues of all agencies.
QUEUE_POLICY = "hub-agency-queues"
#: The same for what agencies send: so many large ones would fill the broker's disk,
#: and a broker without disk takes from nobody.
INBOUND_POLICY = "hub-inbound-queues"
INBOUND_BYTES = 2_000_000_000
_INBOUND = r"^hub\.inbound\.[a-z0-9-]+$"
#: Queues of lanes: two dots, and the last word is never "in".
_QUEUES = r"^agency\.[a-z0-9-]+\.[a-z0-9-]+$"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an agency logs in with; shown once and kept nowhere."""

    slug: str
    password: str = field(repr=False)

    @property
    def user(self) -> str:
        """Its name at the broker."""
        return user_of(self.slug)


@dataclass(frozen=True, slots=True)
class Rights:
    """Regular expressions over names of exchanges and queues, as RabbitMQ has them."""

    configure: str
    write: str
    read: str


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What became of the users that were asked for."""

    #: New ones, and those with a new password.
    made: tuple[Credentials, ...]
    #: Slugs of those that were there; their rights were set again.
    kept: tuple[str, ...]
    #: Slugs of users that no agency of the registry stands behind.
    strangers: tuple[str, ...]
    #: Slugs with a new password whose open connections could not be ended.
    connected: tuple[str, ...] = ()


class Admin(Protocol):
    """Who may change a broker's users; each method raises BrokerUnavailable."""

    async def users(self) -> frozenset[str]:
        """Names of all users."""

    async def load(self, definitions: bytes) -> None:
        """Take in a document of definitions."""

    async def drop(self, user: str) -> None:
        """Delete a user; the broker ends its connections."""

    async def disconnect(self, user: str) -> None:
        """End the connections of a user, who must log in anew."""


def user_of(slug: str) -> str:
    """The broker's name for the user of an agency."""
    return f"agency.{slug}"


def rights_of(slug: str) -> Rights:
    """What an agency may do; a slug is letters, digits and hyphens."""
    return Rights(
        configure=_NOTHING,
        write=_exactly(inbound_exchange(slug)),
        # All its lanes, those of a later policy too; its exchange is no lane.
        read=rf"^agency\.{slug}\.(?!in$)[a-z0-9-]+$",
    )


def login_of(url: str, one: Credentials) -> str:
    """The AMQP URL an agency logs in by, at the place the hub itself has.

    The virtual host stands there whole (`%2F`): to some clients a bare slash names an
    empty one.
    """
    parts = urlsplit(next(iter(url.split()), ""))
    place = parts.netloc.rpartition("@")[2]
    user, password = quote(one.user, safe=""), quote(one.password, safe="")
    return f"{parts.scheme}://{user}:{password}@{place}/{quote(vhost_of(url), safe='')}"


def vhost_of(url: str) -> str:
    """The virtual host AMQP URLs lead to; of several (a cluster) all lead to one."""
    first = next(iter(url.split()), "")
    return unquote(urlsplit(first).path[1:]) or "/"


async def provision(
    admin: Admin,
    vhost: str,
    slugs: Collection[str],
    *,
    known: Collection[str],
    rotate: bool = False,
    queue_length: int,
) -> Provisioned:
    """Make the users that are not there; `rotate`: give all of `slugs` new passwords.

    `known`: slugs of every agency, so that users of others can be told. Rights and the
    limit of queues are set again each time. Whoever is connected by a password that is
    no more is put out: a broker asks for it only at the door. Raises BrokerUnavailable.
    """
    there = await admin.users()
    wanted = sorted(set(slugs))
    fresh = [slug for slug in wanted if rotate or user_of(slug) not in there]
    made = tuple(Credentials(s, secrets.token_urlsafe(_RANDOM_BYTES)) for s in fresh)
    users = [_user(one) for one in made]
    await admin.load(_definitions(vhost, wanted, users, queue_length))
    old = [one.slug for one in made if one.user in there]
    return Provisioned(
        made=made,
        connected=tuple([slug for slug in old if not await _put_out(admin, slug)]),
        kept=tuple(slug for slug in wanted if slug not in fresh),
        strangers=tuple(sorted(_strangers(there, known))),
    )


async def _put_out(admin: Admin, slug: str) -> bool:
    """End what a user has open; False: it may still be in, by its old password.

    Raises nothing of a broker: the new passwords exist, and must be shown.
    """
    try:
        await admin.disconnect(user_of(slug))
    except (BrokerUnavailable, NotAllowed) as error:
        log.warning("not disconnected", extra={"slug": slug, "why": str(error)})
        return False
    return True


async def remove(admin: Admin, slugs: Iterable[str]) -> tuple[str, ...]:
    """Delete the users of these agencies; returns whose were there."""
    there = await admin.users()
    gone = [slug for slug in sorted(set(slugs)) if user_of(slug) in there]
    for slug in gone:
        await admin.drop(user_of(slug))
    return tuple(gone)


def queue_limit(vhost: str, queue_length: int) -> bytes:
    """The definitions that limit queues of agencies, and nothing else."""
    return _definitions(vhost, (), (), queue_length)


def _strangers(there: frozenset[str], known: Collection[str]) -> Iterable[str]:
    prefix = user_of("")
    slugs = (name.removeprefix(prefix) for name in there if name.startswith(prefix))
    return (slug for slug in slugs if slug not in known)


def _definitions(
    vhost: str,
    slugs: Sequence[str],
    users: Sequence[dict[str, str]],
    queue_length: int,
) -> bytes:
    """A queue that is full refuses its publisher; see the arguments it is made with."""
    limit = {
        "vhost": vhost,
        "name": QUEUE_POLICY,
        "pattern": _QUEUES,
        "apply-to": "queues",
        "priority": 10,
        "definition": {"max-length": queue_length},
    }
    sent = {
        **limit,
        "name": INBOUND_POLICY,
        "pattern": _INBOUND,
        "definition": {"max-length-bytes": INBOUND_BYTES},
    }
    permissions = [_permission(vhost, slug) for slug in slugs]
    return json.dumps(
        {"users": users, "permissions": permissions, "policies": [limit, sent]}
    ).encode()


def _permission(vhost: str, slug: str) -> dict[str, str]:
    rights = rights_of(slug)
    return {
        "user": user_of(slug),
        "vhost": vhost,
        "configure": rights.configure,
        "write": rights.write,
        "read": rights.read,
    }


def _user(one: Credentials) -> dict[str, str]:
    return {
        "name": one.user,
        "password_hash": password_hash(one.password, secrets.token_bytes(_SALT_BYTES)),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": "",
    }


def password_hash(password: str, salt: bytes) -> str:
    """As RabbitMQ keeps it: base64 of salt and SHA-256 over salt and password."""
    digest = hashlib.sha256(salt + password.encode()).digest()
    return base64.b64encode(salt + digest).decode()


def _exactly(name: str) -> str:
    return "^" + name.replace(".", r"\.") + "$"
