"""Turns a question bank of another program into our Markdown, for an author to see and edit."""

from pathlib import Path

from scorm_packager.findings import Finding, Findings
from scorm_packager.names import slug
from scorm_packager.source.banks.read import read_bank
from scorm_packager.source.banks.write import markdown_of


def convert_bank(path: Path, prefix: str | None = None) -> tuple[str, list[Finding]]:
    """The questions of `path` as question blocks, and what could not be kept.

    Their ids begin with `prefix`, or with the name of the file. Raises OSError.
    """
    findings = Findings()
    drafts = read_bank(path, path.name, findings)
    start = slug(prefix or path.stem, "soal")
    return markdown_of(drafts, start if start[0].isalpha() else f"soal-{start}"), findings.all()
