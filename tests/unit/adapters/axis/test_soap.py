"""The SOAP door: taken only after the journal, faults with code, place and sentence."""

import asyncio
import hashlib
from base64 import b64decode, b64encode
from dataclasses import replace
from http import HTTPStatus

import pytest
from aiohttp.test_utils import TestClient, TestServer
from lxml import etree

from adapters.axis import taking
from adapters.axis.soap import PATH
from adapters.axis.soap_replies import NAMESPACE
from adapters.axis.soap_wire import Version
from adapters.axis.translate import translate_soap
from hub.access import signed
from hub.edxml import mimeheaders, multipart
from hub.edxml.soapframe import CARRIERS, QUESTIONS
from hub.errors import JournalUnavailable, KeyReused
from hub.model.faults import Fault, FaultCode
from hub.model.frames import Entity
from hub.model.limits import Limits
from hub.model.shelf import Trace
from hub.resources import resource
from tests.fakes.axis_doors import (
    AXIS_TOKEN,
    MOMENT,
    OFFICE,
    OFFICE_TOKEN,
    OTHER,
    OTHER_TOKEN,
    ROOM_TOKEN,
    SECRET,
    Front,
)
from tests.unit.access.signing import signed_headers
from tests.unit.edxml.look_alikes import layered, related, soap

V11, V12 = Version.V11, Version.V12


def message(
    name: str, inside: str = "", version: Version = V11, header: str = ""
) -> bytes:
    return (
        f'<s:Envelope xmlns:s="{version.namespace}">{header}<s:Body>'
        f'<lt:{name} xmlns:lt="{NAMESPACE}">{inside}</lt:{name}>'
        "</s:Body></s:Envelope>"
    ).encode()


def head(name: str = "", version: Version = V11, token: str = AXIS_TOKEN):
    kind = f"{version.media_type}; charset=utf-8"
    headers = {"Content-Type": kind}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    action = f"{NAMESPACE}/{name}" if name else ""
    if version is V11:
        headers["SOAPAction"] = f'"{action}"'
    elif action:
        headers["Content-Type"] += f'; action="{action}"'
    return headers


@pytest.fixture
def front(tmp_path):
    return Front(tmp_path / "evidence")


@pytest.fixture
async def client(front):
    async with TestClient(TestServer(front.app())) as one:
        yield one


async def answer(client, body: bytes, headers: dict[str, str]):
    response = await client.post(PATH, data=body, headers=headers)
    raw = await response.read()
    return response, etree.fromstring(raw)


async def asked(client, name: str, inside: str = "", **how):
    """An answer that is no fault, by the element's name."""
    token, version = how.get("token", ""), how.get("version", V11)
    response, root = await answer(
        client, message(name, inside, version), head(name, version, token)
    )
    assert response.status == 200, etree.tostring(root)
    found = root.find(f".//{{{NAMESPACE}}}{name}Response")
    assert found is not None
    assert text(found, "IsSuccess") == "true"
    return found


def text(root, name: str) -> str:
    return root.findtext(f".//{{{NAMESPACE}}}{name}") or ""


def texts(root, name: str) -> list[str]:
    return [e.text or "" for e in root.iter(f"{{{NAMESPACE}}}{name}")]


def told(root) -> tuple[str, str]:
    """Code and place of a fault; it has a sentence in both languages."""
    vietnamese, english = texts(root, "Message")
    assert vietnamese
    assert english
    assert etree.QName(root[0][0]).localname == "Fault"
    return text(root, "Code"), text(root, "Place")


DOCUMENT = f"<lt:Document>{b64encode(layered()).decode()}</lt:Document>"


# --- documents


@pytest.mark.parametrize("version", [V11, V12])
@pytest.mark.parametrize("name", ["SendDocument", "UpdateTraces"])
@pytest.mark.parametrize("named", [True, False])
async def test_an_entity_is_kept_as_it_came_and_then_called_taken(
    client, front, version, name, named
):
    body = message(name, DOCUMENT, version)
    headers = head(name if named else "", version)
    response, root = await answer(client, body, headers)
    assert response.status == 200
    assert response.content_type == version.media_type
    (offer,) = front.intake.offers
    assert front.evidence.path(offer.digest).read_bytes() == body
    assert offer.source.door == "axis-soap"
    assert offer.content_type == headers["Content-Type"]
    assert text(root, "Sha256") == hashlib.sha256(body).hexdigest()
    entity = Entity(offer.content_type, body)
    assert translate_soap(entity, Limits()).xml == layered()


