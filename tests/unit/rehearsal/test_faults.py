"""Each mishap alone at rate 1, then together: repeatable, counted, to be turned off."""

import asyncio
import json

import pytest
from aiohttp import (
    ClientPayloadError,
    ClientSession,
    ClientTimeout,
    ServerDisconnectedError,
)

from hub.rehearsal.called_axis import AxisSimulator
from hub.rehearsal.faults import SENSIBLE, Faults, Mishap
from tests.unit.rehearsal.vendor import HUB, Vendor, calling, days, edxml


def axis_with(mishap: Mishap, **changes: float) -> AxisSimulator:
    """Ten documents behind one mishap that strikes every time."""
    axis = AxisSimulator([HUB], Faults.named([f"{mishap}=1"], 1, **changes))
    for number in range(10):
        axis.put("HUB", f"doc-{number}", edxml(number))
    return axis


async def raw(vendor: Vendor, path: str = "getReceivedEdocList", **more: str):
    """Status, content type and body of a call, whatever they are."""
    headers = vendor.signed(messagetype="edoc", **days(), **more)
    url = f"{vendor.url}/XrdAdapter/adapter/{path}"
    async with vendor.http.post(url, headers=headers) as reply:
        return reply.status, reply.content_type, await reply.read()


@pytest.mark.parametrize(
    ("mishap", "status"), [(Mishap.ERROR_500, 500), (Mishap.ERROR_503, 503)]
)
async def test_an_error_is_told_instead_of_an_answer(mishap, status):
    async with calling(axis := axis_with(mishap)) as vendor:
        told = await raw(vendor, "updateStatus", docId="doc-1", status="done")

    assert told[0] == status
    assert axis.ledger.states("HUB") == {"INITIAL": 10}


async def test_slow_is_late_and_otherwise_well():
    async with calling(axis_with(Mishap.SLOW, slow_seconds=0.05)) as vendor:
        before = asyncio.get_running_loop().time()
        status, _, _ = await raw(vendor)
        took = asyncio.get_running_loop().time() - before

    assert status == 200
    assert took >= 0.05


async def test_half_open_takes_the_request_and_never_answers():
    axis = axis_with(Mishap.HALF_OPEN, half_open_seconds=60)
    async with axis, ClientSession(timeout=ClientTimeout(total=0.2)) as http:
        with pytest.raises(TimeoutError):
            await raw(Vendor(http, axis.url))

    assert axis.faults.struck == {Mishap.HALF_OPEN: 1}


async def test_a_half_open_line_is_dropped_in_the_end():
    async with calling(axis_with(Mishap.HALF_OPEN, half_open_seconds=0.01)) as vendor:
        with pytest.raises(ServerDisconnectedError):
            await raw(vendor)


async def test_a_line_is_cut_in_the_middle_of_the_answer_after_the_work_was_done():
    async with calling(axis := axis_with(Mishap.CUT)) as vendor:
        with pytest.raises(ClientPayloadError):
            await raw(vendor, "updateStatus", docId="doc-1", status="done")

    assert axis.ledger.states("HUB") == {"INITIAL": 9, "DONE": 1}


async def test_something_is_listed_twice():
    async with calling(axis_with(Mishap.DUPLICATES)) as vendor:
        ids = [row["docId"] for row in (await vendor.vxp_list())["data"]]

    assert len(ids) == 11
    assert len(set(ids)) == 10


async def test_the_same_document_comes_under_another_doc_id():
    async with calling(axis := axis_with(Mishap.TWICE)) as vendor:
        rows = (await vendor.vxp_list())["data"]

    lines = [axis.ledger.find("HUB", row["docId"]) for row in rows]
    [copy] = [line for line in lines if line and line.copy_of]
    original = axis.ledger.find("HUB", copy.copy_of)
    assert original is not None
    assert original.data == copy.data


async def test_a_list_comes_in_another_order():
    async with calling(axis_with(Mishap.REORDERED)) as vendor:
        ids = [row["docId"] for row in (await vendor.vxp_list())["data"]]

    assert sorted(ids) == [f"doc-{number}" for number in range(10)]
    assert ids != sorted(ids)


