"""`jampel modul questions`: a question bank of another program as our Markdown."""

from pathlib import Path

import click

from lti_tool.cli.pack import EXISTING_FILE, print_findings
from lti_tool.console import FINDINGS, N_, Command, fail, option, words
from scorm_packager.findings import how_many
from scorm_packager.source.banks.convert import convert_bank


@click.command(
    "questions",
    cls=Command,
    help=N_(
        "Ubah bank soal GIFT, Aiken, atau QTI 2.1 menjadi Markdown.\n\n"
        "Contoh: jampel modul questions bank.gift > soal/bank.md"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option("--id", "prefix", metavar="TANDA", help=N_("Awal tanda setiap soal; bawaan nama berkas."))
def questions(file: Path, prefix: str | None) -> None:
    """Markdown on stdout, what could not be kept on stderr; exit 1 when a question had to be left out."""
    markdown, findings = convert_bank(file, prefix)
    print_findings(findings)
    if markdown:
        click.echo(markdown, nl=False)
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        fail(words("%(n)s soal tidak dapat dibawa dari %(file)s.", n=how_many(errors), file=file.name), FINDINGS)
