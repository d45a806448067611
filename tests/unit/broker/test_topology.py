"""The declarations, as values."""

from hub.broker.topology import (
    ARRIVALS,
    ARRIVALS_LARGE,
    DEAD,
    DELIVERIES,
    GATE,
    INBOUND_DEAD,
    INBOUND_LENGTH,
    PARKING,
    UNROUTABLE,
    agency_queue,
    agency_queues,
    inbound_exchange,
    inbound_queue,
    routing_key,
    topology,
)
from hub.model.decisions import Lane
from hub.model.policy import DeliveryPolicy

SLUGS = ("noi-vu", "xa-giao-an")
ALL = topology(SLUGS)
QUEUES = {queue.name: queue.arguments for queue in ALL.queues}


def test_each_agency_has_one_queue_a_lane_bound_by_slug_and_lane():
    bound = {
        (binding.routing_key, binding.queue)
        for binding in ALL.bindings
        if binding.exchange == DELIVERIES
    }

    assert bound == {
        ("noi-vu.urgent", "agency.noi-vu.urgent"),
        ("noi-vu.ordinary", "agency.noi-vu.ordinary"),
        ("xa-giao-an.urgent", "agency.xa-giao-an.urgent"),
        ("xa-giao-an.ordinary", "agency.xa-giao-an.ordinary"),
    }
    assert set(agency_queues(SLUGS)) < set(QUEUES)
    assert routing_key("a", Lane.URGENT) == "a.urgent"
    assert agency_queue("a", Lane.ORDINARY) == "agency.a.ordinary"


def test_a_lane_of_the_policy_is_one_more_queue_for_everybody():
    lanes = DeliveryPolicy(lanes={Lane("hoa-toc"): (3, 4)}).every_lane
    more = topology(SLUGS, lanes)
    bound = {(b.routing_key, b.queue) for b in more.bindings}

    assert ("noi-vu.hoa-toc", "agency.noi-vu.hoa-toc") in bound
    assert len(more.queues) == len(ALL.queues) + len(SLUGS)
    assert agency_queues(("a",), lanes) == (
        "agency.a.hoa-toc",
        "agency.a.urgent",
        "agency.a.ordinary",
    )


def test_what_consumers_reject_is_dead_lettered_at_least_once():
    for name in (ARRIVALS, ARRIVALS_LARGE, *agency_queues(SLUGS)):
        arguments = QUEUES[name]
        # RabbitMQ keeps the promise only with all four together.
        assert arguments["x-queue-type"] == "quorum"
        assert arguments["x-dead-letter-exchange"] == DEAD
        assert arguments["x-dead-letter-strategy"] == "at-least-once"
        assert arguments["x-overflow"] == "reject-publish"
        assert int(arguments["x-delivery-limit"]) > 0


def test_what_an_agency_sends_stands_in_a_queue_it_has_no_right_to():
    leads = {(b.exchange, b.queue, b.routing_key) for b in ALL.bindings}

    for slug in SLUGS:
        queue = inbound_queue(slug)
        assert (inbound_exchange(slug), queue, "") in leads
        # The right to write the exchange is given by name: the queue bears another.
        assert queue != inbound_exchange(slug)
        assert not queue.startswith("agency.")
        assert QUEUES[queue]["x-max-length"] == INBOUND_LENGTH
        assert QUEUES[queue]["x-overflow"] == "reject-publish"


def test_what_dies_before_the_hub_took_it_never_stands_among_dead_deliveries():
    for slug in SLUGS:
        arguments = QUEUES[inbound_queue(slug)]
        assert arguments["x-dead-letter-exchange"] == INBOUND_DEAD
        assert arguments["x-dead-letter-routing-key"] == slug
    assert {b.queue for b in ALL.bindings if b.exchange == DEAD} == {DEAD}


def test_nothing_is_dropped_from_the_queues_a_person_empties():
    for name in (DEAD, PARKING, INBOUND_DEAD):
        assert QUEUES[name]["x-queue-type"] == "quorum"
        assert int(QUEUES[name]["x-delivery-limit"]) > 1_000_000_000
        assert "x-max-length" not in QUEUES[name]


def test_the_unroutable_is_refused_to_the_publisher_and_parked():
    exchanges = {exchange.name: exchange for exchange in ALL.exchanges}
    leads = {(b.exchange, b.queue) for b in ALL.bindings}

    assert exchanges[DELIVERIES].arguments == {"alternate-exchange": UNROUTABLE}
    assert (UNROUTABLE, GATE) in leads
    assert (UNROUTABLE, PARKING) not in leads
    assert QUEUES[GATE]["x-max-length"] == 0
    assert QUEUES[GATE]["x-overflow"] == "reject-publish-dlx"
    assert QUEUES[GATE]["x-dead-letter-routing-key"] == PARKING


def test_every_binding_joins_what_is_declared():
    exchanges = {exchange.name for exchange in ALL.exchanges}

    for binding in ALL.bindings:
        assert binding.exchange in exchanges
        assert binding.queue in QUEUES


def test_an_exchange_is_declared_after_its_alternate():
    names = [exchange.name for exchange in ALL.exchanges]

    assert names.index(UNROUTABLE) < names.index(DELIVERIES)
