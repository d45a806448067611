"""Every rehearsal sample ends where it says, by the pure half alone.

Translate, examine and decide, on the shipped policy and registry, against the trust
folder a rehearsal writes; no process, no broker, no journal.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.axis.translate import translate
from hub.edxml.checker import Checker
from hub.edxml.schemas import NAMES
from hub.judging.examine import Craft, Matter, examine
from hub.model.arrivals import Door, Source
from hub.model.decisions import Decision, Disposition, History
from hub.model.examined import Examined
from hub.model.ids import AgencyCode
from hub.model.verdicts import Headline
from hub.registry.reading import read_agencies
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Sample, Scene, revoked_in
from hub.resources import resource
from hub.rules.case import Case
from hub.rules.decide import decide
from hub.rules.reading import read_policy
from hub.trust.bound import bound
from hub.trust.folder import load

AXIS = Source("truc", Door("axis-rest"), carrier=True)
POLICY = read_policy(resource("config", "policy.yaml").read_bytes())
AGENCIES = read_agencies(resource("config", "agencies.yaml").read_bytes())


class Desk:
    """Examines and decides at one moment, with what a trust folder holds."""

    def __init__(self, folder, at: datetime) -> None:
        self.folder = folder
        self.at = at
        self.knowledge = bound(load(folder), AGENCIES.bindings())
        schemas = {name: resource("schemas", name).read_bytes() for name in NAMES}
        self.craft = Craft(
            translate=lambda _: translate,
            checker=Checker(schemas),
            limits=POLICY.limits,
            verification=POLICY.verification,
            secrecy=POLICY.secrecy,
            policy_version=POLICY.version,
            hub_code=AgencyCode("000.90.37.H40"),
        )

    def judge(self, sample: Sample) -> tuple[Examined, Decision]:
        matter = Matter(sample.xml, AXIS.door, sample.content_type, self.at)
        examined = examine(matter, self.craft, self.knowledge)
        case = Case(examined, History(), AGENCIES, POLICY, AXIS, self.at)
        return examined, decide(case)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene(Pki.make(DEFAULT_AT))


@pytest.fixture(scope="module")
def samples(scene) -> dict[str, Sample]:
    return {name: maker(scene) for name, maker in CASES.items()}


@pytest.fixture(
    scope="module",
    params=[timedelta(hours=1), timedelta(days=6 * 365)],
    ids=["within the hour", "six years later"],
)
def desk(request, scene, samples, tmp_path_factory) -> Desk:
    folder = tmp_path_factory.mktemp("trust")
    at = DEFAULT_AT + request.param
    scene.pki.write_trust(folder, at=at, revoked=revoked_in(samples.values()))
    return Desk(folder, at)


@pytest.mark.parametrize("name", CASES)
def test_a_sample_ends_where_it_says(desk, samples, name):
    examined, decision = desk.judge(samples[name])
    expected = samples[name].expected
    fault = decision.reason.code if decision.reason else None
    assert (decision.disposition, decision.rule) == (
        expected.disposition,
        expected.rule,
    )
    assert fault == expected.fault
    assert expected.headline in {None, examined.verdict.headline}
    assert tuple(r.code for r in decision.routing.receivers) == expected.receivers
    assert decision.routing.unknown == expected.unknown
    if expected.paper is not None:
        assert decision.paper is not None
        assert decision.paper.flag == expected.paper


def test_without_revocation_lists_nothing_signed_is_called_passed(samples, desk):
    blind = Desk(desk.folder, desk.at)
    blind.knowledge = replace(desk.knowledge, crls=())
    for name in ("report-signed", "letter-signed", "decision-signed"):
        examined, decision = blind.judge(samples[name])
        assert examined.verdict.headline is Headline.INDETERMINATE
        assert decision.disposition is Disposition.DELIVER
        assert decision.paper is not None
        assert decision.paper.flag == 1


def test_without_its_root_every_signer_is_a_stranger(samples, desk):
    strange = Desk(desk.folder, desk.at)
    strange.knowledge = replace(desk.knowledge, anchors=())
    for name in ("report-signed", "letter-signed", "proposal-signed"):
        _, decision = strange.judge(samples[name])
        assert decision.disposition is Disposition.HOLD
        assert decision.rule == "signatures"
