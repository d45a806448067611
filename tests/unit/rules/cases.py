"""Cases for the rules, ordinary unless told otherwise."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from hub.model.agencies import Agency, AgencyKind
from hub.model.arrivals import Door, Source
from hub.model.decisions import Disposition, Earlier, History
from hub.model.documents import Identity
from hub.model.envelopes import (
    Business,
    Envelope,
    Family,
    Kind,
    Organization,
    Reference,
    StatusReport,
)
from hub.model.examined import Examined
from hub.model.findings import (
    Chain,
    Covered,
    Finding,
    Revocation,
    SignatureKind,
    Signer,
    Slot,
    SubIndication,
)
from hub.model.ids import AgencyCode, ArrivalId, Digest, DocumentKey
from hub.model.statuses import Bearer, Subject
from hub.model.verdicts import Verdict
from hub.registry.agencies import AgencyBook, OwnCode
from hub.rules.case import Case
from hub.rules.reading import read_policy

ROOT = Path(__file__).parents[3]
POLICY = read_policy((ROOT / "config" / "policy.yaml").read_bytes())
OUTSIDE = AgencyCode("000.00.00.G22")
UBND = AgencyCode("000.00.37.H40")
NOI_VU = AgencyCode("000.02.37.H40")
GIAO_AN = AgencyCode("000.24.37.H40")
GIAO_HA = AgencyCode("000.25.37.H40")
#: A body that was split between the two communes.
SPLIT = AgencyCode("000.52.37.H40")
STRANGER = AgencyCode("000.77.37.H40")
CARRIER = Source("truc", Door("axis-rest"), carrier=True)
AT = datetime(2019, 11, 20, 3, 0, tzinfo=UTC)
KEY, CONTENT = DocumentKey("k" * 64), Digest("c" * 64)


def agency(code: str, queue: str, **more: Any) -> Agency:
    kind = more.pop("kind", AgencyKind.OFFICE)
    return Agency(AgencyCode(code), more.pop("name", queue), kind, queue, **more)


BOOK = AgencyBook(
    agencies=(
        agency(UBND, "ubnd-huyen", aliases=(AgencyCode("H40.37"),)),
        agency(NOI_VU, "phong-noi-vu", aliases=(AgencyCode("H40.37.2"),)),
        agency(GIAO_AN, "xa-giao-an"),
        agency(
            "000.50.37.H40",
            "xa-cu",
            valid_until=date(2019, 6, 30),
            successors=(GIAO_AN,),
        ),
        agency("000.51.37.H40", "xa-het", valid_until=date(2019, 6, 30)),
        agency(GIAO_HA, "xa-giao-ha"),
        agency(
            SPLIT,
            "xa-chia",
            valid_until=date(2019, 6, 30),
            successors=(GIAO_AN, GIAO_HA),
        ),
    ),
    hub=OwnCode(AgencyCode("000.90.37.H40"), "Trục"),
    territory=(".37.H40", "H40.37."),
    version="book",
)


def envelope(**changes: Any) -> Envelope:
    """A Báo cáo from outside to the UBND; `to` and `paper` are short for the long."""
    to = changes.pop("to", (UBND,))
    if "paper" in changes:
        changes["business"] = Business(paper=changes.pop("paper"))
    fields: dict[str, Any] = {
        "family": Family.LAYERED,
        "kind": Kind.NEW,
        "sender": Organization(OUTSIDE),
        "receivers": tuple(Organization(AgencyCode(code)) for code in to),
        "document_id": "000.00.00.G22,2019/11/18,12/BC-UBND",
        "subject": "Về việc báo cáo kết quả",
        "number": "12",
        "notation": "BC-UBND",
        "type_name": "Báo cáo",
        "promulgated": date(2019, 11, 18),
    }
    return Envelope(**(fields | changes))


def status(about: str = UBND, code: str = "03") -> Envelope:
    report = StatusReport(code, Reference(AgencyCode(about), document_id="x"))
    return envelope(
        kind=Kind.STATUS,
        status=report,
        to=(),
        document_id="",
        subject="",
        type_name="",
        number="",
        notation="",
    )


#: What `status()` is about: the UBND sent it, and the axis took it outside.
SUBJECTS = (
    Subject(
        key=DocumentKey("5" * 64),
        arrival=ArrivalId("5" * 32),
        source="agency.ubnd-huyen",
        sender=UBND,
        document_id="x",
        kind=Kind.NEW,
        receivers=(NOI_VU,),
        bearers=(Bearer("truc", (OUTSIDE,)),),
    ),
)
SIGNER = Signer("Văn thư", "UBND", "1", "CA", "f" * 64, AT, AT, is_organization=True)


def finding(*reasons: SubIndication, **changes: Any) -> Finding:
    """A passed signature of the office over the main PDF, but for what is given."""
    fields: dict[str, Any] = {
        "kind": SignatureKind.PDF,
        "place": "attachment 1, Signature1",
        "slot": Slot.SIGNATURE,
        "attachment": 1,
        "intact": True,
        "covers": (Covered.FILE,),
        "chain": Chain.TRUSTED,
        "revocation": Revocation.GOOD,
        "signer": SIGNER,
        "reasons": reasons,
    }
    return Finding(**(fields | changes))


def verdict(*findings: Finding, main_pdf: int | None = 1) -> Verdict:
    return Verdict(findings=findings, main_pdf=main_pdf)


SIGNED = verdict(finding())
UNSIGNED = verdict()
FAILED = verdict(finding(SubIndication.HASH_FAILURE, intact=False))
STRANGER_SIGNED = verdict(
    finding(SubIndication.NO_CERTIFICATE_CHAIN_FOUND, chain=Chain.UNKNOWN)
)


def examined(**changes: Any) -> Examined:
    fields: dict[str, Any] = {
        "digest": Digest("d" * 64),
        "envelope": envelope(),
        "verdict": SIGNED,
        "identity": Identity(KEY, CONTENT),
    }
    return Examined(**(fields | changes))


def earlier(*delivered_to: str, content: str = CONTENT, **changes: Any) -> Earlier:
    disposition = changes.pop("disposition", Disposition.DELIVER)
    have = tuple(AgencyCode(code) for code in delivered_to)
    return Earlier(KEY, Digest(content), disposition, have)


def case(**changes: Any) -> Case:
    """A case that is delivered; keys of Case, Examined and History may be given."""
    look = {k: changes.pop(k) for k in (*changes,) if k in Examined.__slots__}
    past = {k: changes.pop(k) for k in (*changes,) if k in History.__slots__}
    past.setdefault("subjects", SUBJECTS)
    fields: dict[str, Any] = {
        "examined": examined(**look),
        "history": History(**past),
        "registry": BOOK,
        "policy": POLICY,
        "source": CARRIER,
        "accepted_at": AT,
    }
    return Case(**(fields | changes))
