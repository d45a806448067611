"""The policy file as a value: every threshold an official may read and change."""

from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from hub.model.agencies import is_agency_source
from hub.model.decisions import Lane
from hub.model.documents import DocumentType, PaperDuty
from hub.model.findings import Field
from hub.model.limits import Limits
from hub.model.retention import RetentionPolicy
from hub.model.targets import Target, TargetKind

#: The signature policy of agencies attached here.
AGENCIES = "agencies"


class Remedy(StrEnum):
    """What a finding leads to."""

    DELIVER = "deliver"
    HOLD = "hold"
    REFUSE = "refuse"


class Demand(StrEnum):
    """How much something is asked for."""

    NOT_ASKED = "not-asked"
    #: Its lack is noted on the decision and changes nothing.
    WANTED = "wanted"
    #: Its lack holds the document.
    REQUIRED = "required"


_FORBID = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class SignaturePolicy:
    """What one source's signatures lead to (config/policy.yaml, `signatures`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    failed: Remedy = Remedy.REFUSE
    #: Chain unknown (signed by a stranger).
    unknown_chain: Remedy = Remedy.HOLD
    #: Revocation data not at hand: delivered, marked, judged again later.
    revocation_unavailable: Remedy = Remedy.DELIVER
    #: Changed after signing in a way that cannot be explained.
    unexplained_change: Remedy = Remedy.HOLD
    #: The same, where the pages look and read as they were signed (`Look.SAME`).
    unseen_change: Remedy = Remedy.DELIVER
    #: Changed so that it shows, where the office's seal was put on afterwards and
    #: covers the whole file: the clerk wrote the number between the leader's signature
    #: and the seal.
    sealed_change: Remedy = Remedy.DELIVER
    malformed: Remedy = Remedy.HOLD
    #: Signed, and not by the sender: another body's certificate alone.
    other_signer: Remedy = Remedy.HOLD
    #: Only persons signed where the office's seal belongs too (NĐ 30/2020, 5, 13, 17).
    person_for_organization: Remedy = Remedy.DELIVER
    #: Signed by somebody the registry cannot tell from the sender.
    unbound_signer: Remedy = Remedy.DELIVER
    #: SHA-1 or a short RSA key is all that stands against it.
    weak_algorithm: Remedy = Remedy.DELIVER
    #: An XML signature that leaves out some of `signed_fields`.
    unsigned_fields: Remedy = Remedy.DELIVER
    signed_fields: tuple[Field, ...] = tuple(Field)
    #: A time stamp that proves when the document was signed.
    timestamp: Demand = Demand.NOT_ASKED
    #: Any other indeterminate finding.
    indeterminate: Remedy = Remedy.HOLD
    unsigned: Remedy = Remedy.DELIVER


@dataclass(frozen=True, slots=True)
class VerificationPolicy:
    """What the verifier itself needs to know (config/policy.yaml, `verification`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    #: Digest algorithms recorded as weak.
    weak_digests: tuple[str, ...] = ("sha1", "md5")
    minimum_rsa_bits: int = 2048
    #: Seconds a claimed or stamped time may lie ahead of another clock (VGCA: 60).
    clock_skew_seconds: int = 60
    #: Without any revocation answer the finding is TRY_LATER, not passed.
    require_revocation: bool = True
    #: Words in a certificate subject that mark a person's certificate's fields.
    person_attributes: tuple[str, ...] = ("given_name", "surname")


class SignedColumn(StrEnum):
    """The columns of the paper grid."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    INDETERMINATE = "indeterminate"
    FAILED = "failed"


class GridRow(StrEnum):
    """The rows of the paper grid: types named paperless, in parallel, or unnamed."""

    PAPERLESS_TYPE = "paperless-type"
    PARALLEL_TYPE = "parallel-type"
    UNNAMED_TYPE = "unnamed-type"


@dataclass(frozen=True, slots=True)
class PaperPeriod:
    """One period of the paper rule; `cells[row][column]` is the duty."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    name: str
    #: First day it holds for; None: from the beginning.
    first_day: date | None
    cells: dict[GridRow, dict[SignedColumn, PaperDuty]] = field(hash=False)


@dataclass(frozen=True, slots=True)
class PaperPolicy:
    """The paper rule as one grid (config/policy.yaml, `paper`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    #: The types of each named row; every other type is an unnamed one.
    paperless_types: tuple[DocumentType, ...]
    parallel_types: tuple[DocumentType, ...]
    #: In order of `first_day`; the last one begun by a date holds.
    periods: tuple[PaperPeriod, ...]
    #: A Quyết định with the year inside its number counts as VBQPPL.
    normative_decision_is_vbqppl: bool = True
    #: PromulgationDate more than so many days after arrival is not plausible.
    future_days: int = 30
    #: ... nor one before this day.
    earliest: date = date(1945, 9, 2)
    #: Documents up to this day whose signatures are only weak stand in the column
    #: `signed`; None: never, paper goes beside them.
    weak_until: date | None = None


@dataclass(frozen=True, slots=True)
class SecrecyPolicy:
    """Words that stop a document at once (config/policy.yaml, `secrecy`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    #: Whole values of a secrecy field, or whole lines stamped on page 1.
    marks: tuple[str, ...] = ("Mật", "Tối mật", "Tuyệt mật")


@dataclass(frozen=True, slots=True)
class RetryChange:
    """What of the plan is otherwise for a kind of target, or for one target."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    backoff_seconds: tuple[float, ...] | None = None
    jitter: float | None = None
    deadline_hours: float | None = None
    breaker_failures: int | None = None
    breaker_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RetryPlan:
    """How one target is tried; `DeliveryPolicy.plan` makes it."""

    backoff_seconds: tuple[float, ...]
    jitter: float
    deadline_hours: float
    breaker_failures: int
    breaker_seconds: float

    @property
    def patience(self) -> timedelta:
        """How long a row is tried before it is a person's matter."""
        return timedelta(hours=self.deadline_hours)

    @property
    def pause(self) -> timedelta:
        """How long an open breaker lets nothing through."""
        return timedelta(seconds=self.breaker_seconds)

    def wait(self, attempts: int, chance: float) -> timedelta:
        """How long to wait after so many tries; `chance` in 0..1 spreads targets."""
        steps = self.backoff_seconds
        seconds = steps[min(max(attempts, 1), len(steps)) - 1]
        return timedelta(seconds=seconds * (1 + self.jitter * chance))


def _kinds() -> dict[TargetKind, RetryChange]:
    return {
        TargetKind.ARRIVALS: RetryChange(backoff_seconds=(1, 5, 30)),
        TargetKind.OPERATORS: RetryChange(backoff_seconds=(5, 30, 60, 300)),
    }


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How deliveries and receipts are tried (config/policy.yaml, `delivery`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    #: Seconds before the next try, by number of tries so far; the last repeats.
    backoff_seconds: tuple[float, ...] = (1, 5, 30, 60, 300, 1800)
    #: Share of a delay that jitter may add.
    jitter: float = 0.2
    #: Hours after which a row is given up and listed.
    deadline_hours: float = 72
    #: So many failures in a row open a target's breaker ...
    breaker_failures: int = 5
    #: ... which then lets one try through every so many seconds.
    breaker_seconds: float = 10
    #: What is otherwise for a kind of target ...
    kinds: dict[TargetKind, RetryChange] = field(default_factory=_kinds, hash=False)
    #: ... and for one target, by its name: an agency's queue, a source.
    targets: dict[str, RetryChange] = field(default_factory=dict, hash=False)
    #: Bodies over this go by claim check.
    inline_bytes: int = 1_000_000
    #: The largest message an agency may publish; larger documents come by REST.
    inbound_bytes: int = 33_554_432
    #: Arrivals over this are examined by the worker for large ones.
    large_arrival_bytes: int = 8_000_000
    #: Priority values of OtherInfo that take the urgent lane (EDXML.md 1.7).
    urgent_priorities: tuple[int, ...] = (1, 2, 3, 4)
    #: Further lanes: name -> priorities that take it, before the urgent lane's.
    lanes: dict[Lane, tuple[int, ...]] = field(default_factory=dict, hash=False)
    #: Messages that may wait in one queue of an agency; then it takes no more.
    queue_length: int = 10_000
    #: A queue with messages and no reader for so long is on a person's list.
    unread_minutes: float = 60

    @property
    def every_lane(self) -> tuple[Lane, ...]:
        """Those of this policy and the two that are always there, fastest first."""
        return (*self.lanes, *Lane)

    def plan(self, target: Target) -> RetryPlan:
        """How a target is tried: its own words first, then its kind's, then all's."""
        own, kinds = self.targets.get(target.name), self.kinds.get(target.kind)
        changes = (own or RetryChange(), kinds or RetryChange())
        return RetryPlan(
            **{
                each.name: next(
                    (
                        c
                        for one in changes
                        if (c := getattr(one, each.name)) is not None
                    ),
                    getattr(self, each.name),
                )
                for each in fields(RetryPlan)
            }
        )


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """What a mail must prove (config/policy.yaml, `mail`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    #: Neither DKIM nor S/MIME nor the trusted server proves the address in From.
    unproven: Remedy = Remedy.HOLD
    #: A field read with less confidence (0-100) waits for a clerk.
    least_confidence: int = 70


@dataclass(frozen=True, slots=True)
class DossierPolicy:
    """How long a citizen may be kept waiting (config/policy.yaml, `dossiers`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    #: Working hours within which an official takes up what was handed in online
    #: (NĐ 61/2018/NĐ-CP, article 17: not later than one working day).
    pick_up_working_hours: float = 8


@dataclass(frozen=True, slots=True)
class StatusPolicy:
    """When an agency's word is missed (config/policy.yaml, `statuses`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    #: Working days after that of arrival within which it says something; 0: the same
    #: day (NĐ 30/2020/NĐ-CP, Điều 21 k.2).
    silent_working_days: int = 0
    #: Working hours from 01 to 03.
    taken_working_hours: float = 8
    #: Working hours within which a recall (13) is answered by 15 or 16.
    recall_working_hours: float = 8
    #: Working hours from the answer, or the end of the dossier, to 06.
    done_working_hours: float = 16
    #: Deliveries older than so many days are not looked at any more; 0: none is.
    watch_days: int = 60


@dataclass(frozen=True, slots=True)
class PaperDeskPolicy:
    """When a paper task is overdue (config/policy.yaml, `paper_desk`)."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    #: Working days after that of the task within which our agency's paper leaves
    #: (NĐ 30/2020/NĐ-CP, Điều 18 k.1: not later than the next working day).
    send_working_days: int = 1
    #: ... within which what was sent, or comes from elsewhere, has arrived.
    arrive_working_days: int = 5
    #: ... within which a difference is settled.
    settle_working_days: int = 2


@dataclass(frozen=True, slots=True)
class Policy:
    """policy.yaml, whole; `version` is the hash of the file."""

    __pydantic_config__: ClassVar[Any] = _FORBID

    paper: PaperPolicy
    #: Source name -> its signature policy; "default" must be there. "agencies": that of
    #: every agency attached here, for what it sends itself.
    signatures: dict[str, SignaturePolicy] = field(hash=False)
    limits: Limits = Limits()
    verification: VerificationPolicy = VerificationPolicy()
    secrecy: SecrecyPolicy = SecrecyPolicy()
    delivery: DeliveryPolicy = DeliveryPolicy()
    mail: MailPolicy = MailPolicy()
    dossiers: DossierPolicy = DossierPolicy()
    statuses: StatusPolicy = StatusPolicy()
    paper_desk: PaperDeskPolicy = PaperDeskPolicy()
    retention: RetentionPolicy = RetentionPolicy()
    version: str = ""
    #: What people call this version: "2026-11, huyện Giao Thủy, số 1".
    edition: str = ""

    def signatures_of(self, source: str) -> SignaturePolicy:
        """The signature policy of one source."""
        default = self.signatures["default"]
        if is_agency_source(source):
            default = self.signatures.get(AGENCIES, default)
        return self.signatures.get(source, default)
