"""The real child on real samples: it says what the pure half says, at any time."""

import asyncio
import os
from datetime import timedelta

import pytest

from hub.edxml.checker import Checker
from hub.errors import EvidenceUnavailable, MalformedEnvelope
from hub.judging import examine
from hub.judging.child import craft_of
from hub.model.faults import FaultCode
from hub.model.ids import digest_of
from hub.model.knowledge import Knowledge, Needs
from hub.model.verdicts import Headline
from hub.rehearsal.samples import DEFAULT_AT
from tests.fakes.outsides import NOON
from tests.integration.judging.conftest import SETUP, court_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def bytes_of(court, arrival, paper: int) -> bytes:
    return bytes((await court.judge.write(arrival, paper)).read_bytes())


@pytest.mark.parametrize("name", ["report-signed", "family-b", "doctype", "status-03"])
async def test_the_child_says_what_the_pure_half_says(court, samples, knowledge, name):
    arrival = await court.of(samples[name])
    matter = examine.Matter(
        samples[name].xml, arrival.door, arrival.content_type, arrival.accepted_at
    )
    craft = craft_of(SETUP)
    assert await court.judge.inspect(arrival) == examine.inspect(matter, craft)
    examined = await court.judge.examine(arrival, knowledge, at=DEFAULT_AT)
    assert examined == examine.examine(matter, craft, knowledge)
    assert examined.digest == digest_of(samples[name].xml)


async def test_a_signed_report_passes_and_one_changed_byte_fails(
    court, samples, knowledge
):
    signed, changed = [
        await court.judge.examine(
            await court.of(samples[name]), knowledge, at=DEFAULT_AT
        )
        for name in ("report-signed", "changed-byte")
    ]
    assert signed.verdict.headline is Headline.PASSED
    assert signed.verdict.trust_version == knowledge.version
    assert changed.verdict.headline is Headline.FAILED


async def test_without_trust_nothing_is_called_passed(court, samples):
    arrival = await court.of(samples["report-signed"])
    examined = await court.judge.examine(
        arrival, Knowledge(version="none"), at=DEFAULT_AT
    )
    assert examined.verdict.headline is Headline.INDETERMINATE


async def test_inspect_names_the_issuers_and_nothing_for_what_is_unreadable(
    court, samples
):
    needs = await court.judge.inspect(await court.of(samples["report-signed"]))
    assert needs.issuers
    unreadable = await court.judge.inspect(await court.of(samples["doctype"]))
    assert unreadable == Needs()


async def test_an_empty_arrival_is_told_as_such(court, knowledge):
    examined = await court.judge.examine(
        await court.arrival(b""), knowledge, at=DEFAULT_AT
    )
    assert examined.fault.code is FaultCode.EMPTY


@pytest.mark.parametrize("name", ["report-signed", "family-b"])
async def test_the_same_bytes_and_flag_give_the_same_file_at_any_time(
    court, samples, name, tmp_path
):
    arrival = await court.of(samples[name])
    first = await bytes_of(court, arrival, 1)
    assert await bytes_of(court, arrival, 1) == first
    os.kill(court.judge.child_pid, 9)
    assert await bytes_of(court, arrival, 1) == first
    elsewhere = court_of(tmp_path, SETUP)
    await elsewhere.of(samples[name])
    assert await bytes_of(elsewhere, arrival, 1) == first
    await elsewhere.judge.close()


async def test_another_flag_is_another_file_and_each_is_valid(court, samples):
    arrival = await court.of(samples["report-signed"])
    bodies = [await bytes_of(court, arrival, flag) for flag in (0, 1)]
    assert b"Paper>0<" in bodies[0]
    assert b"Paper>1<" in bodies[1]
    assert all(not Checker(SETUP.schemas).check(body) for body in bodies)


async def test_a_status_is_written_as_a_status(court, samples):
    body = await bytes_of(court, await court.of(samples["status-03"]), 0)
    assert b"<StatusCode>03<" in body or b":StatusCode>03<" in body


async def test_evidence_that_is_not_what_was_kept_gets_no_verdict(
    court, samples, knowledge
):
    arrival = await court.of(samples["report-signed"])
    path = court.evidence.path(arrival.digest)
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole.replace(b"BC-SNN", b"BC-SNM"))
    examined = await court.judge.examine(arrival, knowledge, at=DEFAULT_AT)
    path.write_bytes(whole)
    assert examined.fault.code is FaultCode.RESOURCE_LIMIT
    assert examined.envelope is None
    assert [f.intact for f in examined.verdict.findings] == [None]
    again = await court.judge.examine(arrival, knowledge, at=DEFAULT_AT)
    assert again.verdict.headline is Headline.PASSED


async def test_evidence_that_is_gone_gets_no_verdict(court, samples, knowledge):
    arrival = await court.of(samples["doctype"])
    court.evidence.path(arrival.digest).unlink()
    with pytest.raises(EvidenceUnavailable):
        await court.judge.examine(arrival, knowledge, at=DEFAULT_AT)


async def test_many_callers_share_one_child(court, samples, knowledge):
    await court.judge.start()
    pid = court.judge.child_pid
    names = ["report-signed", "doctype", "status-03", "changed-byte"] * 3
    arrivals = [await court.of(samples[name]) for name in names]
    found = await asyncio.gather(
        *(court.judge.examine(a, knowledge, at=DEFAULT_AT) for a in arrivals),
        *(court.judge.inspect(a) for a in arrivals),
    )
    assert [e.digest for e in found[:12]] == [a.digest for a in arrivals]
    assert court.judge.child_pid == pid


async def test_judging_a_year_later_is_another_moment_not_another_file(
    court, samples, knowledge
):
    arrival = await court.of(samples["report-signed"])
    craft = craft_of(SETUP)
    later = examine.Matter(
        samples["report-signed"].xml,
        arrival.door,
        arrival.content_type,
        arrival.accepted_at + timedelta(days=365),
    )
    assert (
        examine.examine(later, craft, knowledge).identity
        == (await court.judge.examine(arrival, knowledge, at=DEFAULT_AT)).identity
    )


async def test_what_cannot_be_read_cannot_be_written():
    craft = craft_of(SETUP)
    nothing = examine.Matter(b"", "axis-rest", "application/xml", NOON)
    with pytest.raises(MalformedEnvelope):
        examine.write(nothing, craft, examine.Wording(0))
