"""Judging again what was left open: what counts as changed, who hears it, when next."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import TrustUnavailable
from hub.model.decisions import Lane
from hub.model.documents import Identity
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.findings import (
    Chain,
    Finding,
    Indication,
    Revocation,
    SignatureKind,
    Slot,
    SubIndication,
)
from hub.model.ids import AgencyCode, Digest, DocumentKey, digest_of
from hub.model.notices import VerdictNotice
from hub.model.records import DeskName, OutboxKind, Tag
from hub.model.rejudging import Holder, OpenCase, Patience, Turn, VerdictState
from hub.model.verdicts import Headline, Verdict
from hub.pipeline.carry import Judged
from hub.pipeline.facts import verdict_facts
from hub.pipeline.rejudge import RejudgedTooOften, Rejudger, RejudgeTerms
from hub.pipeline.turns import turn
from hub.resources import resource
from tests.fakes.outsides import (
    NOON,
    MemoryEvidence,
    MemoryVerdicts,
    SteppingClock,
    arrival,
)
from tests.unit.pipeline.test_carry import SIGNED, envelope

KEY = DocumentKey("a" * 64)
OPEN = replace(
    SIGNED,
    revocation=Revocation.UNAVAILABLE,
    reasons=(SubIndication.TRY_LATER,),
)
REVOKED = replace(
    SIGNED, revocation=Revocation.REVOKED, reasons=(SubIndication.REVOKED,)
)
ANNEX = Finding(
    kind=SignatureKind.PDF,
    place="attachment 2, Signature1",
    slot=Slot.SIGNATURE,
    attachment=2,
    intact=True,
    chain=Chain.TRUSTED,
    revocation=Revocation.UNAVAILABLE,
    reasons=(SubIndication.TRY_LATER,),
)
HOLDER = Holder("message-1", AgencyCode("000.00.37.H40"), "ubnd-huyen", Lane.ORDINARY)
OTHER = Holder("message-2", AgencyCode("000.01.37.H40"), "xa-giao-an", Lane.ORDINARY)


def examined(*findings: Finding, **changes: object) -> Examined:
    values: dict[str, object] = {
        "digest": Digest("1" * 64),
        "envelope": envelope(),
        "verdict": Verdict(findings=findings, at=NOON),
        "identity": Identity(KEY, Digest("b" * 64)),
    }
    return Examined(**{**values, **changes})  # type: ignore[arg-type] # a test's changes


def case(before: Examined | None = None, **changes: object) -> OpenCase:
    """An open verdict as the journal hands it out: its facts have been JSON."""
    told = verdict_facts(before or examined(OPEN))
    facts = json.loads(msgspec.json.encode(told))
    values: dict[str, object] = {
        "arrival": arrival(),
        "document": KEY,
        "since": NOON,
        "until": NOON + timedelta(days=30),
        "tries": 0,
        "claim": "token",
        "claims": 1,
        "before": facts,
        "holders": (HOLDER, OTHER),
    }
    return OpenCase(**{**values, **changes})  # type: ignore[arg-type] # a test's changes


class Bench:
    """A rejudger whose outsides are all visible."""

    def __init__(self, answer: Examined | Exception, on: OpenCase | None = None):
        found = on or case()
        self.verdicts = MemoryVerdicts({found.arrival.id: found})
        self.evidence, self.clock = MemoryEvidence(), SteppingClock()
        self.answer = answer
        #: It judges until the claim was renewed.
        self.slow = False
        lease = timedelta(seconds=20)
        self.terms = RejudgeTerms(Patience(), lease, "http://hub")

    async def judge(self, _) -> Judged:
        if isinstance(self.answer, Exception):
            raise self.answer
        while self.slow and not self.verdicts.renewals:
            await asyncio.sleep(0)
        return Judged(self.answer, knowledge=Digest("d" * 64))

    async def take(self) -> Turn | None:
        rejudger = Rejudger(
            self.verdicts, self.judge, self.evidence, self.clock, self.terms
        )
        return await rejudger.take(arrival().id)

    @property
    def done(self):
        (done,) = self.verdicts.concluded
        return done


def kinds(done) -> list[OutboxKind]:
    return [row.kind for row in done.outbox]


async def test_the_data_came_and_all_is_well_agency_and_operator_hear_it():
    bench = Bench(examined(SIGNED))
    assert await bench.take() is Turn.BETTER
    done = bench.done
    assert (done.headline, done.state) == ("passed", VerdictState.SETTLED)
    assert kinds(done) == [OutboxKind.NOTICE, OutboxKind.NOTICE]
    assert [row.agency for row in done.outbox] == [HOLDER.agency, OTHER.agency]
    (item,) = done.desk
    assert (item.desk, item.reason) == (DeskName.VERDICT, "verdict-better")
    assert [e.tag for e in done.entries] == [
        Tag.ENVELOPE_JUDGED_AGAIN,
        Tag.DESK_OPENED,
    ]


async def test_a_revoked_certificate_calls_an_operator_at_once():
    bench = Bench(examined(REVOKED))
    assert await bench.take() is Turn.WORSE
    done = bench.done
    assert (done.headline, done.state) == ("failed", VerdictState.SETTLED)
    assert kinds(done) == [OutboxKind.NOTICE, OutboxKind.NOTICE, OutboxKind.ALERT]
    assert done.outbox[-1].headers["matter"] == "verdict-worse"
    assert done.desk[0].reason == "verdict-worse"


async def test_the_verdict_is_added_whole_beside_what_it_was_before():
    bench = Bench(examined(REVOKED))
    await bench.take()
    facts = bench.done.entries[0].facts
    assert (facts["headline"], facts["before"]) == ("failed", "indeterminate")
    assert list(facts["findings"][0]["reasons"]) == ["REVOKED"]
    assert facts["knowledge"] == "d" * 64, "what it was judged by can be had again"


async def test_a_notice_says_in_vietnamese_what_changed_and_about_what():
    bench = Bench(examined(REVOKED))
    await bench.take()
    row = bench.done.outbox[0]
    assert (row.target, row.lane, row.follows) == ("ubnd-huyen", Lane.ORDINARY, KEY)
    assert row.headers["kind"] == "notice"
    assert row.headers["about"] == "message-1"
    claims = "http://hub/agencies/v1/claims"
    assert row.headers["claim_url"] == f"{claims}/{arrival().digest}"
    assert row.headers["verdict"] == "failed"
    assert row.headers["verdict_before"] == "indeterminate"
    body = bench.evidence.kept[row.body]
    assert digest_of(body) == row.headers["body_sha256"]
    told = json.loads(body)
    assert told["document_id"] == "000.00.12.H40,2019/12/02,218/BC-SNN"
    assert told["original_sha256"] == arrival().digest
    assert "KHÔNG hợp lệ" in told["text_vi"]
    assert told["signatures"] == [
        {
            "place": SIGNED.place,
            "attachment": None,
            "indication": "TOTAL_FAILED",
            "reasons": ["REVOKED"],
            "indication_before": "INDETERMINATE",
        }
    ]


async def test_every_notice_has_an_id_of_its_own_and_every_try_the_same():
    one, again, later = Bench(examined(REVOKED)), Bench(examined(REVOKED)), NOON
    await one.take()
    await again.take()
    ids = [row.id for row in one.done.outbox]
    assert ids == [row.id for row in again.done.outbox]
    assert len(set(ids)) == len(ids)
    verdict = Verdict(findings=(REVOKED,), at=later + timedelta(days=1))
    other = Bench(examined(verdict=verdict))
    await other.take()
    assert not set(ids) & {row.id for row in other.done.outbox}


async def test_nothing_to_be_had_is_tried_again_ever_later():
    waits = []
    for tries in range(8):
        bench = Bench(examined(OPEN), case(tries=tries))
        assert await bench.take() is None
        ((due, counted),) = bench.verdicts.postponed
        assert counted == tries + 1
        waits.append((due - NOON).total_seconds() / 60)
    assert waits == [20, 40, 80, 160, 320, 360, 360, 360]


async def test_a_fresher_answer_that_says_the_same_is_no_change():
    older = replace(OPEN, revocation_at=NOON - timedelta(days=3), revocation_by="crl")
    newer = replace(older, revocation_at=NOON)
    bench = Bench(examined(newer), case(examined(older)))
    assert await bench.take() is None
    assert not bench.verdicts.concluded


async def test_a_part_that_came_is_told_and_the_rest_waits_further():
    bench = Bench(examined(SIGNED, ANNEX), case(examined(OPEN, ANNEX)))
    assert await bench.take() is Turn.BETTER
    assert bench.done.state is VerdictState.OPEN
    assert bench.done.due_at > NOON
    assert OutboxKind.NOTICE in kinds(bench.done)


async def test_open_for_another_reason_is_told_as_worse_than_only_waiting():
    other = replace(OPEN, reasons=(SubIndication.REVOKED_NO_POE,))
    bench = Bench(examined(other))
    assert await bench.take() is Turn.WORSE
    assert bench.done.headline == "indeterminate"


async def test_a_reason_of_the_same_weight_is_neither_better_nor_worse():
    before = replace(OPEN, reasons=(SubIndication.NO_POE,))
    after = replace(OPEN, reasons=(SubIndication.REVOKED_NO_POE,))
    bench = Bench(examined(after), case(examined(before)))
    assert await bench.take() is Turn.OTHER
    assert kinds(bench.done) == [OutboxKind.NOTICE, OutboxKind.NOTICE]


async def test_a_held_document_is_listed_and_nobody_else_hears():
    bench = Bench(examined(SIGNED), case(holders=()))
    assert await bench.take() is Turn.BETTER
    assert bench.done.outbox == ()
    assert bench.done.desk
    assert not bench.evidence.kept


async def test_what_an_operator_asked_for_is_recorded_even_if_nothing_changed():
    bench = Bench(examined(SIGNED), case(examined(SIGNED)))
    assert await bench.take() is Turn.SAME
    done = bench.done
    assert (done.outbox, done.desk) == ((), ())
    assert [e.tag for e in done.entries] == [Tag.ENVELOPE_JUDGED_AGAIN]
    assert done.state is VerdictState.SETTLED


async def test_patience_ends_on_an_operators_list():
    bench = Bench(examined(OPEN), case(until=NOON))
    assert await bench.take() is None
    done = bench.done
    assert done.state is VerdictState.GIVEN_UP
    assert [e.tag for e in done.entries] == [Tag.REJUDGING_GIVEN_UP, Tag.DESK_OPENED]
    assert done.desk[0].reason == "rejudging-given-up"
    assert done.headline == "indeterminate"
    assert done.outbox == ()


@pytest.mark.parametrize(
    "answer",
    [
        Examined(Digest("1" * 64), fault=Fault(FaultCode.RESOURCE_LIMIT)),
        Examined(Digest("1" * 64), fault=Fault(FaultCode.DOCTYPE)),
        examined(SIGNED, identity=Identity(DocumentKey("c" * 64), Digest("b" * 64))),
        examined(
            replace(
                OPEN,
                reasons=(SubIndication.RESOURCE_LIMIT, SubIndication.TRY_LATER),
            )
        ),
    ],
    ids=["child killed", "unreadable", "another document", "limit in a finding"],
)
async def test_what_was_not_judged_is_no_verdict(answer):
    bench = Bench(answer)
    assert await bench.take() is None
    assert not bench.verdicts.concluded
    ((_, tries),) = bench.verdicts.postponed
    assert tries == 1


async def test_trouble_that_passes_is_not_counted_and_comes_back_soon():
    bench = Bench(TrustUnavailable("being copied"), case(tries=5))
    assert await bench.take() is None
    assert bench.verdicts.postponed == [(NOON + timedelta(minutes=10), 5)]


async def test_trouble_until_patience_is_over_is_a_persons_matter_too():
    bench = Bench(TrustUnavailable("gone"), case(until=NOON))
    assert await bench.take() is None
    assert bench.done.state is VerdictState.GIVEN_UP


@pytest.mark.parametrize("answer", [examined(SIGNED), examined(OPEN)])
async def test_who_lost_the_claim_says_nothing(answer):
    bench = Bench(answer)
    bench.verdicts.lost = True
    assert await bench.take() is None
    assert not bench.verdicts.concluded
    assert not bench.verdicts.postponed


async def test_what_is_done_or_in_other_hands_is_left_alone():
    bench = Bench(examined(SIGNED))
    bench.verdicts.cases.clear()
    assert await bench.take() is None
    assert not bench.verdicts.concluded


async def test_a_case_that_never_ends_is_a_bug_for_a_person():
    with pytest.raises(RejudgedTooOften):
        await Bench(examined(SIGNED), case(claims=21)).take()


async def test_the_claim_is_prolonged_while_judging_takes_its_time():
    bench = Bench(examined(SIGNED))
    bench.terms = RejudgeTerms(lease=timedelta(seconds=0.03))

    bench.slow = True
    assert await bench.take() is Turn.BETTER


async def test_no_word_of_a_person_stands_in_notice_facts_or_alert():
    bench = Bench(examined(REVOKED))
    await bench.take()
    told = [*bench.evidence.kept.values(), repr(bench.done.outbox).encode()]
    told += [repr([e.facts for e in bench.done.entries]).encode()]
    assert not any("nông thôn".encode() in text for text in told)


findings = st.builds(
    lambda indication, reasons, place: {
        "kind": "xml",
        "place": place,
        "indication": indication,
        "reasons": list(reasons),
    },
    st.sampled_from([*Indication, None]),
    st.frozensets(st.sampled_from(list(SubIndication)[:4]), max_size=2),
    st.sampled_from(["one", "two"]),
)
verdicts = st.builds(
    lambda found, headline: {"headline": headline, "findings": found},
    st.lists(findings, max_size=3),
    st.sampled_from(list(Headline)),
)


@given(verdicts, verdicts)
def test_what_is_worse_one_way_is_better_the_other(one, other):
    opposite = {Turn.WORSE: Turn.BETTER, Turn.BETTER: Turn.WORSE}
    there, back = turn(one, other), turn(other, one)
    assert back is opposite.get(there, there)


@given(verdicts)
def test_a_verdict_that_has_been_json_is_the_same(verdict):
    kept = json.loads(msgspec.json.encode(verdict))
    assert turn(kept, verdict) is Turn.SAME


SCHEMA = "verdict-notice.schema.json"


def schema() -> str:
    made = msgspec.json.schema(VerdictNotice) | {"title": "A notice of a new verdict"}
    return json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_the_schema_that_vendors_read_is_that_of_the_notice():
    """Made anew by: python -m tests.unit.pipeline.test_rejudge."""
    assert resource("schemas", SCHEMA).read_text() == schema()


async def test_what_the_agencies_page_shows_is_a_notice():
    page = resource("docs", "co-quan.md").read_text()
    shown = page.split("```json\n")[1].split("```")[0].replace("…64 …", "0" * 64)
    assert msgspec.json.decode(shown, type=VerdictNotice).verdict is Headline.FAILED


if __name__ == "__main__":
    Path("schemas", SCHEMA).write_text(schema())
