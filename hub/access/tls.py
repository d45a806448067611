"""TLS of the front: our certificate, and the sources' own where they have one."""

import ssl
from pathlib import Path

from hub.errors import SettingsError


def server_context(
    certificate: Path, key: Path, client_ca: Path | None
) -> ssl.SSLContext:
    """TLS 1.2 or later; with `client_ca` clients are asked for a certificate.

    A client may come without one and show something else; one that shows a certificate
    which `client_ca` has not issued is refused in the handshake. The files are PEM,
    `certificate` with its chain. Raises SettingsError, naming files and no content.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        # An encrypted key must fail, not ask whoever stands at the terminal.
        context.load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        raise _unfit(f"{certificate}, {key}", error) from error
    if client_ca is not None:
        try:
            context.load_verify_locations(client_ca)
        except (OSError, ValueError) as error:
            raise _unfit(str(client_ca), error) from error
        context.verify_mode = ssl.CERT_OPTIONAL
    return context


def _unfit(files: str, error: OSError | ValueError) -> SettingsError:
    why = getattr(error, "reason", None) or getattr(error, "strerror", None)
    return SettingsError((f"front.tls: {files}: {why or 'unreadable'}",))
