"""`hub trust list | install | remove | fetch`: whose signatures this hub believes."""

import getpass
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.table import Table

from hub.cli.say import FAILED, PERSON, AsJson, terminal
from hub.console.timeline import VIETNAM, plain
from hub.console.words import Pair, say
from hub.errors import SettingsError
from hub.model.revocations import Remembered
from hub.parts import built, clock_of
from hub.settings import Settings
from hub.trust.entries import Entry, Role, plain_hex, read_entries
from hub.trust.installing import Candidate, Witness, candidate, install, remove
from hub.trust.inventory import Item, Validity, inventory

ROLES: dict[Role, Pair] = {
    Role.ANCHOR: ("gốc", "root"),
    Role.INTERMEDIATE: ("trung gian", "issuing"),
}
VALIDITIES: dict[Validity, Pair] = {
    Validity.VALID: ("còn hiệu lực", "valid"),
    Validity.EXPIRING: ("SẮP HẾT HẠN", "EXPIRING"),
    Validity.EXPIRED: ("HẾT HẠN", "EXPIRED"),
    Validity.NOT_YET: ("CHƯA CÓ HIỆU LỰC", "NOT YET VALID"),
}

app = typer.Typer(
    no_args_is_help=True,
    help="Chứng thư mà trục tin, và dữ liệu thu hồi. / Certificates this hub trusts.",
)


@app.command(name="list")
def list_(*, as_json: AsJson = False) -> None:
    """Chứng thư đã cài và chứng thư được mô tả. / Installed and documented ones."""
    settings = terminal.settings()
    folder, now = _folder(settings), clock_of(settings).now()
    items, entries = _read(folder)
    if as_json:
        terminal.json([_value(item, now) for item in items])
        return
    terminal.show(_installed(items, now))
    known = {item.fingerprint for item in items}
    missing = [e for print_, e in entries.items() if print_ not in known]
    if missing:
        terminal.show("")
        terminal.show(_documented(missing))


