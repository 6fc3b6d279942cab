"""`jampel pack`: packages out of module folders."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from lti_tool.cli.pack_records import record_options, record_target, taken_record_options
from lti_tool.cli.reading import reading
from lti_tool.console import FINDINGS, N_, TALK, Command, fail, json_option, option, print_json, say, words
from lti_tool.errors import ToolError
from lti_tool.settings import cache_folder, preferred_language
from scorm_packager.build import DEFAULT_FORMAT, Built
from scorm_packager.edition.build import Edition, build_edition
from scorm_packager.findings import Finding, ModuleProblems, how_many
from scorm_packager.formats.registry import format_names
from scorm_packager.options import BuildOptions
from scorm_packager.preset import GENERIC, Preset
from scorm_packager.size.amount import parse_amount

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(
    cls=Command, help=N_("Kemas folder modul menjadi paket.\n\nContoh: jampel pack modul-saya --lms moodle45")
)
@click.argument("folder", type=EXISTING_FOLDER)
@option("--format", "format_name", type=click.Choice(format_names()), default=DEFAULT_FORMAT, help=N_("Format paket."))
@option("--lms", default="generic", metavar="LMS", help=N_("Cara menulis untuk LMS tertentu, misalnya moodle45."))
@option("--control-docs", type=EXISTING_FOLDER, metavar="DIR", help=N_("Sertakan folder XSD ini ke dalam paket."))
@option("--multi-sco", is_flag=True, help=N_("Jadikan setiap halaman satu SCO (cmi5: satu AU) tersendiri."))
@option("--tool-url", metavar="URL", help=N_("Alamat publik alat ini, untuk paket yang berisi tautan LTI (cc, cc13)."))
@record_options
@option("--fresh", is_flag=True, help=N_("Kemas dari awal, tanpa memakai hasil pengemasan sebelumnya."))
@option(
    "--light", is_flag=True, help=N_("Edisi ringan: berkas .ringan menggantikan aslinya, video lain menjadi transkrip.")
)
@option("--light-images", is_flag=True, help=N_("Edisi ringan dengan foto yang diperkecil (memerlukan Pillow)."))
@option("--split", metavar="50M", help=N_("Bagi menjadi beberapa paket, masing-masing paling besar sekian."))
@option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help=N_("Nama paket yang ditulis."))
@json_option
def pack(folder: Path, format_name: str, output: Path | None, as_json: bool, **choices: Any) -> None:
    """Builds one package; faults of the module are listed with file and line, and nothing is written."""
    preset, cache = find_preset(choices.pop("lms")), None if choices.pop("fresh") else cache_folder()
    records, edition = taken_record_options(choices), _edition(choices)
    with faults_listed():
        whole = edition.cap is None and not choices["multi_sco"]
        lrs = record_target(folder, format_name, whole=whole, **records)
    with faults_listed(), reading(N_("Mengemas …")) as hear:
        options = BuildOptions(preset=preset, cache=cache, lrs=lrs, hear=hear, **choices)
        parts = build_edition(folder, format_name, output, edition, options)
    for built in parts:
        print_findings(built.warnings)
    if as_json:
        rows = [_facts(built) for built in parts]
        print_json(rows[0] if edition.cap is None else {"parts": rows})
        return
    for built in parts:
        click.echo(built.path)
        say("%(title)s · %(size)s kB", title=built.course.title, size=-(-built.size // 1000))


def _edition(choices: dict[str, Any]) -> Edition:
    """Takes what is chosen about the edition out of `choices`."""
    light, pictures, split = (choices.pop(name) for name in ("light", "light_images", "split"))
    return Edition(light=light or pictures, pictures=pictures, cap=parse_amount(split) if split else None)


def _facts(built: Built) -> dict[str, object]:
    course = built.course
    facts = {"path": str(built.path), "id": course.id, "version": course.version, "jp": course.jp / 100}
    warnings = [finding.row(preferred_language()) for finding in built.warnings]
    return facts | {"bytes": built.size, "warnings": warnings}


def find_preset(name: str) -> Preset:
    """The preset that a person types after `--lms`; raises ToolError naming those there are."""
    if name == GENERIC.name:
        return GENERIC
    from adapters.registry import load_adapters

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
        fail(words("%(n)s hal perlu dibetulkan; tidak ada yang ditulis.", n=how_many(problems.findings)), FINDINGS)


def print_findings(findings: Sequence[Finding]) -> None:
    """One line a finding, on stderr: the place, then the sentence."""
    for finding in findings:
        mark = words("SALAH") if finding.level == "error" else words("PERHATIKAN")
        TALK.print(f"{mark} {finding.sentence(preferred_language())}", markup=False, soft_wrap=True)
