"""The axis that we call, as a source: its settings, its answers, what it tells."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.axis.connector import MessageType
from adapters.axis.lgsp import LgspConnector
from adapters.axis.pull_adapter import PullAdapter, build
from adapters.axis.pull_round import mark_of
from adapters.axis.pull_settings import PullSettings
from adapters.axis.pull_state import PullState, Step
from adapters.axis.vxp import VxpConnector
from hub.errors import PermanentFailure, SourceUnavailable
from hub.kit import Called, SourceSettings
from hub.model.arrivals import Door
from hub.model.decisions import Disposition
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode
from hub.model.receipts import Untold
from hub.ports import Adapter
from tests.fakes.axes import MemoryAxis, Message
from tests.fakes.kits import FewOrganizations, MemoryMarks, kit_of
from tests.fakes.outsides import NOON
from tests.unit.adapters.axis.test_status_receipts import RECEIPT, REFUSED

BASE = "http://10.0.0.7:8080/XrdAdapter/adapter"
NOBODY = AgencyCode("")
VXP = {
    "name": "truc-tinh",
    "doors": ["axis-pull"],
    "connector": "vxp",
    "base_url": BASE,
    "system_id": "H40-GT",
    "secret_file": "run/vxp.secret",
    "carrier": True,
}
LGSP = VXP | {
    "connector": "lgsp",
    "username": "gt",
    "password_file": "run/lgsp.password",
}
SECRETS = {"secret": "s" * 24, "password": "p" * 24}


def settings(**changes) -> PullSettings:
    return PullSettings.model_validate(VXP | changes)


def adapter(axis: MemoryAxis, **changes) -> PullAdapter:
    made = PullAdapter(settings(**changes), axis, kit_of())
    held: Adapter = made
    assert held.name == "truc-tinh"
    return made


def test_the_settings_say_what_the_roof_must_know():
    read: SourceSettings = settings(inner_network=True, codes=("000.00.00.H40",))

    [source] = read.sources()
    assert (source.door, source.carrier) == (Door("axis-pull"), True)
    assert source.codes == (AgencyCode("000.00.00.H40"),)
    assert read.secrets() == {"secret": Path("run/vxp.secret")}
    assert read.credentials(SECRETS) == ()
    assert read.addresses() == (Called(BASE, private=True, files=False),)
    assert read.ground(FewOrganizations(), {}) == {}


def test_an_lgsp_has_a_password_too():
    read = PullSettings.model_validate(LGSP)

    assert set(read.secrets()) == {"secret", "password"}


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "x"},
        {"password_file": "x"},
        {"connector": "lgsp"},
        {"connector": "soap"},
        {"doors": ["axis-rest"]},
        {"doors": ["axis-pull", "axis-pull"]},
        {"base_url": "ftp://x"},
        {"base_url": "http://x/?a=1"},
        {"system_id": "a\r\nb"},
        {"poll_seconds": 0},
        {"window_days": 0},
        {"page_size": 0},
        {"receipts": ["discard"]},
        {"secret": "in the file"},
        {"name": "Trục"},
    ],
)
def test_settings_that_are_not_fit_are_refused(changes):
    with pytest.raises(ValidationError):
        settings(**changes)


@pytest.mark.parametrize(
    ("table", "kind"), [(VXP, VxpConnector), (LGSP, LgspConnector)]
)
def test_each_connector_is_built_from_its_settings(table, kind):
    made = build(PullSettings.model_validate(table), SECRETS, kit_of())

    assert isinstance(made.connector, kind)
    assert "ssss" not in repr(made)
    assert "pppp" not in repr(made)


@pytest.mark.parametrize(
    "receipt", [RECEIPT, REFUSED, replace(RECEIPT, outcome=Disposition.HOLD)]
)
async def test_a_receipt_becomes_a_status(receipt):
    axis = MemoryAxis()

    await adapter(axis).answer(receipt)
    await adapter(axis).answer(receipt)

    first, second = axis.sent
    assert first[0] is MessageType.STATUS
    assert first == second


@pytest.mark.parametrize(
    ("changes", "receipt", "told"),
    [
        ({"receipts": ["refuse"]}, RECEIPT, 0),
        ({"receipts": ["refuse"]}, REFUSED, 1),
        ({"receipts": []}, REFUSED, 0),
        ({"acknowledge_means_arrived": True}, RECEIPT, 0),
        (
            {"acknowledge_means_arrived": True},
            replace(RECEIPT, outcome=Disposition.HOLD),
            0,
        ),
        ({"acknowledge_means_arrived": True}, REFUSED, 1),
        ({}, replace(RECEIPT, door_id="status/doc-1"), 0),
    ],
)
async def test_what_is_not_to_be_told_is_not(changes, receipt, told):
    axis = MemoryAxis()

    untold = await adapter(axis, **changes).answer(receipt)

    assert len(axis.sent) == told
    assert untold is (None if told else Untold.NOT_OWED)


async def test_what_could_not_be_read_at_all_is_said_to_fail_at_the_axis():
    axis = MemoryAxis([Message("doc-1", state="done")])
    unread = replace(REFUSED, sender=NOBODY, document_id="", code="not-edxml")

    await adapter(axis).answer(unread)

    assert axis.sent == []
    assert (axis.messages[0].state, axis.messages[0].reason) == ("fail", "not-edxml")


async def test_what_is_held_and_could_not_be_read_is_told_to_nobody():
    axis = MemoryAxis([Message("doc-1", state="done")])
    unread = replace(RECEIPT, outcome=Disposition.HOLD, sender=NOBODY, document_id="")

    assert await adapter(axis).answer(unread) is Untold.NOBODY

    assert axis.sent == []
    assert axis.messages[0].state == "done"


@pytest.mark.parametrize(
    "trouble", [SourceUnavailable("x"), PermanentFailure(Fault(FaultCode.FRAME))]
)
async def test_what_the_axis_says_of_a_status_reaches_the_relay(trouble):
    class Deaf(MemoryAxis):
        async def send_status(self, parcel):
            raise trouble

    with pytest.raises(type(trouble)):
        await adapter(Deaf()).answer(RECEIPT)


async def test_check_is_silent_when_all_is_well():
    assert await adapter(MemoryAxis()).check() == []


async def test_check_names_settings_that_are_at_odds():
    loud = adapter(MemoryAxis(), codes=["H40"])
    mute = adapter(MemoryAxis(), carrier=False)

    assert "not looked at" in (await loud.check())[0]
    assert "nobody" in (await mute.check())[0]


async def test_check_names_what_only_people_can_move():
    state = PullState()
    for _ in range(3):
        state = state.with_trouble("doc-1", Step.FETCH, "HTTP 500", NOON)
    state = state.with_trouble("doc-2", Step.FETCH, "once", NOON)
    state = state.with_refused("doc-3", "too-large")
    marks = MemoryMarks(marks={mark_of("truc-tinh", MessageType.EDOC): state.write()})
    made = PullAdapter(settings(), MemoryAxis(), kit_of(marks=marks))

    assert await made.check() == [
        "truc-tinh: doc-1 does not go through (fetch, 3 tries): HTTP 500",
        "truc-tinh: doc-3 was refused for good: too-large",
    ]


async def test_check_says_that_a_mark_is_unreadable():
    marks = MemoryMarks(marks={mark_of("truc-tinh", MessageType.STATUS): "{"})

    [line] = await PullAdapter(settings(), MemoryAxis(), kit_of(marks=marks)).check()

    assert "cannot be read" in line
