"""Mailboxes of a real Dovecot: nothing lost, nothing taken twice."""

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from hub.errors import JournalUnavailable
from hub.evidence.folder import FolderEvidence
from hub.model.ids import digest_of
from tests.fakes.kits import ListeningIntake, MemoryMarks
from tests.fakes.outsides import NOON
from tests.integration.mail.conftest import Office, letter

pytestmark = pytest.mark.mail
PROCESSED = "lienthong-processed"
_FAR = NOON + timedelta(hours=1)


def digests(office: Office) -> list[str]:
    return [offer.digest for offer in office.intake.offers]


async def until(true, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_mail_is_kept_as_it_came_and_then_moved(office):
    await office.push(letter(1))
    assert await office.read()
    (offer,) = office.intake.offers
    (moved,) = await office.folder(PROCESSED)
    assert await office.evidence.read(offer.digest) == moved
    assert digest_of(moved) == offer.digest
    assert letter(1).rstrip() in moved
    assert offer.size == len(moved)
    assert offer.content_type == f'message/rfc822; mailbox="{office.address}"'
    assert offer.door_id.startswith("van-thu/INBOX/")
    assert await office.folder("INBOX") == []


async def test_a_mail_that_cannot_be_journaled_stays_unread_where_it_is(office):
    await office.push(letter(1))
    office.intake.troubles = [JournalUnavailable("away")]
    assert not await office.read()
    (path,) = (office.maildir / "cur").iterdir()
    assert path.name.endswith(":2,")  # no \Seen, no \Deleted
    assert await office.read()
    assert len(office.intake.offers) == 1
    assert await office.folder("INBOX") == []


async def test_a_running_reader_takes_what_comes(each_office):
    office: Office = each_office
    running = asyncio.create_task(office.adapter().run())
    for number in range(1, 4):
        await office.push(letter(number))
        await until(lambda n=number: len(office.intake.offers) == n)
    async with asyncio.timeout(20):
        while len(await office.folder(PROCESSED)) < 3:
            await asyncio.sleep(0.05)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_idle_wakes_within_a_second(office):
    running = asyncio.create_task(office.adapter(poll_seconds=1000).run())
    await office.push(letter(1))
    await until(lambda: office.intake.offers)
    await asyncio.sleep(0.3)  # it idles
    await office.push(letter(2))
    began = time.monotonic()
    await until(lambda: len(office.intake.offers) == 2)
    # Dovecot gathers notices for half a second.
    assert time.monotonic() - began < 1.5
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_without_move_it_is_copied_and_expunged_alone(old_office):
    await old_office.push(letter(1), letter(2))
    assert await old_office.read()
    assert len(await old_office.folder(PROCESSED)) == 2
    assert await old_office.folder("INBOX") == []


async def test_mails_over_the_limit_go_to_a_folder_of_their_own(office):
    await office.push(letter(1), b"Subject: x\r\n\r\n" + b"x" * 2_000_000)
    kit = office.kit(limit=1_000_000)
    assert await office.read(kit)
    assert len(office.intake.offers) == 1
    assert [len(m) > 2_000_000 for m in await office.folder("lienthong-too-large")] == [
        True
    ]
    assert await office.folder("INBOX") == []


class Killed(BaseException):
    """As if the process ended here."""


@dataclass
class Ending:
    """Ends the process at the n-th call of a port, before or after its work."""

    at: int
    late: bool
    calls: int = 0

    async def __call__(self, doing):
        self.calls += 1
        if self.calls != self.at:
            return await doing
        if self.late:
            await doing
        else:
            doing.close()
        raise Killed


@dataclass
class EndingIntake(ListeningIntake):
    ending: Ending = field(default_factory=lambda: Ending(0, late=False))

    async def accept(self, offer):
        return await self.ending(super().accept(offer))


@dataclass
class EndingMarks(MemoryMarks):
    ending: Ending = field(default_factory=lambda: Ending(0, late=False))

    async def hold(self, name, until, at):
        return await self.ending(super().hold(name, until, at))

    async def read(self, name):
        return await self.ending(super().read(name))

    async def swap(self, name, old, new):
        return await self.ending(super().swap(name, old, new))


class EndingEvidence:
    def __init__(self, inner, ending):
        self.inner, self.ending = inner, ending

    async def keep(self, chunks, limit):
        return await self.ending(self.inner.keep(chunks, limit))

    async def read(self, digest):
        return await self.ending(self.inner.read(digest))


def ending_kit(office: Office, ending: Ending):
    marks = EndingMarks(ending=ending)
    marks.marks, marks.leases = office.marks.marks, office.marks.leases
    intake = EndingIntake(ending=ending)
    intake.offers = office.intake.offers
    evidence = EndingEvidence(office.evidence, ending)
    return office.kit(marks=marks, intake=intake, evidence=evidence)


async def test_ended_at_any_step_nothing_is_lost_and_nothing_taken_twice(office):
    sent = 0
    for late in (False, True):
        for at in range(1, 100):
            ending = Ending(at, late=late)
            await office.push(letter(sent := sent + 1), letter(sent := sent + 1))
            try:
                await office.read(ending_kit(office, ending))
            except Killed:
                assert await office.read()
            assert len(office.intake.offers) == sent
            if ending.calls < at:
                break
        else:
            pytest.fail("more steps than expected")
    moved = [digest_of(data) for data in await office.folder(PROCESSED)]
    assert sorted(moved) == sorted(digests(office))
    assert sent > 20


async def renumber(office: Office) -> None:
    """As after a repair of the mailbox: other UIDs, another UIDVALIDITY."""
    for path in office.maildir.glob("dovecot*"):
        path.unlink()
    # UIDVALIDITY is a moment in seconds: another second must have begun.
    await asyncio.sleep(1.1)


async def test_what_was_under_way_is_known_though_the_folder_numbers_anew(office):
    await office.push(letter(1))
    ending = Ending(0, late=True)
    kit = ending_kit(office, ending)

    class Stopping(EndingIntake):
        async def accept(self, offer):
            await ListeningIntake.accept(office.intake, offer)
            raise Killed

    with pytest.raises(Killed):
        await office.read(office.kit(intake=Stopping(), marks=kit.marks))
    (first,) = office.intake.offers
    await renumber(office)
    await office.push(letter(2))
    assert await office.read()
    assert len(office.intake.offers) == 2
    assert len(await office.folder(PROCESSED)) == 2
    validities = {offer.door_id.split("/")[2] for offer in office.intake.offers}
    assert len(validities) == 2
    assert office.intake.offers[0] == first


async def test_two_fronts_never_read_one_folder_at_once(office):
    await office.push(letter(1))
    other = MemoryMarks("two", office.marks.marks, office.marks.leases)
    office.marks.leases["mail-imap/thu/van-thu/INBOX"] = ("one", _FAR)
    assert not await office.read(office.kit(marks=other))
    assert office.intake.offers == []
    assert await office.read()
    assert len(office.intake.offers) == 1


async def test_many_accounts_are_read_side_by_side(office, dovecot):
    other = replace(office, address=next(reversed(dovecot.users)))
    first = office.settings().accounts[0].model_dump(mode="json")
    second = {**first, "name": "hai", "mailbox": other.address}
    second["username"] = other.address
    adapter = office.adapter(accounts=[first, second])
    running = asyncio.create_task(adapter.run())
    await asyncio.gather(office.push(letter(1)), other.push(letter(2), letter(3)))
    await until(lambda: len(office.intake.offers) == 3)
    boxes = [offer.content_type.split('"')[1] for offer in office.intake.offers]
    assert boxes.count(office.address) == 1
    assert boxes.count(other.address) == 2
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_server_that_restarts_is_read_on(own_dovecot, tmp_path):
    dovecot = own_dovecot
    office = Office(dovecot, next(iter(dovecot.users)), FolderEvidence(tmp_path))
    running = asyncio.create_task(office.adapter().run())
    await office.push(letter(1))
    await until(lambda: office.intake.offers)
    await dovecot.stop()
    await asyncio.sleep(0.2)
    await dovecot.start()
    await office.push(letter(2))
    await until(lambda: len(office.intake.offers) == 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
