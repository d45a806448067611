"""What a decision about a portal's message says of its dossier."""

from dataclasses import replace

import pytest

from hub.model.arrivals import Arrival
from hub.model.decisions import Decision, Disposition
from hub.model.dossiers import Dossier, DossierAct
from hub.model.faults import Fault, FaultCode
from hub.model.ids import digest_of
from hub.model.policy import DeliveryPolicy
from hub.model.records import Conclusion, Tag
from hub.pipeline.conclusion import conclusion
from hub.pipeline.draft import Outgoing
from tests.fakes.outsides import NOON, arrival
from tests.unit.pipeline.test_carry import examined

TOLD = Dossier(DossierAct.ADD, "000.00.37.H40-191202-00001", status="1")
OUTGOING = Outgoing(
    NOON, "000.90.37.H40", "http://hub", DeliveryPolicy(), procedures_version="p1"
)


def concluded(disposition: Disposition, told: Dossier | None, **changes) -> Conclusion:
    came: Arrival = arrival()
    decision = replace(Decision(disposition, "rule"), **changes)
    return conclusion(came, examined(dossier=told), decision, OUTGOING)


@pytest.mark.parametrize("disposition", [Disposition.DELIVER, Disposition.HOLD])
def test_a_dossier_is_kept_even_where_its_document_is_held(disposition):
    assert concluded(disposition, TOLD).dossier == TOLD


@pytest.mark.parametrize("disposition", [Disposition.REFUSE, Disposition.DISCARD])
def test_what_is_refused_or_said_twice_tells_nothing_of_a_dossier(disposition):
    assert concluded(disposition, TOLD).dossier is None


def test_a_secret_document_tells_nothing_of_a_dossier():
    assert concluded(Disposition.HOLD, TOLD, secret=True).dossier is None


def test_the_decision_names_the_procedures_that_a_dossiers_office_was_found_by():
    for told, version in ((TOLD, "p1"), (None, None)):
        done = concluded(Disposition.HOLD, told)
        (decided,) = [e for e in done.entries if e.tag is Tag.DOCUMENT_DECIDED]
        assert decided.facts.get("procedures_version") == version


@pytest.mark.parametrize(
    ("code", "tags"),
    [
        (FaultCode.RESOURCE_LIMIT, [Tag.ENVELOPE_JUDGED, Tag.DOCUMENT_DECIDED]),
        (FaultCode.NOT_XML, [Tag.DOCUMENT_DECIDED]),
    ],
)
def test_what_no_child_got_through_has_a_verdict_and_what_it_was_made_of(code, tags):
    """What is unreadable has none: nothing was there to be judged."""
    limited = replace(examined(), envelope=None, identity=None, fault=Fault(code))
    outgoing = replace(OUTGOING, knowledge=digest_of(b"manifest"))
    decision = Decision(Disposition.HOLD, "readable")
    entries = conclusion(arrival(), limited, decision, outgoing).entries
    assert [e.tag for e in entries if e.tag is not Tag.DESK_OPENED] == tags
    kept = [e.facts["knowledge"] for e in entries if e.tag is Tag.ENVELOPE_JUDGED]
    assert kept == [outgoing.knowledge] * (len(tags) - 1)
