"""What the registry binds reaches the judging child, and its word comes back."""

from dataclasses import replace

import pytest

from hub.model.findings import Belonging
from hub.registry.reading import read_agencies
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.samples import DEFAULT_AT
from hub.resources import resource
from hub.trust.bound import bound
from tests.integration.judging.conftest import SETUP, court_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

BOOK = read_agencies(resource("config", "agencies.yaml").read_bytes())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report-signed", (Belonging.SENDERS_PERSON, Belonging.SENDER)),
        ("leader-only", (Belonging.SENDERS_PERSON,)),
        ("other-signer", (Belonging.OTHER,)),
        ("letter-signed", (Belonging.SENDER,)),
    ],
)
async def test_the_child_says_whose_signatures_they_are(
    court, scene, knowledge, name, expected
):
    sample = CASES[name](scene)
    arrival = await court.of(sample)
    known = bound(knowledge, BOOK.bindings())
    examined = await court.judge.examine(arrival, known, at=DEFAULT_AT)
    told = tuple(f.belongs for f in examined.verdict.findings if f.signer)

    assert told == expected
    assert examined.verdict.trust_version == known.version


async def test_without_bindings_nothing_can_be_said(court, scene, knowledge):
    arrival = await court.of(CASES["report-signed"](scene))
    examined = await court.judge.examine(arrival, knowledge, at=DEFAULT_AT)

    assert {f.belongs for f in examined.verdict.findings if f.signer} == {
        Belonging.UNBOUND
    }


async def test_the_edition_of_the_policy_stands_in_the_verdict(
    tmp_path, scene, knowledge
):
    court = court_of(tmp_path, replace(SETUP, policy_edition="2026-12, số 7"))
    try:
        arrival = await court.of(CASES["report-signed"](scene))
        examined = await court.judge.examine(arrival, knowledge, at=DEFAULT_AT)
    finally:
        await court.judge.close()

    assert examined.verdict.policy_edition == "2026-12, số 7"
    assert examined.verdict.policy_version == SETUP.policy_version
