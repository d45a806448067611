"""One YAML file and the environment for secrets, read into frozen settings.

Refuses to start when in doubt and lists every problem at once. Paths in the file
are relative to the file. Nothing below the roof reads the environment.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from pydantic_settings import SettingsError as UnreadableEnvironment

from hub import typed_yaml
from hub.errors import SettingsError
from hub.model.calendar import WorkingCalendar
from hub.model.ids import AgencyCode
from hub.model.policy import Policy
from hub.model.rejudging import Patience
from hub.outward import OutwardTable
from hub.own_key import SigningTable
from hub.registry.agencies import AgencyBook, OwnCode
from hub.registry.calendar import read_calendar
from hub.registry.procedures import ProcedureBook, read_procedures
from hub.registry.reading import read_agencies
from hub.resources import resource
from hub.rules.reading import read_policy
from hub.trust.table import RevocationTable

CONFIG_VARIABLE = "HUB_CONFIG"
#: Keys that have no default: nothing that touches trust has one.
_REQUIRED = frozenset({"data", "policy", "agencies", "trust"})

Part = TypeVar("Part")


class Section(BaseModel):
    """A table of the settings file: frozen, and unknown keys are problems."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TlsSettings(Section):
    """HTTPS of the front; a client may show a certificate of `client_ca_file`."""

    certificate_file: Path
    key_file: Path
    #: Who signs the certificates that sources show; absent: none is asked for.
    client_ca_file: Path | None = None


class FrontSettings(Section):
    """Where the doors and the window listen."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    #: How agencies reach this hub; stands in every claim_url.
    public_url: str = "http://127.0.0.1:8080"
    #: Absent: plain HTTP, behind a proxy that has TLS.
    tls: TlsSettings | None = None
    #: Requests a second one source or agency may make, and at once.
    requests_per_second: float = Field(default=50, gt=0)
    burst: float = Field(default=200, gt=0)
    #: Token of the read-only window; the file is made by `hub up` when absent.
    window_token_file: Path = Path("secrets/window.token")


class Place(Section):
    """A server's URL: in the environment (it holds a password) or in a file."""

    url: SecretStr = SecretStr("")
    url_file: Path | None = None

    def read(self, base: Path) -> str:
        """The URL; "" when none is set. Raises OSError for an unreadable file."""
        if self.url_file is not None:
            return (base / self.url_file).read_text().strip()
        return self.url.get_secret_value()


class WorkSettings(Section):
    """How workers work; operating values, they change no decision."""

    workers: int = Field(default=1, ge=1, le=32)
    #: Pointers a worker has taken; two are in hand, the others wait unclaimed.
    prefetch: int = Field(default=4, ge=1, le=50)
    #: A worker that died is missed after so long; renewed while it works.
    lease_seconds: float = Field(default=20, ge=5)

    @property
    def lease(self) -> timedelta:
        """As the path has it."""
        return timedelta(seconds=self.lease_seconds)


class RelayTable(Section):
    """How the relay works."""

    window: int = Field(default=64, ge=1, le=1000)
    #: Longer than a receipt may take on the wire, or it is sent twice.
    lease_seconds: float = Field(default=45, ge=5)
    poll_seconds: float = Field(default=0.05, gt=0)
    sweep_seconds: float = Field(default=5, gt=0)
    #: An arrival that stands still for so long is woken again.
    stray_seconds: float = Field(default=10, gt=0)


class RejudgeTable(Section):
    """How a verdict that lacks revocation data is judged again; changes no decision."""

    #: Doubled by every time in vain, up to the longest.
    first_seconds: float = Field(default=600, gt=0)
    longest_seconds: float = Field(default=21_600, gt=0)
    #: After so long a person is told instead.
    patience_days: float = Field(default=30, gt=0)

    @property
    def patience(self) -> Patience:
        """As the path has it."""
        return Patience(
            first=timedelta(seconds=self.first_seconds),
            longest=timedelta(seconds=self.longest_seconds),
            whole=timedelta(days=self.patience_days),
        )


