"""Rule `required`: does it hold what every consumer needs."""

from hub.model.codes import names_somebody
from hub.model.envelopes import Envelope, Kind
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.statuses import StatusCode
from hub.rules.case import Case
from hub.rules.choice import Choice, refuse

#: QĐ 28/2018/QĐ-TTg; 07-12 and 14 do not exist.
STATUS_CODES = frozenset(StatusCode)


def required(case: Case) -> Choice | None:
    """Refuse what lacks an identity, a subject, a receiver or a status code."""
    envelope = case.envelope
    status = envelope.kind is Kind.STATUS
    if status and _names_delivery(case):
        return _code(envelope)
    return (_status if status else _document)(envelope) or _common(case)


def _names_delivery(case: Case) -> bool:
    """Whether a status says by a number of ours, or of a dossier, what it is about."""
    identity = case.examined.identity
    mentions = identity.mentions if identity else ()
    return any(mention.delivery or mention.dossier for mention in mentions)


def _document(envelope: Envelope) -> Choice | None:
    if not _own_id(envelope).strip():
        return refuse(FaultCode.NO_DOCUMENT_ID, "MessageHeader/DocumentId")
    if not envelope.subject.strip():
        return refuse(FaultCode.NO_SUBJECT, "MessageHeader/Subject")
    return None


def _own_id(envelope: Envelope) -> str:
    # A revoke or update is known by what it is about, wherever that stands.
    about_another = envelope.kind in {Kind.REVOKE, Kind.UPDATE}
    return envelope.target_id if about_another else envelope.document_id


def _status(envelope: Envelope) -> Choice | None:
    if lacking := _code(envelope):
        return lacking
    report = envelope.status
    if report and not (
        report.about.document_id.strip() or report.about.notation.strip()
    ):
        return refuse(FaultCode.NO_DOCUMENT_ID, "MessageHeader/ResponseFor/DocumentId")
    return None


def _code(envelope: Envelope) -> Choice | None:
    report = envelope.status
    if report is None or report.code.strip() not in STATUS_CODES:
        code = report.code if report else ""
        return refuse(FaultCode.STATUS_CODE, "MessageHeader/StatusCode", code)
    return None


def _common(case: Case) -> Choice | None:
    if not addressees(case.envelope):
        return refuse(FaultCode.NO_RECEIVER, _place_of_receivers(case.envelope))
    # Without one nothing can be told apart from anything else; `examine` always gives
    # it where sender and ids are there.
    if case.examined.identity is None:
        return refuse(FaultCode.NO_DOCUMENT_ID, "MessageHeader/DocumentId")
    return None


def addressees(envelope: Envelope) -> tuple[AgencyCode, ...]:
    """Codes it goes to, as written; a status goes to whom it reports to.

    EDXML.md 1.6: a status message has no To; its addressee is ResponseFor/OrganId.
    """
    codes: tuple[AgencyCode, ...] = tuple(o.code for o in envelope.receivers)
    if envelope.kind is Kind.STATUS and envelope.status is not None:
        codes = (envelope.status.about.code,)
    return tuple(code for code in codes if names_somebody(code))


def _place_of_receivers(envelope: Envelope) -> str:
    parent = "ResponseFor" if envelope.kind is Kind.STATUS else "To"
    return f"MessageHeader/{parent}/OrganId"
