"""What an entry may say of an envelope and its verdict: facts apart from texts.

Facts (codes, numbers, digests) stand in the journal for ever; texts may be personal
data, go into particulars and can be erased.
"""

from dataclasses import replace
from typing import Any

import msgspec

from hub.model.envelopes import Envelope
from hub.model.examined import Examined
from hub.model.findings import Finding
from hub.model.ids import Digest

#: Facts that a verdict judged again has beside its own: it was compared (turns.py).
BESIDE = frozenset({"turn", "before"})


def notation(envelope: Envelope) -> str:
    """Số and ký hiệu as people write them together: 218/BC-SNN."""
    return f"{envelope.number}/{envelope.notation}".strip("/")


def reading_facts(examined: Examined) -> dict[str, Any]:
    """How it was read: oddities; what was guessed and proven, where it was a mail."""
    facts = {"quirks": msgspec.to_builtins(examined.quirks)}
    if examined.guesses:
        facts["guesses"] = [
            {"name": g.name, "confidence": g.confidence, "evidence": list(g.evidence)}
            for g in examined.guesses
        ]
    if examined.proofs is not None:
        facts["proofs"] = [
            msgspec.to_builtins(replace(proof, about="")) for proof in examined.proofs
        ]
    if examined.dossier is not None:
        facts["dossier"] = msgspec.to_builtins(examined.dossier)
    return facts


def reading_texts(examined: Examined) -> dict[str, Any]:
    """Of the same, what may be personal data: values read, addresses."""
    texts: dict[str, Any] = {}
    if examined.guesses:
        texts["guessed"] = {g.name: g.value for g in examined.guesses}
    if examined.proofs is not None:
        texts["proven"] = [proof.about for proof in examined.proofs]
    return texts


def envelope_facts(envelope: Envelope) -> dict[str, Any]:
    """What may stand in the journal for ever: codes, numbers, digests."""
    return {
        "family": envelope.family,
        "kind": envelope.kind,
        "from": envelope.sender.code,
        "to": [r.code for r in envelope.receivers],
        "document_id": envelope.document_id,
        "notation": notation(envelope),
        "type_name": envelope.type_name,
        "promulgated": envelope.promulgated_text,
        "paper_said": envelope.business.paper if envelope.business else None,
        "attachments": [
            {
                "position": a.position,
                "media_type": a.media_type,
                "size": a.size,
                "sha256": a.digest,
                "state": a.state,
            }
            for a in envelope.attachments
        ],
    }


def envelope_texts(envelope: Envelope) -> dict[str, Any]:
    """What may be personal data: erasable."""
    return {
        "subject": envelope.subject,
        "sender": envelope.sender.name,
        "signatory": envelope.signatory.full_name if envelope.signatory else "",
        "files": [a.name for a in envelope.attachments],
        "reason": envelope.business.reason if envelope.business else "",
    }


def verdict_facts(
    examined: Examined, knowledge: Digest | None = None
) -> dict[str, Any]:
    """Headlines as derived that day, and every finding without its signer.

    `knowledge` names the manifest of what it was judged by (keeping.py).
    """
    verdict = examined.verdict
    return {
        "headline": verdict.headline,
        "signed": verdict.signed,
        "all_valid": verdict.all_valid,
        "organization_signed": verdict.organization_signed,
        "policy_version": verdict.policy_version,
        "policy_edition": verdict.policy_edition,
        "trust_version": verdict.trust_version,
        "at": msgspec.to_builtins(verdict.at),
        "signed_fields": sorted(verdict.signed_fields),
        "findings": [_finding_facts(f) for f in verdict.findings],
        "knowledge": knowledge,
    }


def _finding_facts(finding: Finding) -> dict[str, Any]:
    facts = dict(msgspec.to_builtins(replace(finding, signer=None)))
    facts["indication"] = finding.indication
    signer = finding.signer
    facts["certificate"] = signer.fingerprint if signer else ""
    facts["by_organization"] = finding.by_organization
    return facts


def signer_texts(finding: Finding) -> dict[str, Any]:
    """Whose certificate it was: names of persons, so a text."""
    built = msgspec.to_builtins(finding.signer) if finding.signer else {}
    return {"place": finding.place, **built}
