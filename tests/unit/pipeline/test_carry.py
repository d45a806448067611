"""Carrying one arrival: examined, decided, recorded once."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from hub.errors import ClaimLost, JournalRefused, TemporaryFailure
from hub.model.arrivals import Door, Source
from hub.model.decisions import Disposition, Earlier, History, Lane
from hub.model.documents import Identity
from hub.model.envelopes import (
    Business,
    Envelope,
    Family,
    Kind,
    Organization,
    OtherInfo,
)
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.findings import (
    Chain,
    Covered,
    Finding,
    Revocation,
    SignatureKind,
    Signer,
    Slot,
    SubIndication,
)
from hub.model.ids import AgencyCode, Digest, DocumentKey
from hub.model.records import DeskName, OutboxKind, Tag
from hub.model.verdicts import Verdict
from hub.pipeline.carry import (
    CarriedTooOften,
    Carrier,
    Ground,
    NeverTaken,
    Outsides,
)
from hub.pipeline.gather import Gatherer
from hub.pipeline.keeping import Keeper, manifest_of
from hub.registry.reading import read_agencies
from hub.resources import resource
from hub.rules.reading import read_policy
from tests.fakes.fetching import AnsweringFetch
from tests.fakes.means import means
from tests.fakes.outsides import (
    NOON,
    KnownTrust,
    MemoryEvidence,
    MemoryJournal,
    ReadyJudge,
    SteppingClock,
    arrival,
)

AXIS = Source("truc-tinh", Door("axis-rest"), carrier=True)
SIGNED = Finding(
    kind=SignatureKind.XML,
    place="edXMLHeader/Signature[1]",
    slot=Slot.SIGNATURE,
    intact=True,
    covers=(Covered.DOCUMENT,),
    chain=Chain.TRUSTED,
    revocation=Revocation.GOOD,
)
BROKEN = replace(SIGNED, intact=False)


def organization(code: str) -> Organization:
    return Organization(AgencyCode(code))


def envelope(type_name: str = "Báo cáo", **changes) -> Envelope:
    values = {
        "family": Family.LAYERED,
        "kind": Kind.NEW,
        "sender": organization("000.00.12.H40"),
        "receivers": (organization("000.00.37.H40"), organization("000.01.37.H40")),
        "document_id": "000.00.12.H40,2019/12/02,218/BC-SNN",
        "subject": "V/v xây dựng nông thôn mới",
        "number": "218",
        "notation": "BC-SNN",
        "promulgated_text": "2019/12/02",
        "type_name": type_name,
        "business": Business(paper=0),
    }
    return Envelope(**{**values, **changes})


def examined(found=(SIGNED,), told: Envelope | None = None, **changes) -> Examined:
    values = {
        "digest": Digest("1" * 64),
        "envelope": told or envelope(),
        "verdict": Verdict(findings=tuple(found)),
        "identity": Identity(DocumentKey("a" * 64), Digest("b" * 64)),
    }
    return Examined(**{**values, **changes})


class Bench:
    """A carrier whose outsides are all visible."""

    def __init__(self, folder, answer: Examined) -> None:
        self.journal = MemoryJournal()
        self.evidence = MemoryEvidence()
        self.judge = ReadyJudge(answer, folder)
        self.trust = KnownTrust()
        policy = read_policy(resource("config", "policy.yaml").read_bytes())
        registry = read_agencies(resource("config", "agencies.yaml").read_bytes())
        self.fetch, self.clock = AnsweringFetch(), SteppingClock()
        gatherer = Gatherer(
            self.journal,
            self.fetch,
            self.evidence,
            self.clock,
            limit=1000,
            total=2000,
            patience=timedelta(days=3),
        )
        self.carrier = Carrier(
            Outsides(
                self.journal,
                self.evidence,
                self.judge,
                self.trust,
                gatherer,
                Keeper(self.evidence, self.clock, means()),
                self.clock,
            ),
            Ground(policy, registry, {AXIS.name: AXIS}, "000.90.37.H40", "http://hub"),
        )

    async def carry(self):
        decision = await self.carrier.carry(arrival())
        return decision, self.journal.concluded[-1]


@pytest.fixture
def bench(tmp_path):
    return lambda answer: Bench(tmp_path, answer)


def kinds(conclusion) -> list[OutboxKind]:
    return [row.kind for row in conclusion.outbox]


async def test_a_signed_report_goes_to_each_receiver_without_paper(bench):
    decision, done = await bench(examined()).carry()
    assert decision.disposition is Disposition.DELIVER
    assert kinds(done) == [OutboxKind.DELIVER, OutboxKind.DELIVER, OutboxKind.ANSWER]
    assert [row.agency for row in done.outbox[:2]] == ["000.00.37.H40", "000.01.37.H40"]
    assert done.outbox[0].headers["paper"] == 0
    assert done.paper == ()
    assert done.desk == ()


async def test_the_body_is_kept_before_the_transaction_that_names_it(bench):
    bench = bench(examined())
    _, done = await bench.carry()
    digest = done.outbox[0].body
    assert bench.evidence.kept[digest] == b"<edXML/>"
    assert done.outbox[0].headers["body_sha256"] == digest
    claims = "http://hub/agencies/v1/claims"
    assert done.outbox[0].headers["claim_url"] == f"{claims}/{arrival().digest}"
    assert done.outbox[0].headers["body_url"] == f"{claims}/{digest}"


async def test_a_signed_decision_opens_a_paper_task_for_each_receiver(bench):
    told = envelope("Quyết định", number="12", notation="QĐ-UBND")
    bench = bench(examined(told=told))
    decision, done = await bench.carry()
    assert bench.judge.flags == [1]
    assert decision.paper.flag == 1
    assert [task.agency for task in done.paper] == ["000.00.37.H40", "000.01.37.H40"]


async def test_a_broken_signature_is_refused_and_only_the_sender_hears(bench):
    decision, done = await bench(examined(found=[BROKEN])).carry()
    assert decision.disposition is Disposition.REFUSE
    assert kinds(done) == [OutboxKind.ANSWER]
    assert done.outbox[0].headers["code"] == "signature-broken"
    assert "không hợp lệ" in done.outbox[0].headers["text_vi"]


async def test_a_receipt_names_the_document_so_that_a_status_can_be_made_of_it(bench):
    _, done = await bench(examined(found=[BROKEN])).carry()
    _, secret = await bench(examined(told=envelope(secrecy="Mật"))).carry()
    names = ("sender", "document_id", "notation", "promulgated")
    assert [done.outbox[0].headers[name] for name in names] == [
        "000.00.12.H40",
        "000.00.12.H40,2019/12/02,218/BC-SNN",
        "218/BC-SNN",
        "2019/12/02",
    ]
    assert {secret.outbox[0].headers[name] for name in names} == {""}


async def test_what_cannot_be_read_is_refused_with_its_code_and_place(bench):
    answer = Examined(Digest("1" * 64), fault=Fault(FaultCode.DOCTYPE, "byte 39"))
    _, done = await bench(answer).carry()
    receipt = done.outbox[0].headers
    assert (receipt["code"], receipt["place"]) == ("doctype", "byte 39")
    assert done.document is None


async def test_a_held_document_is_on_a_desk_and_on_no_queue(bench):
    stranger = replace(SIGNED, chain=Chain.UNKNOWN)
    _, done = await bench(examined(found=[stranger])).carry()
    assert kinds(done) == [OutboxKind.ANSWER]
    assert [item.desk for item in done.desk] == [DeskName.HELD]


async def test_a_secret_calls_an_operator_and_leaves_no_word_of_itself(bench):
    _, done = await bench(examined(told=envelope(secrecy="Mật"))).carry()
    assert kinds(done) == [OutboxKind.ANSWER, OutboxKind.ALERT]
    assert [item.desk for item in done.desk] == [DeskName.SECRET]
    tags = [entry.tag for entry in done.entries]
    assert tags == [Tag.DOCUMENT_DECIDED, Tag.DESK_OPENED]
    assert done.document.secret
    assert "nông thôn" not in repr(done)
    assert "218" not in repr(done.document)


async def test_texts_that_may_be_personal_stand_only_in_particulars(bench):
    _, done = await bench(examined()).carry()
    read = next(e for e in done.entries if e.tag is Tag.ARRIVAL_READ)
    assert read.particulars["subject"] == "V/v xây dựng nông thôn mới"
    assert "nông thôn" not in repr([e.facts for e in done.entries])


async def test_who_lost_the_race_decides_again_and_writes_once(bench):
    bench = bench(examined())
    bench.journal.moves = 2
    await bench.carry()
    assert len(bench.journal.concluded) == 1


async def test_who_lost_the_claim_writes_nothing(bench):
    bench = bench(examined())
    bench.journal.lost = True
    with pytest.raises(ClaimLost):
        await bench.carrier.carry(arrival())
    assert not bench.journal.concluded


async def test_carrying_twice_gives_the_same_ids_and_bytes(bench):
    bench = bench(examined())
    _, once = await bench.carry()
    _, again = await bench.carry()
    assert [r.id for r in once.outbox] == [r.id for r in again.outbox]
    assert once == again


async def test_delivered_is_said_only_after_every_delivery_has_left(bench):
    _, done = await bench(examined()).carry()
    assert done.outbox[-1].kind is OutboxKind.ANSWER
    assert done.outbox[-1].follows == "a" * 64
    _, refused = await bench(examined(found=[BROKEN])).carry()
    assert refused.outbox[-1].follows is None


async def test_a_twin_is_discarded_and_its_source_hears_what_the_first_heard(bench):
    bench = bench(examined())
    had = (AgencyCode("000.00.37.H40"), AgencyCode("000.01.37.H40"))
    earlier = Earlier(DocumentKey("a" * 64), Digest("b" * 64), Disposition.DELIVER, had)
    bench.journal.history = History(version=1, earlier=earlier)
    decision, done = await bench.carry()
    assert decision.disposition is Disposition.DISCARD
    assert kinds(done) == [OutboxKind.ANSWER]
    assert done.outbox[0].headers["outcome"] == "deliver"
    assert tuple(done.outbox[0].headers["delivered_to"]) == had
    assert done.document is None, "the first decision stands"


async def test_other_content_under_a_known_id_is_held_and_overwrites_nothing(bench):
    bench = bench(examined())
    earlier = Earlier(
        DocumentKey("a" * 64),
        Digest("c" * 64),
        Disposition.DELIVER,
        (AgencyCode("000.00.37.H40"),),
    )
    bench.journal.history = History(version=1, earlier=earlier)
    decision, done = await bench.carry()
    assert (decision.disposition, decision.rule) == (Disposition.HOLD, "other-content")
    assert done.document is None


async def test_released_other_content_leaves_under_an_id_of_its_own(bench):
    bench = bench(examined())
    _, first = await bench.carry()
    bench.judge.answer = examined(
        identity=Identity(DocumentKey("a" * 64), Digest("c" * 64))
    )
    earlier = Earlier(
        DocumentKey("a" * 64),
        Digest("b" * 64),
        Disposition.DELIVER,
        (AgencyCode("000.00.37.H40"),),
    )
    bench.journal.history = History(version=1, earlier=earlier, released=True)
    _, second = await bench.carry()
    assert not {r.id for r in first.outbox} & {r.id for r in second.outbox}
    assert kinds(second).count(OutboxKind.DELIVER) == 2


async def test_an_urgent_document_takes_the_urgent_lane(bench):
    told = envelope(other=OtherInfo(priority=3))
    _, done = await bench(examined(told=told)).carry()
    assert done.outbox[0].lane is Lane.URGENT


async def test_a_pointer_to_what_is_done_is_forgotten(bench):
    assert await bench(examined()).carrier.take(arrival().id) is None


async def test_a_pointer_to_an_arrival_leads_to_its_conclusion(bench):
    bench = bench(examined())
    bench.journal.arrivals = {arrival().id: arrival()}
    decision = await bench.carrier.take(arrival().id)
    assert decision.disposition is Disposition.DELIVER
    assert bench.trust.asked, "knowledge is gathered before judging"


async def test_trouble_that_passes_gives_the_claim_back_and_comes_again(bench):
    bench = bench(examined())
    bench.journal.arrivals = {arrival().id: arrival()}
    bench.trust.trouble = TemporaryFailure("responder away")
    assert await bench.carrier.take(arrival().id) is None
    assert bench.journal.postponed == [NOON + timedelta(seconds=5)]
    assert not bench.journal.concluded


async def test_what_the_journal_will_never_take_is_a_bug_for_a_person(bench):
    bench = bench(examined())
    bench.journal.arrivals = {arrival().id: arrival()}
    bench.trust.trouble = JournalRefused("DBAPIError")
    with pytest.raises(NeverTaken):
        await bench.carrier.take(arrival().id)
    assert not bench.journal.postponed


async def test_what_never_comes_to_an_end_is_a_bug_for_a_person(bench):
    bench = bench(examined())
    bench.journal.arrivals = {arrival().id: arrival(claims=21)}
    with pytest.raises(CarriedTooOften):
        await bench.carrier.take(arrival().id)


async def test_only_two_are_claimed_however_many_pointers_are_taken(bench):
    bench = bench(examined())
    numbers = range(1, 6)
    bench.journal.arrivals = {arrival(n).id: arrival(n) for n in numbers}
    bench.trust.gate = asyncio.Event()
    taking = [asyncio.create_task(bench.carrier.take(arrival(n).id)) for n in numbers]
    await asyncio.sleep(0.05)
    assert len(bench.journal.arrivals) == 3, "two of five are claimed"
    bench.trust.gate.set()
    assert all(await asyncio.gather(*taking))


async def test_a_source_taken_out_of_the_settings_speaks_for_nobody(bench):
    bench = bench(examined())
    decision = await bench.carrier.carry(arrival(source="truc-cu"))
    assert decision.reason.code is FaultCode.SENDER_NOT_ALLOWED


async def test_the_decision_names_the_versions_it_rests_on(bench):
    decision, _ = await bench(examined()).carry()
    assert len(decision.policy_version) == len(decision.registry_version) == 64


async def test_what_it_was_judged_by_is_kept_before_it_is_named(bench):
    on = bench(examined())
    _, done = await on.carry()
    (judged,) = [e for e in done.entries if e.tag is Tag.ENVELOPE_JUDGED]
    manifest = await manifest_of(on.evidence, judged.facts["knowledge"])
    assert manifest.trust_version == "trust-1"
    assert manifest.items <= set(on.evidence.kept)


LACKING = replace(
    SIGNED, revocation=Revocation.UNAVAILABLE, reasons=(SubIndication.TRY_LATER,)
)


async def test_what_lacks_revocation_data_is_delivered_and_to_be_judged_again(bench):
    decision, done = await bench(examined(found=[LACKING])).carry()
    assert decision.disposition is Disposition.DELIVER
    told = done.open_verdict
    assert (told.document, told.headline) == ("a" * 64, "indeterminate")
    assert told.due_at == NOON + timedelta(minutes=10)
    assert told.until == NOON + timedelta(days=30)


async def test_a_verdict_that_says_all_is_never_judged_again_by_itself(bench):
    for found in ([SIGNED], [BROKEN], []):
        _, done = await bench(examined(found=found)).carry()
        assert done.open_verdict is None


async def test_what_is_held_for_another_reason_waits_for_revocation_data_too(bench):
    stranger = replace(SIGNED, chain=Chain.UNKNOWN)
    decision, done = await bench(examined(found=[stranger, LACKING])).carry()
    assert decision.disposition is Disposition.HOLD
    assert done.open_verdict is not None


async def test_neither_refused_nor_secret_nor_twin_is_judged_again(bench):
    _, refused = await bench(examined(found=[BROKEN, LACKING])).carry()
    told = envelope(secrecy="Mật")
    _, secret = await bench(examined(found=[LACKING], told=told)).carry()
    twin = bench(examined(found=[LACKING]))
    everybody = (AgencyCode("000.00.37.H40"), AgencyCode("000.01.37.H40"))
    key, content = DocumentKey("a" * 64), Digest("b" * 64)
    before = Earlier(key, content, Disposition.DELIVER, everybody)
    twin.journal.history = History(1, before)
    decision, copy = await twin.carry()
    assert decision.disposition is Disposition.DISCARD
    assert {refused.open_verdict, secret.open_verdict, copy.open_verdict} == {None}


async def test_who_waits_for_the_same_authority_can_be_told_from_others(bench):
    def signed_by(issuer: str) -> Finding:
        signer = Signer("a", "b", "1", issuer, "f", NOON, NOON, is_organization=True)
        return replace(LACKING, signer=signer)

    waits = []
    for found in ([signed_by("CN=1")], [signed_by("CN=1")] * 2, [signed_by("CN=2")]):
        _, done = await bench(examined(found=found)).carry()
        waits.append(done.open_verdict.waits_for)
    assert waits[0] == waits[1] != waits[2]


async def test_judging_again_fetches_no_remote_file(bench):
    bench = bench(examined())
    bench.judge.wants = ("https://portal.example/1",)
    judged = await bench.carrier.judge_again(arrival())
    assert [f.fault.code for f in judged.files] == [FaultCode.FILE_UNAVAILABLE]
    assert not bench.fetch.downloads
