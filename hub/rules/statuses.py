"""Rule `status`: is it about a document that was carried here, by one it concerns.

A status names its document by message_id, DocumentId or number; who it goes to follows
from the document, not from what it says. The sender's status is 13 alone: it asks a
receiver; every other is a receiver's and goes back to the sender. Codes may be skipped,
repeated and late: nothing of that is wrong (EDXML.md 1.6).
"""

from collections.abc import Iterable, Iterator

from hub.model.decisions import Outward, Receiver, Routing
from hub.model.envelopes import Envelope, Kind
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode, normal_code
from hub.model.statuses import ANSWERED, Said, StatusCode, Subject
from hub.rules.case import Case
from hub.rules.choice import Choice, refuse

ABOUT = "MessageHeader/ResponseFor"
SENDER = "MessageHeader/From/OrganId"
#: Documents themselves; what revokes or updates one is about another.
_DOCUMENTS = frozenset({Kind.NEW, Kind.REPLACE})


def status(case: Case) -> Choice | None:
    """Refuse a word on what nobody knows here, or from somebody it is not for."""
    if case.envelope.kind is not Kind.STATUS:
        return None
    about = subject(case)
    if about is None:
        return refuse(FaultCode.UNKNOWN_DOCUMENT, ABOUT, _named(case.envelope))
    sender = case.envelope.sender.code
    if asks_back(case.envelope) and not same_body(case, sender, about.sender):
        return refuse(FaultCode.NOT_ITS_SENDER, SENDER, sender)
    if receiver_of(case, about) is None:
        return refuse(FaultCode.NOT_ITS_RECEIVER, SENDER, sender)
    return None


def subject(case: Case) -> Subject | None:
    """The document a status is about; of several, one its agency was sent."""
    if case.envelope.kind is not Kind.STATUS or not case.history.subjects:
        return None
    fit = [one for one in case.history.subjects if _fits(case, one)]
    fit.sort(
        key=lambda one: (receiver_of(case, one) is None, one.kind not in _DOCUMENTS)
    )
    return fit[0] if fit else None


def receiver_of(case: Case, about: Subject) -> AgencyCode | None:
    """Which receiver of a document a status is of; None: of none.

    As the journal writes it: the agency's own code, where it is attached here.
    """
    return _among(case, _party(case.envelope), about)


def routing(case: Case) -> Routing:
    """Who hears it: the document's sender, or the receiver that 13 asks.

    One attached here gets it as any document; one elsewhere by the source that brought
    the document from there, or took it there.
    """
    about = subject(case)
    if about is None:
        return Routing()
    asked = _party(case.envelope) if asks_back(case.envelope) else about.sender
    agencies = case.registry.heirs(asked, case.today)
    if agencies:
        return Routing(tuple(Receiver(a.code, a.name, a.queue) for a in agencies))
    source = _bearer(about, asked) if asks_back(case.envelope) else about.source
    return Routing(outward=(Outward(asked, source),) if source else ())


def said(case: Case) -> tuple[Said, ...]:
    """What an arrival says of documents that were carried before.

    A status says its code; a document that answers others says so of each of them.
    """
    if case.envelope.kind is Kind.STATUS:
        about = subject(case)
        agency = receiver_of(case, about) if about else None
        if about is None or agency is None:
            return ()
        return (_said(case, about, agency, _code(case.envelope)),)
    return tuple(
        _said(case, one, agency, ANSWERED)
        for one in case.history.subjects
        if one.kind in _DOCUMENTS and (agency := _answers(case, one))
    )


def asks_back(envelope: Envelope) -> bool:
    """Whether a status is the sender's: 13, the one that asks."""
    return _code(envelope) == StatusCode.ASKED_BACK


def same_body(case: Case, one: AgencyCode, other: AgencyCode) -> bool:
    """The same body, by one code or by an alias or a successor of it."""
    if normal_code(one) == normal_code(other):
        return True
    agency = case.registry.find(one, case.today)
    return agency is not None and agency == case.registry.find(other, case.today)


def _fits(case: Case, about: Subject) -> bool:
    """Whether the sender it names, where it names one, is the document's."""
    claimed = _claimed_sender(case.envelope)
    return not claimed or same_body(case, claimed, about.sender)


def _claimed_sender(envelope: Envelope) -> AgencyCode:
    report = envelope.status
    if report is None or asks_back(envelope):
        return AgencyCode("")
    return report.about.code


def _party(envelope: Envelope) -> AgencyCode:
    """The receiver it is about: who speaks; of 13, who is asked."""
    report = envelope.status
    if asks_back(envelope) and report is not None:
        return report.about.code
    return envelope.sender.code


def _answers(case: Case, about: Subject) -> AgencyCode | None:
    """The receiver that answers a document by its own, to the one who sent it."""
    to = (one.code for one in case.envelope.receivers)
    if not any(same_body(case, code, about.sender) for code in to):
        return None
    return _among(case, case.envelope.sender.code, about)


def _among(case: Case, code: AgencyCode, about: Subject) -> AgencyCode | None:
    """As written, else by look-up: of two thousand receivers one is asked for."""
    normal = normal_code(code)
    written = (one for one in _receivers(about) if normal_code(one) == normal)
    if (found := next(written, None)) is not None:
        return found
    agency = case.registry.find(code, case.today)
    if agency is None:
        return None
    known = (
        o for o in _receivers(about) if case.registry.find(o, case.today) == agency
    )
    return next(known, None)


def _receivers(about: Subject) -> Iterator[AgencyCode]:
    yield from about.receivers
    for bearer in about.bearers:
        yield from bearer.receivers


def _bearer(about: Subject, code: AgencyCode) -> str:
    """The source that took a document to a body elsewhere."""
    normal = normal_code(code)
    return next((b.source for b in about.bearers if normal in _normal(b.receivers)), "")


def _normal(codes: Iterable[AgencyCode]) -> set[AgencyCode]:
    return {normal_code(code) for code in codes}


def _said(case: Case, about: Subject, agency: AgencyCode, code: str) -> Said:
    report, heard = case.envelope.status, case.accepted_at
    moment = report.moment if report and report.moment else heard
    at = min(moment, heard)
    return Said(about.key, agency, code, at, heard, about=about.arrival)


def _code(envelope: Envelope) -> str:
    return envelope.status.code.strip() if envelope.status else ""


def _named(envelope: Envelope) -> str:
    about = envelope.status.about if envelope.status else None
    return (about.document_id or about.notation) if about else ""
