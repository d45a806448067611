"""What may answer documents that had no answer: new material, not newer lists."""

from hub.rehearsal.responder import Mood
from tests.integration.trust.conftest import DAY


def kept(rows) -> set[str]:
    return {row.answer.digest for row in rows if row.answer}


async def test_a_list_that_comes_changes_the_word_and_a_newer_one_does_not(desk, leaf):
    desk.responder.feel(Mood.DOWN)
    worker = await desk.worker()
    await worker.gather(desk.needs(leaf))
    nothing = await worker.state()
    desk.responder.feel(Mood.WELL)
    first = kept(await worker.refresh(early=True))
    lists = await worker.state()
    assert lists != nothing
    desk.clock.step(DAY.total_seconds())
    newer = kept(await worker.refresh(early=True))
    assert first
    assert not first & newer, "every list was renewed"
    assert await worker.state() == lists


async def test_what_an_administrator_installs_changes_the_word(desk):
    worker = await desk.worker()
    before = await worker.state()
    crl = desk.pki.crl((), at=desk.clock.now())
    folder = desk.folder / "trust" / "crls"
    folder.mkdir(exist_ok=True)
    (folder / "issuing.crl").write_bytes(crl)
    assert await worker.state() != before
