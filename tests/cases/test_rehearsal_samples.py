"""Every rehearsal sample ends where it says, by the pure half alone.

Translate, examine and decide, on the shipped policy and registry, against the trust
folder a rehearsal writes; no process, no broker, no journal.
"""

from datetime import datetime, timedelta

import pytest

from adapters.axis.translate import translate
from hub.edxml.checker import NAMES, Checker
from hub.judging.examine import Craft, Matter, examine
from hub.model.arrivals import Door, Source
from hub.model.decisions import Decision, History
from hub.model.examined import Examined
from hub.model.ids import AgencyCode
from hub.registry.reading import read_agencies
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Sample, Scene, revoked_in
from hub.resources import resource
from hub.rules.case import Case
from hub.rules.decide import decide
from hub.rules.reading import read_policy
from hub.trust.folder import load

AXIS = Source("truc", Door.AXIS_REST, carrier=True)
POLICY = read_policy(resource("config", "policy.yaml").read_bytes())
AGENCIES = read_agencies(resource("config", "agencies.yaml").read_bytes())


class Desk:
    """Examines and decides at one moment, with what a trust folder holds."""

    def __init__(self, folder, at: datetime) -> None:
        self.at = at
        self.knowledge = load(folder)
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
def made() -> dict[str, Sample]:
    scene = Scene(Pki.make(DEFAULT_AT))
    # The PKI is needed again for its trust folder: keep it with the samples.
    made_samples = {name: maker(scene) for name, maker in CASES.items()}
    return made_samples | {"": scene}  # type: ignore[dict-item]


@pytest.fixture(scope="module")
def desk(made, tmp_path_factory) -> Desk:
    folder = tmp_path_factory.mktemp("trust")
    at = DEFAULT_AT + timedelta(hours=1)
    return Desk(folder, at)
