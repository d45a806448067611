"""Update and replace: who is added, who is cut, which came after which."""

import pytest

from hub.journal.rebuild import dump, rebuild
from hub.model.envelopes import (
    Hop,
)
from hub.model.recalls import RecallState
from hub.model.records import OutboxKind, Tag
from tests.fakes.district import (
    LETTER,
    District,
    letter,
    recall,
    replacement,
    update,
)
from tests.integration.journal.recalling import entries, lineage, states
from tests.unit.rules.cases import (
    GIAO_AN,
    GIAO_HA,
    NOI_VU,
    OUTSIDE,
    UBND,
)


@pytest.fixture
def district(store, tmp_path) -> District:
    return District(store, tmp_path)


async def test_who_is_added_gets_the_document_itself_and_who_is_cut_is_asked(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.relayed()
    await district.comes(update(UBND, add=[NOI_VU], cut=[GIAO_AN]))
    await district.relayed()
    assert district.got(NOI_VU) == [("new", False)]
    assert district.got(GIAO_AN) == [("new", False), ("update", True)]
    assert district.got(UBND) == [("new", False), ("update", False)]
    first, *_, given = [r for r in district.left if r.headers.get("kind") == "new"]
    assert (given.document, given.body) == (first.document, first.body)
    assert given.headers == first.headers


async def test_who_is_cut_before_it_left_gets_nothing(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.comes(update(UBND, cut=[GIAO_AN]))
    await district.relayed()
    assert district.got(GIAO_AN) == []
    late = await district.comes(letter(UBND, GIAO_AN))
    assert late.rule == "twin"


async def test_who_is_cut_and_added_again_gets_it_under_a_new_id(district):
    await district.comes(letter(UBND, GIAO_AN))
    await district.relayed()
    await district.comes(update(UBND, cut=[GIAO_AN]))
    await district.relayed()
    hop = Hop(OUTSIDE, "2019/11/20 09:00:00")
    await district.comes(update(UBND, add=[GIAO_AN], hops=(hop,)))
    await district.relayed()
    assert district.got(GIAO_AN) == [("new", False), ("update", True), ("new", False)]
    ids = [r.id for r in district.left if r.agency == GIAO_AN]
    assert len(set(ids)) == len(ids)
    assert await states(district) == {GIAO_AN: RecallState.LIFTED}


async def test_an_update_of_receivers_waits_for_its_document(district):
    decision = await district.comes(update(UBND, add=[NOI_VU], cut=[GIAO_AN]))
    assert decision.rule == "waits"
    await district.comes(letter(UBND, GIAO_AN))
    await district.woken()
    await district.relayed()
    assert district.got(NOI_VU) == [("new", False)]
    assert district.got(GIAO_AN) == []


async def test_an_update_does_not_undo_a_recall(district):
    await district.comes(letter(UBND))
    await district.comes(recall(UBND, NOI_VU))
    await district.comes(update(GIAO_HA, add=[NOI_VU]))
    await district.relayed()
    assert district.got(NOI_VU) == []


async def test_a_replacement_is_linked_and_seen_from_both(district):
    await district.comes(letter(UBND))
    await district.relayed()
    await district.comes(replacement(UBND))
    await district.relayed()
    assert district.got(UBND) == [("new", False), ("replace", False)]
    [link] = (await lineage(district)).later
    assert link.document_id == f"{LETTER} thay"
    [back] = (await lineage(district, f"{LETTER} thay", "replace")).earlier
    assert back == link
    [told] = await entries(district, Tag.DOCUMENT_SUPERSEDED)
    assert told.facts["document_id"] == link.document_id


async def test_a_replacement_follows_what_it_replaces(district):
    await district.comes(letter(UBND))
    [first] = await district.leased(OutboxKind.DELIVER)
    await district.comes(replacement(UBND))
    assert await district.leased(OutboxKind.DELIVER) == []
    await district.is_sent(first)
    await district.relayed()
    assert district.got(UBND) == [("new", False), ("replace", False)]


async def test_a_replacement_before_its_document_is_linked_when_that_comes(district):
    early = await district.comes(replacement(UBND))
    assert "replaces-unknown" in early.notes
    late = await district.comes(letter(UBND))
    assert "superseded" in late.notes
    [link] = (await lineage(district)).later
    assert link.document_id == f"{LETTER} thay"
    await district.relayed()
    [old] = [r for r in district.left if r.headers.get("kind") == "new"]
    assert old.headers["superseded_by"] == link.document_id


async def test_the_projections_come_back(district):
    await district.comes(recall(UBND))
    await district.comes(letter(UBND, GIAO_AN, NOI_VU))
    await district.woken()
    await district.relayed()
    await district.comes(recall(NOI_VU, GIAO_AN, reason="Sai"))
    await district.comes(update(UBND, add=[GIAO_HA], cut=[UBND]))
    await district.comes(replacement(UBND))
    await district.woken()
    await district.relayed()
    before = await dump(district.store)
    assert all(before[name] for name in ("recalls", "versions"))
    report = await rebuild(district.store)
    assert report.differences == ()
    assert await dump(district.store) == before
