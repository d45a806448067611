"""An examined file as a report: facts as they are, and everything derived. Pure."""

from dataclasses import replace
from datetime import datetime

import msgspec

from hub.model.arrivals import Door, Source
from hub.model.decisions import Disposition, History
from hub.model.envelopes import Attachment, Envelope, Family, Kind, Organization
from hub.model.examined import Examined
from hub.model.findings import Finding
from hub.model.ids import AgencyCode
from hub.model.policy import Policy, Remedy
from hub.model.reports import Leading, Report, Reported
from hub.registry.agencies import AgencyBook, OwnCode
from hub.rules.case import Case
from hub.rules.signatures import signatures

_REMEDIES = {Disposition.HOLD: Remedy.HOLD, Disposition.REFUSE: Remedy.REFUSE}
_PDF = "application/pdf"

_encoder = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """JSON with sorted keys: equal values give equal bytes."""
    return _encoder.encode(value)


def is_readable(examined: Examined) -> bool:
    """Whether there is anything to say of its signatures."""
    return examined.fault is None or examined.envelope is not None


def report(examined: Examined, policy: Policy, source: str) -> Report:
    """The report; `source` names whose signature policy is asked."""
    if not is_readable(examined):
        return Report(examined.digest, readable=False, fault=examined.fault)
    verdict = examined.verdict
    return Report(
        sha256=examined.digest,
        readable=True,
        fault=examined.fault,
        headline=verdict.headline,
        signed=verdict.signed,
        all_valid=verdict.all_valid,
        organization_signed=verdict.organization_signed,
        signed_fields=tuple(sorted(verdict.signed_fields)),
        findings=tuple(_reported(f, verdict.at) for f in verdict.findings),
        main_pdf=verdict.main_pdf,
        at=verdict.at,
        policy_version=verdict.policy_version,
        policy_edition=verdict.policy_edition,
        trust_version=verdict.trust_version,
        leads_to=_leads_to(examined, policy, source),
    )


def _reported(finding: Finding, at: datetime | None) -> Reported:
    made = finding.revocation_at
    return Reported(
        indication=finding.indication,
        passed=finding.passed,
        by_organization=finding.by_organization,
        revocation_age=(at - made).total_seconds() if at and made else None,
        facts=finding,
    )


def _leads_to(examined: Examined, policy: Policy, source: str) -> Leading:
    """The answer of the rule `signatures` as if nothing else were amiss."""
    at = examined.verdict.at
    assert at is not None, "whoever examines says when"
    case = Case(
        examined=_enveloped(examined),
        history=History(),
        registry=AgencyBook((), OwnCode(AgencyCode(""), "")),
        policy=policy,
        source=Source(source, Door("file")),
        accepted_at=at,
    )
    choice = signatures(case)
    if choice is None:
        return Leading(source, Remedy.DELIVER)
    return Leading(source, _REMEDIES[choice.disposition], choice.reason)


def _enveloped(examined: Examined) -> Examined:
    """A PDF by itself is judged as the only file of an envelope."""
    if examined.envelope is not None:
        return examined
    digest = examined.digest
    file = Attachment(1, "", "", "", _PDF, _PDF, 0, digest, digest)
    nobody = Organization(AgencyCode(""))
    envelope = Envelope(
        Family.LAYERED, Kind.NEW, nobody, (), "", "", attachments=(file,)
    )
    return replace(examined, envelope=envelope)
