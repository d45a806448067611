"""Certificates and keys in the types pyHanko wants."""

from asn1crypto import keys, x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)


def as_asn1_certificate(der: bytes) -> x509.Certificate:
    """The same certificate as asn1crypto's."""
    return x509.Certificate.load(der)


def as_asn1_key(key: rsa.RSAPrivateKey) -> keys.PrivateKeyInfo:
    """The same key as asn1crypto's."""
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return keys.PrivateKeyInfo.load(der)
