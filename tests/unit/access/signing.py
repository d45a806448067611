"""Signs headers as a client of ours would, without the code under test."""

import hashlib
import hmac
import json

SYSTEM, SECRET = "HSN-01", "hmac-secret-hmac-secret-hmac"


def signed_headers(
    body: bytes = b"<edXML/>",
    timestamp: str = "02122019T120000+0700",
    secret: str = SECRET,
    **changes: str,
) -> dict[str, str]:
    """Lower-case headers of one request; `changes` by name without prefix."""
    values = {
        "systemid": SYSTEM,
        "timestamp": timestamp,
        "hash-file": hashlib.sha256(body).hexdigest(),
    }
    values |= {name.replace("_", "-"): value for name, value in changes.items()}
    values = {name: value for name, value in values.items() if value}
    text = json.dumps(values)
    proof = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {
        **{f"xroadvnpt-{name}": value for name, value in values.items()},
        "xroadvnpt-signed-headers": ";".join(values),
        "xroadvnpt-header-json": text,
        "xroadvnpt-hash-header": proof,
        "content-length": str(len(body)),
    }
