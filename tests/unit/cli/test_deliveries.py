"""`hub deliveries` and `hub trace`: where each delivery is, and since when."""

import asyncio
import json
from datetime import timedelta

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.journal.leasing import Lease, Leasing
from hub.model.records import NewEntry, OutboxKind, Sent, Tag
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import (
    LATER,
    NOW,
    ONE,
    concluded,
    document,
    leased,
)

QUEUE = f"agency-{ONE}"
DECIDED = NewEntry(
    Tag.DOCUMENT_DECIDED, NOW, facts={"disposition": "deliver", "rule": "deliver"}
)


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """A journal with one delivery in each of four states, half an hour after LATER."""
    folder = tmp_path_factory.mktemp("deliveries")
    (folder / "trust").mkdir()
    values = {
        "data": "data",
        "policy": str(resource("config", "policy.yaml")),
        "agencies": str(resource("config", "agencies.yaml")),
        "trust": "trust",
    }
    path = folder / "hub.yaml"
    path.write_text(yaml.safe_dump(values))
    asyncio.run(fill(path))
    return path


async def fill(path) -> None:
    async with built(load(path, {}), migrate=True) as parts:
        store, shelf = parts.store, Leasing(parts.store.database)
        for name in ("acknowledged", "fetched", "queued"):
            row = document(name, notation=f"1/{name}")
            await concluded(store, name, document=row, entries=(DECIDED,))
            (due,) = await leased(store, OutboxKind.DELIVER)
            await store.outbox.settle(due, Sent(NOW, {"way": "pull"}))
            if name == "queued":
                continue
            await shelf.lease(Lease(QUEUE, 1, LATER, LATER + timedelta(seconds=60)))
            await shelf.fetched(QUEUE, due.id, LATER)
            if name == "acknowledged":
                await shelf.acknowledge(QUEUE, due.id, LATER)
        await concluded(store, "planned", document=document("planned"))


@pytest.fixture
def hub(config):
    def run(*words: str):
        options = ["--config", str(config), *words]
        return CliRunner().invoke(app, options, env={"COLUMNS": "250"})

    return run


def states(done) -> list[str]:
    return [one["state"] for one in json.loads(done.output)]


def test_every_delivery_stands_in_its_state_with_its_moments(hub):
    told = json.loads(hub("deliveries", "list", "--json").output)
    by_state = {one["state"]: one for one in told}
    assert set(by_state) == {"planned", "queued", "fetched", "acknowledged"}
    done = by_state["acknowledged"]
    moments = [done[f"{name}_at"] for name in ("queued", "fetched", "acknowledged")]
    assert moments == sorted(moments)
    assert (done["way"], done["leases"]) == ("pull", 1)
    assert by_state["fetched"]["acknowledged_at"] is None
    assert by_state["planned"]["way"] == ""


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--state", "fetched"], ["fetched"]),
        (["--state", "queued", "--state", "planned"], ["planned", "queued"]),
        (["--agency", ONE, "--state", "queued"], ["queued"]),
        (["--agency", QUEUE, "--state", "queued"], ["queued"]),
        (["--agency", "000.99.37.H40"], []),
        (["--way", "mail"], []),
        (["--way", "pull", "--state", "queued"], ["queued"]),
        (["--older", "1d", "--state", "queued"], ["queued"]),
        (["--older", "99999d"], []),
        (["--limit", "1", "--state", "queued"], ["queued"]),
    ],
)
def test_a_list_is_asked_by_agency_state_way_and_age(hub, words, found):
    assert sorted(states(hub("deliveries", "list", *words, "--json"))) == found


@pytest.mark.parametrize("age", ["24", "x", "-1h", "1w", "123456d"])
def test_an_age_that_is_none_ends_the_command(hub, age):
    done = hub("deliveries", "list", "--older", age)
    assert (done.exit_code, "24h" in done.output) == (1, True)


def test_the_table_names_the_document_in_words(hub):
    told = hub("deliveries", "list", "--state", "fetched").output
    assert "1/fetched" in told
    assert "cơ quan đã lấy, chưa xác nhận" in told
    assert "REST" in told


def test_each_agency_is_counted_by_state_with_its_oldest(hub):
    told = json.loads(hub("deliveries", "agencies", "--json").output)
    assert {one["state"]: one["count"] for one in told} == {
        "planned": 1,
        "queued": 1,
        "fetched": 1,
        "acknowledged": 1,
    }
    assert ONE in hub("deliveries", "agencies").output


def test_the_trace_of_a_document_ends_with_where_it_is(hub):
    told = hub("trace", "fetched").output
    assert "Cơ quan đã lấy về" in told
    assert told.index("Cơ quan đã lấy về") < told.index("chưa xác nhận")
    assert hub("trace", "no-such").exit_code == 1
