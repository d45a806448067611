"""TLS of the front: our certificate, and the client's own at the door."""

import datetime as dt
import ssl
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiohttp import ClientConnectorError, ClientError, ClientSession
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.access.tls import server_context
from hub.errors import SettingsError
from hub.model.arrivals import Credential
from tests.fakes.axis_doors import AXIS, Front

NOW = dt.datetime.now(dt.UTC)


class Authority:
    """A certificate authority that a test makes and forgets."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign(name, self.key, self.key, ca=True)
        self.file = self._write(f"{name}.pem", self.certificate)

    def issue(self, name: str) -> tuple[Path, Path, str]:
        """Certificate, key and SHA-256 of the DER."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._sign(name, key, self.key)
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        key_file = self.folder / f"{name}.key"
        key_file.write_bytes(pem)
        der = made.public_bytes(serialization.Encoding.DER)
        return self._write(f"{name}.crt", made), key_file, sha256(der).hexdigest()

    def _sign(self, name, key, by, *, ca=False) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - dt.timedelta(days=1))
            .not_valid_after(NOW + dt.timedelta(days=30))
            .add_extension(
                x509.BasicConstraints(ca=ca, path_length=None), critical=True
            )
            .add_extension(names, critical=False)
        )
        return builder.sign(by, hashes.SHA256())

    def _write(self, name: str, certificate: x509.Certificate) -> Path:
        path = self.folder / name
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path, "ca")


def client_of(authority: Authority, shown: tuple[Path, Path] | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(authority.file))
    if shown:
        context.load_cert_chain(*shown)
    return context


async def post(front: Front, server: ssl.SSLContext, client: ssl.SSLContext) -> int:
    """Status of one hand-over at the REST door over TLS."""
    one = TestServer(front.app(), host="127.0.0.1", scheme="https")
    await one.start_server(ssl=server)
    try:
        url = f"https://127.0.0.1:{one.port}/axis/v1/documents"
        async with (
            ClientSession() as session,
            session.post(
                url,
                data=b"<edXML/>",
                ssl=client,
                headers={"Content-Type": "application/xml"},
            ) as response,
        ):
            return response.status
    finally:
        await one.close()


async def test_a_client_certificate_is_a_source(authority, tmp_path):
    ours, their = authority.issue("hub"), authority.issue("truc")
    known = ((Credential(certificate_sha256=their[2]), AXIS),)
    front = Front(tmp_path / "evidence", credentials=known)
    server = server_context(ours[0], ours[1], authority.file)
    assert await post(front, server, client_of(authority, their[:2])) == 202
    assert front.intake.offers[0].source.name == "truc-tinh"
    assert await post(front, server, client_of(authority, None)) == 401
    stranger = authority.issue("stranger")
    assert await post(front, server, client_of(authority, stranger[:2])) == 401


async def test_a_certificate_of_another_authority_does_not_get_in(authority, tmp_path):
    ours = authority.issue("hub")
    folder = tmp_path / "other"
    folder.mkdir()
    foreign = Authority(folder, "ca").issue("truc")
    front = Front(tmp_path / "evidence")
    server = server_context(ours[0], ours[1], authority.file)
    with pytest.raises((ClientError, ssl.SSLError, ClientConnectorError)):
        await post(front, server, client_of(authority, foreign[:2]))
    assert not front.intake.offers


async def test_without_an_authority_nobody_is_asked_for_a_certificate(
    authority, tmp_path
):
    ours, their = authority.issue("hub"), authority.issue("truc")
    known = ((Credential(certificate_sha256=their[2]), AXIS),)
    front = Front(tmp_path / "evidence", credentials=known)
    server = server_context(ours[0], ours[1], None)
    assert server.minimum_version is ssl.TLSVersion.TLSv1_2
    assert await post(front, server, client_of(authority, their[:2])) == 401


def test_files_that_are_not_fit_are_named(authority, tmp_path):
    certificate, key, _ = authority.issue("hub")
    other = authority.issue("other")[1]
    none = tmp_path / "none.pem"
    odd = tmp_path / "odd.pem"
    odd.write_text("not PEM")
    for files in (
        (none, key, None),
        (certificate, other, None),
        (odd, key, None),
        (certificate, key, none),
        (certificate, key, odd),
    ):
        with pytest.raises(SettingsError) as caught:
            server_context(*files)
        (problem,) = caught.value.problems
        assert problem.startswith("front.tls: ")
