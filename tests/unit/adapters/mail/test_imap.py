"""Reading a mailbox of a server that lies, hangs up, falls silent or refuses."""

import asyncio
import ssl
from datetime import timedelta

import pytest

from adapters.mail.imap import Box, FolderReader
from adapters.mail.imap_state import MOST, FolderState
from adapters.mail.imap_wire import Reach, connected, folder_name
from adapters.mail.settings import MAIL_IMAP, Account
from hub.errors import JournalUnavailable, SourceUnavailable
from hub.model.arrivals import Source
from hub.model.ids import Digest, digest_of
from hub.polling import Timer
from tests.fakes.imap import ImapServer
from tests.fakes.kits import ListeningIntake, MemoryMarks, kit_of
from tests.fakes.outsides import NOON, MemoryEvidence, SteppingClock

MAIL = b"From: a@x.vn\r\n\r\nxin chao\r\n"
MARK = "mail-imap/thu/hop/INBOX"


class Listening:
    """Implements Notices: lists what it was told."""

    def __init__(self):
        self.large, self.seen, self.trouble = [], [], None

    async def too_large(self, header):
        if self.trouble:
            raise self.trouble
        self.large.append(header)

    async def returned(self, digest, size):
        self.seen.append((digest, size))


class Room:
    """A server, a reader of it and what the reader did."""

    def __init__(self, port: int, server: ImapServer, **changes: object):
        self.server = server
        self.clock = SteppingClock()
        self.marks, self.intake = MemoryMarks(), ListeningIntake()
        self.evidence, self.notices = MemoryEvidence(), Listening()
        self.port = port
        self.changes = changes
        self.reader = self.another()

    def another(self, **changes: object) -> FolderReader:
        account = Account.model_validate(
            {
                "name": "hop",
                "mailbox": "hop@x.vn",
                "host": "127.0.0.1",
                "username": "hop",
                "password_file": "x",
            }
        )
        box = Box(
            source=Source("thu", MAIL_IMAP),
            account=account,
            folder="INBOX",
            reach=Reach("127.0.0.1", self.port, seconds=0.5),
            password=self.server.password,
            poll_seconds=60,
        )
        parts = {
            "marks": self.marks,
            "intake": self.intake,
            "evidence": self.evidence,
            "clock": self.clock,
            **self.changes,
            **changes,
        }
        timer = Timer(pause=asyncio.sleep, jitter=lambda: 0.0)
        return FolderReader(box, kit_of(**parts), self.notices, timer)

    async def look(self) -> bool:
        return await self.reader.session(once=True)


@pytest.fixture
async def room():
    server = ImapServer()
    async with server.listening() as port:
        yield Room(port, server)


async def test_mails_are_taken_in_their_order_and_moved(room):
    for number in range(450):
        room.server.put(MAIL + b"%d" % number)
    assert await room.look()
    digests = [digest_of(MAIL + b"%d" % n) for n in range(450)]
    assert [o.digest for o in room.intake.offers] == digests
    assert room.intake.offers[0].door_id == "hop/INBOX/7/1"
    assert len(room.server.folders["lienthong-processed"]) == 450
    assert room.server.inbox == {}
    assert [digest for digest, _ in room.notices.seen] == digests
    assert FolderState.read(room.marks.marks[MARK]) == FolderState(7)


async def test_nothing_is_fetched_that_would_mark_a_mail(room):
    room.server.put(MAIL)
    await room.look()
    fetched = [words for words in room.server.said if b"BODY" in words]
    assert fetched == [b"UID FETCH 1 (UID BODY.PEEK[])"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"* BYE shutting down\r\n",
        b"%t BAD what\r\n",
        b"* 1 FETCH (UID 1 BODY[] {1000}\r\nshort",
        b"* 1 FETCH (UID 1 BODY[] {3}\r\n" + MAIL + b")\r\n%t OK\r\n",
        b"* 1 FETCH (UID 2 BODY[] {1}\r\nx)\r\n%t OK\r\n",
        b"* 1 FETCH (UID 1 BODY[] {1}\r\nx)\r\n" * 2 + b"%t OK\r\n",
        b"* 1 FETCH (UID 1 BODY[] {1}\r\nx)\r\n%t NO half of it\r\n",
        b"x" * 200_000 + b"\r\n",
        b"* 1 FETCH (UID 1 ENVELOPE {999999999}\r\n",
        b"<html>no imap here\r\n",
    ],
)
async def test_a_server_that_lies_or_breaks_off_gives_no_mail(room, answer):
    room.server.put(MAIL)
    room.server.odd[b"UID FETCH"] = answer
    await room.look()
    assert room.intake.offers == []
    assert list(room.server.inbox) == [1]
    room.server.odd.clear()
    room.clock.step(3600)
    assert await room.another().session(once=True)
    assert [o.digest for o in room.intake.offers] == [digest_of(MAIL)]


