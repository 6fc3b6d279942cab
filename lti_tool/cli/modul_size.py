"""`jampel modul size`: how long a module or a package takes on a slow link, and what would make it lighter."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from lti_tool.cli.output import show_table
from lti_tool.cli.pack import faults_listed, find_preset
from lti_tool.cli.reading import reading
from lti_tool.console import FINDINGS, N_, Command, decimal, fail, json_option, option, print_json, say, words
from lti_tool.settings import preferred_language
from scorm_packager.names import printable
from scorm_packager.size.amount import LINKS, parse_amount, seconds_at
from scorm_packager.size.amount import megabytes as indonesian_size
from scorm_packager.size.folder import report_folder
from scorm_packager.size.package import report_package
from scorm_packager.size.report import FileSize, SizeReport

BIGGEST = 10
REMEDIES = {
    "faststart": N_("mulai segera, tanpa mengubah gambar"),
    "480p": N_("480p, untuk 512 kbps"),
    "240p": N_("240p, untuk 256 kbps"),
    "audio": N_("suara saja"),
}


@click.command(
    "size",
    cls=Command,
    help=N_(
        "Berapa berat modul atau paket di jaringan lambat.\n\nContoh: jampel modul size modul-saya --upload-limit 50M"
    ),
)
@click.argument("path", metavar="DIR|FILE", type=click.Path(exists=True, path_type=Path))
@option("--lms", default="generic", metavar="LMS", help=N_("LMS yang batas unggahnya berlaku, misalnya moodle45."))
@option("--upload-limit", metavar="50M", help=N_("Batas unggah LMS, bila berbeda."))
@json_option
def size(path: Path, lms: str, upload_limit: str | None, as_json: bool) -> None:
    """Reports on a folder or a zip; exit 1 when the LMS would refuse the upload."""
    limit = parse_amount(upload_limit) if upload_limit else find_preset(lms).max_upload
    with faults_listed(), reading(N_("Menimbang …")) as hear:
        report = report_folder(path, limit, hear=hear) if path.is_dir() else report_package(path, limit)
    if as_json:
        print_json(report.row())
    else:
        _show(report)
    if report.over_limit and limit is not None:
        fail(
            words("%(size)s lebih besar daripada batas unggah %(limit)s. Coba --light atau --split pada jampel pack.",
                  size=megabytes(report.packed), limit=megabytes(limit)), FINDINGS,
        )  # fmt: skip


def _show(report: SizeReport) -> None:
    click.echo(printable(f"{report.name}: {megabytes(report.packed)}"))
    whole = [(words("Seluruh paket"), report.packed)]
    if report.first_screen is not None:
        whole.append((words("Layar pertama"), report.first_screen))
    _table(words("Isi"), whole)
    if report.pages:
        _table(words("Halaman"), [(page.title, page.size) for page in report.pages])
    _table(words("Sepuluh berkas terbesar"), [(file.path, file.size) for file in report.files[:BIGGEST]])
    _show_films([file for file in report.files if file.film is not None])
    if report.unused:
        click.echo(words("Tidak dipakai halaman mana pun:"))
        for file in report.unused:
            click.echo(printable(f"  {file.path}  {megabytes(file.size)}"))
    for group in report.duplicates:
        click.echo(words("Isinya sama: %(files)s", files=printable(", ".join(group))))


def _table(heading: str, rows: Sequence[tuple[str, int]]) -> None:
    table = Table()
    table.add_column(heading)
    for title in (words("Ukuran"), *(words("%(kbps)s kbps", kbps=kbps) for kbps in LINKS)):
        table.add_column(title, justify="right")
    for name, amount in rows:
        table.add_row(Text(printable(name)), megabytes(amount), *(_time(seconds_at(amount, kbps)) for kbps in LINKS))
    show_table(table)


def megabytes(size: int) -> str:
    """`size` bytes for a person, in the language of this command."""
    text = indonesian_size(size)
    return text if preferred_language() == "id" else text.replace(",", ".")


def _time(seconds: float) -> str:
    if seconds < 60:
        return words("%(n)s dtk", n=decimal(seconds, 1))
    return words("%(n)s mnt", n=round(seconds / 60))


def _show_films(files: Sequence[FileSize]) -> None:
    """The facts of each film, and the commands that make it lighter."""
    for file in files:
        film = file.film
        if film is None:
            continue
        start = words("mulai segera") if film.fast_start else words("baru mulai setelah terunduh seluruhnya")
        codecs = " + ".join(filter(None, (film.video, film.audio))) or "?"
        facts = f"{film.width}×{film.height}, {codecs}, {round(film.seconds)} s, {film.kbps} kbps, {start}"
        click.echo(f"{printable(file.path)}: {facts}")
        for advice in file.advice:
            click.echo(f"  # {words(REMEDIES[advice.remedy])}\n  {printable(advice.command)}")
    if any(file.advice for file in files):
        say("Jalankan perintah di folder modul. Hasilnya dipakai oleh jampel pack --light; aslinya tidak diubah.")
