"""Every exception of the libraries ends in a finding: the maps are walked.

A library that grows a new exception fails the first test here until the map of the
file that imports it has the class, or the table below says why it need not.
"""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import NoReturn, Self

import lxml.etree
import pypdfium2
import pytest
import signxml.exceptions
from cryptography.exceptions import InvalidSignature
from pyhanko.pdf_utils.misc import PdfError, PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.changes import Look
from hub.model.findings import Finding, Indication, SignatureKind, Slot, SubIndication
from hub.model.frames import Hoisted
from hub.model.limits import Limits
from hub.signatures import (
    certificates,
    dkim_proofs,
    judge,
    mail,
    paths,
    pdf,
    pdf_file,
    pdf_look,
    stamps,
    xml,
)
from hub.signatures.document import Document
from tests.cases.room import envelope, ground, plain, signed_envelope, signed_pdf

#: With them every library is loaded that judging uses.
LOADED = (judge, mail)

Classes = tuple[type[BaseException], ...]

#: The map of a file, and the libraries it keeps from everybody else.
BORDERS: dict[str, tuple[Classes, tuple[str, ...]]] = {
    "xml": (xml.FOREIGN, ("signxml", "lxml", "cryptography")),
    "pdf": (pdf_file.FOREIGN, ("pyhanko.", "asn1crypto", "cryptography")),
    "second look": (pdf_look.FOREIGN, ("pypdfium2", "pyhanko.")),
    "cms": (stamps.FOREIGN_CMS, ("pyhanko.sign", "asn1crypto", "cryptography")),
    "paths": (paths.FOREIGN, ("pyhanko_certvalidator", "asn1crypto", "cryptography")),
    "certificates": (certificates.UNREADABLE, ("cryptography",)),
    "dkim": (dkim_proofs._FOREIGN, ("dkim",)),
}

_MISUSE = "says that we called it wrongly, whatever the input"
_NOT_USED = "belongs to a part of the library that is not used"
_ASKED = "is the answer no, caught where the question is asked"
_BASE = "is never raised itself"
EXEMPT = {
    "AlreadyFinalized": _MISUSE,
    "AlreadyUpdated": _MISUSE,
    "NotYetFinalized": _MISUSE,
    "InterfaceNotImplemented": _MISUSE,
    "APIException": _MISUSE,
    "InvalidKey": _NOT_USED,
    "InvalidTag": _NOT_USED,
    "InvalidUnwrap": _NOT_USED,
    "VerificationError": _NOT_USED,
    "_TargetParserResult": _NOT_USED,
    "_ImageExtractionError": _NOT_USED,
    "ExtensionNotFound": _ASKED,
    "AttributeNotFound": _ASKED,
    "Error": _BASE,
}