@app.command(name="install")
def install_(
    file: Annotated[
        Path,
        typer.Argument(
            help="Tệp chứng thư, DER hoặc PEM. / The certificate.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ],
    role: Annotated[
        Role | None,
        typer.Option("--as", help="anchor: gốc; intermediate: trung gian. / Role."),
    ] = None,
    fingerprint: Annotated[
        str, typer.Option(help="SHA-256 do nơi cấp xác nhận. / As confirmed.")
    ] = "",
    confirmed_with: Annotated[
        str, typer.Option(help="Xác nhận với ai, bằng cách nào. / With whom, how.")
    ] = "",
) -> None:
    """Cài một chứng thư sau khi đối chiếu dấu vân tay. / Install a certificate."""
    settings = terminal.settings()
    folder = _folder(settings)
    try:
        wanted = candidate(file.read_bytes(), read_entries(folder), role)
        _show(wanted, clock_of(settings).now())
        digits = fingerprint or _ask(
            "Gõ dấu vân tay SHA-256 mà nơi cấp đã xác nhận",
            "Type the SHA-256 that the authority has confirmed",
        )
        whom = confirmed_with or _ask(
            "Đã xác nhận với ai, bằng cách nào", "Confirmed with whom, and how"
        )
        witness = Witness(getpass.getuser(), clock_of(settings).now(), whom)
        path = install(folder, wanted, digits, witness)
    except SettingsError as error:
        _refuse(error)
    done = terminal.t("Đã cài, có tác dụng ngay", "Installed, in force at once")
    terminal.show(f"{done}: {path}")


@app.command(name="remove")
def remove_(
    fingerprint: Annotated[
        str, typer.Argument(help="Từ 8 chữ số đầu của SHA-256. / Its first digits.")
    ],
) -> None:
    """Gỡ một chứng thư; việc gỡ được ghi lại. / Take a certificate out, on record."""
    settings = terminal.settings()
    now = clock_of(settings).now()
    try:
        paths = remove(_folder(settings), fingerprint, getpass.getuser(), now)
    except SettingsError as error:
        _refuse(error)
    for path in paths:
        terminal.show(f"{terminal.t('Đã gỡ', 'Removed')}: {path}")


@app.command(name="fetch")
def fetch(*, as_json: AsJson = False) -> None:
    """Tải ngay dữ liệu thu hồi, không tải chứng thư. / Fetch revocation data now."""
    settings = terminal.settings()
    rows = terminal.run(_fetched(settings))
    now = clock_of(settings).now()
    if as_json:
        terminal.json(rows)
    elif rows:
        terminal.show(_revocations(rows, now))
    else:
        terminal.show(
            terminal.t(
                "Không có gì để tải: chưa cài chứng thư nào, hoặc chứng thư đã cài"
                " không ghi địa chỉ CRL (thêm vào entries.yaml).",
                "Nothing to fetch: no certificate is installed, or those installed"
                " name no address of a CRL (add it to entries.yaml).",
            )
        )
    if not all(row.in_force(now) for row in rows):
        raise typer.Exit(PERSON)


async def _fetched(settings: Settings) -> tuple[Remembered, ...]:
    async with built(settings) as parts:
        return await parts.trust.refresh(early=True)


def _folder(settings: Settings) -> Path:
    return settings.resolve(settings.file.trust)


def _read(folder: Path) -> tuple[tuple[Item, ...], dict[str, Entry]]:
    try:
        return inventory(folder), read_entries(folder)
    except SettingsError as error:
        terminal.unfit(error)


def _show(wanted: Candidate, now: datetime) -> None:
    """What a person compares with what the authority says."""
    t, item = terminal.t, wanted.item
    terminal.show(f"{t('Chủ thể', 'Subject')}: {plain(item.subject)}")
    terminal.show(f"{t('Nơi cấp', 'Issuer')}: {plain(item.issuer)}")
    terminal.show(f"{t('Số', 'Serial')}: {item.serial}")
    validity = say(VALIDITIES[item.validity(now)], terminal.language)
    terminal.show(f"{t('Hiệu lực', 'Validity')}: {_span(item)} ({validity})")
    terminal.show(f"SHA-256: {_grouped(item.fingerprint)}")
    terminal.show(f"{t('Vai trò', 'Role')}: {say(ROLES[item.role], terminal.language)}")
    terminal.show(_comparison(wanted))


def _comparison(wanted: Candidate) -> str:
    """What the documented entries say of it."""
    t = terminal.t
    if entry := wanted.item.entry:
        return t(
            f"Khớp mô tả «{entry.name}» (nguồn: {entry.source}; chỉ để tra cứu). "
            f"Phải xác nhận với {entry.confirm_with}.",
            f"As documented: {entry.name} (from {entry.source}; for orientation only). "
            f"To be confirmed with {entry.confirm_with}.",
        )
    if entry := wanted.resembles:
        return t(
            f"CHÚ Ý: giống «{entry.name}» nhưng KHÁC dấu vân tay đã mô tả.",
            f"CAUTION: looks like {entry.name}, and its fingerprint DIFFERS.",
        )
    return t("Không có trong danh sách mô tả.", "Not among the documented ones.")


def _ask(vietnamese: str, english: str) -> str:
    return str(typer.prompt(terminal.t(vietnamese, english))).strip()


def _refuse(error: SettingsError) -> NoReturn:
    for problem in error.problems:
        typer.echo(plain(problem), err=True)
    raise typer.Exit(FAILED) from error


def _installed(items: tuple[Item, ...], now: datetime) -> Table:
    table = terminal.table(
        ("Vai trò", "Role"),
        ("Đã cài", "Installed"),
        ("Hiệu lực", "Validity"),
        ("Tình trạng", "State"),
        ("Xác nhận", "Confirmed"),
        ("SHA-256", "SHA-256"),
    )
    for item in items:
        table.add_row(
            say(ROLES[item.role], terminal.language),
            plain(item.name),
            _span(item),
            say(VALIDITIES[item.validity(now)], terminal.language),
            _confirmed(item),
            item.fingerprint,
        )
    return table


def _documented(entries: list[Entry]) -> Table:
    table = terminal.table(
        ("Vai trò", "Role"),
        ("Được mô tả, chưa cài", "Documented, not installed"),
        ("Hiệu lực", "Validity"),
        ("Xác nhận với", "To be confirmed with"),
        ("SHA-256 (tra cứu)", "SHA-256 (orientation)"),
    )
    for entry in entries:
        role = say(ROLES[entry.role], terminal.language)
        about = (entry.name, entry.validity, entry.confirm_with)
        table.add_row(role, *map(plain, about), entry.fingerprint)
    return table


def _revocations(rows: tuple[Remembered, ...], now: datetime) -> Table:
    table = terminal.table(
        ("Loại", "Kind"),
        ("Địa chỉ", "Address"),
        ("Lập lúc", "Made"),
        ("Hết hạn", "Runs out"),
        ("Kết quả", "Result"),
    )
    for row in rows:
        made = row.answer and _moment(row.answer.this_update)
        until = row.answer and _moment(row.answer.next_update)
        told = (str(row.wanted.kind), plain(row.wanted.url), made or "", until or "")
        table.add_row(*told, _result(row, now))
    return table


def _result(row: Remembered, now: datetime) -> str:
    t = terminal.t
    if not row.why:
        return t("tốt", "good")
    kept = t("còn bản cũ", "the last one stands") if row.in_force(now) else ""
    return ", ".join(filter(None, (row.why, kept)))


def _confirmed(item: Item) -> str:
    if (found := item.confirmation) is None:
        return terminal.t("CHƯA", "NO")
    day = f"{found.at.astimezone(VIETNAM):%d/%m/%Y}"
    return plain(f"{found.by} {day}: {found.confirmed_with}")


def _value(item: Item, now: datetime) -> dict[str, object]:
    """What `--json` prints of one certificate."""
    return {**asdict(item), "path": str(item.path), "validity": item.validity(now)}


def _span(item: Item) -> str:
    return f"{item.not_before:%d/%m/%Y} – {item.not_after:%d/%m/%Y}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%d/%m/%Y %H:%M}"


def _grouped(fingerprint: str) -> str:
    pairs = plain_hex(fingerprint).upper()
    return ":".join(pairs[n : n + 2] for n in range(0, len(pairs), 2))