class AlertSettings(Section):
    """How an operator is called."""

    webhook: str = ""
    #: The webhook stands on the inner network.
    inner_network: bool = False


class AgencyAccess(Section):
    """The token file of one agency for claim checks."""

    code: str
    token_file: Path


class RehearsalSettings(Section):
    """Only a rehearsal may set these; the hub says so at start."""

    #: File with seconds to add to the clock of every process.
    clock_offset_file: Path | None = None
    #: Addresses of neighbours on this machine that may be called.
    private_addresses: bool = False


class HubFile(BaseSettings):
    """The settings file, whole."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="HUB_", env_nested_delimiter="__"
    )

    #: Folder of journal, evidence, spool and the private node; made when absent.
    data: Path
    policy: Path
    agencies: Path
    trust: Path
    #: Absent: the shipped files.
    procedures: Path | None = None
    calendar: Path | None = None
    front: FrontSettings = FrontSettings()
    #: HUB_JOURNAL__URL; empty: SQLite in the data folder.
    journal: Place = Place()
    #: HUB_BROKER__URL; empty: `hub up` starts a private node.
    broker: Place = Place()
    #: Its management API, for `hub agencies provision`; our own node needs none.
    broker_admin: Place = Place()
    work: WorkSettings = WorkSettings()
    relay: RelayTable = RelayTable()
    rejudge: RejudgeTable = RejudgeTable()
    revocation: RevocationTable = RevocationTable()
    alerts: AlertSettings = AlertSettings()
    rehearsal: RehearsalSettings | None = None
    #: Packages of further adapters, `module:NAME`, installed by the administrator.
    adapters: tuple[str, ...] = ()
    #: Each adapter owns the model of its own entry; `door` says whose it is.
    sources: tuple[dict[str, Any], ...] = ()
    agency_access: tuple[AgencyAccess, ...] = ()
    #: The source by whose `sending` mails to agencies leave; empty: the only one.
    agency_mail: str = ""
    #: Absent: the only carrier brings everything out.
    outward: tuple[OutwardTable, ...] = ()
    #: Absent: what the hub writes is not signed.
    signing: SigningTable | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment (secrets) before the file."""
        return env_settings, init_settings


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the roof needs to build the parts."""

    file: HubFile
    #: The settings file itself: children of `hub up` are given it.
    path: Path
    policy: Policy
    registry: AgencyBook
    procedures: ProcedureBook
    calendar: WorkingCalendar
    #: Each may hold a password.
    journal_url: str = field(repr=False)
    broker_url: str = field(repr=False)

    @property
    def base(self) -> Path:
        """The folder that paths of the file are relative to."""
        return self.path.parent

    @property
    def data(self) -> Path:
        """The data folder, absolute."""
        return self.resolve(self.file.data)

    @property
    def hub_code(self) -> str:
        """The hub's own code; receipts go out under it."""
        return self.registry.hub.code

    @property
    def public_url(self) -> str:
        """How agencies reach this hub, without a slash at its end."""
        return self.file.front.public_url.rstrip("/")

    def resolve(self, path: Path) -> Path:
        """A path of the settings file, relative to that file."""
        return path if path.is_absolute() else (self.base / path).resolve()


def load(
    path: Path | None,
    environment: Mapping[str, str] | None = None,
    further: Callable[[HubFile, Path], list[str]] = lambda _file, _base: [],
) -> Settings:
    """Read the settings; raises SettingsError with every problem found.

    `further` says what else stands against the file, read from its folder.
    """
    known = os.environ if environment is None else environment
    chosen = (path or Path(known.get(CONFIG_VARIABLE, "hub.yaml"))).resolve()
    base = chosen.parent
    problems: list[str] = []
    file, unfit = _read_file(chosen, problems)
    if file is None:
        raise SettingsError(tuple(problems))
    policy = _part("policy", base / file.policy, read_policy, problems, unfit)
    registry = _part("agencies", base / file.agencies, read_agencies, problems, unfit)
    procedures = _procedures(file, base, registry, problems, unfit)
    days = base / (file.calendar or resource("config", "calendar.yaml"))
    calendar = _part("calendar", days, read_calendar, problems, unfit)
    journal = _place(file.journal, base, problems)
    broker = _place(file.broker, base, problems)
    problems += _missing(base, file, unfit) + further(file, base)
    if problems or not (policy and registry and procedures and calendar):
        raise SettingsError(tuple(problems))
    sqlite = f"sqlite:///{(base / file.data / 'journal.db').resolve()}"
    return Settings(
        file=file,
        path=chosen,
        policy=policy,
        registry=registry,
        procedures=procedures,
        calendar=calendar,
        journal_url=journal or sqlite,
        broker_url=broker,
    )


