"""`hub agencies import | find`: the axis' catalogue of all bodies."""

import getpass
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from hub.catalogues import Archive, Reading
from hub.cli.say import FAILED, PERSON, AsJson, terminal
from hub.console.timeline import VIETNAM, plain
from hub.console.words import Pair, say
from hub.model.catalogue import CatalogueChange, ChangeKind, ListedBody
from hub.model.ids import AgencyCode
from hub.parts import built
from hub.settings import Settings

KINDS: dict[ChangeKind, Pair] = {
    ChangeKind.ADDED: ("thêm", "added"),
    ChangeKind.CHANGED: ("đổi", "changed"),
    ChangeKind.GONE: ("không còn", "gone"),
    ChangeKind.BACK: ("có lại", "back"),
}
FIELDS: dict[str, Pair] = {
    "code": ("cách viết mã", "spelling"),
    "old_code": ("mã cũ", "old code"),
    "name": ("tên", "name"),
    "parent": ("cấp trên", "parent"),
    "aliases": ("mã khác", "aliases"),
    "state": ("trạng thái", "state"),
    "valid_from": ("từ ngày", "from"),
    "valid_until": ("đến ngày", "until"),
}
REASONS: dict[str, Pair] = {
    "unreadable": ("không đọc được", "cannot be read"),
    "no-code": ("không có mã", "no code"),
    "code": ("mã không đọc được", "unreadable code"),
    "date": ("ngày không đọc được, vẫn nhận dòng", "unreadable date, row taken"),
    "cells": ("thừa ô so với dòng tiêu đề", "more cells than the header"),
}

app = typer.Typer(
    no_args_is_help=True,
    help="Danh bạ các cơ quan trên trục. / The axis' catalogue of bodies.",
)


@app.command(name="import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="Danh bạ: JSON của trục hoặc CSV. / The axis' JSON, or CSV.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ],
    source: Annotated[
        str, typer.Option(help="Danh bạ của trục nào. / Whose catalogue.")
    ] = "truc",
    *,
    force: Annotated[
        bool,
        typer.Option(help="Nhập dù thiếu trên 30 %. / Though over 30 % are missing."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Nhập danh bạ của trục, in những gì đã đổi. / Import it, print what changed."""
    settings = terminal.settings()
    work = _imported(settings, file.read_bytes(), source, force=force)
    change, reading = terminal.run(work)
    if as_json:
        told = {**asdict(change), "problems": reading.problems, "wrong": reading.told}
        terminal.json(told)
    else:
        _print(change, reading)
    if not change.applied:
        raise typer.Exit(PERSON if change.rows else FAILED)


@app.command()
def find(
    wanted: Annotated[
        str, typer.Argument(help="Mã hoặc tên. / A code, or words of a name.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Tìm cơ quan theo mã cũ, mã mới hoặc tên. / Find by old or new code, or name."""
    bodies = terminal.run(_found(terminal.settings(), wanted))
    if as_json:
        told = [asdict(body) for body in bodies]
        terminal.json(told)
    else:
        _print_bodies(bodies)
    if not bodies:
        raise typer.Exit(FAILED)


async def _imported(
    settings: Settings, data: bytes, source: str, *, force: bool
) -> tuple[CatalogueChange, Reading]:
    async with built(settings) as parts:
        archive = Archive(parts.store.catalogue, parts.evidence, parts.clock)
        actor = getpass.getuser()
        return await archive.take(source, data, actor=actor, force=force)


async def _found(settings: Settings, wanted: str) -> list[ListedBody]:
    """The body behind a code; where there is none, those of that beginning or name."""
    async with built(settings) as parts:
        catalogue = parts.store.catalogue
        exact = await catalogue.find([AgencyCode(wanted)])
        return [*exact.values()] or await catalogue.search(wanted)


def _print(change: CatalogueChange, reading: Reading) -> None:
    t = terminal.t
    terminal.show(_counts(change))
    if change.listed:
        terminal.show(_changes(change))
    if change.repeated:
        repeated = t("mã lặp lại, lấy dòng đầu", "repeated codes, the first taken")
        terminal.show(f"{change.repeated} {repeated}")
    if reading.problems:
        _print_problems(reading)
    if not change.applied:
        terminal.show(_refusal(change))


def _refusal(change: CatalogueChange) -> str:
    if not change.rows:
        return terminal.t(
            "KHÔNG NHẬP: tệp không có dòng nào đọc được.",
            "NOT IMPORTED: no row of the file can be read.",
        )
    return terminal.t(
        f"KHÔNG NHẬP: tệp thiếu {change.gone} trên {change.before} cơ quan đã có, có "
        "thể tải về chưa hết. Nếu đúng là vậy: chạy lại với --force.",
        f"NOT IMPORTED: {change.gone} of {change.before} known bodies are missing; the "
        "download may have been cut off. If it is right: again with --force.",
    )


def _counts(change: CatalogueChange) -> Table:
    t = terminal.t
    table = terminal.table(("", ""), ("Số cơ quan", "Bodies"))
    table.add_row(t("trong tệp", "in the file"), str(change.rows))
    for kind in ChangeKind:
        table.add_row(say(KINDS[kind], terminal.language), str(getattr(change, kind)))
    table.add_row(t("giữ nguyên", "unchanged"), str(change.unchanged))
    return table


def _changes(change: CatalogueChange) -> Table:
    table = terminal.table(
        ("Thay đổi", "Change"),
        ("Mã", "Code"),
        ("Tên", "Name"),
        ("Mục", "Field"),
        ("Cũ", "Old"),
        ("Mới", "New"),
    )
    for one in change.listed:
        kind = say(KINDS[one.kind], terminal.language)
        field = say(FIELDS[one.field], terminal.language) if one.field else ""
        texts = (one.code, one.name, field, one.old, one.new)
        table.add_row(kind, *(plain(text) for text in texts))
    return table


def _print_problems(reading: Reading) -> None:
    t = terminal.t
    title = t("dòng có lỗi:", "rows with problems:")
    terminal.console.print(f"{reading.problems} {title}", highlight=False)
    for one in reading.told:
        reason = say(REASONS[one.reason], terminal.language)
        line = f"  {t('dòng', 'row')} {one.number} {plain(one.code)}: {reason}"
        terminal.show(line)


def _print_bodies(bodies: list[ListedBody]) -> None:
    table = terminal.table(
        ("Mã", "Code"),
        ("Mã cũ", "Old code"),
        ("Tên", "Name"),
        ("Cấp trên", "Parent"),
        ("Danh bạ", "Catalogue"),
        ("Không còn từ", "Gone since"),
    )
    for body in bodies:
        row = body.row
        gone = f"{body.gone_at.astimezone(VIETNAM):%d/%m/%Y}" if body.gone_at else ""
        texts = (row.code, row.old_code, row.name, row.parent, body.source)
        table.add_row(*(plain(text) for text in texts), gone)
    terminal.show(table)
