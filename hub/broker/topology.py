"""Every exchange, queue and binding of the hub, and what each is for.

    (default) ──▶ hub.arrivals, hub.arrivals.large         pointers to arrivals
    hub.deliveries ──<slug>.<lane>──▶ agency.<slug>.<lane>  what agencies fetch
        └─ no such agency ─▶ hub.unroutable ─▶ hub.unroutable.gate ─▶ hub.parking
    rejected, or too often delivered ─▶ hub.dead            only a person moves it
    agency.<slug>.in ──▶ hub.inbound.<slug>                 what agencies send
        └─ died there ──<slug>─▶ hub.dead.inbound           taken in all the same

An agency may write to its own exchange `agency.<slug>.in` and nowhere else: the
exchange a message came by says who sent it. The queue behind it bears another name, so
that the right to write the one gives none over the other; and what dies there (a time
to live its sender gave it) never stands among the dead letters of deliveries, whose
ids it could forge: the routing key, set by the broker, still names its exchange.

A confirmed publish must mean "an agency's queue has it". An alternate exchange alone
would break that: what it parks is confirmed as if it had arrived, and `mandatory`
never speaks. Hence the gate: a queue of length 0 that rejects what comes (the
publisher hears it) and hands it on to the parking queue (nothing is lost).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from aio_pika.abc import AbstractChannel, AbstractQueue
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelPreconditionFailed

from hub.errors import BrokerUnavailable, SettingsError
from hub.model.decisions import Lane

ARRIVALS = "hub.arrivals"
ARRIVALS_LARGE = "hub.arrivals.large"
DELIVERIES = "hub.deliveries"
UNROUTABLE = "hub.unroutable"
GATE = "hub.unroutable.gate"
PARKING = "hub.parking"
DEAD = "hub.dead"
INBOUND_DEAD = "hub.dead.inbound"

#: Deliveries of one message before it is a dead letter; the limit RabbitMQ 4 has.
AGENCY_DELIVERY_LIMIT = 20
#: A journal away for some minutes must not kill pointers (each try takes a second);
#: the sweep wakes again what dies all the same.
ARRIVALS_DELIVERY_LIMIT = 200
#: What agencies send stands nowhere else: a day of a journal that is away, and more.
INBOUND_DELIVERY_LIMIT = 1_000_000
#: Messages of one agency that may wait for us: then its publisher hears "no".
INBOUND_LENGTH = 10_000
#: Queues without a dead-letter exchange drop what passes their limit: never here.
_NEVER = 2_000_000_000
#: Members of a quorum queue; a single node takes one.
_MEMBERS = 3
#: Seconds for one declaration.
_PATIENCE = 15.0

Arguments = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable exchange."""

    name: str
    kind: str
    arguments: Arguments = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable queue."""

    name: str
    arguments: Arguments = field(hash=False)


@dataclass(frozen=True, slots=True)
class Binding:
    """What leads from an exchange to a queue."""

    exchange: str
    queue: str
    routing_key: str = ""


@dataclass(frozen=True, slots=True)
class Topology:
    """All of it, in the order of declaration."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]


def routing_key(slug: str, lane: Lane) -> str:
    """The key under which a delivery goes to one lane of one agency."""
    return f"{slug}.{lane}"


def agency_queue(slug: str, lane: Lane) -> str:
    """The queue an agency reads for one lane."""
    return f"agency.{slug}.{lane}"


def inbound_exchange(slug: str) -> str:
    """The exchange an agency writes to, and nobody else."""
    return f"agency.{slug}.in"


def inbound_queue(slug: str) -> str:
    """The queue behind it, which only the hub reads."""
    return f"hub.inbound.{slug}"


def agency_queues(
    slugs: Iterable[str], lanes: Iterable[Lane] = tuple(Lane)
) -> tuple[str, ...]:
    """The queues of all these agencies, each one's in the order of `lanes`."""
    every = tuple(lanes)
    return tuple(agency_queue(slug, lane) for slug in slugs for lane in every)


def _quorum(delivery_limit: int) -> dict[str, str | int]:
    return {
        "x-queue-type": "quorum",
        "x-quorum-initial-group-size": _MEMBERS,
        "x-delivery-limit": delivery_limit,
    }


def _mortal(name: str, delivery_limit: int) -> Queue:
    """A quorum queue whose dead letters arrive at least once.

    RabbitMQ keeps that promise only with strategy, overflow and durability together.
    """
    return Queue(
        name,
        {
            **_quorum(delivery_limit),
            "x-overflow": "reject-publish",
            "x-dead-letter-exchange": DEAD,
            "x-dead-letter-strategy": "at-least-once",
        },
    )


