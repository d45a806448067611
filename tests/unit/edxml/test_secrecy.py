"""A secrecy field is found wherever it stands and whatever it is called."""

import pytest

from hub.model.faults import FaultCode
from tests.unit.edxml.look_alikes import layered, message, status, trace
from tests.unit.edxml.reading import fault_of, read


@pytest.mark.parametrize(
    "name",
    ["Secrecy", "SecretLevel", "SecurityLevel", "Confidentiality", "DoMat", "MucDoMat"],
)
def test_a_secrecy_field_is_found_by_any_of_its_names(name):
    field = f"<edXML:{name}> Tối\n mật </edXML:{name}>"
    assert read(layered(message(extra=field) + trace())).envelope.secrecy == "Tối mật"
    inside = f"<edXML:OtherInfo>{field}</edXML:OtherInfo>"
    assert read(layered(message(extra=inside) + trace())).envelope.secrecy == "Tối mật"
    foreign = f'<{name.lower()} xmlns="urn:x">Tối <b>mật</b></{name.lower()}>'
    assert read(layered(message(extra=foreign) + trace())).envelope.secrecy == "Tối mật"


@pytest.mark.parametrize(
    "name", ["SECRECY_LEVEL", "Security", "ConfidentialLevel", "do_mat", "muc-do-mat"]
)
def test_a_secrecy_field_is_found_wherever_it_stands_in_the_header(name):
    field = f"<edXML:{name}>Tối mật</edXML:{name}>"
    other = f"<edXML:OtherInfo/><edXML:OtherInfo>{field}</edXML:OtherInfo>"
    for header in (
        message(extra=other) + trace(),
        message() + trace(inside=field),
        message() + trace() + field,
        message(extra=f'<edXML:OtherInfo {name}="Tối mật"/>') + trace(),
        message(extra=f'<edXML:{name} Value=" Tối  mật "/>') + trace(),
    ):
        assert read(layered(header)).envelope.secrecy == "Tối mật"


def test_an_attribute_of_the_header_and_a_status_may_be_marked_too():
    said = b'<edXML:edXMLHeader DoMat="M\xe1\xba\xadt">'
    for data in (layered(), status()):
        marked = data.replace(b"<edXML:edXMLHeader>", said)
        assert read(marked).envelope.secrecy == "Mật"


def test_urgency_and_the_security_of_soap_are_no_secrecy():
    wss = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
    extra = (
        f'<DoKhan>Mật</DoKhan><w:Security xmlns:w="{wss}">{"A" * 20_000}</w:Security>'
    )
    assert read(layered(message(extra=extra) + trace())).envelope.secrecy == ""


def test_two_secrecy_fields_stand_on_a_line_each():
    fields = "<edXML:DoMat>Thường</edXML:DoMat><edXML:Secrecy>Mật</edXML:Secrecy>"
    reading = read(layered(message(extra=fields) + trace()))
    assert reading.envelope.secrecy.splitlines() == ["Thường", "Mật"]


def test_all_secrecy_fields_together_are_no_longer_than_one_field():
    fields = "".join(f"<DoMat>{n} {'x' * 900}</DoMat>" for n in range(20))
    fault = fault_of(layered(message(extra=fields) + trace()))
    assert fault.code is FaultCode.FIELD_TOO_LONG
