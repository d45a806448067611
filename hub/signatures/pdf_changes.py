"""What happened to a PDF after it was signed: whole, allowed, unexplained, broken.

pyHanko's bottom line is not used: it calls a file fine whose form fields were filled
in after signing, which changes what is read. Here only more signatures, time stamps
and validation data may come after a signature.
"""

from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DiffResult,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from hub.model.changes import Changes
from hub.signatures.pdf_overlays import covers_a_page

_LTA = ModificationLevel.LTA_UPDATES

#: pyHanko's default without the rule that lets other form fields change.
ONLY_MORE_SIGNATURES = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),  # type: ignore[no-untyped-call]  # theirs
        DocInfoRule().as_qualified(_LTA),
        XrefStreamRule().as_qualified(_LTA),
        ObjectStreamRule().as_qualified(_LTA),
        DSSCompareRule().as_qualified(_LTA),
        MetadataUpdateRule().as_qualified(_LTA),  # type: ignore[no-untyped-call]  # theirs
    ],
    form_rule=FormUpdatingRule(
        field_rules=[
            SigFieldCreationRule(),  # type: ignore[no-untyped-call]  # theirs
            SigFieldModificationRule(),
        ]
    ),
)


def changes_after(signature: EmbeddedPdfSignature, data: bytes) -> Changes:
    """What came after the bytes signed; BROKEN is the digest's business.

    `compute_integrity_info` must have run with ONLY_MORE_SIGNATURES.
    """
    end = _signed_end(signature, data)
    if end is None:
        return Changes.UNEXPLAINED
    if end == len(data):
        return Changes.WHOLE
    if signature.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        return Changes.UNEXPLAINED
    if signature.reader.xrefs.hybrid_xrefs_present:
        return Changes.UNEXPLAINED  # two readers may see two different files
    if _has_stray_bytes(signature, data, end):
        return Changes.UNEXPLAINED
    return _by_analysis(signature)


def _signed_end(signature: EmbeddedPdfSignature, data: bytes) -> int | None:
    """Where the signed bytes end, if all but this signature's own hex is signed."""
    numbers = [int(value) for value in signature.byte_range]
    if len(numbers) != 4 or numbers[0] != 0:  # noqa: PLR2004 - two pairs
        return None
    _, before, start, after = numbers
    if not 0 < before < start <= start + after <= len(data):
        return None
    hidden = data[before:start]
    if hidden[:1] != b"<" or hidden[-1:] != b">":
        return None
    if hidden[1:-1].lower() != signature.pkcs7_content.hex().encode():
        return None
    return start + after


def _has_stray_bytes(signature: EmbeddedPdfSignature, data: bytes, end: int) -> bool:
    """Whether something follows that belongs to no revision; a line end may."""
    if signature.signed_revision < signature.reader.xrefs.total_revisions - 1:
        end = data.rfind(b"%%EOF") + len(b"%%EOF")
    return bool(data[end:].strip())


def _by_analysis(signature: EmbeddedPdfSignature) -> Changes:
    result = signature.diff_result
    if not isinstance(result, DiffResult):
        return Changes.UNEXPLAINED
    level, allowed = result.modification_level, signature.docmdp_level
    if level > ModificationLevel.FORM_FILLING:
        return Changes.UNEXPLAINED
    if allowed is not None and level.value > allowed.value:
        return Changes.UNEXPLAINED
    if _empty_fields_with_looks(signature) or covers_a_page(signature):
        return Changes.UNEXPLAINED
    return Changes.ALLOWED


def _empty_fields_with_looks(signature: EmbeddedPdfSignature) -> bool:
    """Whether a field came later that shows something and that nobody signed."""
    signed = signature.reader.get_historical_resolver(signature.signed_revision)
    before = {name for name, _, _ in enumerate_sig_fields(signed)}
    return any(
        name not in before and _shows(field.get_object())
        for name, _, field in enumerate_sig_fields(
            signature.reader, filled_status=False
        )
    )


def _shows(field: dict[str, object]) -> bool:
    return "/AP" in field or "/Kids" in field
