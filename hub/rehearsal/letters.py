"""What the demo's offices write and its citizens hand in, and what becomes of it."""

from dataclasses import replace

from hub.model.decisions import Disposition
from hub.model.faults import FaultCode
from hub.model.ids import AgencyCode
from hub.model.verdicts import Headline
from hub.rehearsal import papers
from hub.rehearsal.cast import AGRICULTURE, DISTRICT
from hub.rehearsal.mails import ADDRESS, SELECTOR, Letter, compose, dkim_sign
from hub.rehearsal.samples import Expected, Sample, Scene

_DOMAIN = ADDRESS.partition("@")[2]


def letters(scene: Scene) -> tuple[Sample, ...]:
    """A clear one, one without number and date, one without a document."""
    return (
        _sample(
            "mail-clear",
            ("Thư có Báo cáo ký số", "Mail with a signed report"),
            _signed(scene, _clear(scene)),
            Expected(
                Disposition.DELIVER,
                "deliver",
                headline=Headline.PASSED,
                paper=0,
                receivers=(DISTRICT.code,),
            ),
        ),
        _sample(
            "mail-doubtful",
            ("Thư không ghi số, ngày", "Mail without number or date"),
            _signed(scene, _doubtful(scene)),
            Expected(Disposition.HOLD, "doubtful", FaultCode.DOUBTFUL),
        ),
        _sample(
            "mail-empty",
            ("Thư không kèm văn bản", "Mail without a document"),
            _signed(scene, replace(_clear(scene), files=(), message_id="<3@demo>")),
            Expected(Disposition.REFUSE, "readable", FaultCode.NO_DOCUMENT),
        ),
    )


def _clear(scene: Scene) -> Letter:
    day = f"{scene.day:%d/%m/%Y}"
    pdf = scene.signed(papers.report(scene.day), AGRICULTURE)
    return Letter(
        f"Báo cáo số 331/BC-SNN ngày {day} về việc xây dựng nông thôn mới",
        ((f"331_BC-SNN_{scene.day:%d%m%Y}_signed.pdf", pdf),),
        message_id="<1@demo>",
        at=scene.at,
    )


def _doubtful(scene: Scene) -> Letter:
    (_, pdf), *_ = _clear(scene).files
    return replace(
        _clear(scene),
        subject="Gửi văn bản",
        files=(("scan.pdf", pdf),),
        message_id="<2@demo>",
    )


def _signed(scene: Scene, letter: Letter) -> bytes:
    return dkim_sign(compose(letter), _DOMAIN, SELECTOR, at=scene.at)


def _sample(
    name: str, titles: tuple[str, str], mail: bytes, expected: Expected
) -> Sample:
    return Sample(name, *titles, mail, expected, content_type="message/rfc822")


def _dossier(odd: str, titles: tuple[str, str], expected: Expected) -> Sample:
    return Sample(f"dossier-{odd}", *titles, b"", expected, "application/json")


#: The office of the first dossier's procedure.
_OWNER = AgencyCode("000.04.37.H40")
#: What citizens hand in at the portal, each with a PDF by URL.
DOSSIERS = (
    _dossier(
        "",
        ("Hồ sơ có tệp PDF theo địa chỉ", "Dossier, its PDF by URL"),
        Expected(
            Disposition.DELIVER, "deliver", receivers=(AgencyCode("000.04.37.H40"),)
        ),
    ),
    _dossier(
        "file-gone",
        ("Hồ sơ có tệp không còn", "Dossier whose file is gone"),
        Expected(Disposition.HOLD, "readable", FaultCode.FILE_UNAVAILABLE),
    ),
    _dossier(
        "unknown-office",
        ("Hồ sơ không rõ đơn vị xử lý", "Dossier of an unknown office"),
        Expected(Disposition.REFUSE, "readable", FaultCode.UNKNOWN_OFFICE),
    ),
)
