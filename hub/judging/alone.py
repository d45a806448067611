"""One file judged in this very process, for `hub verify`: no child, no arrival.

Whoever imports this imports pyHanko, lxml and xmlschema: half a second.
"""

from datetime import datetime

from hub.edxml import hoist
from hub.judging import budget, examine
from hub.judging.budget import OverBudget
from hub.judging.child import craft_of
from hub.judging.examine import Craft, Matter
from hub.judging.protocol import Setup
from hub.judging.setup import policy_setup
from hub.model.examined import Examined
from hub.model.faults import Fault, FaultCode
from hub.model.ids import AgencyCode, digest_of
from hub.model.knowledge import Knowledge
from hub.model.policy import Policy
from hub.signatures import judge

NOBODY = AgencyCode("")
#: The door of a file on disk; its translator is edXML's own.
FILE = "file"
FILE_TRANSLATOR = "hub.edxml.dialects:frame"


def setup_of(policy: Policy) -> Setup:
    """What a judge of files is told: the policy, our schemas, no door and no hub."""
    return policy_setup(policy, {FILE: FILE_TRANSLATOR})


def examined(
    data: bytes,
    at: datetime,
    setup: Setup,
    knowledge: Knowledge,
    sender: AgencyCode = NOBODY,
) -> Examined:
    """An edXML document, or a PDF as if it were the only file of an envelope.

    `sender`: whose a PDF is said to be; an envelope says it itself. Past the limits of
    the policy the answer is a fault, RESOURCE_LIMIT.
    """
    try:
        with budget.within(setup.limits):
            return _examined(data, at, setup, knowledge, sender)
    except OverBudget:
        return Examined(digest_of(data), fault=Fault(FaultCode.RESOURCE_LIMIT))


def _examined(
    data: bytes, at: datetime, setup: Setup, knowledge: Knowledge, sender: AgencyCode
) -> Examined:
    craft = craft_of(setup)
    if data.startswith(b"%PDF-"):
        ground = judge.Ground(knowledge, craft.verification, craft.limits, at)
        return _examined_pdf(data, ground, craft, sender)
    matter = Matter(data, FILE, "application/xml", at)
    return examine.examine(matter, craft, knowledge)


def _examined_pdf(
    data: bytes, ground: judge.Ground, craft: Craft, sender: AgencyCode
) -> Examined:
    findings = judge.judge(hoist.plain(b"<file/>"), [(1, data)], ground)
    in_pdf = tuple(f for f in findings if f.attachment == 1)
    verdict = examine.verdict_of(in_pdf, sender, ground, craft, 1)
    return Examined(digest_of(data), verdict=verdict)