@pytest.mark.parametrize("kind", ["application/xop+xml", "text/xml"])
async def test_parts_travel_with_their_message(client, front, kind):
    inside = '<lt:Document><Include href="cid:doc"/></lt:Document>'
    content_type, body = related(message("SendDocument", inside), ("doc", layered()))
    content_type += f'; type="{kind}"; start-info="text/xml"; start="<root>"'
    headers = head("SendDocument") | {"Content-Type": content_type}
    response, _ = await answer(client, body, headers)
    assert response.status == 200
    offer = front.intake.offers[0]
    assert translate_soap(Entity(offer.content_type, body), Limits()).xml == layered()


async def test_a_message_of_family_b_is_a_document_sent(client, front):
    content_type, body = related(soap(), ("f1", b"QQ=="))
    headers = head() | {"Content-Type": f'{content_type}; type="text/xml"'}
    response, _ = await answer(client, body, headers)
    assert response.status == 200
    assert front.intake.offers


async def test_a_key_makes_the_identity_and_other_bytes_under_it_a_fault(client, front):
    headers = head("SendDocument") | {"Idempotency-Key": "docId-1"}
    await answer(client, message("SendDocument", DOCUMENT), headers)
    assert front.intake.offers[0].door_id == "docId-1"
    front.intake.trouble = KeyReused(Fault(FaultCode.KEY_REUSED))
    response, root = await answer(client, message("SendDocument"), headers)
    assert (response.status, told(root)[0]) == (500, "key-reused")


@pytest.mark.parametrize("version", [V11, V12])
async def test_a_payload_is_not_parsed_at_the_door(client, front, version):
    body = message("SendDocument", "<a><b></a>", version) + b"<!DOCTYPE x>"
    response, _ = await answer(client, body, head("SendDocument", version))
    assert response.status == 200
    assert front.intake.offers


async def test_a_journal_that_is_away_says_later_and_never_taken(client, front):
    front.intake.trouble = JournalUnavailable("away")
    body = message("SendDocument", DOCUMENT)
    response, root = await answer(client, body, head("SendDocument"))
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert told(root)[0] == "not-now"
    assert root.findtext(".//faultcode") == "soap:Server"


async def test_what_turns_out_too_large_while_streaming_is_refused(client, front):
    front.limit = 1_000_000

    async def pieces():
        yield message("SendDocument")[:-40]
        for _ in range(20):
            yield b"x" * 65_536

    response = await client.post(PATH, data=pieces(), headers=head("SendDocument"))
    root = etree.fromstring(await response.read())
    assert (response.status, told(root)[0]) == (500, "too-large")
    assert not front.intake.offers


async def test_what_says_it_is_too_large_is_not_read(client, front):
    body = message("SendDocument") + b" " * 1_000_000
    _, root = await answer(client, body, head("SendDocument", V12))
    assert told(root)[0] == "too-large"
    assert not front.intake.offers


# --- who asks


@pytest.mark.parametrize(("version", "code"), [(V11, "Client"), (V12, "Sender")])
async def test_wrong_credentials_are_a_fault_under_401(client, front, version, code):
    for token in ("", "wrong"):
        body = message("SendDocument", DOCUMENT, version)
        headers = head("SendDocument", version, token)
        response, root = await answer(client, body, headers)
        assert response.status == HTTPStatus.UNAUTHORIZED
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert told(root)[0] == "credentials"
        assert f"soap:{code}" in etree.tostring(root).decode()
    assert not front.intake.offers


async def test_a_token_in_the_message_opens_questions_and_no_upload(client, front):
    inside = f"<OrganId>{OFFICE}</OrganId><Token>{OFFICE_TOKEN}</Token>"
    assert await asked(client, "CheckPermission", inside) is not None
    inside = f"<Token>{ROOM_TOKEN}</Token>"
    assert await asked(client, "GetTraces", inside) is not None
    body = message("SendDocument", inside + DOCUMENT)
    response, root = await answer(client, body, head("SendDocument", token=""))
    assert (response.status, told(root)[0]) == (401, "credentials")


async def test_the_token_of_bkavs_signature_header_is_read_too(client):
    header = (
        "<s:Header><Signature><KeyInfo>"
        f"<OrganId>{OFFICE}</OrganId><Token>{OFFICE_TOKEN}</Token>"
        "</KeyInfo></Signature></s:Header>"
    )
    body = message("CheckPermission", header=header)
    response, _ = await answer(client, body, head("CheckPermission", token=""))
    assert response.status == 200


