"""The chain of rules: the first that speaks chooses.

The order is an official's. What must not be on this network is stopped before anything
else is asked. Then: can it be read, may this source send it, is it complete, is it for
us at all; whoever fails there hears of it at once, whatever its signatures say. What
our agencies have already is not judged again. An operator's yes stands above what
follows, never above what came before; a no stands above all but secrecy. Signatures
come before the question of two contents, because a broken one is refused and needs no
person's eye; paper comes last, because it only asks what goes beside a document that
may go.

Limits on size are held before a document is read; they arrive here as a fault.
"""

from collections.abc import Iterator
from dataclasses import replace

from hub.model.decisions import Decision, Disposition, Lane, Routing
from hub.model.documents import DocumentType, PaperDuty, PaperRuling
from hub.model.recalls import About
from hub.rules.about import about_notes, about_of, lane_of
from hub.rules.case import Case
from hub.rules.choice import Choice, Rule
from hub.rules.document_types import hinted_type
from hub.rules.doubtful import doubtful
from hub.rules.duplicate import differs, new_routing, other_content, twin
from hub.rules.paper import document_date, paper, paper_ruling
from hub.rules.proven import proven
from hub.rules.readable import readable
from hub.rules.recall import not_its_own, recalled, waits, withdrawn
from hub.rules.recipients import heirs, recipients
from hub.rules.refused_by_operator import refused_by_operator
from hub.rules.released import released
from hub.rules.required import required
from hub.rules.secrecy import secrecy
from hub.rules.sender import sender
from hub.rules.signatures import signature_notes, signatures
from hub.rules.statuses import status
from hub.rules.urgency import lane


def deliver(_case: Case) -> Choice:
    """The last rule: nothing stands against it."""
    return Choice(Disposition.DELIVER)


RULES: tuple[Rule, ...] = (
    Rule(
        "secrecy",
        secrecy,
        "Văn bản có dấu chỉ độ mật: dừng ngay, báo người trực.",
        "Marked secret: stopped at once, an operator is called.",
    ),
    Rule(
        "refused-by-operator",
        refused_by_operator,
        "Người trực xem và từ chối: từ chối, với mã của người trực.",
        "An operator looked at it and said no: refused, with that code.",
    ),
    Rule(
        "readable",
        readable,
        "Gói tin không đọc được: từ chối; quá tốn tài nguyên, thiếu tệp: tạm giữ.",
        "Cannot be read: refused; too many resources, a file missing: held.",
    ),
    Rule(
        "sender",
        sender,
        "Thiếu mã cơ quan gửi, hoặc nguồn không được gửi thay mã đó: từ chối.",
        "No sender, or one this source may not speak for: refused.",
    ),
    Rule(
        "required",
        required,
        "Thiếu mã văn bản, trích yếu, nơi nhận hoặc mã trạng thái: từ chối.",
        "Lacks an id, a subject, a receiver or a status code: refused.",
    ),
    Rule(
        "status",
        status,
        "Trạng thái về văn bản trục chưa chuyển, hoặc không phải của mình: từ chối.",
        "A status on what was not carried here, or on another's document: refused.",
    ),
    Rule(
        "recipients",
        recipients,
        "Không nơi nhận nào thuộc trục này hoặc có đường gửi tới: từ chối.",
        "None of the receivers is an agency of this hub or within its reach: refused.",
    ),
    Rule(
        "not-its-own",
        not_its_own,
        "Thu hồi hoặc đổi nơi nhận văn bản của cơ quan khác: từ chối.",
        "Recalls or re-addresses what somebody else sent: refused.",
    ),
    Rule(
        "recalled",
        recalled,
        "Văn bản đã được bên gửi thu hồi: không chuyển; nội dung khác: tạm giữ.",
        "Its sender recalled it: goes to nobody; other content of it: held.",
    ),
    Rule(
        "twin",
        twin,
        "Đã chuyển đúng nội dung này cho mọi nơi nhận: không chuyển lại.",
        "Every receiver has this very content already: not sent again.",
    ),
    Rule(
        "waits",
        waits,
        "Thu hồi, cập nhật đến trước văn bản: tạm giữ, tự xử lý khi văn bản đến.",
        "A recall or update before its document: held, done when that comes.",
    ),
    Rule(
        "released",
        released,
        "Người trực đã cho qua: chuyển.",
        "An operator let it pass: delivered.",
    ),
    Rule(
        "proven",
        proven,
        "Thư điện tử chưa chứng minh được địa chỉ người gửi: theo chính sách.",
        "A mail whose sender is not proven: as the policy says.",
    ),
    Rule(
        "signatures",
        signatures,
        "Chữ ký số hỏng, chưa rõ hoặc thiếu: theo chính sách của nguồn.",
        "Signatures broken, uncertain or missing: as the source's policy says.",
    ),
    Rule(
        "other-content",
        other_content,
        "Cùng mã văn bản nhưng nội dung khác bản đã nhận: tạm giữ.",
        "Known identity with other content: held.",
    ),
    Rule(
        "heirs",
        heirs,
        "Nơi nhận đã kết thúc, có nhiều đơn vị kế thừa: tạm giữ cho văn thư xem.",
        "A receiver ended and has several heirs: held for a clerk.",
    ),
    Rule(
        "doubtful",
        doubtful,
        "Điều đọc từ thư, hoặc ngày, tệp của hồ sơ chưa chắc chắn: văn thư xem.",
        "What a mail was read as, or a dossier's date or file, is uncertain: held.",
    ),
    Rule(
        "paper",
        paper,
        "Bảng quy tắc bản giấy yêu cầu tạm giữ hoặc từ chối.",
        "The paper grid asks to hold or refuse.",
    ),
    Rule(
        "withdrawn",
        withdrawn,
        "Thu hồi khi chưa nơi nào nhận được: hủy việc chuyển, không phải hỏi ai.",
        "Taken back before anybody had it: cancelled, nobody need be asked.",
    ),
    Rule(
        "deliver",
        deliver,
        "Không có gì ngăn trở: chuyển đến nơi nhận.",
        "Nothing stands against it: delivered.",
    ),
)