@pytest.mark.parametrize("words", [b"CAPABILITY", b"SELECT", b"FETCH", b"UID MOVE"])
@pytest.mark.parametrize("answer", [b"", b"* BYE\r\n", b"%t BAD\r\n", b"%t NO no\r\n"])
async def test_whatever_fails_is_tried_again_and_taken_once(room, words, answer):
    room.server.put(MAIL)
    room.server.odd[words] = answer
    for _ in range(2):
        await room.another().session(once=True)
    room.server.odd.clear()
    room.clock.step(3600)
    assert await room.another().session(once=True)
    assert [o.digest for o in room.intake.offers] == [digest_of(MAIL)]
    assert room.server.inbox == {}


@pytest.mark.parametrize("greeting", [b"", b"* BYE busy\r\n", b"220 smtp\r\n"])
async def test_what_does_not_greet_is_no_imap_server(greeting):
    server = ImapServer(greeting=greeting)
    async with server.listening() as port:
        room = Room(port, server)
        assert not await room.look()
        assert room.reader.wait() == 2.0
        for _ in range(12):
            await room.look()
        assert room.reader.wait() == 300.0


async def test_a_wrong_password_is_tried_ever_less_often(room):
    room.server.odd[b"AUTHENTICATE"] = b"%t NO who are you\r\n"
    assert not await room.look()
    assert not await room.look()
    assert room.reader.wait() == 4.0


async def test_a_mail_the_server_keeps_to_itself_holds_up_no_other(room):
    room.server.put(MAIL)
    room.server.put(MAIL + b"2")
    room.server.odd[b"UID FETCH 1 "] = b"%t NO damaged\r\n"
    assert await room.look()
    assert [o.digest for o in room.intake.offers] == [digest_of(MAIL + b"2")]
    state = FolderState.read(room.marks.marks[MARK])
    assert state is not None
    assert state.stuck == {"1": "damaged"}
    before = len(room.server.said)
    assert await room.look()  # not asked for again at once
    assert not any(b"UID FETCH 1 " in words for words in room.server.said[before:])


@pytest.mark.parametrize("answer", [b"", b"* BYE ill\r\n", b"%t BAD\r\n"])
async def test_a_mail_on_which_the_server_breaks_off_holds_up_no_other(room, answer):
    room.server.put(MAIL)
    room.server.put(MAIL + b"2")
    room.server.odd[b"UID FETCH 1 "] = answer
    assert [await room.look() for _ in range(3)] == [False, False, True]
    assert [o.digest for o in room.intake.offers] == [digest_of(MAIL + b"2")]
    state = FolderState.read(room.marks.marks[MARK])
    assert state is not None
    assert list(state.stuck) == ["1"]
    room.server.odd.clear()
    room.clock.step(3600)
    assert await room.look()
    assert len(room.intake.offers) == 2
    assert room.server.inbox == {}


async def test_trouble_of_our_own_puts_no_mail_aside(room):
    room.server.put(MAIL)
    room.intake.troubles = [JournalUnavailable("away") for _ in range(3)]
    for _ in range(3):
        assert not await room.look()
    assert await room.look()
    assert len(room.intake.offers) == 1


async def test_a_mail_told_of_while_listing_is_not_waited_for(room):
    room.server.put(MAIL)
    row = b"* 1 FETCH (UID 1 RFC822.SIZE 9 FLAGS ())\r\n"
    room.server.odd[b"FETCH"] = row + b"* 2 EXISTS\r\n%t OK\r\n"
    async with connected(Reach("127.0.0.1", room.port)) as wire:
        await wire.login("hop", room.server.password)
        await wire.select("INBOX")
        await wire.listing(1, 1)
        assert await wire.idle(0.01)
        room.server.odd[b"FETCH"] = row + row.replace(b"1", b"2") + b"%t OK\r\n"
        assert len(await wire.listing(1, 2)) == 2
        assert not await wire.idle(0.01)  # told once


async def test_a_password_that_login_cannot_say_is_a_refusal():
    server = ImapServer(capability=b"IMAP4rev1 MOVE", password="mật khẩu")
    async with server.listening() as port:
        room = Room(port, server)
        assert not await room.look()
        assert room.reader.wait() == 2.0
    assert not any(words.startswith(b"LOGIN") for words in server.said)