async def test_an_agency_sends_nothing_and_a_source_fetches_nothing(client, front):
    body = message("SendDocument", DOCUMENT)
    _, root = await answer(client, body, head("SendDocument", token=OFFICE_TOKEN))
    assert told(root) == ("not-permitted", "SendDocument")
    for name in ("GetPendingDocumentIds", "GetDocument", "ConfirmReceived"):
        _, root = await answer(client, message(name), head(name))
        assert told(root) == ("not-permitted", name)
    _, root = await answer(
        client, message("GetTraces"), head("GetTraces", token=OFFICE_TOKEN)
    )
    assert told(root) == ("not-permitted", "GetTraces")
    assert not front.intake.offers


@pytest.mark.parametrize("token", [OFFICE_TOKEN, ROOM_TOKEN])
async def test_a_code_that_is_anothers_is_refused_by_any_name_of_it(client, token):
    for own in (OFFICE, "H40.37.1"):
        await asked(client, "CheckPermission", f"<OrganId>{own}</OrganId>", token=token)
    inside = f"<OrganId>{OTHER}</OrganId>"
    body = message("CheckPermission", inside)
    _, root = await answer(client, body, head("CheckPermission", token=token))
    assert told(root) == ("not-permitted", "OrganId")


async def test_headers_signed_by_hmac_open_the_door(client, front):
    body = message("SendDocument", DOCUMENT)
    headers = head("SendDocument", token="") | signed_headers(body, secret=SECRET)
    response, _ = await answer(client, body, headers)
    assert response.status == 200
    assert front.intake.offers[0].source.name == "truc-tinh"
    wrong = head("SendDocument", token="") | signed_headers(body, secret="x" * 30)
    response, root = await answer(client, body, wrong)
    assert (response.status, told(root)[0]) == (401, "credentials")


async def test_a_body_that_is_not_the_signed_one_is_refused_after_it_came(
    client, front
):
    body = message("SendDocument", DOCUMENT)
    headers = head("SendDocument", token="") | signed_headers(body, secret=SECRET)
    other = body.replace(b"Document", b"DOCUMENT")
    _, root = await answer(client, other, headers)
    assert told(root) == ("hash-mismatch", taking.HASH_FILE)
    assert not front.intake.offers
    assert taking.HASH_FILE.lower() == signed.HASH_FILE


@pytest.mark.parametrize("name", ["GetTraces", "CheckPermission"])
async def test_a_question_that_is_not_the_signed_one_is_refused(client, front, name):
    body = message(name)
    headers = head(name, token="") | signed_headers(body, secret=SECRET)
    response, _ = await answer(client, body, headers)
    assert response.status == 200
    other = message(name, "<TimeStamp>2019-12-01T00:00:00Z</TimeStamp>")
    headers["Content-Length"] = str(len(other))
    _, root = await answer(client, other, headers)
    assert told(root) == ("hash-mismatch", taking.HASH_FILE)
    assert front.shelf.asked == ([] if name != "GetTraces" else [("truc-tinh", None)])


async def test_a_token_of_another_in_the_message_is_nobodys(client):
    body = message("GetTraces", f"<Token>{OFFICE_TOKEN}</Token>")
    response, root = await answer(client, body, head("GetTraces", token=ROOM_TOKEN))
    assert (response.status, told(root)[0]) == (401, "credentials")


async def test_a_message_that_drips_in_is_not_waited_for(client, front):
    async def drops():
        for _ in range(20):
            yield b"<"
            await asyncio.sleep(0.02)

    front.patience = 0.1
    headers = head("CheckPermission", token="")
    async with TestClient(TestServer(front.app())) as one:
        _, root = await answer(one, drops(), headers)
    assert told(root) == ("truncated", "body")


# --- what waits for an agency


@pytest.mark.parametrize("version", [V11, V12])
async def test_an_agency_lists_fetches_and_confirms_its_own(client, front, version):
    for size in (0, 1, 2, 3, 200_000, 196_608):
        await front.put_on_shelf(OFFICE, f"d{size}", b"\xc4" * size)
    await front.put_on_shelf(OTHER, "other", b"<edXML/>")
    how = {"token": OFFICE_TOKEN, "version": version}
    found = await asked(client, "GetPendingDocumentIds", **how)
    names = texts(found, "DocumentId")
    assert names == ["d0", "d1", "d2", "d3", "d200000", "d196608"]
    for name in names:
        inside = f"<DocumentId>{name}</DocumentId>"
        document = await asked(client, "GetDocument", inside, **how)
        body = b64decode(text(document, "Document"))
        assert body == b"\xc4" * int(name[1:])
        assert text(document, "Sha256") == hashlib.sha256(body).hexdigest()
        await asked(client, "ConfirmReceived", inside, **how)
    assert front.shelf.confirmed == [(OFFICE, name) for name in names]
    assert front.shelf.fetched_ids == names


