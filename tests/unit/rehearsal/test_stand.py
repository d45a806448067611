"""The control door of a simulator: the ledger, faults at run time, loading."""

import pytest

from hub.rehearsal.called_axis import AxisSimulator
from hub.rehearsal.faults import Faults, Mishap
from tests.unit.rehearsal.vendor import CONTROL, HUB, calling, edxml


def axis(**changes) -> AxisSimulator:
    return AxisSimulator([HUB], **{"control_token": CONTROL, **changes})


@pytest.mark.parametrize(
    ("verb", "path"),
    [("GET", "/_ledger"), ("GET", "/_faults"), ("POST", "/_faults"), ("POST", "/_put")],
)
@pytest.mark.parametrize("token", ["", "wrong"])
async def test_nothing_is_told_or_turned_without_the_token(verb, path, token):
    async with calling(axis()) as vendor:
        status, _ = await vendor.control(verb, path, token)

    assert status == 401


async def test_without_a_token_of_its_own_the_door_is_shut():
    async with calling(axis(control_token="")) as vendor:
        status, _ = await vendor.control("GET", "/_ledger", "")

    assert status == 401


async def test_the_ledger_can_be_read_from_outside():
    async with calling(one := axis()) as vendor:
        line = one.put("HUB", "doc-1", edxml())
        await vendor.vxp("updateStatus", docId="doc-1", status="done")
        status, told = await vendor.control("GET", "/_ledger")

    [row] = told["inboxes"]["HUB"]
    assert status == 200
    assert told["states"] == {"HUB": {"DONE": 1}}
    assert (row["docId"], row["sha256"]) == ("doc-1", line.digest)
    assert [step[1:] for step in row["history"]] == [["HUB", "DONE"]]
    assert "data" not in row


async def test_a_document_is_put_into_a_mailbox_from_outside():
    async with calling(one := axis()) as vendor:
        asked = {"system": "HUB", "docId": "doc-7"}
        await vendor.control("POST", "/_put", params=asked, data=edxml(7))
        listed = (await vendor.vxp_list())["data"]

    [line] = one.ledger.of("HUB", "edoc")
    assert [row["docId"] for row in listed] == ["doc-7"]
    assert line.data == edxml(7)


@pytest.mark.parametrize("asked", [{"system": "NOBODY"}, {"messageType": "letter"}])
async def test_a_mailbox_or_a_kind_there_is_none_of_is_refused(asked):
    async with calling(axis()) as vendor:
        status, _ = await vendor.control("POST", "/_put", params=asked, data=b"x")

    assert status == 400


async def test_faults_are_turned_on_and_off_while_it_runs():
    async with calling(axis()) as vendor:
        rates = {"500": 1, "cut": None}
        _, on = await vendor.control("POST", "/_faults", json={"rates": rates})
        async with vendor.http.get(f"{vendor.url}/v1/getAgenciesList") as reply:
            struck = reply.status
        _, off = await vendor.control("POST", "/_faults", json={"rates": {"all": 0}})

    assert struck == 500
    assert (on["rates"]["500"], on["rates"]["cut"]) == (1.0, 0.03)
    assert set(off["rates"].values()) == {0.0}
    assert off["struck"] == {"500": 1}


async def test_down_for_so_many_seconds_leaves_the_control_door_open():
    async with calling(axis()) as vendor:
        _, told = await vendor.control("POST", "/_faults", json={"down": 60})
        status, _ = await vendor.control("GET", "/_ledger")

    assert 59 < told["down"] <= 60
    assert status == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"rates": {"no-such": 1}},
        {"rates": {"cut": 2}},
        {"rates": {"cut": True}},
        {"rates": []},
        {"rates": {"cut": 1, "no-such": 1}},
        {"rates": {"cut": 1}, "down": "x"},
        {"rates": {"cut": 1}, "slow": 1},
        {"down": "inf"},
        {"down": 10**400},
        {"slow_seconds": "nan"},
        {"slow_seconds": []},
    ],
)
async def test_what_cannot_be_understood_is_refused_and_changes_nothing(asked):
    async with calling(one := axis(faults=Faults({Mishap.SLOW: 0.0}))) as vendor:
        status, told = await vendor.control("POST", "/_faults", json=asked)

    assert status == 400
    assert told["error"]
    assert one.faults.rates == {Mishap.SLOW: 0.0}


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b"\xff", b"[" * 100_000])
async def test_what_is_no_object_is_refused(body):
    async with calling(axis()) as vendor:
        status, told = await vendor.control("POST", "/_faults", data=body)

    assert status == 400
    assert told["error"].startswith("a JSON object")
