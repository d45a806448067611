"""Whether a PDF is still what was signed, said in a finding."""

from dataclasses import replace

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.changes import Alteration, AlterationKind, Changes
from hub.model.findings import Covered, Finding, SubIndication
from hub.signatures.conclude import refused
from hub.signatures.pdf_changes import changes_after
from hub.signatures.pdf_cms import has_hidden_bytes
from hub.signatures.pdf_file import File
from hub.signatures.pdf_look import UNKNOWN, second_look, signed_end
from hub.signatures.pdf_ranges import Covered as CoveredBytes
from hub.signatures.policy import Refused


def broken(finding: Finding, *, digest_holds: bool) -> Finding:
    """Digest or signature value do not hold."""
    reason = (
        SubIndication.SIG_CRYPTO_FAILURE if digest_holds else SubIndication.HASH_FAILURE
    )
    return replace(
        finding,
        intact=False,
        changes=Changes.BROKEN,
        reasons=(reason, *finding.reasons),
    )


def changed(
    file: File, embedded: EmbeddedPdfSignature, finding: Finding
) -> tuple[Finding, CoveredBytes | None]:
    """Whole or changed; only what is clean covers the file that is read.

    Raises Refused for a file of too many revisions.
    """
    found = changes_after(embedded, file.chronicle)
    changes, alterations = found.changes, found.alterations
    if has_hidden_bytes(embedded):
        changes = Changes.UNEXPLAINED
        alterations = (*alterations, Alteration(AlterationKind.BYTE_RANGE))
    finding = replace(finding, intact=True, changes=changes, alterations=alterations)
    if changes is not Changes.UNEXPLAINED:
        return replace(finding, covers=(Covered.FILE,)), found.signed
    why = Refused(SubIndication.CHANGED_UNEXPLAINED, "changed after signing")
    return _looked_at(file, embedded, refused(finding, why)), found.signed


def _looked_at(file: File, embedded: EmbeddedPdfSignature, finding: Finding) -> Finding:
    """What the second look shows of a change that nothing explains."""
    seen = UNKNOWN
    if next(file.looks, None) is not None:
        end = signed_end(file.data, embedded.byte_range)
        seen = second_look(file.data, end, file.ground.limits.look_pages)
    return replace(finding, look=seen.look, look_pages=seen.pages)