@pytest.mark.parametrize("version", [V11, V12])
async def test_who_reads_mtom_gets_the_bytes_as_a_part(client, front, version):
    await front.put_on_shelf(OFFICE, "d", layered())
    headers = head("GetDocument", version, OFFICE_TOKEN)
    headers["Accept"] = "multipart/related, application/xop+xml"
    body = message("GetDocument", "<DocumentId>d</DocumentId>", version)
    response = await client.post(PATH, data=body, headers=headers)
    raw = await response.read()
    assert len(raw) == response.content_length
    kind = mimeheaders.structured(response.headers["Content-Type"])
    assert (kind.value, kind.get("type")) == (
        "multipart/related",
        "application/xop+xml",
    )
    assert kind.get("start-info") == version.media_type
    root, part = multipart.split(kind, raw, Limits())
    assert f"<{root.content_id}>" == kind.get("start")
    assert f'href="cid:{part.content_id}"'.encode() in root.data
    assert part.data == layered()


@pytest.mark.parametrize("name", ["GetDocument", "ConfirmReceived"])
async def test_anothers_document_is_the_same_answer_as_none(client, front, name):
    await front.put_on_shelf(OFFICE, "d", layered())
    answers = []
    for wanted in ("d", "no-such"):
        body = message(name, f"<DocumentId>{wanted}</DocumentId>")
        response, root = await answer(client, body, head(name, token=OTHER_TOKEN))
        assert told(root) == ("unknown-document", "DocumentId")
        answers.append((response.status, etree.tostring(root)))
    assert answers[0] == answers[1]
    assert not front.shelf.confirmed


async def test_a_body_that_was_erased_is_not_there(client, front):
    waiting = await front.put_on_shelf(OFFICE, "d", layered())
    front.evidence.path(waiting.body).unlink()
    body = message("GetDocument", "<DocumentId>d</DocumentId>")
    _, root = await answer(client, body, head("GetDocument", token=OFFICE_TOKEN))
    assert told(root)[0] == "unknown-document"


# --- traces and organizations


async def test_a_source_hears_what_became_of_its_documents(client, front):
    trace = Trace("doc-1", "12/QĐ-UBND", OFFICE, "confirmed", MOMENT)
    refused = replace(trace, agency=OFFICE, state="refused", text="Lý do <vi>")
    taken = replace(trace, state="status", code="03")
    answer = replace(trace, state="status", code="answer")
    front.shelf.told = [trace, refused, taken, answer]
    found = await asked(client, "GetTraces", token=AXIS_TOKEN)
    states = ["confirmed", "refused", "status", "status"]
    assert texts(found, "State") == states
    assert texts(found, "StatusCode") == ["01", "03"]
    assert texts(found, "Description") == ["Lý do <vi>"]
    assert texts(found, "Timestamp") == [MOMENT.isoformat()] * 4
    assert front.shelf.asked == [("truc-tinh", None)]


@pytest.mark.parametrize(
    "stated", ["2019-12-01T00:00:00+00:00", "2019/12/01 07:00:00", "2019-12-01T00:00Z"]
)
async def test_traces_are_asked_for_from_a_moment(client, front, stated):
    inside = f"<TimeStamp>{stated}</TimeStamp>"
    await asked(client, "GetTraces", inside, token=AXIS_TOKEN)
    assert front.shelf.asked == [("truc-tinh", MOMENT)]


async def test_a_moment_that_is_none_is_told(client):
    body = message("GetTraces", "<TimeStamp>hôm qua</TimeStamp>")
    _, root = await answer(client, body, head("GetTraces"))
    assert told(root) == ("date-form", "TimeStamp")


async def test_anybody_known_lists_the_organizations(client):
    found = await asked(client, "GetOrganizations", token=OFFICE_TOKEN)
    assert texts(found, "OrganId") == [OFFICE, OTHER]
    assert texts(found, "Alias") == ["H40.37.1"]
    assert texts(found, "ValidUntil") == ["2025-06-30"]
    assert texts(found, "Successor") == [OFFICE]


# --- hostile


