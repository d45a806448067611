"""signxml on the skeleton: one chosen signature, payloads expanded while hashing.

signxml verifies; four of its methods are replaced here, which would read the whole
document six times for one signature (ENGINEERING.md B.3). A test holds this verifier
against signxml's own on the same documents, another one hoisted against plain.
pyproject pins signxml; where its version is another than the one read here, the
library's own way of reading references is taken (`_KNOWN_VERSIONS`).
"""

import logging
import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from cryptography import x509
from cryptography.hazmat.primitives.hashes import Hash
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
    digest_algorithm_implementations,
)
from signxml.exceptions import InvalidDigest, InvalidInput
from signxml.util import _remove_sig
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from hub.model.findings import SubIndication
from hub.signatures.document import SIGNATURE, parser_for
from hub.signatures.policy import XMLDSIG, Refused

# At DEBUG signxml writes whole documents into the log.
logging.getLogger("signxml").setLevel(logging.INFO)

_METHODS = frozenset(
    m for m in SignatureMethod if not m.name.startswith(("HMAC_", "DSA_"))
)
#: URIs of the signature methods and digests that are computed.
METHODS = frozenset(method.value for method in _METHODS)
_DIGESTS = frozenset(DigestAlgorithm)
DIGESTS = frozenset(digest.value for digest in _DIGESTS)

#: The version whose methods the quick verifier replaces.
KNOWN_VERSION = "5.2.0"

_TRANSFORM = f"{{{XMLDSIG}}}Transforms/{{{XMLDSIG}}}Transform"
_PREFIXES = "{http://www.w3.org/2001/10/xml-exc-c14n#}InclusiveNamespaces"
_ENVELOPED = SignatureConstructionMethod.enveloped.value
_C14N = CanonicalizationMethod
_WITHOUT_COMMENTS = {
    _C14N.CANONICAL_XML_1_0_WITH_COMMENTS: _C14N.CANONICAL_XML_1_0,
    _C14N.CANONICAL_XML_1_1_WITH_COMMENTS: _C14N.CANONICAL_XML_1_1,
    _C14N.EXCLUSIVE_XML_CANONICALIZATION_1_0_WITH_COMMENTS: (
        _C14N.EXCLUSIVE_XML_CANONICALIZATION_1_0
    ),
}

Runs = Mapping[str, bytes | memoryview]


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature of a parsed document, and what its references sign."""

    root: etree._Element = field(repr=False)
    #: Its place among the document's ds:Signature elements.
    index: int
    #: The element of each ds:Reference, in order, in the tree of `root`.
    targets: Sequence[etree._Element] = field(repr=False)
    runs: Runs = field(default_factory=dict, repr=False)

    @property
    def signature(self) -> etree._Element:
        """The ds:Signature element."""
        return list(self.root.iter(SIGNATURE))[self.index]


def alone(element: etree._Element) -> etree._Element:
    """A copy of an element as its own document, with the namespaces it stands in.

    lxml's inclusive c14n of an element under a default namespace writes a spurious
    xmlns="" (ENGINEERING.md A): it becomes its own document first.
    """
    text = etree.tostring(element, with_tail=False)
    return etree.fromstring(text, parser=parser_for(text))


class PatientVerifier(XMLVerifier):
    """signxml as it is, on one chosen signature, payloads hashed for their tokens."""

    def __init__(self, signed: Signed) -> None:
        self._signed = signed

    def _get_signature(self, root: etree._Element) -> etree._Element:
        return list(root.iter(SIGNATURE))[self._signed.index]

    def _get_inclusive_ns_prefixes(self, node: etree._Element) -> list[str] | None:
        found = node.find(_PREFIXES)
        return None if found is None else found.get("PrefixList", "").split()

    def _c14n(
        self,
        nodes: etree._Element,
        algorithm: CanonicalizationMethod,
        inclusive_ns_prefixes: list[str] | None = None,
    ) -> bytes:
        whole = nodes if nodes.getparent() is None else alone(nodes)
        canonical: bytes = super()._c14n(whole, algorithm, inclusive_ns_prefixes)
        return canonical

    def _get_digest(self, data: bytes, algorithm: DigestAlgorithm) -> bytes:
        digest = Hash(digest_algorithm_implementations[algorithm]())
        expand(data, self._signed.runs, digest.update)
        return digest.finalize()


class _Verifier(PatientVerifier):
    """The same with one copy of what each reference signs instead of five of the root.

    The Ids were resolved by `references`, which also asked that they be unique.
    """

    def get_root(self, data: etree._Element) -> etree._Element:
        return data  # only ever copied from: nothing here changes it

    def _check_cert_validity(self, cert: x509.Certificate, cert_source: str) -> None:
        """Dates are the chain's business; signxml would spell the subject first."""

    def _verify_reference(
        self, reference: etree._Element, index: int, *_: object
    ) -> VerifyResult:
        # Root, resolver, c14n, signature and key are given, too: `Signed` has them.
        # The reference as verified, not as it stands in the document.
        digest = DigestAlgorithm(_within(reference, "DigestMethod").get("Algorithm"))
        said = b64decode(_within(reference, "DigestValue").text or "")
        canonical = self._canonical(index, list(reference.iterfind(_TRANSFORM)))
        if said != self._get_digest(canonical, digest):
            raise InvalidDigest("digest of a reference")
        return VerifyResult(canonical, None, self._signed.signature, b"")

    def _canonical(self, index: int, transforms: list[etree._Element]) -> bytes:
        """What a reference signs; comments never belong to it (XML-DSig 4.4.3.3)."""
        target = self._signed.targets[index]
        copy = alone(target)
        algorithms = [t.get("Algorithm", "") for t in transforms]
        if _ENVELOPED in algorithms:
            _take_out(self._signed.signature, target, copy)
        for transform, uri in zip(transforms, algorithms, strict=True):
            if uri != _ENVELOPED:
                method = _C14N(uri)
                prefixes = self._get_inclusive_ns_prefixes(transform)
                plain = _WITHOUT_COMMENTS.get(method, method)
                return self._c14n(copy, plain, prefixes)
        return self._c14n(copy, _C14N.CANONICAL_XML_1_1)


