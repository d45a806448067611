"""`hub agencies unaccepted`: looked at, taken in after all, or noted with a reason."""

import asyncio
import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from hub.cli.main import app
from hub.cli.say import FAILED
from hub.journal.inbound import SqlUnaccepted
from hub.model.agencies import agency_source
from hub.model.ids import AgencyCode, digest_of
from hub.model.inbound import Unaccepted
from hub.parts import built
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.stage import set_stage
from hub.sources import load

LARGE = Unaccepted(
    agency=AgencyCode("000.09.37.H40"),
    source=agency_source("phong-y-te"),
    message_id="m-1",
    reason="too-large",
    digest=digest_of(b"large"),
    size=5,
    content_type="application/xml",
    story="Traceback: \x1b[31mlarge",
)
FORGED = replace(LARGE, message_id="m-2", reason="not-permitted")


@pytest.fixture
def stage(tmp_path, scene):
    return set_stage(tmp_path, scene.pki, at=DEFAULT_AT)


@pytest.fixture
def hub(stage):
    """Runs a command on the stage's settings."""

    def run(*words: str):
        start = ("--config", str(stage.settings), "--lang", "en")
        return CliRunner().invoke(app, [*start, *words], env={"COLUMNS": "200"})

    async def fill():
        async with built(load(stage.settings), migrate=True) as parts:
            for what in (LARGE, FORGED):
                await SqlUnaccepted(parts.store.database).unaccepted(what, DEFAULT_AT)

    asyncio.run(fill())
    return run


def ids(hub) -> dict[str, str]:
    """message_id -> id of the matter, for those that still wait."""
    listed = json.loads(hub("agencies", "unaccepted", "--json").output)
    return {item["what"]["message_id"]: item["id"] for item in listed}


def arrivals(stage) -> list[str]:
    async def found():
        async with built(load(stage.settings)) as parts:
            return (await parts.store.queries.find("m-1")).arrivals

    return list(asyncio.run(found()))


def test_the_list_says_whose_it_is_and_why(hub):
    told = hub("agencies", "unaccepted").output
    assert "000.09.37.H40" in told
    assert "larger than allowed" in told


def test_one_shows_its_story_and_cannot_colour_the_page(hub):
    told = hub("agencies", "unaccepted", ids(hub)["m-1"][:8]).output
    assert "Traceback" in told
    assert "\x1b[31m" not in told


def test_what_was_too_large_is_taken_in_after_all(hub, stage):
    one = ids(hub)["m-1"]
    done = hub("agencies", "unaccepted", one, "--take", "--reason", "limit raised")
    assert done.exit_code == 0, done.output
    assert "m-1" not in ids(hub)
    assert len(arrivals(stage)) == 1


def test_what_came_another_way_is_never_taken_in(hub, stage):
    one = ids(hub)["m-2"]
    done = hub("agencies", "unaccepted", one, "--take", "--reason", "x")
    assert done.exit_code == FAILED
    assert "m-2" in ids(hub)
    noted = hub("agencies", "unaccepted", one, "--seen", "--reason", "asked them")
    assert noted.exit_code == 0
    assert "m-2" not in ids(hub)


def test_nothing_is_moved_without_a_reason(hub):
    one = ids(hub)["m-1"]
    assert hub("agencies", "unaccepted", one, "--seen").exit_code != 0
    assert hub("agencies", "unaccepted", one, "--take", "--seen").exit_code != 0
    assert "m-1" in ids(hub)
