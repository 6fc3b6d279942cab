"""`jampel check`: what is wrong with a package, whoever made it, and what Moodle will do with it."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lti_tool.console import FINDINGS, N_, Command, decimal, fail, json_option, option, print_json, say, words, working
from lti_tool.errors import ToolError
from lti_tool.settings import preferred_language
from scorm_packager.check.codes import GROUPS, group_of_found, is_mended
from scorm_packager.check.package import Verdict, examine
from scorm_packager.findings import Finding, how_many
from scorm_packager.schemas import Schemas

MOODLE = "moodle45"
MEGABYTE = 1_000_000
KINDS = {"scorm": "SCORM", "cmi5": "cmi5", "tincan": "xAPI (TinCan)", "cc": "Common Cartridge", "aicc": "AICC"}
EDITIONS = {"2nd": "2004 2nd Edition", "3rd": "2004 3rd Edition", "4th": "2004 4th Edition"}
TITLES = {
    "xml": N_("XML"),
    "structure": N_("Susunan manifes"),
    "identity": N_("Jenis dan versi paket"),
    "references": N_("Rujukan"),
    "items": N_("Butir"),
    "sequencing": N_("Urutan belajar"),
    "course": N_("Kursus dan kegiatan"),
    "files": N_("Berkas"),
    "outside": N_("Internet"),
}
HOWS = {"load": N_("dimuat sendiri"), "link": N_("tautan"), "mention": N_("disebut")}


@click.command(
    cls=Command,
    help=N_("Periksa paket apa pun: apa yang salah dan cara membetulkannya.\n\nContoh: jampel check paket.zip"),
)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@option(
    "--control-docs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("Cocokkan juga dengan XSD di folder ini."),
)
@option("--lms", metavar="LMS", help=N_("Hitung juga yang salah di LMS ini sebagai kesalahan: moodle45."))
@option("--deep", is_flag=True, help=N_("Baca setiap bita: cocokkan CRC semua berkas di zip."))
@json_option
def check(file: Path, control_docs: Path | None, lms: str | None, deep: bool, as_json: bool) -> None:
    """Lists what is wrong with a package; exit 1 when there are errors, 0 with warnings alone."""
    if lms not in (None, "generic", MOODLE):
        raise ToolError("pack.unknown_lms", str(lms), name=lms, known=f"generic, {MOODLE}")
    with working(N_("Memeriksa …")):
        verdict = examine(file, schemas=Schemas(control_docs) if control_docs else None, deep=deep)
    errors = [*verdict.errors]
    if lms == MOODLE:
        errors += [found for found in verdict.moodle if found.level == "error"]
    if as_json:
        print_json(as_plain(verdict, how_many(errors)))
    else:
        show(verdict)
    if errors:
        fail(words("%(n)s kesalahan ditemukan di %(file)s.", n=how_many(errors), file=file.name), FINDINGS)
    if any(found.level == "error" for found in verdict.moodle):
        say("%(file)s baik sebagai paket, tetapi bukan untuk Moodle 4.5: lihat di atas.", file=file.name)
    else:
        say("%(file)s baik: tidak ada kesalahan.", file=file.name)


def as_plain(verdict: Verdict, errors: int) -> dict[str, Any]:
    """The verdict as `--json` prints it; docs/reference/periksa-paket.md describes it."""
    weight = verdict.weight
    return {
        "file": verdict.name,
        "kind": verdict.kind,
        "edition": verdict.edition,
        "other": verdict.other,
        "title": verdict.title,
        "errors": errors,
        "findings": [_row(found, verdict.kind) for found in verdict.findings],
        "moodle45": [_row(found, verdict.kind) for found in verdict.moodle],
        "hosts": [
            {"host": one.host, "how": one.how, "count": one.count, "file": one.file, "line": one.line}
            for one in verdict.outside.hosts
        ],
        "size": None
        if weight is None
        else {
            "files": weight.files,
            "packed": weight.packed,
            "unpacked": weight.unpacked,
            "seconds_512kbps": weight.seconds,
            "biggest": [{"file": name, "bytes": size} for name, size in weight.biggest],
        },
        "text_files_not_read": verdict.outside.unread,
        "media_not_read": verdict.unread,
    }


def _row(found: Finding, kind: str) -> dict[str, Any]:
    group = group_of_found(found)
    return {**found.row(preferred_language()), "group": group, "repairable": is_mended(found.code, kind)}


def show(verdict: Verdict) -> None:
    """The verdict for a person, on stdout: what it is, the findings by group, Moodle, hosts, weight."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(_what(verdict)), style="bold")
    for group, found in _grouped(verdict.findings):
        _print_group(console, words(TITLES[group]), found, verdict.kind)
    if verdict.moodle:
        _print_group(console, words("Di Moodle 4.5"), verdict.moodle, verdict.kind)
    _print_hosts(console, verdict)
    _print_weight(console, verdict)
    if any(is_mended(found.code, verdict.kind) for found in (*verdict.findings, *verdict.moodle)):
        console.print(
            Text(words("Yang bertanda ⚒ mungkin dapat dibetulkan: jampel repair %(file)s -o FILE", file=verdict.name))
        )


def _what(verdict: Verdict) -> str:
    if verdict.kind == "other":
        return verdict.name
    edition = EDITIONS.get(verdict.edition, verdict.edition)
    title = f" · {verdict.title}" if verdict.title else ""
    return f"{verdict.name} · {KINDS[verdict.kind]} {edition}".rstrip() + title


def _grouped(findings: Sequence[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    ordered = sorted(findings, key=lambda found: GROUPS.index(group_of_found(found)))
    for group, found in groupby(ordered, key=lambda found: group_of_found(found)):
        yield group, list(found)


def _print_group(console: Console, title: str, findings: Sequence[Finding], kind: str) -> None:
    """A table on a terminal; whole lines where a program or a file reads them."""
    table = Table(title=title, title_justify="left", title_style="bold", show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for found in findings:
        mark = Text(_mark(found, kind), style="red" if found.level == "error" else "yellow")
        table.add_row(mark, Text(found.sentence(preferred_language())))
    if console.is_terminal:
        console.print(table)
        return
    for line in (title, *(f"{_mark(found, kind)} {found.sentence(preferred_language())}" for found in findings)):
        console.print(Text(line))


def _mark(found: Finding, kind: str) -> str:
    mark = words("SALAH") if found.level == "error" else words("PERHATIKAN")
    return f"{mark} ⚒" if is_mended(found.code, kind) else mark


def _print_hosts(console: Console, verdict: Verdict) -> None:
    if verdict.outside.hosts:
        rows = [
            f"{one.host} ({words(HOWS[one.how])}, {one.count}×, {one.file}:{one.line})"
            for one in verdict.outside.hosts[:20]
        ]
        console.print(Text(words("Alamat luar:") + " " + "; ".join(rows)))


def _print_weight(console: Console, verdict: Verdict) -> None:
    weight = verdict.weight
    if weight is None or not weight.files:
        return
    console.print(
        Text(
            words(
                "Ukuran: %(packed)s MB, %(files)s berkas, %(seconds)s detik pada 512 kbps; terbesar %(name)s.",
                packed=decimal(weight.packed / MEGABYTE, 1),
                files=weight.files,
                seconds=weight.seconds,
                name=weight.biggest[0][0],
            )
        )
    )
    if verdict.unread and verdict.kind != "other":
        console.print(Text(words("Isi media tidak dibaca; --deep mencocokkan setiap bita dengan CRC.")))
