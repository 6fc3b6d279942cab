"""`jampel repair`: mends a package where that needs no guess, and says line by line what it did."""

from pathlib import Path

import click

from lti_tool.cli.check import MOODLE
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import FINDINGS, N_, TALK, Command, fail, json_option, option, print_json, say, words, working
from lti_tool.errors import ToolError
from lti_tool.settings import preferred_language
from scorm_packager.findings import Finding, how_many
from scorm_packager.repair.repair import Repaired, repair_package


@click.command(
    cls=Command,
    help=N_(
        "Betulkan paket sejauh tidak perlu menebak, dan sebutkan setiap perubahan.\n\n"
        "Contoh: jampel repair paket.zip -o paket-baik.zip --lms moodle45"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help=N_("Paket yang ditulis; berkas asal tidak diubah."),
)
@option("--lms", metavar="LMS", help=N_("Buang juga yang membuat LMS ini gagal: moodle45."))
@json_option
def repair(file: Path, output: Path, lms: str | None, as_json: bool) -> None:
    """Writes a mended copy; exit 1 when errors are left that a person must mend."""
    if lms not in (None, "generic", MOODLE):
        raise ToolError("pack.unknown_lms", str(lms), name=lms, known=f"generic, {MOODLE}")
    with working(N_("Membetulkan …")):
        repaired = repair_package(file, output, moodle=lms == MOODLE)
    left = list(repaired.after.errors)
    if lms == MOODLE:
        left += [found for found in repaired.after.moodle if found.level == "error"]
    if as_json:
        print_json(_plain(repaired, left))
    else:
        _show(repaired, left)
    if left:
        fail(words("%(n)s kesalahan tersisa; betulkan dengan tangan.", n=how_many(left)), FINDINGS)
    say("%(file)s baik: tidak ada kesalahan.", file=output.name)


def _plain(repaired: Repaired, left: list[Finding]) -> dict[str, object]:
    language = preferred_language()
    return {
        "path": str(repaired.target),
        "done": [finding.row(language) for finding in repaired.done],
        "errors_before": how_many(repaired.before.errors),
        "left": [finding.row(language) for finding in left],
    }


def _show(repaired: Repaired, left: list[Finding]) -> None:
    """What was done and what is left on stderr, the name of the new package on stdout."""
    for mark, findings in ((words("DIBETULKAN"), repaired.done), (words("TERSISA"), left)):
        for finding in findings:
            TALK.print(f"{mark} {finding.sentence(preferred_language())}", markup=False, soft_wrap=True)
    if not repaired.done:
        say("Tidak ada yang perlu atau dapat dibetulkan sendiri.")
    click.echo(repaired.target)
