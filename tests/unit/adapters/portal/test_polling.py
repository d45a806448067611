"""Polling: nothing lost, nothing twice, whatever breaks between two steps."""

import json
import random

import pytest

from adapters.portal.adapter import PACKAGE, PortalAdapter
from adapters.portal.media import content_type
from adapters.portal.polling import Poller
from adapters.portal.settings import PORTAL_POLL
from hub.errors import EvidenceUnavailable, JournalUnavailable, SourceUnavailable
from hub.model.calls import Call
from hub.model.dossiers import DossierAct
from hub.model.ids import digest_of
from hub.polling import LONGEST_WAIT, Timer
from tests.fakes.kits import ListeningIntake, MemoryMarks
from tests.fakes.outsides import MemoryEvidence
from tests.fakes.portal_doors import SECRETS, PortalFront, portal_settings
from tests.fakes.portal_side import AUTH_URL, CALLS, PortalSide
from tests.unit.adapters.portal.dossiers import dossier, raw

ADD, UPDATE = content_type(DossierAct.ADD), content_type(DossierAct.UPDATE)
DAY = 86_400


@pytest.fixture
def front():
    settings = portal_settings(
        doors=[PORTAL_POLL],
        calls=CALLS,
        polling={"seconds": 60, "page_size": 10, "window_days": 2},
    )
    return PortalFront(settings, fetch=PortalSide())


def poller_of(front: PortalFront) -> Poller:
    adapter = PACKAGE.build(front.settings, SECRETS, front.kit())
    assert isinstance(adapter, PortalAdapter)
    assert adapter.poller is not None
    return adapter.poller


def rows(count: int, **changes: object) -> list[bytes]:
    return [raw(dossier(MaHoSo=str(n), **changes)) for n in range(count)]


async def test_every_dossier_comes_as_it_is_written_page_by_page(front):
    front.fetch.dossiers = [b'{ "MaHoSo" : 77 }', *rows(24)]
    assert await poller_of(front).once()
    assert [o.digest for o in front.intake.offers] == [
        digest_of(row) for row in front.fetch.dossiers
    ]
    assert {o.content_type for o in front.intake.offers} == {ADD}
    assert {o.source.door for o in front.intake.offers} == {PORTAL_POLL}
    assert front.evidence.kept[digest_of(b'{ "MaHoSo" : 77 }')] == b'{ "MaHoSo" : 77 }'
    assert [one["trang"] for one in front.fetch.asked] == [1, 2, 3]


async def test_a_list_told_again_brings_nothing_twice_after_a_restart_too(front):
    front.fetch.dossiers = rows(3)
    for _ in range(3):
        assert await poller_of(front).once()
    assert len(front.intake.offers) == 3


async def test_a_dossier_that_changed_comes_as_an_update(front):
    front.fetch.dossiers = rows(2)
    poller = poller_of(front)
    await poller.once()
    front.fetch.dossiers[1] = raw(dossier(MaHoSo="1", TrangThaiHoSo="9"))
    await poller.once()
    assert [o.content_type for o in front.intake.offers] == [ADD, ADD, UPDATE]


async def test_the_window_goes_back_some_days_and_catches_up(front):
    poller = poller_of(front)
    await poller.once()
    first = front.fetch.asked[-1]
    assert (first["tuNgay"], first["denNgay"]) == ("20191130000000", "20191203235959")
    front.clock.step(10 * DAY)
    await poller.once()
    later = front.fetch.asked[-1]
    assert (later["tuNgay"], later["denNgay"]) == ("20191130000000", "20191213235959")
    await poller.once()
    assert front.fetch.asked[-1]["tuNgay"] == "20191210000000"


async def test_two_fronts_never_fetch_at_once(front):
    front.fetch.dossiers = rows(3)
    other = MemoryMarks("two", front.marks.marks, front.marks.leases)
    beside = PortalFront(front.settings, front.intake, front.evidence, other)
    beside.fetch, beside.clock = PortalSide(dossiers=rows(3)), front.clock
    assert await poller_of(front).once()
    assert await poller_of(beside).once()
    assert not beside.fetch.calls
    front.clock.step(121)
    assert await poller_of(beside).once()
    assert beside.fetch.calls
    assert len(front.intake.offers) == 3


class Crash(BaseException):
    """The process ends."""


class Crashing:
    """Counts the steps of every port and ends the process at one of them."""

    def __init__(self, at: int) -> None:
        self.left = at

    def step(self, _call: object = None) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash


class CrashingIntake(ListeningIntake):
    """Ends before or after the commit."""

    crashing = Crashing(-1)

    async def accept(self, offer):
        self.crashing.step()
        taken = await super().accept(offer)
        self.crashing.step()
        return taken


class CrashingMarks(MemoryMarks):
    """Ends before or after the mark is set."""

    crashing = Crashing(-1)

    async def swap(self, name, old, new):
        self.crashing.step()
        swapped = await super().swap(name, old, new)
        self.crashing.step()
        return swapped

    async def read(self, name):
        self.crashing.step()
        return await super().read(name)


class CrashingEvidence(MemoryEvidence):
    """Ends before or after the bytes are kept."""

    crashing = Crashing(-1)

    async def keep(self, chunks, limit):
        self.crashing.step()
        kept = await super().keep(chunks, limit)
        self.crashing.step()
        return kept


