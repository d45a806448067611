"""`hub forwards list`, and the steps of a forward in `hub trace`."""

import asyncio
import json

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.console.forward_words import forward_detail
from hub.console.timeline import line_of
from hub.model.records import Entry, GivenUp, OutboxKind, Sent, Tag
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import NOW, leased
from tests.integration.journal.test_forwards import G01, forward, sent_out


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """A journal with one document: by the axis to two bodies, by mail to one."""
    folder = tmp_path_factory.mktemp("forwards")
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
        store = parts.store
        await sent_out(store, forward, lambda a: forward(a, "mail", receivers=(G01,)))
        for row in await leased(store, OutboxKind.FORWARD):
            away = GivenUp(NOW, "deadline: away")
            sent = Sent(NOW, {"remote": "axis-7", "target": "axis"})
            await store.outbox.settle(row, away if row.target == "mail" else sent)


@pytest.fixture
def hub(config):
    def run(*words: str):
        options = ["--config", str(config), *words]
        return CliRunner().invoke(app, options, env={"COLUMNS": "250"})

    return run


def test_each_body_stands_with_the_source_and_what_became_of_it(hub):
    told = json.loads(hub("forwards", "list", "--json").output)
    seen = {(one["source"], one["state"], one["remote"]) for one in told}
    assert seen == {("axis", "sent", "axis-7"), ("mail", "given-up", "")}
    assert len(told) == 3


def test_one_source_or_state_or_body_may_be_asked_for(hub):
    def count(*words):
        return len(json.loads(hub("forwards", "list", "--json", *words).output))

    assert count("--source", "axis") == 2
    assert count("--state", "given-up") == 1
    assert count("--agency", G01) == 2
    assert count("--limit", "1") == 1


def test_a_clerk_reads_it_in_vietnamese(hub):
    told = hub("forwards", "list").output
    assert "không gửi được" in told
    assert "đã gửi" in told


def test_the_timeline_says_by_whom_and_under_which_id():
    facts = {"target": "axis", "remote": "axis-7", "attempts": 1}
    sent = Entry(1, Tag.FORWARD_SENT, NOW, None, None, None, "hub", facts)
    line = line_of(sent)
    assert (line.title, line.detail) == (
        "Đã gửi ra ngoài",
        "qua axis · mã bên kia: axis-7",
    )


def test_what_is_planned_names_its_receivers():
    facts = {"id": "x", "source": "axis", "receivers": ["000.00.00.G01"]}
    assert forward_detail(facts, "vi") == "qua axis · → 000.00.00.G01"