def why_unread(error: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read, without a word of what is in it."""
    return error.strerror or "unreadable" if isinstance(error, OSError) else "not text"


def _read_file(
    path: Path, problems: list[str]
) -> tuple[HubFile | None, frozenset[str]]:
    """The file and its unfit keys, left out so that the rest can be looked at too."""
    try:
        values = typed_yaml.load(path.read_bytes())
        return _hub_file(values), frozenset()
    except OSError as error:
        problems.append(f"{path}: {why_unread(error)}")
        return None, frozenset()
    except SettingsError as error:
        problems += [f"{path}: {problem}" for problem in error.problems]
        return None, frozenset()
    except ValidationError as error:
        problems += [f"{path}: {line}" for line in _lines(error)]
        unfit = frozenset(str(e["loc"][0]) for e in error.errors() if e["loc"])
    with suppress(ValidationError):  # the environment is unfit: nothing to go on with
        sound = {key: value for key, value in values.items() if key not in unfit}
        stand_ins = dict.fromkeys(_REQUIRED & unfit, Path())
        return _hub_file(sound | stand_ins), unfit
    return None, unfit


def _hub_file(values: Mapping[str, Any]) -> HubFile:
    """Raises ValidationError, or SettingsError for an environment that is no JSON."""
    try:
        return HubFile(**values)
    except UnreadableEnvironment as error:
        raise SettingsError((str(error),)) from error


def _lines(error: ValidationError) -> list[str]:
    """One line a problem, without the values: they may be secrets."""
    return [
        f"{'.'.join(map(str, e['loc'])) or '(file)'}: {e['msg']}"
        for e in error.errors(include_input=False, include_url=False)
    ]


def _part(
    key: str,
    path: Path,
    read: Callable[[bytes], Part],
    problems: list[str],
    unfit: frozenset[str],
) -> Part | None:
    """Read one of the files an official writes, or say what is wrong with it."""
    if key in unfit:
        return None
    try:
        return read(path.read_bytes())
    except OSError as error:
        problems.append(f"{path}: {why_unread(error)}")
    except SettingsError as error:
        problems += [f"{path}: {problem}" for problem in error.problems]
    return None


def _procedures(
    file: HubFile,
    base: Path,
    registry: AgencyBook | None,
    problems: list[str],
    unfit: frozenset[str],
) -> ProcedureBook | None:
    """The book of the settings; the shipped one fits the shipped registry only."""
    book = registry or AgencyBook((), OwnCode(AgencyCode(""), ""))
    if file.procedures is None and "procedures" not in unfit:
        shipped = resource("config", "procedures.yaml").read_bytes()
        with suppress(SettingsError):
            return read_procedures(shipped, book)
        return ProcedureBook()
    return _part(
        "procedures",
        base / (file.procedures or Path()),
        lambda data: read_procedures(data, book),
        problems if registry else [],
        unfit,
    )


def _place(place: Place, base: Path, problems: list[str]) -> str:
    try:
        return place.read(base)
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{place.url_file}: {why_unread(error)}")
        return ""


def _missing(base: Path, file: HubFile, unfit: frozenset[str]) -> list[str]:
    """The trust folder that is not there, and sources of one name."""
    problems = []
    if "trust" not in unfit and not (base / file.trust).is_dir():
        problems.append(f"{base / file.trust}: no such folder")
    names = [str(source.get("name")) for source in file.sources if "name" in source]
    problems += [
        f"sources: {n} twice" for n in sorted(set(names)) if names.count(n) > 1
    ]
    return problems