async def test_a_crash_at_any_step_loses_nothing_and_takes_nothing_twice(front):
    front.fetch.dossiers = rows(12)
    whole, at = 0, 0
    while not whole:
        at += 1
        crashing = Crashing(at)
        parts = CrashingIntake(), CrashingEvidence(), CrashingMarks()
        for part in parts:
            part.crashing = crashing
        intake, evidence, marks = parts
        portal = PortalSide(dossiers=front.fetch.dossiers, before=crashing.step)
        one = PortalFront(front.settings, intake, evidence, marks, fetch=portal)
        try:
            await poller_of(one).once()
            whole = crashing.left > 0
        except Crash:
            pass
        crashing.left = -1
        assert await poller_of(one).once()
        assert [o.content_type for o in intake.offers] == [ADD] * 12
    assert at > 80


@pytest.mark.parametrize("trouble", [JournalUnavailable, EvidenceUnavailable])
async def test_what_the_hub_cannot_take_now_comes_in_the_next_round(front, trouble):
    front.fetch.dossiers = rows(3)
    front.intake.troubles = [trouble("away")]
    poller = poller_of(front)
    assert not await poller.once()
    assert await poller.once()
    assert len(front.intake.offers) == 3


@pytest.mark.parametrize(
    "said",
    [
        (500, {}),
        (200, b"<html/>"),
        (200, b""),
        (200, {"error_code": 1, "message": "Lỗi"}),
        (200, {"error_code": 3, "message": "Tham số không hợp lệ"}),
        (200, {"error_code": 0, "data": "text"}),
        (200, {"error_code": 0, "data": [{}], "tongSoTrang": 9_999}),
        (200, b'{"error_code": 0, "data": [{"MaHoSo": 1}'),
    ],
)
async def test_a_portal_that_is_ill_is_asked_ever_less_often(front, said, caplog):
    poller = poller_of(front)
    poller._timer = Timer(jitter=lambda: 0.0)
    waits = []
    for _ in range(6):
        front.fetch.script = [said] * 3
        assert not await poller.once()
        waits.append(poller.wait())
    assert waits == [120, 240, 480, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]
    assert [r.message for r in caplog.records] == ["portal is away"]
    front.fetch.script = []
    assert await poller.once()
    assert poller.wait() == 60
    assert caplog.records[-1].message == "portal is back"


async def test_an_ill_row_is_taken_too_and_told_behind_the_door(front):
    front.fetch.dossiers = [b"{}", b'{"MaHoSo": ""}', b'{"MaHoSo": 1, "MaHoSo": 2}']
    for _ in range(2):
        assert await poller_of(front).once()
    assert len(front.intake.offers) == 3


async def test_a_dossier_over_the_limit_is_told_once_and_stops_nothing(front, caplog):
    front.limit = 5_000
    front.fetch.dossiers = [*rows(1), raw(dossier(MaHoSo="9", GhiChu="x" * 5_000))]
    front.fetch.dossiers += rows(3)[1:]
    for _ in range(3):
        assert await poller_of(front).once()
    assert len(front.intake.offers) == 3
    (told,) = [r for r in caplog.records if r.levelname == "ERROR"]
    assert told.message == "dossier of the portal too large"


async def test_pages_are_counted_where_the_portal_counts_them(front):
    full = json.dumps([dossier(MaHoSo=str(n)) for n in range(10)]).encode()
    page = b'{"error_code": 0, "tongSoTrang": "1", "data": ' + full + b"}"
    front.fetch.session = "session-0"
    front.fetch.script = [(200, page)]
    assert await poller_of(front).once()
    assert len(front.intake.offers) == 10
    assert not front.fetch.asked


async def test_nothing_of_a_dossier_is_logged(front, caplog):
    front.fetch.dossiers = rows(2)
    front.intake.troubles = [JournalUnavailable("away")]
    await poller_of(front).once()
    assert "Nguyễn Văn A" not in caplog.text


async def test_run_goes_on_until_it_is_cancelled(front):
    front.fetch.dossiers = rows(1)
    rounds: list[float] = []

    async def pause(seconds: float) -> None:
        rounds.append(seconds)
        if len(rounds) == 3:
            raise SourceUnavailable("the test is over")

    poller = poller_of(front)
    poller._timer = Timer(pause, lambda: 0.5)
    with pytest.raises(SourceUnavailable):
        await poller.run()
    assert rounds == [66.0] * 3


@pytest.mark.parametrize("seed", range(5))
async def test_a_careless_portal_gets_through_in_the_end(front, seed):
    """Lists that shift while they are read, lines twice, sessions that end, silence."""
    luck = random.Random(seed)
    wanted = rows(60)

    def careless(call: Call) -> None:
        luck.shuffle(wanted)
        front.fetch.dossiers = [*wanted, *luck.choices(wanted, k=3)]
        if luck.random() < 0.2:
            raise SourceUnavailable("no answer")
        if luck.random() < 0.2:
            front.fetch.session = "ended"
        if luck.random() < 0.1 and call.url != AUTH_URL:
            front.fetch.script = [(200, b"<html>busy</html>")]

    front.fetch.before = careless
    poller = poller_of(front)
    for _ in range(200):
        await poller.once()
        if len(front.intake.offers) == 60:
            break
    assert {o.digest for o in front.intake.offers} == set(map(digest_of, wanted))
    assert [o.content_type for o in front.intake.offers] == [ADD] * 60