async def test_pages_shift_while_they_are_read_and_nothing_is_left_out():
    async with calling(axis_with(Mishap.DRIFT)) as vendor:
        pages = [
            [
                row["docId"]
                for row in (await vendor.vxp_list(pageSize="4", pageIndex=index))[
                    "data"
                ]
            ]
            for index in ("1", "2", "3")
        ]
        more = (await vendor.vxp_list(pageSize="4", pageIndex="4"))["data"]

    seen = [one for page in pages for one in page] + [row["docId"] for row in more]
    assert len(seen) > len(set(seen))
    assert len(set(seen)) == 10


async def test_wrong_words_may_be_a_html_page_with_200():
    async with calling(axis_with(Mishap.WORDS)) as vendor:
        status, kind, body = await raw(vendor)

    assert (status, kind) == (200, "text/html")
    assert b"<html>" in body


async def test_a_clock_that_is_off_refuses_what_was_signed_in_time():
    async with calling(axis_with(Mishap.SKEW, skew_minutes=60)) as vendor:
        told = await vendor.vxp_list()

    assert told["ErrorCode"] == "15"


async def test_down_drops_every_line_until_its_time_is_over():
    axis = axis_with(Mishap.SLOW, slow_seconds=0)
    async with calling(axis) as vendor:
        axis.faults.go_down(60)
        with pytest.raises(ServerDisconnectedError):
            await raw(vendor)
        axis.faults.go_down(0)
        status, _, _ = await raw(vendor)

    assert status == 200


async def test_down_strikes_by_its_rate_too():
    async with calling(axis := axis_with(Mishap.DOWN, down_seconds=60)) as vendor:
        with pytest.raises(ServerDisconnectedError):
            await raw(vendor)
        axis.faults.set("all", 0)
        with pytest.raises(ServerDisconnectedError):
            await raw(vendor)

    assert axis.faults.struck == {Mishap.DOWN: 1}


# --- the dice -------------------------------------------------------------------------


def rolled(faults: Faults, mishap: Mishap = Mishap.CUT, times: int = 200) -> list[bool]:
    return [faults.strikes(mishap) for _ in range(times)]


def test_the_same_seed_strikes_at_the_same_moments():
    rates = {Mishap.CUT: 0.3}

    assert rolled(Faults(rates, 5)) == rolled(Faults(rates, 5))
    assert rolled(Faults(rates, 5)) != rolled(Faults(rates, 6))


def test_one_more_mishap_moves_none_of_the_others():
    alone = Faults({Mishap.CUT: 0.3}, 5)
    beside = Faults({Mishap.CUT: 0.3, Mishap.SLOW: 0.5}, 5)
    rolled(beside, Mishap.SLOW)

    assert rolled(alone) == rolled(beside)


def test_what_is_not_asked_for_never_strikes():
    assert not any(rolled(Faults(), mishap, 50)[0] for mishap in Mishap)


def test_all_on_the_command_line_is_all_at_sensible_rates():
    assert Faults.named(["all"]).rates == SENSIBLE
    assert set(SENSIBLE) == set(Mishap)


def test_later_words_win_over_earlier():
    faults = Faults.named(["all", "down=0", "cut=0.5"])

    assert faults.rates == {**SENSIBLE, Mishap.DOWN: 0, Mishap.CUT: 0.5}


@pytest.mark.parametrize("word", ["slower", "cut=2", "cut=-1", "cut=x", "cut=nan"])
def test_what_is_no_mishap_or_no_rate_is_refused(word):
    with pytest.raises(ValueError):  # noqa: PT011 - three kinds of wrong words
        Faults.named([word])


async def test_what_was_struck_is_told_as_json():
    faults = Faults.named(["cut=1"])
    rolled(faults, times=3)

    told = json.loads(json.dumps(faults.told()))
    assert told["rates"] == {"cut": 1.0}
    assert told["struck"] == {"cut": 3}
