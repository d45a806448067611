"""What a backup says of itself: enough to prove that it is whole."""

from dataclasses import dataclass
from datetime import datetime

from hub.model.ids import Digest


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of a backup."""

    #: Relative to the backup's folder.
    name: str
    digest: Digest
    size: int


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """One file of the settings."""

    kept: KeptFile
    #: Relative to the folder of the settings file; it may begin with `..`.
    path: str
    secret: bool


@dataclass(frozen=True, slots=True)
class JournalFacts:
    """The journal as it was copied."""

    #: "sqlite" or "postgresql".
    kind: str
    entries: int
    #: The last number of the chain and its digest; 0: nothing was sealed.
    number: int
    head: Digest
    #: Whatever its entries name, files and facts; what of it must be a file; and what
    #: verdicts were made of, which names more files.
    digests: frozenset[Digest]
    needed: frozenset[Digest]
    manifests: frozenset[Digest]


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """backup.json; written last, so that a backup without it is none."""

    made_at: datetime
    #: Code of the hub.
    hub: str
    kind: str
    entries: int
    number: int
    head: Digest
    journal: KeptFile
    #: Names of every file of the evidence, one a line.
    evidence: KeptFile
    files: int
    settings: tuple[SettingsFile, ...]
    #: What should have been in the evidence store and was not, or was changed.
    missing: tuple[Digest, ...] = ()
    version: int = 1
