"""A running hub by SOAP: the axis sends, an agency fetches and confirms."""

import asyncio
import re
import uuid
from base64 import b64encode
from typing import Any

import pytest
import requests
import xmlschema
from lxml import etree
from zeep import Client
from zeep.transports import Transport

from hub.model.ids import AgencyCode
from hub.rehearsal.stage import code_to_queue
from hub.resources import resource

pytestmark = [pytest.mark.broker, pytest.mark.asyncio(loop_scope="session")]

OFFICE = AgencyCode("000.00.37.H40")
NS = "urn:lienthong:axis:v1"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"


def session(token: str, **headers: str) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.headers.update({"Authorization": f"Bearer {token}", **headers})
    return made


async def ask(world, token: str, name: str, **what: Any) -> Any:
    """An operation through zeep, SOAP 1.2; `key` is the Idempotency-Key."""
    key = what.pop("key", "")
    headers = {"Idempotency-Key": key} if key else {}

    def call():
        transport = Transport(session=session(token, **headers))
        wsdl = f"{world.stage.hub_url}/axis/v1/soap?wsdl"
        port = Client(wsdl, transport=transport).bind("Axis", "Soap12")
        return getattr(port, name)(**what)

    return await asyncio.to_thread(call)


async def post(world, inside: bytes) -> tuple[int, bytes, str]:
    """A hand-made SOAP 1.1 message as the axis would send it; status, answer, key."""
    key = uuid.uuid4().hex
    head = f'<s:Envelope xmlns:s="{SOAP11}"><s:Body><SendDocument xmlns="{NS}">'
    body = head.encode() + inside + b"</SendDocument></s:Body></s:Envelope>"
    headers = {"Content-Type": "text/xml", "Idempotency-Key": key}

    def call():
        url = f"{world.stage.hub_url}/axis/v1/soap"
        token = world.stage.token("axis")
        response = session(token, **headers).post(url, data=body, timeout=30)
        return response.status_code, response.content, key

    return await asyncio.to_thread(call)


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("report-signed", "SendDocument"),
        ("changed-byte", "SendDocument"),
        ("status-03", "UpdateTraces"),
    ],
)
async def test_by_soap_it_ends_where_it_ends_by_rest(world, name, operation):
    sample, key = world.samples[name], uuid.uuid4().hex
    token = world.stage.token("axis")
    told = await ask(world, token, operation, Document=sample.xml, key=key)
    assert told.Report.IsSuccess
    receipt = await world.axis.receipt_for(key, 60)
    assert receipt["outcome"] == sample.expected.disposition
    assert receipt["code"] == (sample.expected.fault or "")
    assert receipt["verdict"] == (sample.expected.headline or receipt["verdict"])


async def test_a_signature_survives_inside_the_envelope(world):
    sample = world.samples["report-signed"]
    inline = re.sub(rb"^\s*<\?xml[^>]*\?>", b"", sample.xml)
    status, _, key = await post(world, b"<EdXML>" + inline + b"</EdXML>")
    assert status == 200
    receipt = await world.axis.receipt_for(key, 60)
    assert (receipt["outcome"], receipt["verdict"]) == ("deliver", "passed")


INCLUDE = b'<Include href="%s"/>'


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (
            b"<Document>" + INCLUDE % b"http://169.254.169.254/" + b"</Document>",
            "remote-reference",
        ),
        (
            b"<Document>" + INCLUDE % b"file:///etc/passwd" + b"</Document>",
            "remote-reference",
        ),
        (b"<Document>" + INCLUDE % b"cid:lost" + b"</Document>", "remote-reference"),
        (b"<Document>???</Document>", "base64-damaged"),
        (b"<EdXML><a/></EdXML><EdXML><b/></EdXML>", "frame"),
        (
            b"<Document>"
            + b64encode(b'<!DOCTYPE a [<!ENTITY x "y">]><edXML>&x;</edXML>')
            + b"</Document>",
            "doctype",
        ),
        (
            b"<EdXML>" + b"<a>" * 70 + b"</a>" * 70 + b"</EdXML>",
            "too-deep",
        ),
    ],
)
async def test_what_is_hostile_is_taken_and_refused_with_its_sentence(
    world, inside, code
):
    status, _, key = await post(world, inside)
    assert status == 200, "what is in it is not looked at in the front"
    receipt = await world.axis.receipt_for(key, 60)
    assert (receipt["outcome"], receipt["code"]) == ("refuse", code)
    assert receipt["text_vi"]


async def test_an_agency_fetches_it_confirms_it_and_the_source_sees_01(world):
    sample = world.samples["report-unsigned"]
    name = f"soap-{uuid.uuid4()}"
    document = sample.xml.replace(sample.document_id.encode(), name.encode())
    axis = world.stage.token("axis")
    agency = world.stage.token(code_to_queue()[OFFICE])
    key = uuid.uuid4().hex
    await ask(world, axis, "SendDocument", Document=document, key=key)
    receipt = await world.axis.receipt_for(key, 60)
    assert receipt["outcome"] == "deliver"

    listed = await ask(world, agency, "GetPendingDocumentIds", OrganId=OFFICE)
    wanted, body = await find(world, agency, listed, name)
    schema = xmlschema.XMLSchema(resource("schemas", "edxml.xsd"))
    schema.validate(body.decode())
    await ask(world, agency, "ConfirmReceived", DocumentId=wanted)
    listed = await ask(world, agency, "GetPendingDocumentIds")
    left = listed.DocumentId if hasattr(listed, "DocumentId") else []
    assert wanted not in left

    traces = await ask(world, axis, "GetTraces", TimeStamp=receipt["at"])
    states = [
        (s.State, s.OrganId, s.StatusCode)
        for s in traces.Traces.Status
        if s.DocumentId == name
    ]
    assert states[0] == ("delivered", None, None)
    assert ("queued", OFFICE, None) in states
    assert states[-1] == ("confirmed", OFFICE, "01")


async def find(world, agency: str, listed: Any, name: str) -> tuple[str, bytes]:
    """The delivery of one document among all that waits; its id and its body."""
    for wanted in listed.DocumentIds.DocumentId:
        got = await ask(world, agency, "GetDocument", DocumentId=wanted)
        root = etree.fromstring(got.Document)
        if name in {text.strip() for text in root.itertext()}:
            return wanted, got.Document
    raise AssertionError(name)
