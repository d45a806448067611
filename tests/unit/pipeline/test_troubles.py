"""What an error leads to: every row of the table, by the relay itself."""

from dataclasses import replace

import pytest

from hub import errors
from hub.errors import PermanentFailure, Unroutable
from hub.model.faults import Fault, FaultCode
from hub.model.records import GivenUp, Later, OutboxKind
from hub.model.targets import target_of
from hub.pipeline.troubles import HANDLED, TROUBLES, Fate, Whose, reason_of, trouble_of
from tests.unit.pipeline.test_relay import Bench, answer, wake


def made(error: type[Exception]) -> Exception:
    if issubclass(error, PermanentFailure):
        return error(Fault(FaultCode.FRAME, "x"))
    return error("gone")


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda t: t.error.__name__)
async def test_each_error_leads_to_what_its_row_says(trouble):
    bench = Bench()
    bench.adapter.troubles = [made(trouble.error)]
    row = answer()
    outcome = await bench.relay.send(row)
    assert isinstance(outcome, GivenUp if trouble.fate is Fate.NEVER else Later)
    assert outcome.reason.startswith(trouble.begins or ("frame", "gone")[:2])
    known = bench.breakers.of(target_of(row))
    assert known.failures == (1 if trouble.fault is Whose.TARGET else 0)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda t: t.error.__name__)
async def test_each_row_says_in_both_languages_what_it_means(trouble):
    assert trouble.vi
    assert trouble.en
    assert trouble_of(made(trouble.error)) is trouble, "no row stands before its own"


def test_every_error_a_caller_can_act_on_has_a_row():
    tree = [errors.HubError]
    for error in tree:
        tree += error.__subclasses__()
    ours = {e for e in tree if e.__module__ == "hub.errors"}
    ours -= {errors.HubError, errors.SettingsError}
    assert ours <= set(HANDLED)


async def test_a_refusal_for_good_shows_that_the_target_is_there():
    bench = Bench()
    bench.adapter.troubles = [errors.SourceUnavailable("down")] * 5
    for _ in range(5):
        await bench.relay.send(answer())
    assert bench.targets.rows
    bench.clock.step(11)
    bench.adapter.troubles = [PermanentFailure(Fault(FaultCode.FRAME))]
    assert isinstance(await bench.relay.send(answer()), GivenUp)
    assert not bench.targets.rows


async def test_our_own_trouble_opens_nobodys_breaker():
    bench = Bench()
    bench.adapter.troubles = [errors.EvidenceUnavailable("full")] * 9
    for _ in range(9):
        assert isinstance(await bench.relay.send(answer()), Later)
    assert not bench.targets.rows


async def test_pointers_without_a_queue_open_their_breaker_and_wait():
    bench = Bench()
    bench.publisher.troubles = [Unroutable("no queue")] * 5
    for _ in range(5):
        assert isinstance(await bench.relay.send(wake()), Later)
    [target] = bench.targets.rows
    assert target.id == "arrivals/hub.arrivals"


def test_an_unfit_row_is_told_by_the_class_of_its_error():
    assert reason_of(trouble_of(KeyError("ff" * 32)), KeyError("ff" * 32)) == (
        "unfit: KeyError"
    )


async def test_a_deadline_is_told_with_the_last_trouble():
    bench = Bench()
    bench.adapter.troubles = [errors.SourceUnavailable("HTTP 503")]
    late = replace(answer(), deadline=bench.clock.now())
    assert await bench.relay.send(late) == GivenUp(
        bench.clock.now(), "deadline: HTTP 503"
    )
    assert late.kind is OutboxKind.ANSWER
