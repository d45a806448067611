"""`hub agencies unsigned`: who has a certificate and sends without a signature."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from typer.testing import CliRunner

from hub.cli.main import app
from hub.model.ids import AgencyCode
from hub.model.records import NewEntry, Tag
from hub.parts import built
from hub.resources import resource
from hub.settings import load
from tests.integration.journal.scenes import NOW, claimed, conclusion, document

CULTURE, ITS_ALIAS = AgencyCode("000.07.37.H40"), AgencyCode("H40.37.7")
COMMUNE, ONE_STOP = AgencyCode("000.24.37.H40"), AgencyCode("000.13.37.H40")
#: Changes of the row, and whether a body signed.
SENT = (
    ({"sender": CULTURE}, False),
    ({"sender": ITS_ALIAS, "kind": "replace"}, False),
    ({"sender": COMMUNE, "headline": "passed"}, True),
    ({"sender": COMMUNE}, True),  # another's certificate
    ({"sender": COMMUNE, "kind": "status"}, False),
    ({"sender": COMMUNE, "secret": True}, False),
    ({"sender": ONE_STOP}, False),  # has no certificate
)


@pytest.fixture
def hub(tmp_path):
    (tmp_path / "trust").mkdir()
    shipped = {k: str(resource("config", f"{k}.yaml")) for k in ("policy", "agencies")}
    path = tmp_path / "hub.yaml"
    path.write_text(yaml.safe_dump({"data": "data", "trust": "trust", **shipped}))
    asyncio.run(fill(path))

    def run(*words: str):
        words = ("--config", str(path), "agencies", "unsigned", *words)
        return CliRunner().invoke(app, words, env={"COLUMNS": "250"})

    return run


async def fill(path) -> None:
    async with built(load(path, {}), migrate=True) as parts:
        for number, (changes, signed) in enumerate(SENT):
            await one_came(parts.store, number, changes, signed=signed)


async def one_came(store, number: int, changes, *, signed: bool) -> None:
    name = f"doc-{number}"
    row = document(
        name,
        **{"headline": "unsigned", "notation": f"{number}/BC-X", **changes},
        decided_at=NOW + timedelta(days=number),
    )
    arrival = await claimed(store, name, name.encode())
    done = conclusion(arrival, name, document=row)
    facts = {"headline": row.headline, "organization_signed": signed}
    judged = NewEntry(Tag.ENVELOPE_JUDGED, NOW, arrival.id, row.key, facts=facts)
    done = replace(done, entries=(*done.entries, judged))
    assert await store.journal.conclude(done, unless_changed=0)


def test_a_unit_is_listed_once_with_all_its_codes_and_its_latest(hub):
    title, only = hub().stdout.splitlines()
    assert "Văn bản không ký" in title
    assert only.split()[0] == CULTURE
    assert "Phòng Văn hóa – Thông tin" in only
    assert only.split()[-3:] == ["2", "1/BC-X", "16/11/2019"]


def test_from_a_day_on(hub):
    assert (
        json.loads(hub("--since", "2019-11-16", "--json").stdout)[0]["documents"] == 1
    )
    assert json.loads(hub("--since", "2019-11-17", "--json").stdout) == []
