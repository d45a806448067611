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
from hub.model.decisions import Decision, Disposition, History, Lane
from hub.model.examined import Examined
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, ArrivalId, DocumentKey
from hub.model.recalls import Copy, Original
from hub.model.statuses import Bearer, Subject
from hub.model.verdicts import Headline
from hub.registry.reading import read_agencies
from hub.rehearsal.cast import DISTRICT, ELSEWHERE
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Sample, Scene, revoked_in
from hub.resources import resource
from hub.rules.case import Case
from hub.rules.decide import decide
from hub.rules.reading import read_policy
from hub.trust.bound import bound
from hub.trust.folder import load

FIRST = ArrivalId("a" * 32)
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

    def judge(
        self, sample: Sample, history: History | None = None
    ) -> tuple[Examined, Decision]:
        examined = self.examined(sample)
        known = history or History()
        case = Case(examined, known, AGENCIES, POLICY, AXIS, self.at)
        return examined, decide(case)

    def examined(self, sample: Sample) -> Examined:
        matter = Matter(sample.xml, AXIS.door, sample.content_type, self.at)
        return examine(matter, self.craft, self.knowledge)

    def having(self, sample: Sample) -> History:
        """What there is once a document was carried to the district."""
        one = self.examined(sample)
        assert one.identity
        assert one.envelope
        original = Original(
            key=one.identity.key,
            version=1,
            sender=one.envelope.sender.code,
            document_id=one.envelope.document_id,
            kind=one.envelope.kind,
            disposition=Disposition.DELIVER,
            lane=Lane.ORDINARY,
            content=one.identity.content,
            arrival=FIRST,
            copies=(Copy("m-1", DISTRICT.code, waits=False, tried=True),),
        )
        return History(originals=(original,))


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
    first = samples.get(samples[name].after)
    history = desk.having(first) if first else None
    examined, decision = desk.judge(samples[name], history)
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


@pytest.mark.parametrize("name", ["update", "revoke"])
def test_what_is_about_a_document_that_has_not_come_waits_for_it(desk, samples, name):
    _, decision = desk.judge(samples[name])
    assert (decision.disposition, decision.rule) == (Disposition.HOLD, "waits")
    assert decision.reason
    assert decision.reason.code is FaultCode.NOT_COME_YET


def test_a_status_on_a_document_that_was_carried_goes_to_its_sender(desk, samples):
    sample = samples["status-03"]
    carried = Subject(
        key=DocumentKey("1" * 64),
        arrival=FIRST,
        source="agency.ubnd-huyen",
        sender=DISTRICT.code,
        document_id=sample.document_id,
        kind="new",
        bearers=(Bearer(AXIS.name, (ELSEWHERE.code,)),),
    )
    _, decision = desk.judge(sample, History(subjects=(carried,)))
    assert (decision.disposition, decision.rule) == (Disposition.DELIVER, "deliver")
    assert [r.code for r in decision.routing.receivers] == [DISTRICT.code]


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
