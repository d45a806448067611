"""What every adapter promises (STYLE.md 4.5), asked of each in ADAPTERS."""

import asyncio
import importlib
import logging
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache

import pytest
from aiohttp import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.edxml.schemas import NAMES
from hub.errors import (
    EvidenceUnavailable,
    JournalUnavailable,
    MalformedEnvelope,
    PermanentFailure,
    SourceUnavailable,
)
from hub.evidence.folder import FolderEvidence
from hub.journal.store import open_journal
from hub.judging import examine
from hub.judging.child import craft_of
from hub.judging.protocol import Setup
from hub.model.arrivals import Offer, Taken
from hub.model.decisions import Disposition
from hub.model.faults import Fault
from hub.model.frames import Entity, Frame
from hub.model.ids import AgencyCode, ArrivalId, Digest, digest_of
from hub.model.limits import Limits
from hub.model.policy import SecrecyPolicy, VerificationPolicy
from hub.model.receipts import Receipt
from hub.pipeline.intake import HubIntake
from hub.ports import Intake, Translate
from hub.rehearsal.catalogue import CASES, every
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Sample, Scene
from hub.resources import resource
from tests.contract.axis_sides import AxisSide, SoapSide
from tests.contract.folder_side import FolderSide
from tests.contract.mail_sides import MailboxSide, MailPushSide
from tests.contract.portal_sides import PortalPollSide, PortalPushSide
from tests.contract.pull_sides import LgspSide, VxpSide
from tests.contract.sides import OURS, THEIRS, Item, Mood, Side
from tests.fakes.outsides import NOON, MemoryEvidence, SteppingClock

ITEM = Item("id-1", b"<edXML/>")
RECEIPT = Receipt(
    id="receipt-1",
    hub=AgencyCode("000.90.37.H40"),
    arrival=ArrivalId("a" * 32),
    door_id="id-1",
    sha256=Digest("0" * 64),
    outcome=Disposition.REFUSE,
    at=NOON,
    rule="signatures",
)

#: Every door there is; the rules are asked of each.
ADAPTERS: tuple[type[Side], ...] = (
    AxisSide,
    SoapSide,
    VxpSide,
    LgspSide,
    FolderSide,
    PortalPushSide,
    PortalPollSide,
    MailPushSide,
    MailboxSide,
)
each_adapter = pytest.mark.parametrize("side", ADAPTERS)


@pytest.fixture(scope="module")
def samples() -> dict[str, Sample]:
    return {sample.name: sample for sample in every(Scene(Pki.make(DEFAULT_AT)))}


class Crash(Exception):
    """The process ends here: what no door knows how to answer."""


@dataclass
class DoubtfulIntake:
    """Implements the port Intake: raises its troubles first, waits where told to."""

    inner: Intake
    troubles: list[Exception] = field(default_factory=list)
    may_go_on: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    offers: list[Offer] = field(default_factory=list)
    #: "before" or "after" the commit, or "".
    crash: str = ""

    async def accept(self, offer: Offer) -> Taken:
        self.asked.set()
        if self.crash == "before":
            raise Crash
        if self.troubles:
            raise self.troubles.pop(0)
        if self.may_go_on:
            await self.may_go_on.wait()
        self.offers.append(offer)
        taken = await self.inner.accept(offer)
        if self.crash:
            raise Crash
        return taken


@pytest.fixture
async def intake(tmp_path):
    """The real intake over a journal of its own."""
    url = f"sqlite:///{tmp_path}/journal.db"
    async with open_journal(url, migrate=True) as store:
        yield DoubtfulIntake(HubIntake(store.journal, SteppingClock()))


@pytest.fixture
def evidence(tmp_path):
    return FolderEvidence(tmp_path / "evidence")


@each_adapter
async def test_what_is_taken_is_kept_as_it_came(side, samples, intake, evidence):
    async with side.open(intake, evidence) as one:
        sample = samples["report-signed"]
        item = Item("id-1", sample.xml, sample.content_type)
        assert await one.bring(item)
    (offer,) = intake.offers
    assert evidence.path(offer.digest).read_bytes() == one.has_taken(item)
    assert digest_of(one.has_taken(item)) == offer.digest
    assert offer.source.door == side.door