def subclasses(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    for each in kind.__subclasses__():
        yield each
        yield from subclasses(each)


def raised_by(libraries: tuple[str, ...]) -> set[type[BaseException]]:
    found = {c for c in subclasses(Exception) if c.__module__.startswith(libraries)}
    return {c for c in found if not issubclass(c, Warning)}


@pytest.mark.parametrize("border", BORDERS)
def test_every_exception_of_a_library_is_in_the_map_of_who_imports_it(border):
    known, libraries = BORDERS[border]
    found = raised_by(libraries)
    assert len(found) > 1
    unknown = {c for c in found if not issubclass(c, known)}
    if border == "certificates":
        unknown.discard(InvalidSignature)  # reading verifies nothing
    assert {c.__name__ for c in unknown} <= set(EXEMPT)


def test_nothing_is_exempt_that_is_gone():
    libraries = tuple(name for _, names in BORDERS.values() for name in names)
    assert set(EXEMPT) <= {c.__name__ for c in raised_by(libraries)}


def test_the_maps_have_what_was_seen_in_the_field():
    """ENGINEERING.md A: raised by signxml and by pyHanko for odd input."""
    seen_from_signxml = (
        *(TypeError, ValueError, NotImplementedError, InvalidSignature),
        *(lxml.etree.XMLSyntaxError, lxml.etree.C14NError),
    )
    seen_from_pyhanko = (
        *(KeyError, ValueError, AssertionError, AttributeError, RecursionError),
        CMSExtractionError,
    )
    assert all(issubclass(c, xml.FOREIGN) for c in seen_from_signxml)
    assert all(issubclass(c, pdf_file.FOREIGN) for c in seen_from_pyhanko)


# raised at the border, each class of each map


def named(classes):
    return [pytest.param(c, id=c.__qualname__) for c in dict.fromkeys(classes)]


def error_of(kind: type[BaseException]) -> BaseException:
    """One of that class, whatever its own constructor asks for."""
    if kind is lxml.etree.XMLSyntaxError:
        odd: type = kind  # the stubs know another constructor
        made: BaseException = odd("odd", 1, 1, 1)
        return made
    return kind.__new__(kind)


class RaisingRuns(dict[str, bytes | memoryview]):
    """Payloads that raise when signxml, in the middle of it, is to hash them."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def __bool__(self) -> bool:
        raise self.error


def judged_xml(runs: dict[str, bytes | memoryview]) -> Finding:
    opened = Document.open(plain(signed_envelope()), Limits())
    document = replace(opened, runs=runs)
    case = xml._Case(document, 0, document.signatures[0], ground())
    return xml._judge(case, Finding(SignatureKind.XML, "here", Slot.SIGNATURE))


#: Words for a plain "no" have reasons of their own.
OWN_REASONS = {
    InvalidSignature: (Indication.TOTAL_FAILED, SubIndication.SIG_CRYPTO_FAILURE),
    lxml.etree.DocumentInvalid: (Indication.INDETERMINATE, None),
    signxml.exceptions.InvalidInput: (
        Indication.INDETERMINATE,
        SubIndication.UNSUPPORTED,
    ),
}
UNFORESEEN = (Indication.INDETERMINATE, SubIndication.POLICY_PROCESSING_ERROR)


@pytest.mark.parametrize(
    "kind", named((*xml.FOREIGN, *OWN_REASONS, lxml.etree.XMLSyntaxError))
)
def test_whatever_signxml_raises_is_a_finding(kind):
    finding = judged_xml(RaisingRuns(error_of(kind)))
    found = finding.indication, next(iter(finding.reasons), None)
    assert found == OWN_REASONS.get(kind, UNFORESEEN)
    assert finding.place == "here"


def test_without_a_raised_exception_the_same_signature_passes():
    assert judged_xml({}).passed


def test_what_no_map_has_is_raised():
    """A bug is no finding: it ends the child, and a person looks."""
    with pytest.raises(BufferError):
        judged_xml(RaisingRuns(BufferError()))


class RaisingField:
    """A signature field in an odd file."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def __getattr__(self, name: str) -> NoReturn:
        raise self.error


class RaisingSignature(EmbeddedPdfSignature):
    """A signature that can be opened and not looked at."""

    @classmethod
    def of(cls, data, error) -> Self:
        reader = PdfFileReader(BytesIO(data))
        ((name, _, field),) = enumerate_sig_fields(reader)
        made = cls(reader, field, name)
        made.error = error
        return made

    error: BaseException

    def compute_digest(self, hash_algo: str | None = None) -> NoReturn:
        raise self.error

    def compute_integrity_info(self, *_, **__) -> NoReturn:
        raise self.error


@pytest.mark.parametrize("kind", named((*pdf_file.FOREIGN, PdfReadError)))
def test_whatever_pyhanko_raises_of_a_field_is_a_finding(kind):
    file = pdf_file.File.open(1, signed_pdf(), ground())
    item = pdf._open(file, "Signature1", RaisingField(error_of(kind)))
    assert item.opened is None
    assert item.finding.slot is Slot.MALFORMED
    assert item.finding.indication is Indication.INDETERMINATE


@pytest.mark.parametrize("kind", named((*pdf_file.FOREIGN, PdfReadError)))
def test_whatever_pyhanko_raises_of_a_signature_is_a_finding(kind):
    data = signed_pdf()
    file = pdf_file.File.open(1, data, ground())
    blank = file.blank("Signature1")
    item = pdf._Item(blank, RaisingSignature.of(data, error_of(kind)))
    pdf._judge_signature(file, item, [])
    reason = next(iter(item.finding.reasons))
    assert (item.finding.indication, reason) == UNFORESEEN


# raised by the real libraries for real bytes


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", PdfReadError),
        (b"%PDF-1.7\nstartxref\n9999999\n%%EOF", PdfError),
        (b"%PDF-1.7\nstartxref\n9\n%%EOF", PdfReadError),
    ],
)
def test_what_pyhanko_raises_for_a_file_is_no_exception_here(data, error):
    with pytest.raises(error):
        PdfFileReader(BytesIO(data))
    found = pdf.pdf_findings(1, data + b"/ByteRange [", ground())
    assert [f.slot for f in found] == [Slot.MALFORMED]


def test_what_pdfium_raises_is_an_unknown_look():
    data = signed_pdf()[:300]
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(data)
    assert pdf_look.second_look(data, len(data), 9).look is Look.UNKNOWN


@pytest.mark.parametrize(
    "xml_bytes", [b"", b"<", b"<a>\x00</a>", b"<a xmlns:b=''/>", envelope()[:-1]]
)
def test_what_lxml_raises_is_a_finding(xml_bytes):
    with pytest.raises(lxml.etree.XMLSyntaxError):
        lxml.etree.fromstring(xml_bytes)
    (finding,) = xml.xml_findings(Hoisted(xml_bytes, {}), ground())
    assert finding.slot is Slot.MALFORMED


def test_the_two_readers_of_pdf_have_one_map():
    known = {*pdf_file.FOREIGN, pypdfium2.PdfiumError}
    assert set(pdf_look.FOREIGN) == known
