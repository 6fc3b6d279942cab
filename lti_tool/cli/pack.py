"""`jampel pack`: packages out of module folders."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from adapters.registry import load_adapters
from lti_tool.console import FINDINGS, N_, TALK, Command, fail, json_option, option, print_json, say, words, working
from lti_tool.errors import ToolError
from lti_tool.settings import preferred_language
from scorm_packager.build import DEFAULT_FORMAT, build_package
from scorm_packager.findings import Finding, ModuleProblems
from scorm_packager.formats.registry import format_names
from scorm_packager.options import BuildOptions
from scorm_packager.preset import GENERIC, Preset

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    cls=Command, help=N_("Kemas folder modul menjadi paket.\n\nContoh: jampel pack modul-saya --lms moodle45")
)
@click.argument("folder", type=EXISTING_FOLDER)
@option("--format", "format_name", type=click.Choice(format_names()), default=DEFAULT_FORMAT, help=N_("Format paket."))
@option("--lms", default="generic", metavar="LMS", help=N_("Cara menulis untuk LMS tertentu, misalnya moodle45."))
@option("--control-docs", type=EXISTING_FOLDER, metavar="DIR", help=N_("Sertakan folder XSD ini ke dalam paket."))
@option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help=N_("Nama paket yang ditulis."))
@json_option
def pack(
    folder: Path, format_name: str, lms: str, control_docs: Path | None, output: Path | None, as_json: bool
) -> None:
    """Builds one package; faults of the module are listed with file and line, and nothing is written."""
    options = BuildOptions(preset=find_preset(lms), control_docs=control_docs)
    with faults_listed(), working(N_("Mengemas …")):
        built = build_package(folder, format_name, output, options)
    print_findings(built.warnings)
    if as_json:
        course = built.course
        facts = {"path": str(built.path), "id": course.id, "version": course.version, "bytes": built.size}
        print_json(facts | {"warnings": [finding.row(preferred_language()) for finding in built.warnings]})
    else:
        click.echo(built.path)
        say("%(title)s · %(size)s kB", title=built.course.title, size=-(-built.size // 1000))


def find_preset(name: str) -> Preset:
    """The preset that a person types after `--lms`; raises ToolError naming those there are."""
    presets = {GENERIC.name: GENERIC} | load_adapters().presets()
    if name not in presets:
        raise ToolError("pack.unknown_lms", name, name=name, known=", ".join(sorted(presets)))
    return presets[name]


@contextmanager
def faults_listed() -> Iterator[None]:
    """Lists every fault of a module on stderr, not only the first, and leaves with exit 1."""
    try:
        yield
    except ModuleProblems as problems:
        print_findings(problems.findings)
        fail(words("%(n)s hal perlu dibetulkan; tidak ada yang ditulis.", n=len(problems.findings)), FINDINGS)


def print_findings(findings: Sequence[Finding]) -> None:
    """One line a finding, on stderr: the place, then the sentence."""
    for finding in findings:
        mark = words("SALAH") if finding.level == "error" else words("PERHATIKAN")
        TALK.print(f"{mark} {finding.sentence(preferred_language())}", markup=False, soft_wrap=True)


COMMANDS = (pack,)
