"""What Giao Thủy said of its exchange in 2019, fact by fact (docs/giao-thuy.md)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.model.documents import DocumentType
from hub.rehearsal.cast import COMMUNES, OFFICES
from hub.rehearsal.good import letter_signed
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT
from hub.rehearsal.stage import code_to_queue
from tests.acceptance.conftest import World
from tests.acceptance.district import (
    AUGUST,
    BEFORE_AUGUST,
    BEFORE_NOVEMBER,
    NOVEMBER,
    Became,
    a_few_at_once,
    district,
)
from tests.acceptance.outsiders import Got, Mailroom
from tests.acceptance.papers_2019 import BROKEN, FOURTEEN, FROM, SIGNED, TWELVE, Sheets

LANES = ("urgent", "ordinary")

#: The rule changed twice; where nothing is new to see it is looked at less often.
DAYS = (
    pytest.param(BEFORE_AUGUST, marks=pytest.mark.full),
    pytest.param(AUGUST, marks=pytest.mark.full),
    BEFORE_NOVEMBER,
    NOVEMBER,
)
MAIL_DAYS = (*DAYS[:2], pytest.param(BEFORE_NOVEMBER, marks=pytest.mark.full), NOVEMBER)
#: What becomes of one: disposition, headline, paper.
Fate = tuple[str, str, int | None]


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki.make(DEFAULT_AT)


def fate(became: Became) -> Fate:
    return became.decision.disposition, became.headline, became.paper


def told_by_the_district(kind: DocumentType, how: str, day) -> Fate:
    """The district's words, written down once more and apart from policy.yaml."""
    if how == BROKEN:
        return "refuse", "failed", None
    if how == SIGNED:
        alone = day >= NOVEMBER and kind in TWELVE
        return "deliver", "passed", 0 if alone else 1
    return "deliver", "unsigned", 1


@pytest.mark.parametrize("day", DAYS, ids=str)
async def test_every_type_by_the_axis_on_both_sides_of_each_date(tmp_path, pki, day):
    sheets = Sheets.of(pki, day)
    async with district(tmp_path, pki, day) as hub:
        cells = list(sheets.cells(100))
        came = await a_few_at_once(hub.by_axis(sheets.envelope(*c)) for c in cells)
    expected = {(k, how): told_by_the_district(k, how, day) for k, how, _ in cells}
    assert {c[:2]: fate(b) for c, b in zip(cells, came, strict=True)} == expected
    assert len(expected) == 42
    types = {b.decision.paper.type for b in came if b.decision.paper}
    assert types == set(FOURTEEN)


@pytest.mark.parametrize("day", MAIL_DAYS, ids=str)
async def test_every_type_by_mail_on_both_sides_of_each_date(tmp_path, pki, day):
    sheets = Sheets.of(pki, day)
    async with district(tmp_path, pki, day) as hub:
        cells = list(sheets.cells(200))
        came = await a_few_at_once(hub.by_mail(sheets.mail(*c), FROM) for c in cells)
    expected = {(k, how): told_by_the_district(k, how, day) for k, how, _ in cells}
    assert {c[:2]: fate(b) for c, b in zip(cells, came, strict=True)} == expected


@pytest.mark.broker
@pytest.mark.asyncio(loop_scope="session")
async def test_one_document_to_all_offices_and_communes_reaches_34_queues(
    world: World,
):
    """Over the running hub's broker; each unit's system takes from its own queue."""
    units = (*OFFICES, *COMMUNES)
    day = world.scene.day - timedelta(days=1)  # no other test's letter
    sample = letter_signed(replace(world.scene, receivers=units, day=day))
    slugs = {code_to_queue()[unit.code] for unit in units}
    queues = [f"agency.{slug}.{lane}" for slug in slugs for lane in LANES]

    def elsewhere() -> list[Got]:
        """The world's own systems take from some of these queues, too."""
        return world.mailroom.about(sample.xml)

    with Mailroom(world.broker, queues) as mailroom:
        handed = await world.axis.send(sample)
        receipt = await world.axis.receipt_for(handed.door_id, 60)
        async with asyncio.timeout(30):
            while len(got := (*mailroom.about(sample.xml), *elsewhere())) < 34:
                await asyncio.sleep(0.05)
    assert receipt["outcome"] == "deliver"
    assert tuple(receipt["delivered_to"]) == tuple(unit.code for unit in units)
    assert {queue.split(".")[1] for queue, *_ in got} == slugs
    assert len(slugs) == len(got) == 34
    assert len({properties.message_id for _, properties, _ in got}) == 34
