"""`hub backup FOLDER`, `hub restore FOLDER`: a copy while the hub runs, and back."""

import getpass
import os
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from shutil import copyfile
from typing import Annotated

import typer

from hub.cli.journal import report_of
from hub.cli.say import FAILED, PERSON, terminal
from hub.cli.settings_files import settings_files
from hub.console.timeline import VIETNAM
from hub.errors import SettingsError
from hub.evidence.folder import FolderEvidence
from hub.journal import snapshot
from hub.journal.requeue import requeue
from hub.journal.verify import Report
from hub.model.backups import BackupManifest
from hub.model.batches import Asked
from hub.parts import Parts, built, holder
from hub.pipeline.backup import (
    EVIDENCE,
    Original,
    back_up,
    check_files,
    read_manifest,
    restore_evidence,
)
from hub.pipeline.retention import Turn
from hub.settings import Settings

#: A copy of everything takes no longer; retention waits so long for one that died.
_LEASE = timedelta(hours=6)

Folder = Annotated[
    Path, typer.Argument(help="Thư mục bản sao lưu. / The backup's folder.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(backup)
    app.command()(restore)


def backup(
    folder: Folder,
    *,
    with_secrets: Annotated[
        bool,
        typer.Option(help="Chép cả mã truy cập, mật khẩu, khóa. / Secrets, too."),
    ] = False,
) -> None:
    """Sao lưu nhật ký, chứng cứ, cấu hình khi trục đang chạy. / Copy a running hub."""
    settings = terminal.settings()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = terminal.run(_back_up(settings, folder.resolve(), secrets=with_secrets))
    terminal.say(
        terminal.t(
            f"Đã sao lưu {made.entries} mục nhật ký, {made.files} tệp chứng cứ, "
            f"{len(made.settings)} tệp cấu hình.",
            f"Copied {made.entries} entries, {made.files} files of evidence, "
            f"{len(made.settings)} of settings.",
        )
    )
    terminal.say(f"{terminal.t('Mốc chuỗi', 'Head')}: {made.number} {made.head}")
    for digest in made.missing:
        terminal.say(
            terminal.t(f"THIẾU chứng cứ {digest}", f"MISSING evidence {digest}")
        )
    if made.missing:
        raise typer.Exit(PERSON)


def restore(
    folder: Folder,
    *,
    settings_to: Annotated[
        Path | None,
        typer.Option(help="Chỉ lấy cấu hình ra thư mục này. / Only the settings."),
    ] = None,
    again: Annotated[
        bool,
        typer.Option(
            "--requeue",
            help="Gửi lại những gì đã vào hàng đợi mà chưa ai lấy. / Send again what"
            " stood in queues.",
        ),
    ] = False,
) -> None:
    """Khôi phục vào thư mục dữ liệu trống, rồi kiểm chứng. / Into an empty folder."""
    if settings_to is not None:
        _settings_back(folder.resolve(), settings_to)
        return
    settings = terminal.settings()
    done = terminal.run(_restore(settings, folder.resolve(), again=again))
    made = f"{done.manifest.made_at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
    terminal.say(f"{terminal.t('Bản sao lưu lúc', 'Backup of')} {made}")
    for name, value in asdict(done.report).items():
        terminal.say(f"{name}: {value}")
    if again:
        terminal.say(f"{terminal.t('Gửi lại', 'Sent again')}: {done.requeued}")
    if not done.sound:
        raise typer.Exit(FAILED)


async def _back_up(
    settings: Settings, folder: Path, *, secrets: bool
) -> BackupManifest:
    inside = folder == settings.data or settings.data in folder.parents
    if inside:
        raise SettingsError((f"{folder}: trong thư mục dữ liệu / in the data folder",))
    async with built(settings) as parts:
        original = Original(
            hub=settings.hub_code,
            evidence=parts.evidence,
            journal=partial(
                snapshot.take, settings.journal_url, environment=os.environ
            ),
            settings=settings_files(settings, secrets=secrets),
            clock=parts.clock,
        )
        turn = Turn(parts.store.duties, parts.clock, holder(), _LEASE)
        await turn.hold()
        try:
            return await back_up(original, folder, FolderEvidence(folder / EVIDENCE))
        finally:
            await turn.end()


@dataclass(frozen=True, slots=True)
class _Restored:
    """What came of it."""

    manifest: BackupManifest
    report: Report
    requeued: int

    @property
    def sound(self) -> bool:
        """Whether it is what was copied, and proves itself."""
        return self.report.sound and not self.manifest.missing


async def _restore(settings: Settings, folder: Path, *, again: bool) -> _Restored:
    manifest = await _checked(folder)
    await _require_fit(settings, manifest)
    settings.data.mkdir(parents=True, exist_ok=True)
    evidence = FolderEvidence(settings.data / EVIDENCE)
    copy = FolderEvidence(folder / EVIDENCE)
    await restore_evidence(folder, manifest, copy, evidence)
    await snapshot.put_back(
        settings.journal_url, folder / manifest.journal.name, os.environ
    )
    async with built(settings, migrate=True) as parts:
        report = await report_of(parts)
        _require_the_same(manifest, report)
        sent = await _requeue(parts) if again else 0
    return _Restored(manifest, report, sent)


async def _require_fit(settings: Settings, manifest: BackupManifest) -> None:
    """Raise SettingsError where something is there that would be lost, or unlike."""
    data = settings.data
    if data.exists() and any(data.iterdir()):
        raise SettingsError((f"{data}: không trống / is not empty",))
    kind = snapshot.kind_of(settings.journal_url)
    if kind != manifest.kind:
        raise SettingsError((f"journal: {kind}, backup: {manifest.kind}",))
    if settings.hub_code != manifest.hub:
        raise SettingsError((f"hub: {settings.hub_code}, backup: {manifest.hub}",))
    await snapshot.require_none(settings.journal_url)


def _require_the_same(manifest: BackupManifest, report: Report) -> None:
    if (report.entries, report.head) != (manifest.entries, manifest.head):
        raise SettingsError(("backup: không khớp mốc chuỗi / not the head it names",))


async def _requeue(parts: Parts) -> int:
    hours = parts.settings.policy.delivery.deadline_hours
    reason = "khôi phục từ bản sao lưu / restored from a backup"
    asked = Asked(getpass.getuser(), parts.clock.now(), reason)
    return await requeue(parts.store.database, asked, timedelta(hours=hours))


async def _checked(folder: Path) -> BackupManifest:
    manifest = read_manifest(folder)
    await check_files(folder, manifest)
    return manifest


def _settings_back(folder: Path, target: Path) -> None:
    """Lay the settings out; what stood outside their folder goes into `outside`."""
    manifest = terminal.run(_checked(folder))
    if target.exists() and any(target.iterdir()):
        terminal.unfit(SettingsError((f"{target}: không trống / is not empty",)))
    for one in manifest.settings:
        inner, kept = Path(one.path), Path(one.kept.name)
        outside = inner.is_absolute() or ".." in inner.parts
        place = target / "outside" / kept.name if outside else target / inner
        place.parent.mkdir(parents=True, exist_ok=True)
        copyfile(folder / one.kept.name, place)
        if one.secret:
            place.chmod(0o600)
        terminal.say(f"{place}{f'  <- {one.path}' if outside else ''}")
