"""Answers of the SOAP door: reports, lists, documents and faults in both versions."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from http import HTTPStatus
from secrets import token_hex

from aiohttp import web
from lxml import etree
from lxml.etree import _Element

from adapters.axis.soap_wire import Version
from hub.model.agencies import Agency
from hub.model.arrivals import Taken
from hub.model.faults import SENTENCES, Fault, FaultCode
from hub.model.shelf import Trace, Waiting

#: Namespace of schemas/axis.wsdl.
NAMESPACE = "urn:lienthong:axis:v1"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XOP = "http://www.w3.org/2004/08/xop/include"
_UNAUTHORIZED = frozenset({FaultCode.CREDENTIALS, FaultCode.TIMESTAMP})
_NOT_NOW = (
    "Trục tạm thời chưa nhận được; đề nghị gửi lại sau.",
    "The hub cannot take it now; please try again later.",
)
#: The only status of QĐ 28/2018 that a confirmation is (Bkav's does the same).
_ARRIVED = "01"

Text = tuple[str, str]


def reply(version: Version, operation: str, *parts: _Element) -> web.Response:
    """`<operation>Response` with a report of success before its parts."""
    message = _message(version, operation, parts)
    return _response(version, HTTPStatus.OK, message)


def taken(version: Version, operation: str, what: Taken) -> web.Response:
    """The entity is on disk and in the journal."""
    arrival = what.arrival
    return reply(
        version,
        operation,
        element("DocumentId", arrival.id),
        element("Sha256", arrival.digest),
        element("Size", str(arrival.size)),
        element("TakenAt", arrival.accepted_at.isoformat()),
        element("Repeated", _truth(value=what.repeated)),
        element("Message", "Đã nhận và lưu; kết quả sẽ được báo sau."),
    )


def document_ids(found: Sequence[Waiting]) -> _Element:
    """What waits, in the order it should be fetched."""
    return _list("DocumentIds", (element("DocumentId", w.id) for w in found))


def traces(found: Sequence[Trace]) -> _Element:
    """What became of documents; a confirmation without a status is 01."""
    return _list("Traces", (_trace(trace) for trace in found))


def _trace(trace: Trace) -> _Element:
    texts = [
        ("DocumentId", trace.document_id),
        ("Code", trace.notation),
        ("OrganId", trace.agency),
        ("State", trace.state),
        ("StatusCode", _said(trace)),
        ("Description", trace.text),
        ("Timestamp", trace.at.isoformat()),
    ]
    return _list("Status", _elements(texts))


def _said(trace: Trace) -> str:
    """What was said, or the status by which it was confirmed, else that it arrived."""
    if trace.state == "status":
        return trace.code if trace.code.isdigit() else ""
    return (trace.code or _ARRIVED) if trace.state == "confirmed" else ""


def organizations(found: Iterable[Agency]) -> _Element:
    """The agencies attached here, ended ones too."""
    return _list("Organizations", (_organization(agency) for agency in found))


def _organization(agency: Agency) -> _Element:
    texts = [
        ("OrganId", agency.code),
        ("OrganName", agency.name),
        *[("Alias", alias) for alias in agency.aliases],
        ("ValidFrom", _day(agency.valid_from)),
        ("ValidUntil", _day(agency.valid_until)),
        *[("Successor", code) for code in agency.successors],
    ]
    return _list("Organization", _elements(texts))


def document_frame(version: Version, waiting: Waiting, cid: str) -> tuple[bytes, bytes]:
    """The message before and after a document in base64; with `cid`, around its link.

    The link stands in the first half, and the second is only what closes the message.
    """
    mark = token_hex(16)
    inside = element("Document", "" if cid else mark)
    if cid:
        link = etree.SubElement(inside, f"{{{_XOP}}}Include", nsmap={"xop": _XOP})
        link.set("href", f"cid:{cid}")
    parts = (
        element("DocumentId", waiting.id),
        element("Sha256", waiting.body),
        inside,
    )
    message = _message(version, "GetDocument", parts)
    before, _, after = message.partition(mark.encode())
    return before, after


def fault(version: Version, what: Fault) -> web.Response:
    """A fault in the form of the version, with our code, place and sentences."""
    status = _status(version, what.code)
    code = "MustUnderstand" if what.detail == "mustUnderstand" else "Client"
    texts = SENTENCES[what.code]
    message = _fault(version, code, texts, _detail(what.code, what, texts))
    response = _response(version, status, message)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def not_now(version: Version) -> web.Response:
    """Nothing was taken; the same again in a moment may be."""
    detail = _detail("not-now", None, _NOT_NOW)
    message = _fault(version, "Server", _NOT_NOW, detail)
    response = _response(version, HTTPStatus.SERVICE_UNAVAILABLE, message)
    response.headers["Retry-After"] = "5"
    return response


def element(name: str, text: str = "") -> _Element:
    """One element of our namespace."""
    made = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap={"lt": NAMESPACE})
    if text:
        made.text = text
    return made


def _elements(texts: Iterable[Text]) -> list[_Element]:
    return [element(name, text) for name, text in texts if text]


def _list(name: str, children: Iterable[_Element]) -> _Element:
    made = element(name)
    made.extend(list(children))
    return made


def _message(version: Version, operation: str, parts: Iterable[_Element]) -> bytes:
    report = _list("Report", [element("IsSuccess", "true"), element("ErrorList")])
    return _envelope(version, _list(f"{operation}Response", [report, *parts]))


def _envelope(version: Version, inside: _Element) -> bytes:
    space = version.namespace
    root = etree.Element(f"{{{space}}}Envelope", nsmap={"soap": space})
    etree.SubElement(root, f"{{{space}}}Body").append(inside)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _detail(code: str, what: Fault | None, texts: Text) -> _Element:
    inside = [element("Code", code)]
    if what is not None:
        inside += [element("Place", what.place), element("Detail", what.detail)]
    for language, text in zip(("vi", "en"), texts, strict=True):
        inside.append(element("Message", text))
        inside[-1].set(_XML_LANG, language)
    return _list("Fault", inside)


def _fault(version: Version, code: str, texts: Text, detail: _Element) -> bytes:
    space = version.namespace
    made = etree.Element(f"{{{space}}}Fault", nsmap={"soap": space})
    if version is Version.V11:
        etree.SubElement(made, "faultcode").text = f"soap:{code}"
        reason = etree.SubElement(made, "faultstring")
        reason.text = " / ".join(texts)
        reason.set(_XML_LANG, "vi")
        etree.SubElement(made, "detail").append(detail)
        return _envelope(version, made)
    said = {"Client": "Sender", "Server": "Receiver"}.get(code, code)
    value = etree.SubElement(
        etree.SubElement(made, f"{{{space}}}Code"), f"{{{space}}}Value"
    )
    value.text = f"soap:{said}"
    reason = etree.SubElement(made, f"{{{space}}}Reason")
    for language, text in zip(("vi", "en"), texts, strict=True):
        line = etree.SubElement(reason, f"{{{space}}}Text")
        line.set(_XML_LANG, language)
        line.text = text
    etree.SubElement(made, f"{{{space}}}Detail").append(detail)
    return _envelope(version, made)


def _status(version: Version, code: FaultCode) -> HTTPStatus:
    """SOAP 1.1 knows 500 only (6.2); 1.2 says 400 where the sender is at fault."""
    if code in _UNAUTHORIZED:
        return HTTPStatus.UNAUTHORIZED
    if version is Version.V11:
        return HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.BAD_REQUEST


def _response(version: Version, status: HTTPStatus, message: bytes) -> web.Response:
    return web.Response(
        status=status,
        body=message,
        content_type=version.media_type,
        charset="utf-8",
    )


def _truth(*, value: bool) -> str:
    return "true" if value else "false"


def _day(value: date | datetime | None) -> str:
    return value.isoformat() if value else ""
