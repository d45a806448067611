"""The wire form of VXP's XrdAdapter as this rehearsal speaks it (EDXML.md 3.1).

Written without looking at the hub's own signing: two readings of one page that must
agree. What EDXML.md leaves open [I] is chosen here and nowhere else:

- `XroadVnpt-signed-headers` lists the signed names joined by `;`,
  `XroadVnpt-header-json` is the JSON text, an object name -> value, and
  `XroadVnpt-hash-header` the hex HMAC-SHA256 of that very text (UTF-8) under the
  system's secret. Names stand with or without the prefix, in any case.
- `systemid`, `timestamp`, and with a body `hash-file` must be signed; a parameter that
  is not among the signed ones is as good as not sent.
- `timestamp` is `ddMMyyyy'T'HHmmss+0700`; days are `yyyy/MM/dd`; pages begin at 1.
- several receivers stand in `to` joined by `;`; the reason of a `fail` in
  `description`; `status` is read in any case.

Asking for what came:

    POST /XrdAdapter/adapter/getReceivedEdocList
    XroadVnpt-systemid: HUB            XroadVnpt-timestamp: 02122019T100000+0700
    XroadVnpt-servicetype: eDoc        XroadVnpt-messagetype: edoc
    XroadVnpt-fromDate: 2019/12/01     XroadVnpt-toDate: 2019/12/02
    XroadVnpt-pageSize: 50             XroadVnpt-pageIndex: 1
    XroadVnpt-signed-headers: systemid;timestamp;servicetype;...
    XroadVnpt-header-json: {"systemid": "HUB", ...}
    XroadVnpt-hash-header: 5f1c...

    200 {"status": "OK", "ErrorCode": "0", "ErrorDesc": "", "total": 1, "data": [
         {"docId": "5de4...", "serviceType": "eDoc", "messageType": "edoc",
          "created_time": "2019/12/02 10:00:00", "updated_time": "2019/12/02 10:00:00",
          "from": "000.00.12.H40", "to": "000.00.37.H40",
          "status": "INITIAL", "status_desc": "Chờ nhận"}]}

Fetching, acknowledging, sending:

    POST .../getEdoc       docId           {..., "docId": "5de4...", "data": "<base64>"}
    POST .../updateStatus  docId, status   {"status": "OK", "ErrorCode": "0", ...}
    POST .../sendEdoc      from, to, messagetype, hash-file; multipart part `file_doc`
                                           {..., "DocId": "5de5..."}
    refused                                {"status": "FAIL", "ErrorCode": "15", ...}
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from hub.rehearsal.axis_codes import Code, Refusal
from hub.rehearsal.axis_wire import same

BASE = "/XrdAdapter/adapter"
PREFIX = "XroadVnpt-"
SIGNED = PREFIX + "signed-headers"
JSON_TEXT = PREFIX + "header-json"
PROOF = PREFIX + "hash-header"
VERSION = "3.0.201608"
SERVICE = "eDoc"
#: Name of the file's part in a multipart body.
FILE_PART = "file_doc"
TIME_FORM = "%d%m%YT%H%M%S%z"
DAY_FORM = "%Y/%m/%d"
MOMENT_FORM = "%Y/%m/%d %H:%M:%S"
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says under its signature; names in lower case, no prefix."""

    parameters: Mapping[str, str]

    def get(self, name: str) -> str:
        """A parameter; "" where it is not signed or not there."""
        return self.parameters.get(name.lower(), "")


def sign(parameters: Mapping[str, str], secret: str) -> dict[str, str]:
    """Headers of a request: what a vendor's client is to send."""
    text = json.dumps(dict(parameters))
    proof = hmac.digest(secret.encode(), text.encode(), "sha256").hex()
    headers = {PREFIX + name: value for name, value in parameters.items()}
    return {**headers, SIGNED: ";".join(parameters), JSON_TEXT: text, PROOF: proof}


def stamp(moment: datetime) -> str:
    """A `timestamp`; the moment must know its zone."""
    return moment.astimezone(VIETNAM).strftime(TIME_FORM)


def prove(headers: Mapping[str, str], secret: str) -> Asked:
    """The signed parameters; raises Refusal(CREDENTIALS) where they do not hold."""
    given = {name.lower(): value for name, value in headers.items()}
    text = given.get(JSON_TEXT.lower(), "")
    signed_text = text.encode(errors="surrogatepass")
    proof = hmac.digest(secret.encode(), signed_text, "sha256").hex()
    shown = given.get(PROOF.lower(), "").lower()
    if not text or not same(proof, shown):
        raise Refusal(Code.CREDENTIALS, "hash-header không khớp")
    signed = _signed(text)
    listed = {_bare(n) for n in given.get(SIGNED.lower(), "").split(";") if n.strip()}
    if listed != signed.keys():
        raise Refusal(Code.CREDENTIALS, "signed-headers không khớp header-json")
    for name, value in signed.items():
        if given.get(PREFIX.lower() + name) != value:
            raise Refusal(Code.CREDENTIALS, f"{name} không khớp header-json")
    return Asked(signed)


def check_time(asked: Asked, now: datetime, skew: timedelta) -> None:
    """Raises Refusal(CREDENTIALS) where `timestamp` is missing or too far off."""
    try:
        told = datetime.strptime(asked.get("timestamp"), TIME_FORM)  # noqa: DTZ007 - the form has %z
    except ValueError as error:
        raise Refusal(Code.CREDENTIALS, "timestamp sai dạng") from error
    if abs(told - now) > skew:
        raise Refusal(Code.CREDENTIALS, "timestamp lệch giờ máy chủ")


def claimed_system(headers: Mapping[str, str]) -> str:
    """`systemid` before anything is proven."""
    given = {name.lower(): value for name, value in headers.items()}
    return given.get((PREFIX + "systemid").lower(), "")


def _signed(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(Code.CREDENTIALS, "header-json không phải JSON") from error
    if not isinstance(found, dict):
        raise Refusal(Code.CREDENTIALS, "header-json không phải đối tượng")
    return {_bare(name): str(value) for name, value in found.items()}


def _bare(name: str) -> str:
    return name.strip().lower().removeprefix(PREFIX.lower())