async def test_a_mail_that_somebody_else_took_is_let_go(room):
    room.server.put(MAIL)
    room.server.odd[b"UID FETCH"] = b"%t OK nothing\r\n"
    assert await room.look()
    assert room.intake.offers == []


@pytest.mark.parametrize("told", [None, 10])
async def test_a_mail_over_the_limit_is_put_aside_whatever_size_was_told(told):
    server = ImapServer(told_size=told)
    async with server.listening() as port:
        room = Room(port, server, limit=100)
        server.put(b"Subject: x\r\n\r\n" + b"x" * 1_000)
        server.put(MAIL)
        for _ in range(2):
            await room.reader.session(once=True)
    assert list(server.folders["lienthong-too-large"]) == [1]
    assert [o.digest for o in room.intake.offers] == [digest_of(MAIL)]
    assert len(room.notices.large) == 1


async def test_a_sender_who_cannot_be_told_does_not_hold_up_the_mailbox():
    server = ImapServer()
    async with server.listening() as port:
        room = Room(port, server, limit=100)
        room.notices.trouble = SourceUnavailable("smtp away")
        server.put(b"x" * 1_000)
        assert await room.look()
    assert list(server.folders["lienthong-too-large"]) == [1]


async def test_a_lease_that_another_has_is_waited_for(room):
    room.server.put(MAIL)
    other = MemoryMarks("two", room.marks.marks, room.marks.leases)
    assert await other.hold(MARK, NOON + timedelta(hours=1), NOON)
    assert not await room.look()
    assert room.server.connections == 0
    room.clock.step(7200)
    assert await room.look()


async def test_who_is_overtaken_in_the_middle_stops(room):
    room.server.put(MAIL)

    class Late(ListeningIntake):
        async def accept(self, offer):
            room.marks.marks[MARK] = "another front wrote"
            return await super().accept(offer)

    assert not await room.another(intake=Late()).session(once=True)
    assert room.marks.marks[MARK] == "another front wrote"


async def test_a_mark_nobody_can_read_is_begun_anew(room):
    room.marks.marks[MARK] = "?"
    room.server.put(MAIL)
    assert await room.look()
    assert len(room.intake.offers) == 1


async def test_cancelled_it_lets_go_of_the_folder(room):
    running = asyncio.create_task(room.reader.run())
    room.server.put(MAIL)
    async with asyncio.timeout(5):
        while not room.intake.offers:
            await asyncio.sleep(0.01)
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=1)
    assert done
    other = MemoryMarks("two", room.marks.marks, room.marks.leases)
    assert await other.hold(MARK, NOON + timedelta(seconds=9), NOON)


async def test_words_before_tls_count_for_nothing():
    server = ImapServer(odd={b"STARTTLS": b"%t OK go\r\n* OK injected\r\n"})
    async with server.listening() as port:
        reach = Reach("127.0.0.1", port, ssl.create_default_context(), starttls=True)
        with pytest.raises(SourceUnavailable, match="between STARTTLS and TLS"):
            async with connected(reach):
                pytest.fail("not connected")


@pytest.mark.parametrize(
    ("name", "coded"),
    [
        ("INBOX", b'"INBOX"'),
        ("Công văn", b'"C&APQ-ng v&AQM-n"'),
        ("A & B", b'"A &- B"'),
        ('say "x"\\', b'"say \\"x\\"\\\\"'),
        ("日本語", b'"&ZeVnLIqe-"'),
    ],
)
def test_folders_are_named_in_modified_utf_7(name, coded):
    assert folder_name(name) == coded


def test_what_was_under_way_is_known_by_its_bytes_under_another_validity():
    one = FolderState(7).taking(3, Digest("d"), "hop/INBOX/7/3")
    anew = one.under(8)
    assert anew.identity(1, Digest("d"), "hop/INBOX") == "hop/INBOX/7/3"
    assert anew.identity(1, Digest("e"), "hop/INBOX") == "hop/INBOX/8/1"
    assert anew.cleared(set()).identity(1, Digest("d"), "hop/INBOX") == "hop/INBOX/8/1"
    assert FolderState.read(anew.write()) == anew


def test_a_state_does_not_grow_without_end():
    state = FolderState(7)
    for uid in range(3 * MOST):
        state = state.taking(uid, Digest("d"), "x").troubled(uid, "y" * 1000)
    assert len(state.under_way) == len(state.stuck) == MOST
    assert len(state.write()) < 100_000