def hostile() -> list[tuple[str, bytes, dict[str, str], str, str]]:
    sound = message("CheckPermission")
    first = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"
    bomb = "<s:Header>" + "<a>" * 40 + "</a>" * 40 + "</s:Header>"
    many = "<s:Header>" + "<a/>" * 2_000 + "</s:Header>"
    must = (
        '<s:Header><Security xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        's:mustUnderstand="1"/></s:Header>'
    )
    two = sound.replace(b"<s:Body>", b"<s:Body/><s:Body>")
    check = head("CheckPermission")
    return [
        ("doctype", first + sound, check, "doctype", "byte 1"),
        ("utf-16", sound.decode().encode("utf-16"), check, "encoding", "byte 1"),
        ("two bodies", two, check, "frame", "Envelope/Body"),
        ("bomb", message("CheckPermission", header=bomb), check, "too-deep", "line 1"),
        (
            "many",
            message("CheckPermission", header=many),
            check,
            "too-many-elements",
            "line 1",
        ),
        (
            "must understand",
            message("CheckPermission", header=must),
            check,
            "operation",
            "Envelope/Header/Security",
        ),
        (
            "other version",
            message("CheckPermission", version=V12),
            check,
            "frame",
            "Envelope",
        ),
        ("no action", b"<a/>", head(), "operation", "Body"),
        ("no xml", b"<a", check, "truncated", "byte 2"),
        ("empty", b"", check, "empty", ""),
        ("unknown action", sound, head("DropTables"), "operation", "SOAPAction"),
        (
            "other action",
            message("SendDocument", DOCUMENT),
            check,
            "operation",
            "SOAPAction",
        ),
        ("question sent", sound, head("SendDocument"), "operation", "SOAPAction"),
        (
            "decoy",
            message("GetTraces").replace(
                b"<s:Body>", b"<!--<Body><CheckPermission>--><s:Body>"
            ),
            check,
            "operation",
            "Envelope/Body",
        ),
        (
            "two documents confirmed",
            message("CheckPermission", "<DocumentId>a</DocumentId>" * 2),
            check,
            "frame",
            "Envelope/Body/CheckPermission/DocumentId",
        ),
        ("large", message("CheckPermission", " " * 70_000), check, "too-large", ""),
        (
            "media type",
            sound,
            check | {"Content-Type": "application/json"},
            "content-type",
            "Content-Type",
        ),
        (
            "packed",
            sound,
            check | {"Content-Encoding": "gzip"},
            "content-type",
            "Content-Encoding",
        ),
        (
            "no boundary",
            sound,
            check | {"Content-Type": "multipart/related; type=text/xml"},
            "frame",
            "Content-Type",
        ),
        (
            "many parts",
            related(sound, *[(f"p{n}", b"") for n in range(100)])[1],
            check | {"Content-Type": related(sound)[0] + "; type=text/xml"},
            "too-many-parts",
            "part 11",
        ),
    ]


@pytest.mark.parametrize(
    ("body", "headers", "code", "place"),
    [case[1:] for case in hostile()],
    ids=[case[0] for case in hostile()],
)
async def test_what_is_hostile_has_its_code_its_place_and_a_sentence(
    client, front, body, headers, code, place
):
    if headers.get("Content-Encoding"):
        client.session._auto_decompress = False
    response, root = await answer(client, body, headers)
    assert told(root) == (code, place)
    assert response.status == 500
    assert not front.intake.offers
    if code == "operation" and place.endswith("Security"):
        assert root.findtext(".//faultcode") == "soap:MustUnderstand"


async def test_nothing_secret_is_logged(client, caplog):
    inside = f"<OrganId>x</OrganId><Token>{OFFICE_TOKEN}</Token>"
    body = message("CheckPermission", inside)
    await answer(client, body, head("CheckPermission", token=""))
    await answer(client, body, head("CheckPermission", token="wrong-wrong-wrong"))
    shown = repr([vars(record) for record in caplog.records])
    assert caplog.records
    assert OFFICE_TOKEN not in shown
    assert "wrong-wrong" not in shown


# --- the description


async def test_the_wsdl_names_the_address_it_was_asked_at(client):
    response = await client.get(f"{PATH}?WSDL")
    here = f'location="http://{client.host}:{client.port}{PATH}"'
    raw = await response.text()
    assert raw.count(here) == 2
    assert response.content_type == "text/xml"
    assert (await client.get(PATH)).status == 404


async def test_a_host_that_is_no_host_is_not_written_into_the_wsdl(client):
    response = await client.get(f"{PATH}?wsdl", headers={"Host": 'a"/><x y="'})
    assert response.status in {200, 400}
    assert "<x y" not in await response.text()


def test_the_wsdl_has_each_operation_and_both_bindings():
    root = etree.parse(resource("schemas", "axis.wsdl")).getroot()
    assert root.get("targetNamespace") == NAMESPACE
    wsdl = "{http://schemas.xmlsoap.org/wsdl/}"
    for place in ("portType", "binding"):
        for found in root.findall(f"{wsdl}{place}"):
            names = {o.get("name") for o in found.findall(f"{wsdl}operation")}
            assert names == CARRIERS | QUESTIONS
    assert len(root.findall(f"{wsdl}binding")) == 2