@each_adapter
@pytest.mark.parametrize("trouble", [JournalUnavailable, EvidenceUnavailable])
async def test_what_the_hub_cannot_take_stays_with_the_source(
    side, intake, evidence, trouble
):
    intake.troubles = [trouble("away"), trouble("away")]
    async with side.open(intake, evidence) as one:
        assert [await one.bring(ITEM) for _ in range(2)] == [None, None]
        assert not intake.offers
        arrival = await one.bring(ITEM)
    assert arrival
    assert len(intake.offers) == 1


class FullDisk(MemoryEvidence):
    """Keeps nothing."""

    async def keep(self, chunks, limit):
        async for _ in chunks:
            continue
        raise EvidenceUnavailable("no space left")


@each_adapter
async def test_what_cannot_be_kept_is_never_called_taken(side, intake):
    async with side.open(intake, FullDisk()) as one:
        assert await one.bring(ITEM) is None
    assert not intake.offers


@each_adapter
async def test_taken_is_said_only_after_accept_returned(side, intake, evidence):
    intake.may_go_on = asyncio.Event()
    async with side.open(intake, evidence) as one:
        bringing = asyncio.create_task(one.bring(ITEM))
        await intake.asked.wait()
        done, _ = await asyncio.wait([bringing], timeout=0.2)
        assert not done
        intake.may_go_on.set()
        assert await bringing


@each_adapter
async def test_the_same_item_twice_is_the_same_arrival(side, intake, evidence):
    async with side.open(intake, evidence) as one:
        first = await one.bring(ITEM)
        assert first
        assert await one.bring(ITEM) == first
        both = await asyncio.gather(one.bring(ITEM), one.bring(ITEM))
        assert set(both) == {first}
        assert await one.bring(replace(ITEM, id="id-2")) != first


@each_adapter
async def test_a_broken_off_transfer_is_not_taken(side, intake, evidence):
    intake.may_go_on = asyncio.Event()
    async with side.open(intake, evidence) as one:
        bringing = asyncio.create_task(one.bring(ITEM))
        await intake.asked.wait()
        bringing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await bringing
        intake.may_go_on.set()
        assert await one.bring(ITEM)


@each_adapter
async def test_what_is_too_large_is_not_taken_and_the_next_one_flows(
    side, intake, evidence
):
    async with side.open(intake, evidence, limit=4_000) as one:
        large = Item("large", b"<edXML>" + b"x" * 8_000 + b"</edXML>")
        assert await one.bring(large) is None
        assert not intake.offers
        assert await one.bring(ITEM)


@pytest.mark.parametrize("side", [a for a in ADAPTERS if a.knocks])
async def test_a_stranger_is_let_in_by_no_door(side, intake, evidence):
    async with side.open(intake, evidence) as one:
        assert await one.bring_as_a_stranger(ITEM) is None
        assert not intake.offers
        assert await one.bring(ITEM)


@each_adapter
@pytest.mark.parametrize("after", [False, True])
async def test_a_crash_before_or_after_the_commit_loses_nothing_and_takes_once(
    side, intake, evidence, after
):
    async with side.open(intake, evidence) as one:
        intake.crash = "after" if after else "before"
        with suppress(Crash, OSError, ClientError, asyncio.CancelledError):
            assert await one.bring(ITEM) is None
        intake.crash = ""
        arrival = await one.bring(ITEM)
        assert arrival
        assert await one.bring(ITEM) == arrival


def translator_of(side: type[Side]) -> Translate:
    """As the judging child finds it."""
    module, _, name = side.translator.partition(":")
    found: Translate = getattr(importlib.import_module(module), name)
    return found


def translated(side: type[Side], sample: Sample) -> Frame | Fault:
    entity = Entity(sample.content_type, sample.xml, ground=side.ground)
    try:
        return translator_of(side)(entity, Limits())
    except MalformedEnvelope as error:
        return error.fault


@each_adapter
@pytest.mark.parametrize("name", CASES)
def test_translation_is_pure_and_never_touches_what_was_signed(side, samples, name):
    asked = side.samples(samples)[name]
    first = translated(side, asked)
    assert translated(side, asked) == first
    if isinstance(first, Frame) and side.speaks_edxml and side.door != "axis-soap":
        assert first.xml in samples[name].xml


@cache
def craft_for(side: type[Side]) -> examine.Craft:
    return craft_of(
        Setup(
            translators={side.door: side.translator},
            limits=Limits(),
            verification=VerificationPolicy(),
            secrecy=SecrecyPolicy(),
            policy_version="",
            hub_code="000.90.37.H40",
            schemas={n: resource("schemas", n).read_bytes() for n in NAMES},
            grounds={"": dict(side.ground)},
        )
    )


