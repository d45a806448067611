"""`hub status`: what is missed, what was said, and a word said for an agency."""

import asyncio
import getpass
import json
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.model.decisions import Disposition
from hub.model.ids import AgencyCode
from hub.model.records import DeskItem, DeskName, OutboxKind, Sent, Tag
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import (
    NOW,
    claimed,
    conclusion,
    delivery,
    document,
    key,
)

OFFICE, OTHER = AgencyCode("000.01.37.H40"), AgencyCode("000.02.37.H40")


@pytest.fixture
def path(tmp_path):
    """A journal: one document at two offices, and a status that was refused."""
    (tmp_path / "trust").mkdir()
    values = {
        "data": "data",
        "policy": str(resource("config", "policy.yaml")),
        "agencies": str(resource("config", "agencies.yaml")),
        "trust": "trust",
    }
    settings = tmp_path / "hub.yaml"
    settings.write_text(yaml.safe_dump(values))
    asyncio.run(fill(settings))
    return settings


@pytest.fixture
def hub(path):
    def run(*words: str, language: str = "vi"):
        options = ["--config", str(path), "--lang", language, "status", *words]
        return CliRunner().invoke(app, options, env={"COLUMNS": "250"})

    return run


async def fill(path) -> None:
    async with built(load(path, {}), migrate=True) as parts:
        store = parts.store
        row = document(notation="218/BC-SNN")
        arrival = await claimed(store)
        rows = tuple(delivery(arrival, code) for code in (OFFICE, OTHER))
        done = conclusion(arrival, document=row, outbox=rows)
        assert await store.journal.conclude(done, unless_changed=0)
        minute = timedelta(minutes=1)
        for one in await store.outbox.due([OutboxKind.DELIVER], NOW, minute, 9):
            await store.outbox.settle(one, Sent(NOW))
        silent = DeskItem("s-1", DeskName.SILENT, NOW, "01", arrival.id, key(), OFFICE)
        await store.statuses.ran_out([silent], (), {}, NOW)
        refused = document("st", kind="status", disposition=Disposition.REFUSE)
        item = DeskItem(
            "s-2", DeskName.STATUS, NOW, "not-its-receiver", None, key("st"), OTHER
        )
        other = await claimed(store, "st", b"st")
        item = replace(item, arrival=other.id)
        told = conclusion(other, "st", document=refused, outbox=(), desk=(item,))
        assert await store.journal.conclude(told, unless_changed=0)


def entries(path):
    async def work():
        async with built(load(path, {})) as parts:
            return await parts.store.queries.entries_of(document=key())

    return asyncio.run(work())


def test_what_is_missed_is_listed_with_what_to_send(hub):
    done = hub("list")
    assert done.exit_code == 0, done.output
    missed, refused = done.stdout.splitlines()[1:3]
    for word in ("chưa báo đã nhận trong ngày", "218/BC-SNN", "01 đã đến, 03 đã tiếp"):
        assert word in missed
    assert "trạng thái không nhận" in refused
    assert "không gửi cho cơ quan" in refused
    values = json.loads(hub("list", "--json", "--agency", OFFICE).stdout)
    assert [(v["desk"], v["proposed"]) for v in values] == [
        ("silent", ["01", "03", "02"])
    ]


def test_what_was_said_of_a_document_is_shown_for_each_receiver(hub):
    done = hub("show", "218/BC-SNN", language="en")
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 3
    shown = json.loads(hub("show", "doc-1", "--json").stdout)
    assert [one["agency"] for one in shown] == [OFFICE, OTHER]
    assert hub("show", "x/y").exit_code == 1


def test_a_word_is_said_for_one_agency_with_who_and_why(hub, path):
    several = hub("send", "218/BC-SNN", "--code", "03", "--reason", "gọi điện")
    assert several.exit_code == 1
    assert "--agency" in several.stdout
    options = ("--agency", OFFICE, "--code", "03", "--reason", "gọi điện")
    done = hub("send", "218/BC-SNN", *options)
    assert done.exit_code == 0, done.output
    [said] = [e for e in entries(path) if e.tag is Tag.STATUS_SAID]
    assert (said.actor, said.agency) == (getpass.getuser(), OFFICE)
    assert (said.facts["code"], said.facts["by"]) == ("03", "operator")
    assert "03 đã tiếp nhận" in hub("show", "218/BC-SNN").stdout


@pytest.mark.parametrize("code", ["02", "13", "07"])
def test_what_is_the_agencys_alone_to_say_is_not_said_here(hub, path, code):
    done = hub("send", "218/BC-SNN", "--code", code, "--reason", "x")
    assert done.exit_code == 1
    assert code in done.stdout
    assert not [e for e in entries(path) if e.tag is Tag.STATUS_SAID]


def test_a_refused_status_leaves_the_list_when_it_was_seen(hub):
    [refused] = [
        v for v in json.loads(hub("list", "--json").stdout) if v["desk"] == "status"
    ]
    assert hub("seen", refused["arrival"][:5]).exit_code == 1
    assert hub("seen", refused["arrival"][:6]).exit_code == 0
    desks = [v["desk"] for v in json.loads(hub("list", "--json").stdout)]
    assert desks == ["silent"]
    assert hub("seen", refused["arrival"]).exit_code == 1
