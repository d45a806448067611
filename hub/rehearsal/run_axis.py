"""`hub rehearse axis`: an axis that a hub calls, until it is stopped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hub.rehearsal.axis import doc_id
from hub.rehearsal.axis_codes import Code
from hub.rehearsal.axis_wire import System
from hub.rehearsal.called_axis import AxisSimulator, national
from hub.rehearsal.catalogue import CASES
from hub.rehearsal.edxml_peek import glance
from hub.rehearsal.faults import Faults
from hub.rehearsal.lgsp_wire import LANGSON, WSO2
from hub.rehearsal.load import bulk
from hub.rehearsal.pki import Pki
from hub.rehearsal.samples import DEFAULT_AT, XML, Sample, Scene, revoked_in
from hub.rehearsal.standing import key_in, say, until_stopped, write_ledger
from hub.rehearsal.vxp_wire import BASE


@dataclass(frozen=True, slots=True)
class AxisOptions:
    """What the command line says."""

    keys: Path
    system: str
    host: str = "127.0.0.1"
    port: int = 0
    #: Codes of the system; none: any.
    codes: tuple[str, ...] = ()
    #: Names of samples, `all`, or numbers of bulk documents.
    load: tuple[str, ...] = ()
    #: Where certificates and CRLs of the samples go.
    trust: Path | None = None
    #: Codes of receivers that are unknown, or locked.
    unknown: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    token_seconds: float = 1800
    ledger: Path | None = None
    #: End after so many seconds; 0: when stopped.
    seconds: float = 0
    #: Lạng Sơn's form lays files beside the edXML.
    beside: bool = False


async def run_axis(options: AxisOptions, faults: Faults) -> None:
    """Serve, and write the ledger at the end.

    Raises ValueError where a sample is not known, OSError where it cannot listen or
    write.
    """
    samples = list(_samples(options))
    axis = AxisSimulator(
        [_system(options)],
        faults,
        catalogue=national,
        host=options.host,
        port=options.port,
        token_seconds=options.token_seconds,
        control_token=key_in(options.keys, "control.token"),
        refused=_refused(options),
        beside=options.beside,
    )
    async with axis:
        for sample in samples:
            kind = "status" if glance(sample.xml).status else "edoc"
            axis.put(options.system, doc_id(sample), sample.xml, kind)
        _introduce(axis, options, len(samples))
        await until_stopped(options.seconds)
        told = axis.ledger.export()
    write_ledger(options.ledger, told)
    say(states=told["states"], sent=len(told["sent"]), struck=dict(faults.struck))


def _introduce(axis: AxisSimulator, options: AxisOptions, loaded: int) -> None:
    say(
        vxp=axis.url + BASE,
        langson=axis.url + LANGSON,
        wso2=axis.url + WSO2,
        control=axis.url,
        system=options.system,
        keys=str(options.keys),
        loaded=loaded,
    )


def _system(options: AxisOptions) -> System:
    return System(
        options.system,
        key_in(options.keys, "axis.secret"),
        options.system,
        key_in(options.keys, "axis.password"),
        options.codes,
    )


def _refused(options: AxisOptions) -> dict[str, Code]:
    unknown = dict.fromkeys(options.unknown, Code.RECEIVER_UNKNOWN)
    return unknown | dict.fromkeys(options.locked, Code.RECEIVER_LOCKED)


def _samples(options: AxisOptions) -> Iterator[Sample]:
    """What was asked for that is edXML; raises ValueError."""
    if not options.load:
        return
    scene = Scene(Pki.make(DEFAULT_AT))
    made = [s for name in options.load for s in _named(name, scene)]
    if options.trust:
        now = datetime.now(UTC)
        scene.pki.write_trust(options.trust, at=now, revoked=revoked_in(made))
    # VXP and LGSPs carry bare edXML; MIME parts (family B) go by SOAP.
    yield from (sample for sample in made if sample.content_type == XML)


def _named(name: str, scene: Scene) -> Iterable[Sample]:
    if name.isdigit():
        return bulk(int(name), scene)
    if name == "all":
        return [make(scene) for make in CASES.values()]
    if name not in CASES:
        raise ValueError(f"{name!r}: all, N, {', '.join(CASES)}")
    return [CASES[name](scene)]
