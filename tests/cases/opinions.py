"""What xmlsec1 and pdfsig say of a case, in the few words they share with the hub.

Both are Debian's packages, and other people's code: libxml2 with OpenSSL, poppler with
NSS. They are asked in tests only.
"""

import os
import re
import subprocess
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from lxml import etree

from hub.model.changes import Changes
from hub.model.findings import Chain, Finding, SignatureKind, Slot
from hub.signatures.judge import Ground
from tests.cases.book import Case, Sort

_DS = "http://www.w3.org/2000/09/xmldsig#"
_XPATH = f"(//*[local-name()='Signature' and namespace-uri()='{_DS}'])[%d]"
_SECONDS = 20
_FIELD = re.compile(r"Signature Field Name: (.*)")
_SAID = re.compile(r"- Signature Validation: (.*)")


class Said(StrEnum):
    """Whether digests and signature value hold, in one word."""

    HOLDS = "holds"
    BROKEN = "broken"
    #: It was not computed: refused, not understood, or not seen at all.
    SILENT = "silent"


#: pdfsig's words.
_WORDS = {
    "Signature is Valid.": Said.HOLDS,
    "Signature is Invalid.": Said.BROKEN,
    "Digest Mismatch.": Said.BROKEN,
    "Signature has not yet been verified.": Said.SILENT,
    "Unknown Validation Failure.": Said.SILENT,
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """One judge about one signature; None: a question it was not asked."""

    math: Said
    #: The certificate leads to the anchor.
    chain: bool | None = None
    #: A PDF's signature covers the whole file.
    whole: bool | None = None


def ours(finding: Finding) -> Opinion:
    """The hub's finding in the shared words."""
    math = {True: Said.HOLDS, False: Said.BROKEN, None: Said.SILENT}[finding.intact]
    if finding.kind is SignatureKind.XML:
        return Opinion(math, chain=finding.chain is Chain.TRUSTED)
    return Opinion(math, whole=finding.changes is Changes.WHOLE)


Pair = tuple[Finding, Opinion]


def asked(case: Case, found: tuple[Finding, ...], folder: Path) -> list[Pair]:
    """Each finding about a signature, with the other judge's opinion of it."""
    path = folder / "case"
    path.write_bytes(case.data)
    if case.sort is Sort.PDF:
        said = _pdfsig(path)
        return [(f, _pdf(f, said)) for f in found if f.slot is Slot.SIGNATURE]
    trust = _trusted(case.ground, folder)
    there = [f for f in found if f.slot is not Slot.ABSENT]
    return [
        (finding, _xmlsec(path, number, trust))
        for number, finding in enumerate(there, 1)
        if finding.slot is Slot.SIGNATURE
    ]


def _trusted(ground: Ground, folder: Path) -> list[str]:
    """Anchors, intermediates and the moment, as options of xmlsec1."""
    words: list[str] = []
    for kind in ("anchors", "intermediates"):
        option = "--trusted-der" if kind == "anchors" else "--untrusted-der"
        for number, der in enumerate(getattr(ground.knowledge, kind)):
            path = folder / f"{kind}-{number}.der"
            path.write_bytes(der)
            words += [option, str(path)]
    return [*words, "--verification-gmt-time", f"{ground.at:%Y-%m-%d %H:%M:%S}"]


def _xmlsec(path: Path, number: int, trust: list[str]) -> Opinion:
    """The signature of that number in the document (from 1)."""
    words = ["--node-xpath", _XPATH % number, *_ids(path.read_bytes())]
    math = _math(_run("xmlsec1", "--verify", "--insecure", *words, str(path)))
    if math is not Said.HOLDS:
        return Opinion(math)
    done = _run("xmlsec1", "--verify", *trust, *words, str(path))
    return Opinion(math, chain=done.returncode == 0)


def _math(done: subprocess.CompletedProcess[str]) -> Said:
    told = done.stdout + done.stderr
    if done.returncode == 0:
        return Said.HOLDS
    return Said.BROKEN if "FAIL" in told.splitlines() else Said.SILENT


def _ids(data: bytes) -> list[str]:
    """Options that make every attribute named Id one; xmlsec1 knows no schema."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return []
    found: dict[tuple[str, str], None] = {}
    for element in root.iter("*"):
        name = etree.QName(element)
        node = (
            f"{name.namespace}:{name.localname}" if name.namespace else name.localname
        )
        for attribute in ("Id", "ID", "id"):
            if attribute in element.attrib:
                found[attribute, node] = None
    options = [(f"--id-attr:{attribute}", node) for attribute, node in found]
    here = ("--enabled-reference-uris", "empty,same-doc")
    return [word for words in (here, *options) for word in words]


def _pdf(finding: Finding, said: dict[str, Opinion]) -> Opinion:
    name = finding.place.partition(", ")[2]
    return said.get(name, Opinion(Said.SILENT))


def _pdfsig(path: Path) -> dict[str, Opinion]:
    """By the name of the signature's field."""
    told = _run("pdfsig", "-nocert", str(path)).stdout
    found = {}
    for part in re.split(r"(?m)^Signature #\d+:$", told)[1:]:
        field, said = _FIELD.search(part), _SAID.search(part)
        if field and said:  # an empty field has only its name
            whole = "- Total document signed" in part
            found[field[1]] = Opinion(_WORDS[said[1]], whole=whole)
    return found


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_SECONDS,
        check=False,
        env={
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": "/nonexistent",
        },
    )
