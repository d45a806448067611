"""Whose certificates made the signatures, seen from the agency that claims to send.

A fact of certificates and registry alone: it says nothing of whether a chain is
trusted, and means nothing where it is not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from hub.model.agencies import CertificateBinding
from hub.model.codes import names_somebody
from hub.model.findings import Belonging, Finding, SignatureKind, Signer
from hub.model.ids import AgencyCode, normal_code
from hub.model.knowledge import Binding
from hub.model.names import distinguished, same_body, same_number
from hub.signatures.bodies import named_as_body

Bound = Sequence[CertificateBinding]
_NOTHING = CertificateBinding()


def belonging(
    findings: Sequence[Finding], sender: AgencyCode, bindings: Iterable[Binding]
) -> tuple[Finding, ...]:
    """The findings with `belongs` filled in where a signer is known.

    Time-stamping authorities sign for nobody; without a sender nothing can be said.
    """
    if not names_somebody(sender):
        return tuple(findings)
    own, others = _sorted_out(sender, bindings)
    return tuple(_judged(finding, own, others) for finding in findings)


def _sorted_out(sender: AgencyCode, bindings: Iterable[Binding]) -> tuple[Bound, Bound]:
    """The sender's own bindings, and everybody else's."""
    own: list[CertificateBinding] = []
    others: list[CertificateBinding] = []
    normal = normal_code(sender)
    for binding in bindings:
        is_own = normal in map(normal_code, binding.codes)
        (own if is_own else others).extend(binding.certificates)
    return own, others


def _judged(finding: Finding, own: Bound, others: Bound) -> Finding:
    if finding.signer is None or finding.kind is SignatureKind.PDF_TIMESTAMP:
        return finding
    return replace(finding, belongs=whose(finding.signer, own, others))


def whose(signer: Signer, own: Bound, others: Bound) -> Belonging:
    """Whose certificate it is, by the sender's bindings and by everybody else's.

    A person's certificate names several bodies (O the province, OU the department), so
    that another body's name in it proves nothing against a sender without bindings.
    """
    if any(fits(signer, binding) for binding in own):
        body = signer.is_organization
        return Belonging.SENDER if body else Belonging.SENDERS_PERSON
    if any(_tells(signer, binding) for binding in others):
        return Belonging.OTHER
    if any(signer.is_organization or b.subject_organization for b in own):
        return Belonging.OTHER
    return Belonging.UNBOUND


def _tells(signer: Signer, binding: CertificateBinding) -> bool:
    """Whether another's binding says that a certificate is that other's."""
    named = bool(binding.fingerprint or binding.serial or binding.subject)
    return (signer.is_organization or named) and fits(signer, binding)


def fits(signer: Signer, binding: CertificateBinding) -> bool:
    """Whether a certificate is one that a binding describes."""
    one = binding
    return (
        one != _NOTHING
        and (not one.fingerprint or same_number(one.fingerprint, signer.fingerprint))
        and (not one.serial or same_number(one.serial, signer.serial))
        and (not one.subject_organization or _is_named(signer, one))
        and (
            not one.parent_organization
            or _one_of(one.parent_organization, signer.bodies)
        )
        and (not one.issuer or _same_name(one.issuer, signer.issuer))
        and (not one.subject or _same_name(one.subject, signer.subject))
    )


def _is_named(signer: Signer, binding: CertificateBinding) -> bool:
    return _one_of(binding.subject_organization, names_of(signer))


@lru_cache(maxsize=64)
def names_of(signer: Signer) -> tuple[str, ...]:
    """The names of the body a certificate is made out to.

    A body's certificate carries its own name as CN and the body above it as O: the
    department's seal is not the province's. Where CN is no body's name (`Văn thư`),
    the OUs say it, O where there is none. In persons' certificates all of them do.
    """
    name = signer.common_name
    if not signer.is_organization:
        return signer.bodies
    if named_as_body((name,), signer.bodies):
        return (name,)
    return signer.bodies[1:] or signer.bodies


def _one_of(name: str, names: Iterable[str]) -> bool:
    return any(same_body(name, one) for one in names)


def _same_name(one: str, other: str) -> bool:
    try:
        return distinguished(one) == distinguished(other)
    except ValueError:
        return False
