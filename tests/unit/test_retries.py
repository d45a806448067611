"""Only what may pass is tried again, and the last trouble is told as it is."""

from dataclasses import dataclass, field

import pytest

from hub.errors import BrokerUnavailable, NotAllowed, SourceUnavailable
from hub.model.faults import Fault, FaultCode
from hub.retries import call_in_hand, until_connected


@dataclass
class Neighbour:
    """Raises its troubles one after the other, then answers."""

    troubles: list[Exception] = field(default_factory=list)
    calls: int = 0

    async def call(self) -> str:
        self.calls += 1
        if self.troubles:
            raise self.troubles.pop(0)
        return "here"


@dataclass
class NoTime:
    """Stands for sleeping; keeps how long it was asked to."""

    naps: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.naps.append(seconds)


def away(times: int) -> Neighbour:
    return Neighbour([SourceUnavailable(str(n)) for n in range(times)])


async def test_a_call_in_hand_is_tried_four_times_within_three_seconds():
    one, nap = away(3), NoTime()
    assert await call_in_hand().copy(sleep=nap)(one.call) == "here"
    assert one.calls == 4
    assert len(nap.naps) == 3
    assert sum(nap.naps) < 3


async def test_after_the_last_try_the_trouble_itself_is_raised():
    one = away(9)
    with pytest.raises(SourceUnavailable, match="1"):
        await call_in_hand(tries=2).copy(sleep=NoTime())(one.call)
    assert one.calls == 2


@pytest.mark.parametrize("policy", [call_in_hand, until_connected])
async def test_what_will_not_pass_is_not_tried_again(policy):
    for trouble in (NotAllowed(Fault(FaultCode.CREDENTIALS)), KeyError("a bug")):
        one = Neighbour([trouble])
        with pytest.raises(type(trouble)):
            await policy().copy(sleep=NoTime())(one.call)
        assert one.calls == 1


async def test_until_connected_goes_on_with_growing_patience():
    nap = NoTime()
    one = Neighbour([BrokerUnavailable("starting")] * 12)
    assert await until_connected().copy(sleep=nap)(one.call) == "here"
    assert one.calls == 13
    assert nap.naps[0] < 1
    assert max(nap.naps) <= 3.3


async def test_until_connected_gives_up_when_its_time_is_over():
    with pytest.raises(BrokerUnavailable):
        await until_connected(seconds=0)(Neighbour([BrokerUnavailable("away")]).call)
