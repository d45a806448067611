"""The verifier's two questions: what must be gathered, and what is found.

Pure: bytes, knowledge and a moment in, plain values out. Whatever the libraries
raise for hostile input becomes a finding; what cannot be classified is
indeterminate (POLICY_PROCESSING_ERROR), never passed.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType

from hub.model.findings import Finding
from hub.model.frames import Hoisted
from hub.model.knowledge import Needs
from hub.model.limits import Limits
from hub.model.midway import Midway
from hub.signatures import needs as met
from hub.signatures.pdf import pdf_findings
from hub.signatures.policy import Ground
from hub.signatures.xml import xml_findings

__all__ = ["Ground", "judge", "needs"]


def judge(
    hoisted: Hoisted,
    pdfs: Sequence[tuple[int, bytes]],
    case: Ground,
    midways: Mapping[int, Midway] = MappingProxyType({}),
) -> tuple[Finding, ...]:
    """Findings about every signature of an envelope and of its PDF files.

    `hoisted` is the XML as received, payloads taken out where that was safe; `pdfs`
    are (attachment position, file bytes), hashed already where `midways` has them. XML
    first, then the files as given.
    """
    with _in_silence():
        found = xml_findings(hoisted, case)
        for position, data in pdfs:
            found += pdf_findings(
                position, data, _left(case, len(found)), midways.get(position)
            )
    return tuple(found)


def _left(case: Ground, judged: int) -> Ground:
    """The same ground with what is left of the envelope's number of signatures."""
    signatures = max(case.limits.signatures - judged, 0)
    return replace(case, limits=replace(case.limits, signatures=signatures))


def needs(hoisted: Hoisted, pdfs: Sequence[tuple[int, bytes]], limits: Limits) -> Needs:
    """Certificates met, with the issuers and addresses they name.

    Never raises for hostile input: what cannot be read names nothing.
    """
    with _in_silence():
        return met.needs(hoisted, pdfs, limits)


@contextmanager
def _in_silence() -> Iterator[None]:
    """Libraries warn of odd serials, names and keys; findings say what matters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