def _within(reference: etree._Element, name: str) -> etree._Element:
    found = reference.find(f"{{{XMLDSIG}}}{name}")
    if found is None:
        raise InvalidInput(f"no {name}")
    return found


def _take_out(
    signature: etree._Element, target: etree._Element, copy: etree._Element
) -> None:
    """Take a signature of `target` out of its copy; the text after it stays."""
    for ours, theirs in zip(target.iter(SIGNATURE), copy.iter(SIGNATURE), strict=True):
        if ours is signature:
            _remove_sig(theirs, idempotent=True)  # type: ignore[no-untyped-call]  # theirs
            return


def expand(
    data: bytes, runs: Runs, update: Callable[[bytes | memoryview], None]
) -> None:
    """Hand canonical bytes over in pieces, each payload in its token's place.

    Raises Refused where a token stands twice.
    """
    position, view = 0, memoryview(data)
    for start, token in _find_tokens(data, runs):
        update(view[position:start])
        update(runs[token])
        position = start + len(token)
    update(view[position:])


def _find_tokens(data: bytes, runs: Runs) -> list[tuple[int, str]]:
    """Where each payload's token stands in canonical bytes; raises Refused."""
    if not runs:
        return []
    any_token = re.compile(b"|".join(re.escape(t.encode()) for t in runs))
    found = [(match.start(), match[0].decode()) for match in any_token.finditer(data)]
    if len({token for _, token in found}) != len(found):
        raise Refused(SubIndication.UNSUPPORTED, "payload token not unique")
    return found


_QUICK = version("signxml") == KNOWN_VERSION


def verify(
    signed: Signed, certificate: x509.Certificate, *, patiently: bool = not _QUICK
) -> None:
    """Verify one signature with the key of a certificate, and nothing about trust.

    `patiently` takes signxml's own way of reading references. Raises signxml's
    InvalidDigest or InvalidSignature, Refused, and what xml.FOREIGN lists.
    """
    config = SignatureConfiguration(
        expect_references=len(signed.targets),
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        # Only the certificate's key is used; KeyValue says nothing new.
        ignore_ambiguous_key_info=True,
        # Dates are the chain's business: any moment within them will do here.
        verification_time=certificate.not_valid_before_utc,
    )
    verifier = PatientVerifier(signed) if patiently else _Verifier(signed)
    verifier.verify(
        signed.root,
        x509_cert=certificate,
        parser=parser_for(b""),
        expect_config=config,
    )
