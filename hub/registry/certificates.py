"""Which certificates sign for which bodies, as the registry binds them, pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

from hub.model.agencies import Agency, CertificateBinding, Correspondent
from hub.model.codes import is_well_formed
from hub.model.knowledge import Binding
from hub.model.names import Attributes, distinguished, hex_digits, plain_name
from hub.registry.problems import codes_of

Bound = Agency | Correspondent

#: Hex digits of a SHA-256.
_FINGERPRINT = 64


def bindings_of(bodies: Iterable[Bound]) -> tuple[Binding, ...]:
    """Every body that has certificates, with all its codes."""
    return tuple(
        Binding((body.code, *body.aliases), body.certificates)
        for body in bodies
        if body.certificates
    )


def correspondent_problems(
    correspondents: Sequence[Correspondent], taken: set[str]
) -> Iterator[str]:
    """What is wrong with bodies elsewhere; `taken` are codes of agencies here."""
    met: set[str] = set()
    for body in correspondents:
        if not body.name.strip():
            yield f"senders: {body.code}: the name is empty"
        for code in (body.code, *body.aliases):
            if not is_well_formed(code):
                yield f"senders: code {code!r} has none of the known forms"
        for normal in sorted(codes_of(body)):
            if normal in met:
                yield f"senders: code {normal} stands there twice"
            if normal in taken:
                yield f"senders: {normal} is an agency here: bind it under `agencies`"
        met |= codes_of(body)


def binding_problems(bodies: Sequence[Bound]) -> Iterator[str]:
    """What is wrong with the certificates bound to bodies, one sentence each.

    One certificate signs for one body. A name may sign for several (an office that
    uses the committee's seal), as two entries say it.
    """
    first: dict[str, Bound] = {}
    for body in bodies:
        for number, binding in enumerate(body.certificates):
            place = f"{body.code}: certificates.{number}"
            wrong = tuple(_wrong(binding))
            yield from (f"{place}{why}" for why in wrong)
            key = "" if wrong else _certificate(binding)
            other = first.setdefault(key, body)
            if key and not _same_bodies(other, body):
                yield f"{place}: the same certificate is bound to {other.code}"


def _wrong(binding: CertificateBinding) -> Iterator[str]:
    if not any(getattr(binding, one.name).strip() for one in fields(binding)):
        yield ": names nothing to compare"
    if binding.serial and not binding.issuer:
        yield ".serial: is unique only with its `issuer`"
    if binding.serial and not hex_digits(binding.serial):
        yield ".serial: is not hex"
    digits = binding.fingerprint.replace(":", "").replace(" ", "")
    if digits and not (hex_digits(digits) and len(digits) == _FINGERPRINT):
        yield ".fingerprint: is not a SHA-256 in hex"
    yield from _names(binding)
    if not (binding.fingerprint or binding.serial or _tells(binding)):
        yield ": would fit every certificate of an authority or of a whole province"


def _names(binding: CertificateBinding) -> Iterator[str]:
    for key in ("issuer", "subject"):
        text = getattr(binding, key)
        if text and _attributes(text) is None:
            yield f".{key}: is not a distinguished name (CN=…, O=…)"
    for key in ("subject_organization", "parent_organization"):
        text = getattr(binding, key)
        if text and not plain_name(text):
            yield f".{key}: is no name"


def _tells(binding: CertificateBinding) -> bool:
    """Whether a name is in it; an issuer or a parent alone names nobody.

    Nothing at all is told of in its own sentence.
    """
    named = binding.subject or binding.subject_organization
    return bool(named or not (binding.issuer or binding.parent_organization))


def _attributes(text: str) -> Attributes | None:
    try:
        return distinguished(text)
    except ValueError:
        return None


def _certificate(binding: CertificateBinding) -> str:
    """What makes it one certificate, comparable; "" where it may be several."""
    if binding.fingerprint:
        return f"fingerprint {hex_digits(binding.fingerprint)}"
    if binding.serial:
        return f"serial {hex_digits(binding.serial)} {_attributes(binding.issuer)}"
    if binding.subject:
        return f"subject {_attributes(binding.subject)} {_attributes(binding.issuer)}"
    return ""


def _same_bodies(one: Bound, other: Bound) -> bool:
    """The same entry, or one body under one code before and after it was renamed."""
    return not codes_of(one).isdisjoint(codes_of(other))
