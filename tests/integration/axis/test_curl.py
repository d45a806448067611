"""curl at both doors: MTOM, SOAP with attachments, a form, signed headers."""

import asyncio
import json
from pathlib import Path

import pytest

from adapters.axis.translate import translate, translate_soap
from hub.model.frames import Entity
from hub.model.limits import Limits
from tests.fakes.axis_doors import AXIS_TOKEN, OFFICE, OFFICE_TOKEN, SECRET, SYSTEM
from tests.unit.access.signing import signed_headers
from tests.unit.edxml.look_alikes import layered, related, soap

pytestmark = pytest.mark.full
NS = "urn:lienthong:axis:v1"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"


async def curl(*words: str) -> tuple[int, bytes]:
    """Status and body."""
    command = ("curl", "--silent", "--noproxy", "*", "--max-time", "20", *words)
    process = await asyncio.create_subprocess_exec(
        *command, "--write-out", "\n%{http_code}", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    body, _, status = out.rpartition(b"\n")
    return int(status), body


def bearer(token: str = AXIS_TOKEN) -> tuple[str, str]:
    return "-H", f"Authorization: Bearer {token}"


def data(folder: Path, body: bytes) -> tuple[str, str]:
    path = folder / "body"
    path.write_bytes(body)
    return "--data-binary", f"@{path}"


def message(name: str, inside: str, space: str = SOAP12) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{space}"><s:Body><lt:{name} xmlns:lt="{NS}">{inside}'
        f"</lt:{name}></s:Body></s:Envelope>"
    ).encode()


def kept(axis) -> tuple[str, bytes]:
    offer = axis.front.intake.offers[-1]
    return offer.content_type, axis.front.evidence.path(offer.digest).read_bytes()


async def test_mtom(axis, tmp_path):
    link = (
        '<lt:Document><xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" '
        'href="cid:doc"/></lt:Document>'
    )
    kind, body = related(message("SendDocument", link), ("doc", layered()))
    kind += '; type="application/xop+xml"; start="<root>"; '
    kind += f'start-info="application/soap+xml"; action="{NS}/SendDocument"'
    status, told = await curl(
        *bearer(), "-H", f"Content-Type: {kind}", *data(tmp_path, body), axis.soap
    )
    assert status == 200, told
    assert b"IsSuccess>true" in told
    assert translate_soap(Entity(*kept(axis)), Limits()).xml == layered()


async def test_soap_with_attachments_of_family_b(axis, tmp_path):
    kind, body = related(soap(), ("f1", b"QQ=="))
    status, told = await curl(
        *bearer(),
        *("-H", f'Content-Type: {kind}; type="text/xml"'),
        *("-H", "SOAPAction: SendDocument"),
        *data(tmp_path, body),
        axis.soap,
    )
    assert status == 200, told
    frame = translate_soap(Entity(*kept(axis)), Limits())
    assert (frame.xml, len(frame.parts)) == (soap(), 1)


async def test_a_document_is_fetched_as_mtom(axis, tmp_path):
    await axis.front.put_on_shelf(OFFICE, "d-1", layered())
    asked = f"<OrganId>{OFFICE}</OrganId><Token>{OFFICE_TOKEN}</Token>"
    body = message("GetDocument", f"{asked}<DocumentId>d-1</DocumentId>")
    status, told = await curl(
        *("-H", "Content-Type: application/soap+xml; charset=utf-8"),
        *("-H", "Accept: application/xop+xml, multipart/related"),
        *data(tmp_path, body),
        axis.soap,
    )
    assert status == 200
    assert layered() in told


async def test_a_fault_of_each_version(axis, tmp_path):
    body = message("GetDocument", "<DocumentId>no</DocumentId>")
    kind = "Content-Type: application/soap+xml"
    words = ("-H", kind, *data(tmp_path, body), axis.soap)
    status, told = await curl(*bearer(OFFICE_TOKEN), *words)
    assert (status, b"unknown-document" in told) == (400, True)
    status, told = await curl(*bearer("wrong"), *words)
    assert (status, b"credentials" in told) == (401, True)
    old = body.replace(SOAP12.encode(), b"http://schemas.xmlsoap.org/soap/envelope/")
    words = ("-H", "Content-Type: text/xml", *data(tmp_path, old), axis.soap)
    status, told = await curl(*bearer(OFFICE_TOKEN), *words)
    assert (status, b"<faultcode>" in told) == (500, True)


async def test_rest_takes_a_form_and_tells_problems(axis, tmp_path):
    path = tmp_path / "van-ban.edxml"
    path.write_bytes(layered())
    status, told = await curl(
        *bearer(), "-F", f"edocFile=@{path};type=application/xml", axis.rest
    )
    assert status == 202, told
    assert translate(Entity(*kept(axis)), Limits()).xml == layered()
    status, told = await curl(*bearer("wrong"), "-F", f"edocFile=@{path}", axis.rest)
    problem = json.loads(told)
    assert (status, problem["status"], problem["code"]) == (401, 401, "credentials")


async def test_rest_takes_headers_signed_as_the_vxp_kit_does(axis, tmp_path):
    headers = signed_headers(layered(), secret=SECRET)
    assert headers["xroadvnpt-systemid"] == SYSTEM
    del headers["content-length"]
    words = [w for name, value in headers.items() for w in ("-H", f"{name}: {value}")]
    words += ["-H", "Content-Type: application/xml", axis.rest]
    status, told = await curl(*words, *data(tmp_path, layered()))
    assert status == 202, told
    status, told = await curl(*words, *data(tmp_path, layered() + b"<!-- -->"))
    assert (status, json.loads(told)["code"]) == (400, "hash-mismatch")
