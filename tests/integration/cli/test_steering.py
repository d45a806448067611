"""`hub targets`, `hub dead`, `hub held`: an operator's work, on a real journal."""

import asyncio
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from hub.cli.main import app
from hub.cli.say import terminal
from hub.model.batches import BatchState
from hub.model.records import GivenUp, OutboxKind
from hub.parts import built
from hub.rehearsal.pki import Pki
from hub.rehearsal.stage import set_stage
from hub.settings import load
from tests.integration.journal.scenes import (
    NOW,
    claimed,
    concluded,
    held,
    leased,
)

REASON = ("--reason", "đã gọi điện")


class Hub:
    """A journal, and the commands of one operator on it."""

    def __init__(self, stage) -> None:
        self.stage = stage

    def __call__(self, *words: str):
        asked = ["--config", str(self.stage.settings), *words]
        return CliRunner().invoke(app, asked, env={"COLUMNS": "250"})

    def do(self, work) -> Any:
        """Run work on the parts of the hub."""

        async def whole():
            async with built(load(self.stage.settings)) as parts:
                return await work(parts)

        return asyncio.run(whole())

    def give_up(self, *names: str, why: str = "deadline: full") -> None:
        async def work(parts) -> None:
            for name in names:
                await concluded(parts.store, name)
                rows = await leased(parts.store, OutboxKind.DELIVER)
                for row in rows:
                    await parts.store.outbox.settle(row, GivenUp(NOW, why))

        self.do(work)

    def hold(self, *names: str) -> Any:
        async def work(parts) -> list[str]:
            found: list[str] = []
            for name in names:
                arrival = await claimed(parts.store, name, name.encode())
                done = held(arrival, name)
                await parts.store.journal.conclude(done, unless_changed=0)
                found.append(arrival.id)
            return found

        return self.do(work)

    def dead(self):
        return json.loads(self("dead", "list", "--json").stdout)


@pytest.fixture(autouse=True)
def quiet_terminal():
    yield
    terminal.config, terminal.language = None, "vi"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    now = datetime.now(UTC)
    return set_stage(tmp_path_factory.mktemp("stage"), Pki.make(now), at=now)


@pytest.fixture
def hub(model):
    for old in model.data.glob("journal.db*"):
        old.unlink()
    hub = Hub(model)
    assert hub("migrate").exit_code == 0
    return hub


@pytest.mark.full
def test_dead_letters_are_listed_counted_and_sent_again(hub):
    hub.give_up("doc-1", "doc-2")
    hub.give_up("doc-3", why="unroutable: no queue")
    listed = hub("dead", "list").stdout
    assert listed.count("deadline: full") == 2
    by_cause = json.loads(hub("dead", "list", "--by", "cause", "--json").stdout)
    assert by_cause == {"deadline": 2, "unroutable": 1}
    by_target = json.loads(hub("dead", "list", "--by", "target", "--json").stdout)
    assert sum(by_target.values()) == 3
    assert "–" in hub("dead", "list", "--by", "certificate").stdout
    done = hub("dead", "replay", "--cause", "deadline", *REASON)
    assert (done.exit_code, "2/2" in done.stdout) == (0, True), done.stdout
    assert [one["cause"] for one in hub.dead()] == ["unroutable"]


def test_one_is_named_by_the_beginning_of_its_id(hub):
    hub.give_up("doc-1", "doc-2")
    first, second = hub.dead()
    some = first["item"]["id"][:8]
    assert first["document_id"] in hub("dead", "show", some, "--json").stdout
    shown = hub("dead", "show", some).stdout
    assert "message_id" in shown
    assert hub("dead", "discard", some, *REASON).exit_code == 0
    assert [one["item"]["id"] for one in hub.dead()] == [second["item"]["id"]]
    assert hub("dead", "discard", some, *REASON).exit_code == 2


def test_nothing_moves_without_a_reason_or_a_choice(hub):
    hub.give_up("doc-1")
    assert hub("dead", "replay", "--all", "--reason", " ").exit_code == 2
    assert hub("dead", "discard", *REASON).exit_code == 2
    assert hub("dead", "replay", "--target", "nobody", *REASON).exit_code == 1
    assert len(hub.dead()) == 1


@pytest.mark.full
def test_a_long_list_is_left_to_the_relay_and_may_be_cancelled(hub):
    hub.give_up(*(f"doc-{number}" for number in range(60)))
    told = hub("dead", "replay", "--all", *REASON).stdout
    assert "0/60" in told
    [batch] = re.findall("Đợt ([0-9a-f]{8})", told)
    assert len(hub.dead()) == 60
    assert "0/60" in hub("dead", "batches").stdout
    assert hub("dead", "cancel", batch, *REASON).exit_code == 0
    assert hub("dead", "cancel", batch, *REASON).exit_code == 1
    [row] = json.loads(hub("dead", "batches", "--json").stdout)
    assert (row["state"], row["reason"]) == (BatchState.CANCELLED, "đã gọi điện")


@pytest.mark.full
def test_held_documents_are_shown_refused_and_released(hub):
    one, two, three = hub.hold("doc-1", "doc-2", "doc-3")
    assert len(json.loads(hub("held", "list", "--json").stdout)) == 3
    assert "unknown-chain" in hub("held", "show", one[:10]).stdout
    refused = hub("held", "refuse", one[:10], *REASON)
    assert (refused.exit_code, "nơi gửi sẽ được báo" in refused.stdout) == (0, True)
    named = ("--code", "signature-uncertain")
    assert hub("held", "refuse", two, *named, *REASON).exit_code == 0
    assert hub("held", "release", "--for", "unknown-chain", *REASON).exit_code == 0

    async def words(parts):
        asked = [
            await parts.store.journal.background(a, None) for a in (one, two, three)
        ]
        return [(a.released, a.refused) for a in asked]

    assert hub.do(words) == [
        (False, "unknown-chain"),
        (False, "signature-uncertain"),
        (True, ""),
    ]
    assert hub("held", "refuse", one, *REASON).exit_code == 1
    assert hub("held", "release", *REASON).exit_code == 2
    assert hub("held", "refuse", two, "--code", "no-such", *REASON).exit_code == 2


@pytest.mark.full
def test_a_target_is_opened_seen_and_closed(hub):
    hub.give_up("doc-1")
    slug = load(hub.stage.settings).registry.agencies[0].queue
    assert hub("targets", "open", slug, *REASON).exit_code == 0
    assert hub("targets", "open", slug, *REASON).exit_code == 1
    listed = hub("targets", "list").stdout
    assert "ngắt bằng tay" in listed
    assert "đã gọi điện" in listed
    rows = json.loads(hub("targets", "list", "--json").stdout)
    assert {row["dead"] for row in rows} == {0, 1}
    assert hub("targets", "close", f"agencies/{slug}", *REASON).exit_code == 0
    assert hub("targets", "close", slug, *REASON).exit_code == 1
    assert "ngắt" not in hub("targets", "list").stdout
    assert slug in hub("targets", "list", "--all").stdout
    assert hub("targets", "open", "nobody", *REASON).exit_code == 2


def test_the_two_tables_of_errors_are_shown(hub):
    told = hub("targets", "errors").stdout
    assert "BrokerUnavailable" in told
    assert "axis-push" in told
    assert json.loads(hub("targets", "errors", "--json").stdout)["answers"]
