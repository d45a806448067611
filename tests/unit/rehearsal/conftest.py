"""One PKI and one set of samples for all tests here: they are costly to make."""

import pytest

from hub.rehearsal.catalogue import every
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, Sample, Scene


@pytest.fixture(scope="session")
def pki() -> Pki:
    return Pki.make(DEFAULT_AT)


@pytest.fixture(scope="session")
def scene(pki) -> Scene:
    return Scene(pki)


@pytest.fixture(scope="session")
def samples(scene) -> dict[str, Sample]:
    return {sample.name: sample for sample in every(scene)}
