"""Paper tasks and their steps, on both databases."""

from dataclasses import replace

import pytest

from hub.console.timeline import line_of
from hub.journal.paper import recall_paper
from hub.journal.rebuild import dump, rebuild
from hub.model.ids import ArrivalId
from hub.model.paper import STEPS, PaperState, PaperStep, PaperWay
from hub.model.records import PaperTask, Tag
from tests.integration.journal.scenes import (
    MINUTE,
    NOW,
    ONE,
    TWO,
    concluded,
    document,
    key,
    paper,
)

RECALLER = ArrivalId("f" * 32)
STATES = list(PaperState)


async def opened(store, **changes):
    """A document with paper for two receivers; its two tasks."""
    other = PaperTask("paper-two", key(), TWO, NOW, PaperWay.OUT, kept=True)
    row = document(notation="12/UBND-VX", type="bao-cao")
    await concluded(store, paper=(paper(), other), document=row, **changes)
    return paper().id, other.id


async def step(store, task, state, **told):
    return await store.paper.step(PaperStep(task, state, NOW + MINUTE, "lan", **told))


async def states(store):
    rows = await store.paper.tasks(under_way=False)
    return {row.agency: row.state for row in rows}


async def test_a_task_is_shown_with_its_document(store):
    await opened(store)
    one, two = await store.paper.tasks()
    assert (one.state, one.way, one.kept) == (PaperState.OPEN, PaperWay.IN, False)
    assert (two.way, two.kept, two.notation) == (PaperWay.OUT, True, "12/UBND-VX")
    assert (two.type, two.headline, two.document_id) == ("bao-cao", "passed", "doc-1")


async def test_every_step_is_an_entry_with_the_operators_words_as_particulars(store):
    task, _ = await opened(store)
    assert await step(store, task, PaperState.PRINTED) is PaperState.OPEN
    told = {"post_number": "EE123456789VN", "note": "gửi chị Hoa"}
    assert await step(store, task, PaperState.SENT, **told) is PaperState.PRINTED
    await step(store, task, PaperState.DIFFERS, note="thiếu trang 3")
    await step(store, task, PaperState.RECEIVED)

    entries = [
        e
        for e in await store.queries.entries_of(document=key())
        if e.tag.startswith("paper:")
    ]
    assert [e.tag for e in entries] == [
        Tag.PAPER_PRINTED,
        Tag.PAPER_SENT,
        Tag.PAPER_DIFFERS,
        Tag.PAPER_RECEIVED,
    ]
    sent = entries[1]
    assert (sent.actor, sent.agency) == ("lan", ONE)
    assert sent.facts["post_number"] == "EE123456789VN"
    assert sent.particulars == {"note": "gửi chị Hoa"}
    assert entries[0].particulars is None
    line = line_of(sent)
    assert line.title == "Đã gửi bản giấy"
    assert line.detail == f"{ONE} · EE123456789VN · «gửi chị Hoa»"
    [row] = await store.paper.find(task)
    assert (row.sent_at, row.post_number) == (NOW + MINUTE, "EE123456789VN")


@pytest.mark.parametrize("state", [s for s in STATES if s is not PaperState.OPEN])
async def test_a_step_that_the_state_does_not_allow_changes_nothing(store, state):
    task, _ = await opened(store)
    await step(store, task, state)
    for other in STATES:
        if state in STEPS[other]:
            continue
        assert await step(store, task, other) is state
        assert (await states(store))[ONE] is state


async def test_a_task_nobody_has_is_told(store):
    assert await step(store, "paper-none", PaperState.PRINTED) is None


async def test_a_mistake_is_put_right_from_the_beginning(store):
    task, _ = await opened(store)
    await step(store, task, PaperState.SENT, post_number="1")
    await step(store, task, PaperState.OPEN, note="nhầm văn bản")
    [row] = await store.paper.find(task)
    assert (row.state, row.sent_at, row.post_number) == (PaperState.OPEN, None, "")


async def test_a_recall_closes_what_is_under_way_and_nothing_that_ended(store):
    task, _ = await opened(store)
    await step(store, task, PaperState.RECEIVED)
    closed = await store.database.write(
        lambda c: recall_paper(c, [key()], RECALLER, NOW + MINUTE)
    )
    assert closed == 1
    assert await states(store) == {ONE: "received", TWO: "recalled"}
    assert await store.paper.tasks() == []
    entries = await store.queries.entries_of(arrival=RECALLER)
    assert [e.tag for e in entries] == [Tag.PAPER_RECALLED]
    assert entries[0].document == key()


async def test_an_update_takes_paper_off_those_it_takes_off(store):
    await opened(store)
    await store.database.write(
        lambda c: recall_paper(c, [key()], RECALLER, NOW, agencies=[TWO])
    )
    assert await states(store) == {ONE: "open", TWO: "recalled"}


async def test_the_same_decision_again_opens_no_second_task(store):
    await opened(store)
    await concluded(store, "other", paper=(paper(),))
    assert len(await store.paper.tasks()) == 2


@pytest.mark.parametrize("text", ["12/UBND-VX", "doc-1", key(), "paper-doc-1"])
async def test_tasks_are_found_by_what_their_document_is_called(store, text):
    await opened(store)
    assert "paper-doc-1" in [row.id for row in await store.paper.find(text)]


@pytest.mark.parametrize("text", ["", "paper", "%", "khác"])
async def test_too_short_an_id_finds_nothing(store, text):
    await opened(store)
    assert await store.paper.find(text) == []


async def test_rebuilt_tasks_are_what_was_there(store):
    task, other = await opened(store)
    await step(store, task, PaperState.SENT, post_number="EE1", note="chị Hoa")
    await step(store, other, PaperState.NOT_NEEDED, note="đã có")
    before = await dump(store)
    report = await rebuild(store)
    assert report.differences == ()
    assert await dump(store) == before


async def test_tasks_of_before_the_desk_come_back_as_open_ones(store):
    """An older hub wrote neither way nor whether it was kept."""
    await concluded(store, paper=(replace(paper(), way=PaperWay.IN),))
    [row] = await store.paper.tasks(since=NOW)
    assert (row.state, row.moved_at) == (PaperState.OPEN, NOW)
    assert await store.paper.tasks(since=NOW + MINUTE) == []
