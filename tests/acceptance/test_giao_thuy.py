"""What Giao Thủy said of its exchange in 2019, fact by fact (docs/giao-thuy.md)."""

import pytest

from hub.model.documents import DocumentType
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT
from tests.acceptance.district import (
    AUGUST,
    BEFORE_AUGUST,
    BEFORE_NOVEMBER,
    NOVEMBER,
    Became,
    a_few_at_once,
    district,
)
from tests.acceptance.papers_2019 import BROKEN, FOURTEEN, FROM, SIGNED, TWELVE, Sheets

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAYS = (BEFORE_AUGUST, AUGUST, BEFORE_NOVEMBER, NOVEMBER)
#: Half a day's mails cost as much as a day's envelopes: one day for everyday.
MAIL_DAYS = (*(pytest.param(d, marks=pytest.mark.full) for d in DAYS[:-1]), NOVEMBER)
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
