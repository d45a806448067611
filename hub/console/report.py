"""A report on one file for people to read: lines of text, in one language. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.console import finding_words as words
from hub.console.remark_words import REMARKS
from hub.console.timeline import VIETNAM, plain
from hub.console.words import HEADLINES, SLOTS, Pair, say
from hub.model.faults import SENTENCES, Fault
from hub.model.findings import Finding, Revocation, Signer, Slot, StampFact
from hub.model.reports import Report, Reported

#: One line: a label and its text; no label: a title.
Row = tuple[str, str]

_ORGANIZATION: Pair = ("tổ chức", "an organisation")
_PERSON: Pair = ("cá nhân", "a person")


def rows(report: Report, language: str) -> Iterator[Row]:
    """The report, line by line; texts of strangers stand on one line each."""
    telling = _Telling(language)
    if report.fault:
        yield telling.labelled(("Tệp", "File"), telling.fault(report.fault))
    if not report.readable:
        return
    for number, one in enumerate(report.findings, 1):
        yield "", f"{number}. {telling.title(one)}"
        yield from telling.finding(one)
    yield from telling.conclusion(report)


def place_in(place: str, attachment: int | None, language: str) -> str:
    """Where a signature is; our own word for a file is told in the language."""
    told = plain(place) or "–"
    file = f"attachment {attachment}"
    if attachment is None or not told.startswith(file):
        return told
    own = say(("tệp đính kèm", "attachment"), language)
    return f"{own} {attachment}{told.removeprefix(file)}"


@dataclass(frozen=True, slots=True)
class _Telling:
    language: str

    def t(self, pair: Pair) -> str:
        return say(pair, self.language)

    def labelled(self, label: Pair, text: str) -> Row:
        return self.t(label), plain(text)

    def fault(self, fault: Fault) -> str:
        sentence = self.t(SENTENCES[fault.code])
        return f"[{fault.code}] {sentence} {fault.place} {fault.detail}".strip()

    def conclusion(self, report: Report) -> Iterator[Row]:
        assert report.headline is not None, "only what is readable is concluded"
        assert report.at is not None, "whoever judges says when"
        yield "", f"{self.t(_CONCLUSION)}: {self.t(HEADLINES[report.headline])}"
        if report.signed_fields:
            told = ", ".join(self.t(words.FIELDS[f]) for f in report.signed_fields)
            yield self.labelled(("Trường đã ký", "Signed fields"), told)
        yield self.labelled(("Xét tại", "Judged as of"), self.moment(report.at))
        policy = " · ".join(
            filter(None, (report.policy_edition, report.policy_version))
        )
        yield self.labelled(("Chính sách", "Policy"), policy)
        yield self.labelled(("Dữ liệu tin cậy", "Trust material"), report.trust_version)
        if report.leads_to:
            led = report.leads_to
            told = f"{self.t(words.REMEDIES[led.remedy])} («{led.source}»)"
            why = f": {self.fault(led.fault)}" if led.fault else ""
            yield self.labelled(("Chính sách dẫn tới", "Policy leads to"), told + why)

    def title(self, one: Reported) -> str:
        facts = one.facts
        kind = self.t(words.KINDS[facts.kind])
        place = self.place(facts)
        if facts.slot is not Slot.SIGNATURE:
            return f"{kind}, {place}: {self.t(SLOTS[facts.slot])}"
        assert one.indication is not None, "a signature has a headline"
        said = self.t(words.INDICATIONS[one.indication])
        return f"{kind}, {place}: {said} ({one.indication})"

    def place(self, facts: Finding) -> str:
        """Places in XML are paths of names; those in files begin with our own word."""
        return place_in(facts.place, facts.attachment, self.language)

    def finding(self, one: Reported) -> Iterator[Row]:
        facts = one.facts
        for reason in facts.reasons:
            told = f"{self.t(words.SUB_INDICATIONS[reason])} ({reason})"
            yield self.labelled(("Lý do", "Reason"), told)
        if facts.remark:
            told = self.t(REMARKS.get(facts.remark, (facts.remark, facts.remark)))
            yield self.labelled(("Chi tiết", "Detail"), told)
        if facts.slot is Slot.SIGNATURE:
            yield from self.signer(facts)
            yield from self.time(facts)
            yield from self.trust(one)
            yield from self.form(facts)
            yield from self.extent(facts)

    def signer(self, facts: Finding) -> Iterator[Row]:
        signer = facts.signer
        if signer is None:
            return
        sort = self.t(_ORGANIZATION if signer.is_organization else _PERSON)
        names = [signer.common_name, signer.organization]
        name = " · ".join(n for n in dict.fromkeys(names) if n)
        yield self.labelled(("Người ký", "Signer"), f"{name} ({sort})")
        yield self.labelled(("Chứng thư", "Certificate"), self.certificate(signer))
        belongs = self.t(words.BELONGINGS[facts.belongs])
        yield self.labelled(("Thuộc về", "Belongs to"), belongs)

    def certificate(self, signer: Signer) -> str:
        until = f"{self.day(signer.not_before)} – {self.day(signer.not_after)}"
        return f"{signer.serial} · {signer.issuer} · {until} · {signer.fingerprint}"

    def time(self, facts: Finding) -> Iterator[Row]:
        proof = self.t(words.TIME_PROOFS[facts.time_proof])
        told = f"{self.moment(facts.signed_at)}, {proof}" if facts.signed_at else proof
        yield self.labelled(("Lúc ký", "Signed at"), told)
        for stamp in facts.stamps:
            yield self.labelled(("Dấu thời gian", "Time stamp"), self.stamp(stamp))

    def stamp(self, stamp: StampFact) -> str:
        at = self.moment(stamp.at) if stamp.at else "?"
        if stamp.proven:
            return f"{at} · {stamp.authority}"
        no = self.t(("không chứng minh được", "proves nothing"))
        why = "; ".join(self.t(words.SUB_INDICATIONS[r]) for r in stamp.reasons)
        return f"{at} · {stamp.authority} · {no}: {why}"

    def trust(self, one: Reported) -> Iterator[Row]:
        facts = one.facts
        chain = self.t(words.CHAINS[facts.chain])
        yield self.labelled(("Đường dẫn chứng thực", "Chain"), chain)
        if facts.revocation is Revocation.NOT_CHECKED:
            return
        told = self.t(words.REVOCATIONS[facts.revocation])
        if one.revocation_age is not None:
            age = self.age(timedelta(seconds=one.revocation_age))
            by = facts.revocation_by.upper() or "?"
            told += self.t((f" ({by}, lập {age} trước lúc xét)", f" ({by}, {age} old)"))
        yield self.labelled(("Thu hồi", "Revocation"), told)

    def form(self, facts: Finding) -> Iterator[Row]:
        used = [a for a in (facts.digest_algorithm, facts.signature_algorithm) if a]
        weak = self.t((" (yếu)", " (weak)")) if facts.weak else ""
        if used:
            told = " · ".join(used) + weak
            yield self.labelled(("Thuật toán", "Algorithms"), told)
        if facts.level is not None:
            yield self.labelled(("Mức", "Level"), self.t(words.LEVELS[facts.level]))

    def extent(self, facts: Finding) -> Iterator[Row]:
        if facts.covers:
            told = ", ".join(self.t(words.COVERED[c]) for c in facts.covers)
            yield self.labelled(("Phủ", "Covers"), told)
        if facts.fields:
            told = ", ".join(self.t(words.FIELDS[f]) for f in facts.fields)
            yield self.labelled(("Trường", "Fields"), told)
        if facts.changes is not None:
            told = self.t(words.CHANGES[facts.changes])
            yield self.labelled(("Sau khi ký", "Afterwards"), told)
        for alteration in facts.alterations:
            told = self.t(words.ALTERATIONS[alteration.kind])
            if alteration.revision is not None:
                saved = self.t(("lần lưu", "revision"))
                told = f"{saved} {alteration.revision}: {told}"
            yield self.labelled(("Thêm vào", "Added"), told)
        if facts.look is not None:
            pages = ", ".join(map(str, facts.look_pages))
            told = self.t(words.LOOKS[facts.look]) + (f": {pages}" if pages else "")
            yield self.labelled(("So hình trang", "Look"), told)

    def moment(self, at: datetime) -> str:
        zone = self.t(("giờ Việt Nam", "Vietnam time"))
        return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S} ({zone})"

    def day(self, at: datetime) -> str:
        return f"{at.astimezone(VIETNAM):%d/%m/%Y}"

    def age(self, age: timedelta) -> str:
        """The two largest units are enough to judge an answer's age."""
        minutes = int(age.total_seconds()) // 60
        sizes = ((1440, "ngày", "d"), (60, "giờ", "h"), (1, "phút", "min"))
        parts: list[str] = []
        for size, vietnamese, english in sizes:
            if minutes >= size or (size == 1 and not parts):
                unit = self.t((vietnamese, english))
                parts.append(f"{minutes // size} {unit}")
                minutes %= size
        return " ".join(parts[:2])


_CONCLUSION: Pair = ("KẾT LUẬN", "CONCLUSION")