def _final(name: str) -> Queue:
    """A quorum queue that only a person empties."""
    return Queue(name, _quorum(_NEVER))


def _inbound(slug: str) -> Queue:
    """What one agency sent and the hub has not taken yet."""
    mortal = _mortal(inbound_queue(slug), INBOUND_DELIVERY_LIMIT).arguments
    return Queue(
        inbound_queue(slug),
        {
            **mortal,
            "x-max-length": INBOUND_LENGTH,
            "x-dead-letter-exchange": INBOUND_DEAD,
            "x-dead-letter-routing-key": slug,
        },
    )


def _gate() -> Queue:
    """Rejects every publish and hands it on; only classic queues can do both."""
    return Queue(
        GATE,
        {
            "x-queue-type": "classic",
            "x-max-length": 0,
            "x-overflow": "reject-publish-dlx",
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": PARKING,
        },
    )


def topology(slugs: Iterable[str], lanes: Iterable[Lane] = tuple(Lane)) -> Topology:
    """Everything for the agencies with these slugs, each with all lanes."""
    known, every = tuple(slugs), tuple(lanes)
    agencies = [(slug, lane) for slug in known for lane in every]
    return Topology(
        exchanges=(
            Exchange(DEAD, "fanout"),
            Exchange(UNROUTABLE, "fanout"),
            Exchange(DELIVERIES, "direct", {"alternate-exchange": UNROUTABLE}),
            Exchange(INBOUND_DEAD, "fanout"),
            *(Exchange(inbound_exchange(slug), "fanout") for slug in known),
        ),
        queues=(
            _final(DEAD),
            _final(PARKING),
            _gate(),
            _mortal(ARRIVALS, ARRIVALS_DELIVERY_LIMIT),
            _mortal(ARRIVALS_LARGE, ARRIVALS_DELIVERY_LIMIT),
            *(
                _mortal(name, AGENCY_DELIVERY_LIMIT)
                for name in agency_queues(known, every)
            ),
            _final(INBOUND_DEAD),
            *(_inbound(slug) for slug in known),
        ),
        bindings=(
            Binding(DEAD, DEAD),
            Binding(UNROUTABLE, GATE),
            *(
                Binding(DELIVERIES, agency_queue(s, lane), routing_key(s, lane))
                for s, lane in agencies
            ),
            Binding(INBOUND_DEAD, INBOUND_DEAD),
            *(Binding(inbound_exchange(s), inbound_queue(s)) for s in known),
        ),
    )


async def open_queue(channel: AbstractChannel, name: str) -> AbstractQueue:
    """A queue to read: the hub's own are made again where they were deleted.

    Raises aio-pika's exceptions; an agency's queue that is not there is one of them.
    """
    for queue in topology(()).queues:
        if queue.name == name:
            return await _declare_queue(channel, queue)
    if name.startswith(inbound_queue("")):
        slug = name.removeprefix(inbound_queue(""))
        return await _declare_queue(channel, _inbound(slug))
    return await channel.get_queue(name)


async def declare(
    channel: AbstractChannel, slugs: Iterable[str], lanes: Iterable[Lane] = tuple(Lane)
) -> Topology:
    """Declare everything; safe to repeat. Returns what was declared.

    Raises SettingsError where a queue exists with other arguments (an operator must
    empty and delete it), BrokerUnavailable where the broker does not answer.
    """
    wanted = topology(slugs, lanes)
    try:
        await _declare(channel, wanted)
    except ChannelPreconditionFailed as error:
        raise SettingsError((f"the broker has other declarations: {error}",)) from error
    except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
        raise BrokerUnavailable(f"cannot declare the topology: {error!r}") from error
    return wanted


async def _declare(channel: AbstractChannel, wanted: Topology) -> None:
    for exchange in wanted.exchanges:
        await channel.declare_exchange(
            exchange.name,
            exchange.kind,
            durable=True,
            arguments=dict(exchange.arguments),
            timeout=_PATIENCE,
        )
    for queue in wanted.queues:
        await _declare_queue(channel, queue)
    for binding in wanted.bindings:
        queue_ = await channel.get_queue(binding.queue, ensure=False)
        await queue_.bind(binding.exchange, binding.routing_key, timeout=_PATIENCE)


async def _declare_queue(channel: AbstractChannel, queue: Queue) -> AbstractQueue:
    return await channel.declare_queue(
        queue.name, durable=True, arguments=dict(queue.arguments), timeout=_PATIENCE
    )
