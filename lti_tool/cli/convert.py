"""`jampel convert`: moves a package to another standard, and says what was kept, what is close and what is lost."""

from pathlib import Path

import click

from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import FINDINGS, N_, TALK, Command, fail, json_option, option, print_json, say, words, working
from lti_tool.settings import preferred_language
from scorm_packager.convert.codes import fate_of
from scorm_packager.convert.convert import FORMATS, Converted, convert_package
from scorm_packager.findings import how_many

FATES = {"kept": N_("TETAP"), "close": N_("MENDEKATI"), "lost": N_("HILANG")}


@click.command(
    cls=Command,
    help=N_(
        "Pindahkan paket SCORM atau cmi5 ke standar lain; jembatan menerjemahkan panggilannya ke LMS.\n\n"
        "Contoh: jampel convert paket.zip --format scorm2004-4 -o paket-2004.zip"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option(
    "--format",
    "wanted",
    type=click.Choice(list(FORMATS)),
    required=True,
    help=N_("Standar yang baru."),
)
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help=N_("Paket yang ditulis; berkas asal tidak diubah."),
)
@json_option
def convert(file: Path, wanted: str, output: Path, as_json: bool) -> None:
    """Writes the package in the new standard; exit 1 when errors of the old manifest are still in it."""
    with working(N_("Mengonversi …")):
        converted = convert_package(file, output, wanted)
    if as_json:
        print_json(_plain(converted, wanted))
    else:
        _show(converted)
    errors = how_many(converted.after.errors)
    if errors:
        fail(words("%(n)s kesalahan dari paket asal terbawa; betulkan dahulu: jampel repair.", n=errors), FINDINGS)
    lost = sum(fate_of(found.code) == "lost" for found in converted.said)
    if lost:
        say("%(file)s jadi, dan %(n)s hal hilang: baca yang bertanda HILANG.", file=output.name, n=lost)
    else:
        say("%(file)s jadi; tidak ada yang hilang.", file=output.name)


def _plain(converted: Converted, wanted: str) -> dict[str, object]:
    language = preferred_language()
    return {
        "path": str(converted.target),
        "from": converted.source,
        "format": wanted,
        "formats": list(FORMATS),
        "parts": converted.parts,
        "said": [{**finding.row(language), "fate": fate_of(finding.code)} for finding in converted.said],
        "errors": [finding.row(language) for finding in converted.after.errors],
    }


def _show(converted: Converted) -> None:
    """What became of what on stderr, the name of the new package on stdout."""
    for fate, title in FATES.items():
        for finding in converted.said:
            if fate_of(finding.code) == fate:
                TALK.print(f"{words(title)} {finding.sentence(preferred_language())}", markup=False, soft_wrap=True)
    for finding in converted.after.errors:
        TALK.print(f"{words('SALAH')} {finding.sentence(preferred_language())}", markup=False, soft_wrap=True)
    click.echo(converted.target)


COMMANDS = (convert,)