def read(side, content_type: str, data: bytes) -> str:
    """Read it as the child would; anything but an envelope or a fault escapes."""
    matter = examine.Matter(data, side.door, content_type, NOON)
    try:
        return examine.read(matter, craft_for(side)).envelope.kind
    except MalformedEnvelope as error:
        return error.fault.code


@each_adapter
@pytest.mark.parametrize("name", CASES)
def test_every_odd_sample_ends_in_an_envelope_or_a_fault(side, samples, name):
    sample = side.samples(samples)[name]
    assert read(side, sample.content_type, sample.xml)
    for content_type in side.content_types:
        assert read(side, content_type, sample.xml)


@each_adapter
@given(
    name=st.sampled_from(["status-03", "revoke", "family-b", "report-unsigned"]),
    at=st.floats(0, 1),
    put=st.one_of(
        st.binary(max_size=4),
        st.sampled_from([b"<", b"]]>", b"<!--", b"<?x", b"&#0;", b'"', b"\x00"]),
    ),
    cut=st.integers(0, 60),
)
@settings(max_examples=25, deadline=None)
def test_a_damaged_sample_ends_in_an_envelope_or_a_fault(
    samples, side, name, at, put, cut
):
    sample = side.samples(samples)[name]
    place = int(at * len(sample.xml))
    data = sample.xml[:place] + put + sample.xml[place + cut :]
    assert read(side, sample.content_type, data)


@each_adapter
async def test_the_source_hears_a_receipt_once_it_listens(side, intake, evidence):
    async with side.open(intake, evidence) as one:
        await one.adapter.answer(one.receipt(RECEIPT))
        assert RECEIPT.id.encode() in one.heard[0]


@each_adapter
async def test_a_source_that_is_down_is_unavailable(side, intake, evidence):
    async with side.open(intake, evidence, down=True) as one:
        with pytest.raises(SourceUnavailable):
            await one.adapter.answer(one.receipt(RECEIPT))


@each_adapter
@pytest.mark.parametrize("mood", [Mood.NOT_NOW, Mood.WRONG_TOKEN])
async def test_a_source_that_says_not_now_is_tried_again(side, intake, evidence, mood):
    async with side.open(intake, evidence) as one:
        one.be(mood if mood in side.moods else Mood.NOT_NOW)
        with pytest.raises(SourceUnavailable):
            await one.adapter.answer(one.receipt(RECEIPT))


@pytest.mark.parametrize("side", [a for a in ADAPTERS if Mood.NEVER in a.moods])
async def test_a_source_that_will_never_take_it_is_not_tried_again(
    side, intake, evidence
):
    async with side.open(intake, evidence) as one:
        one.be(Mood.NEVER)
        with pytest.raises(PermanentFailure):
            await one.adapter.answer(one.receipt(RECEIPT))


@each_adapter
async def test_secrets_are_in_no_repr_no_log_and_no_error(
    side, intake, evidence, caplog
):
    with caplog.at_level(logging.DEBUG):
        async with side.open(intake, evidence) as one:
            await one.bring(ITEM)
            intake.troubles = [JournalUnavailable("away")]
            await one.bring(replace(ITEM, id="id-2"))
            one.be(Mood.NOT_NOW)
            with pytest.raises(SourceUnavailable) as caught:
                await one.adapter.answer(one.receipt(RECEIPT))
            shown = repr(one.adapter) + repr(caught.value) + str(caught.value)
    shown += repr([vars(record) for record in caplog.records]) + caplog.text
    assert OURS not in shown
    assert THEIRS not in shown


@each_adapter
async def test_cancelled_it_stops_within_a_second(side, intake, evidence):
    async with side.open(intake, evidence) as one:
        one.be(Mood.SILENT if Mood.SILENT in side.moods else Mood.WELL)
        answering = asyncio.create_task(one.adapter.answer(one.receipt(RECEIPT)))
        running = asyncio.create_task(one.adapter.run())
        async with asyncio.timeout(10):
            while not one.heard:
                await asyncio.sleep(0.01)
        assert not running.done()
        for task in (answering, running):
            task.cancel()
        done, late = await asyncio.wait([answering, running], timeout=1)
        assert not late
        assert running in done
        assert running.cancelled()


@each_adapter
async def test_it_is_ready_or_says_what_a_person_must_do(side, intake, evidence):
    async with side.open(intake, evidence) as one:
        assert await one.adapter.check() == []
        assert one.adapter.name