def decide(case: Case) -> Decision:
    """What is to happen with one arrival; total and pure.

    `receivers` are there exactly when it is to be delivered, and are only those who do
    not have this content yet; `reason` is there whenever it is held or refused, and
    where a mail was no document.
    """
    rule, choice = next(_answers(case))
    if choice.secret or case.examined.envelope is None:
        return _bare(case, rule, choice)
    return replace(
        _bare(case, rule, choice),
        routing=_routing(case, choice.disposition),
        lane=_lane(case),
        about=_about(case, rule, choice.disposition),
        paper=paper_ruling(case),
        notes=tuple(_notes(case)),
    )


def _answers(case: Case) -> Iterator[tuple[Rule, Choice]]:
    for rule in RULES:
        if choice := rule.ask(case):
            yield rule, choice


def _bare(case: Case, rule: Rule, choice: Choice) -> Decision:
    """A decision that tells nothing of the document: all there is of a secret one."""
    return Decision(
        disposition=choice.disposition,
        rule=rule.name,
        reason=choice.reason,
        lane=Lane.ORDINARY,
        secret=choice.secret,
        policy_version=case.policy.version,
        policy_edition=case.policy.edition,
        registry_version=case.registry.version,
    )


def _routing(case: Case, disposition: Disposition) -> Routing:
    match disposition:
        case Disposition.DELIVER:
            return new_routing(case)
        case Disposition.HOLD | Disposition.REFUSE | Disposition.DISCARD:
            return replace(new_routing(case), receivers=(), outward=())


def _lane(case: Case) -> Lane:
    """What takes a document back or re-addresses it goes by that document's lane."""
    following = lane_of(case)
    return Lane(following) if following else lane(case)


def _about(case: Case, rule: Rule, disposition: Disposition) -> About | None:
    """What it does to other documents: when it goes on, or waits to do it."""
    about = about_of(case)
    if about is not None and disposition is Disposition.DELIVER:
        return replace(about, waits=False)
    return about if rule.ask is waits else None


def _notes(case: Case) -> Iterator[str]:
    """Remarks for the clerk that change nothing; a closed list, see docs/quy-tac.md."""
    if document_date(case).doubtful:
        yield "date-doubtful"
    if differs(case):
        yield "other-content"
    if new_routing(case).unknown:
        yield "receivers-unknown"
    yield from about_notes(case)
    yield from signature_notes(case)
    if ruling := paper_ruling(case):
        yield from _paper_notes(case, ruling)


def _paper_notes(case: Case, ruling: PaperRuling) -> Iterator[str]:
    if ruling.conflict:
        yield "type-conflict"
    if ruling.duty is PaperDuty.PAPERLESS and ruling.sender_said == 1:
        yield "paper-kept"
    if ruling.type is DocumentType.UNKNOWN:
        hint = hinted_type(case.envelope)
        yield f"type-hint:{hint}" if hint else "type-unknown"
