"""zeep reads our WSDL and speaks both versions of SOAP to the door."""

import asyncio

import pytest
import requests
from zeep import Client, Settings
from zeep.exceptions import Fault
from zeep.transports import Transport

from adapters.axis.translate import translate_soap
from hub.model.frames import Entity
from hub.model.limits import Limits
from hub.model.shelf import Trace
from tests.fakes.axis_doors import AXIS_TOKEN, MOMENT, OFFICE, OFFICE_TOKEN
from tests.unit.edxml.look_alikes import layered, status

PORTS = pytest.mark.parametrize("port", ["Soap11", "Soap12"])


def service(wsdl: str, port: str, token: str = AXIS_TOKEN):
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"
    client = Client(wsdl, transport=Transport(session=session), settings=Settings())
    return client.bind("Axis", port)


async def ask(wsdl: str, port: str, name: str, token: str = AXIS_TOKEN, **what):
    def call():
        return getattr(service(wsdl, port, token), name)(**what)

    return await asyncio.to_thread(call)


@PORTS
@pytest.mark.parametrize("name", ["SendDocument", "UpdateTraces"])
async def test_a_document_is_taken_and_comes_out_as_it_was(axis, port, name):
    document = layered() if name == "SendDocument" else status()
    told = await ask(axis.wsdl, port, name, Document=document)
    assert told.Report.IsSuccess is True
    assert told.Repeated is False
    (offer,) = axis.front.intake.offers
    assert told.Sha256 == offer.digest
    body = axis.front.evidence.path(offer.digest).read_bytes()
    entity = Entity(offer.content_type, body)
    assert translate_soap(entity, Limits()).xml == document


@PORTS
async def test_what_waits_is_listed_fetched_and_confirmed(axis, port):
    await axis.front.put_on_shelf(OFFICE, "d-1", layered())
    asked = {"OrganId": OFFICE, "Token": OFFICE_TOKEN}
    listed = await ask(axis.wsdl, port, "GetPendingDocumentIds", OFFICE_TOKEN, **asked)
    assert listed.DocumentIds.DocumentId == ["d-1"]
    asked["DocumentId"] = "d-1"
    fetched = await ask(axis.wsdl, port, "GetDocument", OFFICE_TOKEN, **asked)
    assert fetched.Document == layered()
    confirmed = await ask(axis.wsdl, port, "ConfirmReceived", OFFICE_TOKEN, **asked)
    assert confirmed.DocumentId == "d-1"
    assert axis.front.shelf.confirmed == [(OFFICE, "d-1")]


@PORTS
async def test_traces_and_organizations_are_read(axis, port):
    axis.front.shelf.told = [Trace("doc-1", "1/QĐ", OFFICE, "confirmed", MOMENT)]
    told = await ask(axis.wsdl, port, "GetTraces", TimeStamp="2019/12/01 00:00:00")
    (one,) = told.Traces.Status
    assert (one.State, one.StatusCode, one.Timestamp) == ("confirmed", "01", MOMENT)
    told = await ask(axis.wsdl, port, "GetOrganizations")
    assert told.Organizations.Organization[0].OrganId == OFFICE
    assert (await ask(axis.wsdl, port, "CheckPermission")).IsSuccess


@PORTS
async def test_a_refusal_is_a_fault_with_our_code(axis, port):
    with pytest.raises(Fault) as caught:
        await ask(axis.wsdl, port, "GetDocument", OFFICE_TOKEN, DocumentId="no-such")
    assert told(caught.value) == ("unknown-document", "DocumentId")
    assert "Không có văn bản" in caught.value.message
    with pytest.raises(Fault) as caught:
        await ask(axis.wsdl, port, "SendDocument", "wrong", Document=b"<edXML/>")
    assert told(caught.value)[0] == "credentials"


def told(fault: Fault) -> tuple[str, str]:
    detail = fault.detail
    find = "{urn:lienthong:axis:v1}"
    return detail.findtext(f".//{find}Code"), detail.findtext(f".//{find}Place") or ""
