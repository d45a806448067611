"""signxml on the skeleton: one chosen signature, payloads expanded while hashing.

Overrides private methods of signxml 5.2 (pyproject pins it); the property test that
hoisted and plain verdicts agree guards them.
"""

import logging
import re
from collections.abc import Mapping

from cryptography import x509
from cryptography.hazmat.primitives.hashes import Hash
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureMethod,
    digest_algorithm_implementations,
)
from signxml.verifier import SignatureConfiguration, XMLVerifier

from hub.model.findings import SubIndication
from hub.signatures.document import SIGNATURE, Document, parser_for
from hub.signatures.policy import Refused

# At DEBUG signxml writes whole documents into the log.
logging.getLogger("signxml").setLevel(logging.INFO)

_METHODS = frozenset(
    m for m in SignatureMethod if not m.name.startswith(("HMAC_", "DSA_"))
)


class _OneSignature(XMLVerifier):
    """Verifies the signature at one place in document order, whatever else is there."""

    def __init__(self, index: int, runs: Mapping[str, bytes | memoryview]) -> None:
        self._index = index
        self._runs = runs

    def _get_signature(self, root: etree._Element) -> etree._Element:
        return list(root.iter(SIGNATURE))[self._index]

    def _c14n(
        self,
        nodes: etree._Element,
        algorithm: CanonicalizationMethod,
        inclusive_ns_prefixes: list[str] | None = None,
    ) -> bytes:
        # lxml's inclusive c14n of an element under a default namespace writes a
        # spurious xmlns="": the element becomes its own document first.
        text = etree.tostring(nodes, with_tail=False)
        alone = etree.fromstring(text, parser=parser_for(text))
        canonical: bytes = super()._c14n(alone, algorithm, inclusive_ns_prefixes)
        return canonical

    def _get_digest(self, data: bytes, algorithm: DigestAlgorithm) -> bytes:
        digest = Hash(digest_algorithm_implementations[algorithm]())
        position = 0
        for start, token in _find_tokens(data, self._runs):
            digest.update(data[position:start])
            digest.update(self._runs[token])
            position = start + len(token)
        digest.update(data[position:])
        return digest.finalize()


def _find_tokens(
    data: bytes, runs: Mapping[str, bytes | memoryview]
) -> list[tuple[int, str]]:
    """Where each payload's token stands in canonical bytes; raises Refused."""
    if not runs:
        return []
    any_token = re.compile(b"|".join(re.escape(t.encode()) for t in runs))
    found = [(match.start(), match[0].decode()) for match in any_token.finditer(data)]
    if len({token for _, token in found}) != len(found):
        raise Refused(SubIndication.UNSUPPORTED, "payload token not unique")
    return found


def verify(
    document: Document, index: int, references: int, certificate: x509.Certificate
) -> None:
    """Verify one signature with the key of a certificate, and nothing about trust.

    Raises signxml's InvalidDigest or InvalidSignature, Refused, and what xml.FOREIGN
    lists.
    """
    config = SignatureConfiguration(
        expect_references=references,
        signature_methods=_METHODS,
        digest_algorithms=frozenset(DigestAlgorithm),
        # Only the certificate's key is used; KeyValue says nothing new.
        ignore_ambiguous_key_info=True,
        # Dates are the chain's business: any moment within them will do here.
        verification_time=certificate.not_valid_before_utc,
    )
    _OneSignature(index, document.runs).verify(
        document.skeleton,
        x509_cert=certificate,
        parser=parser_for(document.skeleton),
        expect_config=config,
    )
