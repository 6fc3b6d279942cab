"""`jampel doctor PLATFORM`: examines the connection to one platform."""

import sys
from typing import NoReturn

import click

from lti_tool.cli.installation import open_existing
from lti_tool.console import N_, print_json, say, words, working
from lti_tool.doctor.consult import find_platform, note_clock, patient_of, way_of
from lti_tool.doctor.examine import Report, examine
from lti_tool.settings import Settings, preferred_language

COLOURS = {"good": "green", "bad": "red", "untried": "yellow"}


def examine_platform(settings: Settings, wanted: str, *, may_write: bool, as_json: bool) -> NoReturn:
    """Examines the platform called `wanted`, shows what was found, and leaves with 0, 1 or 3."""
    with open_existing(settings) as services:
        parts = services.lti_parts
        platform = find_platform(services.lti, wanted)
        patient = patient_of(parts, settings, platform, may_write=may_write)
        with working(N_("Memeriksa LMS …")):
            report = examine(patient, way_of(parts, settings))
        note_clock(parts, patient)
    rows = report.rows(preferred_language())
    if as_json:
        print_json({"platform": platform.id, "exit": report.exit_code, "checks": rows})
    else:
        say("Pemeriksaan %(name)s (%(issuer)s)", name=platform.name, issuer=platform.issuer)
        _show(report)
    sys.exit(report.exit_code)


def _show(report: Report) -> None:
    """One line for each check on stdout, and its remedy below; click leaves the colours out for a program."""
    marks = {"good": words("BAIK"), "bad": words("SALAH"), "untried": words("TIDAK DICOBA")}
    for row in report.rows(preferred_language()):
        click.echo(click.style(f"{marks[row['state']]:<12}", fg=COLOURS[row["state"]]), nl=False)
        click.echo(f" {row['title']}: {row['cause']}")
        if row["remedy"]:
            click.echo(f"{'':<12}  → {row['remedy']}")
