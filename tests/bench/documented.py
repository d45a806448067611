"""The same stage as libraries' own pages show it: no hoisting, no cache, no patch.

    python -m tests.bench.documented FILE TRUST-FOLDER

Each line on its stdin has FILE verified once, each line on its stdout is the peak in
bytes over idle so far. A process of its own: in ours pyHanko is quicker than shipped.

signxml's `XMLVerifier().verify(data, ca_pem_file=…)`, xmlschema over all of it, base64
of the standard library, pyHanko's `validate_pdf_signature` with a context of its own.
What is said here is weaker than our verdict: first signature only, no revocation for
XML, one bottom line. It is the price of the obvious way, and no floor.
"""

import base64
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import signxml.verifier
import xmlschema
from asn1crypto import pem, x509
from lxml import etree
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from hub.model.knowledge import Knowledge
from hub.resources import resource
from hub.trust.folder import load
from tests.bench.peaks import forget_peak, peak

_PAYLOAD = "ContentTransferEncoded"


@dataclass(frozen=True, slots=True)
class Trusted:
    """What both libraries are handed: PEM on disk, DER at hand."""

    ca_file: str
    knowledge: Knowledge

    @classmethod
    def made(cls, knowledge: Knowledge, folder: Path) -> "Trusted":
        """A CA file as signxml needs it for leaf-only signatures."""
        path = folder / "documented.pem"
        ders = (*knowledge.anchors, *knowledge.intermediates)
        path.write_bytes(b"".join(pem.armor("CERTIFICATE", der) for der in ders))
        return cls(str(path), knowledge)


def verify(data: bytes, trusted: Trusted) -> None:
    """The whole stage; raises where anything does not hold."""
    root = etree.fromstring(data, _parser())
    list(_schema().iter_errors(root))
    signxml.verifier.XMLVerifier().verify(
        data, ca_pem_file=trusted.ca_file, parser=_parser()
    )
    for element in root.iter(f"{{*}}{_PAYLOAD}"):
        file = base64.b64decode(element.text or "")
        if file.startswith(b"%PDF"):
            _verify_pdf(file, trusted.knowledge)


def _verify_pdf(data: bytes, knowledge: Knowledge) -> None:
    reader = PdfFileReader(BytesIO(data))
    for signature in reader.embedded_signatures:
        status = validate_pdf_signature(signature, _context(knowledge))
        assert status.bottom_line


def _context(knowledge: Knowledge) -> ValidationContext:
    return ValidationContext(
        trust_roots=[x509.Certificate.load(der) for der in knowledge.anchors],
        other_certs=[x509.Certificate.load(der) for der in knowledge.intermediates],
        crls=list(knowledge.crls),
        allow_fetching=False,
    )


@cache
def _schema() -> Any:
    return xmlschema.XMLSchema(str(resource("schemas", "edxml.xsd")))


def _parser() -> etree.XMLParser:
    """Theirs as documented refuses texts over 10 MB."""
    return etree.XMLParser(huge_tree=True, resolve_entities=False)


class Apart:
    """The obvious way in a process of its own; a call verifies the file once."""

    def __init__(self, file: Path, trust: Path) -> None:
        words = [sys.executable, "-m", "tests.bench.documented", str(file), str(trust)]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def __call__(self) -> int:
        """Verify once; returns the peak in bytes over idle."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def main() -> None:
    """Serve `Apart`."""
    data = Path(sys.argv[1]).read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        trusted = Trusted.made(load(Path(sys.argv[2])), Path(folder))
        _schema()
        idle = forget_peak() - len(data)
        for _ in sys.stdin:
            verify(data, trusted)
            sys.stdout.write(f"{peak() - idle}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
