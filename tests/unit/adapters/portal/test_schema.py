"""schemas/portal-dossier.schema.json says what the translator reads, and no less."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.portal.notes import CAPS
from adapters.portal.translate import translate
from hub.errors import MalformedEnvelope
from hub.model.dossiers import DossierAct
from hub.model.faults import FaultCode
from hub.resources import resource
from tests.unit.adapters.portal.dossiers import LIMITS, dossier, entity, progress
from tests.unit.adapters.portal.json_schema import fits

SCHEMA = json.loads(resource("schemas", "portal-dossier.schema.json").read_bytes())
DEFS = SCHEMA["$defs"]
#: What no schema can say: they name somebody or something this hub must know.
BEYOND = {FaultCode.UNKNOWN_OFFICE, FaultCode.NO_SUBJECT}


def accepted(values: object, act: DossierAct = DossierAct.ADD) -> bool:
    try:
        translate(entity(values, act), LIMITS)
    except MalformedEnvelope as error:
        return error.fault.code in BEYOND
    return True


def test_the_samples_fit():
    assert fits(dossier(), DEFS["Dossier"], SCHEMA)
    assert fits(progress(), DEFS["Progress"], SCHEMA)
    assert fits(dossier(), SCHEMA, SCHEMA)


@pytest.mark.parametrize(
    "values",
    [
        {},
        dossier(MaHoSo=""),
        dossier(MaHoSo="  "),
        dossier(MaHoSo={}),
        dossier(TenTTHC=[]),
        dossier(TaiLieuNop="x"),
        dossier(TaiLieuNop=[1]),
        dossier(TaiLieuNop=[{"DuongDanTaiTepTin": []}]),
        dossier(TaiLieuNop=[{}] * 1_001),
        dossier(TrichYeuHoSo="x" * 10_001),
        [],
    ],
)
def test_what_the_schema_refuses_the_translator_refuses(values):
    assert not fits(values, DEFS["Dossier"], SCHEMA)
    assert not accepted(values)


def test_every_field_of_the_samples_is_named():
    assert set(dossier()) <= set(DEFS["Dossier"]["properties"])
    assert set(progress()) == set(DEFS["Progress"]["properties"])


def test_the_caps_are_those_of_the_code():
    told = json.dumps(SCHEMA)
    for cap in CAPS.values():
        assert f"at most {cap} letters" in told


_VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text(max_size=12)
    | st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=3)), max_size=2)
)


_NAMES = [name for name in dossier() if name != "MaHoSo"]


@given(st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=4))
@settings(max_examples=200)
def test_what_fits_the_schema_can_be_read(changes):
    values = {**dossier(), **changes}
    assert accepted(values) or not fits(values, DEFS["Dossier"], SCHEMA)
