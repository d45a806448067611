"""Whether a PDF is still what was signed, said in a finding."""

from dataclasses import replace

from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from hub.model.changes import Alteration, AlterationKind, Changes
from hub.model.findings import Covered, Finding, SubIndication
from hub.signatures.conclude import refused
from hub.signatures.pdf_changes import changes_after
from hub.signatures.pdf_cms import has_hidden_bytes
from hub.signatures.pdf_file import File
from hub.signatures.pdf_look import UNKNOWN, Seen, second_look, signed_end
from hub.signatures.pdf_overlays import drawn_later
from hub.signatures.pdf_plates import hidden_ink
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
    if changes is Changes.ALLOWED and (seen := _hidden(file, found.signed)):
        why = Refused(SubIndication.CHANGED_UNEXPLAINED, "hidden by a later signature")
        finding = replace(finding, changes=Changes.UNEXPLAINED, look=seen.look)
        return refused(replace(finding, look_pages=seen.pages), why), found.signed
    if changes is not Changes.UNEXPLAINED:
        return replace(finding, covers=(Covered.FILE,)), found.signed
    why = Refused(SubIndication.CHANGED_UNEXPLAINED, "changed after signing")
    return _looked_at(file, embedded, refused(finding, why)), found.signed


def _hidden(file: File, signed: CoveredBytes | None) -> Seen | None:
    """What later signatures hide of what was signed; None: nothing."""
    history = file.chronicle.history
    if signed is None or signed.revision in {None, history.last}:
        return None
    later = drawn_later(history.view(signed.revision), history.view(history.last))
    return hidden_ink(file.data, signed.end, later) if later else None


def _looked_at(file: File, embedded: EmbeddedPdfSignature, finding: Finding) -> Finding:
    """What the second look shows of a change that nothing explains."""
    seen = UNKNOWN
    if next(file.looks, None) is not None:
        end = signed_end(file.data, embedded.byte_range)
        seen = second_look(file.data, end, file.ground.limits.look_pages)
    return replace(finding, look=seen.look, look_pages=seen.pages)
