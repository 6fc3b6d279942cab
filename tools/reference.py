"""Writes the reference pages that the code tells: `python -m tools.reference` (make reference).

The commands with their options, every error with its sentences, the HTTP interface of the LRS, and a list of all
pages. Settings have a page by hand, docs/reference/pengaturan.md, that a test compares with the code.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from lti_tool.cli import main as jampel
from lti_tool.cli.late import Late
from tools import words
from xapi.lrs.openapi import document
from xapi.words import translate

FOLDER = words.ROOT / "docs" / "reference"
MADE = "<!-- Ditulis oleh `make reference` dari kode; jangan diubah dengan tangan. -->"
LANGUAGES = ("id", "en")


def commands_page() -> str:
    """docs/reference/perintah.md: each command with its usage, its help and its options, in both languages."""
    lines = [
        "# Perintah",
        "",
        MADE,
        "",
        "Bahasa keluaran mengikuti `JAMPEL_LANG` (`id` atau `en`). `--data DIR` boleh ditulis di depan atau di",
        "belakang perintah. Kode keluar: 0 selesai, 1 ada temuan, 2 salah pakai, 3 tidak terjangkau atau salah atur.",
        "Data ditulis ke keluaran standar, kabar bagi orang ke keluaran galat.",
        "",
        "*The language follows `JAMPEL_LANG`. Exit codes: 0 done, 1 findings, 2 usage, 3 unreachable or misconfigured.",
        "Data go to stdout, talk to stderr.*",
    ]
    for path, command, context in _all_commands(jampel, click.Context(jampel, info_name="jampel")):
        lines += ["", *_command(path, command, context)]
    return "\n".join(lines) + "\n"


def _all_commands(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    yield context.command_path, command, context
    if not isinstance(command, click.Group):
        return
    for name in sorted(command.commands):
        child = command.commands[name]
        if child.hidden:
            continue
        child = child.load() if isinstance(child, Late) else child
        yield from _all_commands(child, click.Context(child, info_name=name, parent=context))


def _command(path: str, command: click.Command, context: click.Context) -> Iterator[str]:
    deep = "##" if path.count(" ") < 2 else "###"
    yield f"{deep} `{path}`"
    if not isinstance(command, click.Group):
        yield ""
        yield f"`{' '.join([path, *command.collect_usage_pieces(context)])}`"
    for language in LANGUAGES:
        yield from _told(_in(language, command.help), language)
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    own = [one for one in options if one.name != "version" and (path == "jampel" or "--data" not in one.opts)]
    if own:
        yield ""
        yield "| opsi | arti | meaning |"
        yield "|---|---|---|"
        yield from (_option(one, context) for one in own)


def _told(text: str, language: str) -> Iterator[str]:
    """The paragraphs of a help text; an example is written as code."""
    for paragraph in filter(None, (" ".join(part.split()) for part in text.split("\n\n"))):
        label, colon, example = paragraph.partition(": ")
        yield ""
        if colon and label in ("Contoh", "Example"):
            yield f"{label}: {', '.join(f'`{one}`' for one in example.split('; '))}"
        else:
            yield f"*{_escaped(paragraph)}*" if language == "en" else _escaped(paragraph)


def _option(option: click.Option, context: click.Context) -> str:
    names = ", ".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag or option.count else f" {option.make_metavar(context)}"
    told = (_cell(_in(language, option.help)) for language in LANGUAGES)
    return f"| `{_cell(names + value)}` | {' | '.join(told)} |"


def _in(language: str, text: str | None) -> str:
    return translate("lti_tool", language, text) if text else ""


def _escaped(text: str) -> str:
    return re.sub(r"([*<\]])", r"\\\1", text)


def _cell(text: str) -> str:
    return _escaped(" ".join(text.split())).replace("|", "\\|")


def errors_page() -> str:
    """docs/reference/galat.md: every error code with its sentences in Indonesian and English."""
    lines = [
        "# Kode galat",
        "",
        MADE,
        "",
        "Setiap galat punya kode yang tetap. Kodenya ada di log, di jawaban JSON, dan di halaman penolakan;",
        "kalimatnya untuk orang. `%(…)s` diisi saat galat terjadi. Peluncuran: [peluncuran](peluncuran.md), pernyataan:"
        " [aturan pernyataan](aturan-pernyataan.md), paket: [periksa paket](periksa-paket.md).",
        "",
        "*Every error has a stable code: in logs, JSON answers and on the page of a refusal.",
        "The sentence is for people.*",
    ]
    for package in words.PACKAGES:
        sentences = {language: _sentences(package, language) for language in LANGUAGES}
        lines += ["", f"## `{package}`", "", "| kode | Indonesia | English |", "|---|---|---|"]
        lines += [
            f"| `{code}` | {_cell(sentences['id'][code])} | {_cell(sentences['en'][code])} |"
            for code in sorted(sentences["id"])
        ]
    return "\n".join(lines) + "\n"


def _sentences(package: str, language: str) -> dict[str, str]:
    catalogue = words.read_catalogue(package, language)
    return {
        message.id.removeprefix(words.ERROR): message.string
        for message in catalogue
        if isinstance(message.id, str) and message.id.startswith(words.ERROR)
    }


def http_page() -> str:
    """docs/reference/http.md: the resources of the LRS, as its OpenAPI document tells them."""
    told = document()
    lines = [
        "# HTTP",
        "",
        MADE,
        "",
        "Antarmuka LRS di bawah `/xapi`. Pada pemasangan Anda, untuk program: `/openapi.json` (OpenAPI 3.1);",
        "untuk orang: halaman `/dokumen/antarmuka`. Kredensial: [kredensial LRS](kredensial.md). Alamat lain:",
        "`/healthz` dan `/healthz/siap` (hidup, siap) dan `/metrics`: [pemantauan](../how-to/pemantauan.md);",
        "`/lti/…`: [peluncuran](peluncuran.md).",
        "",
        f"{told['info']['description']}",
        "",
        "## Credentials",
        "",
        *(f"- **{name}** ({one['scheme']}): {one['description']}" for name, one in _schemes(told)),
        "",
        "## Refusals",
        "",
        "| status | meaning |",
        "|---|---|",
        *(
            f"| {name.removeprefix('Error')} | {_cell(one['description'])} |"
            for name, one in told["components"]["responses"].items()
        ),
    ]
    for path, methods in told["paths"].items():
        lines += ["", f"## `{path}`"]
        for method, operation in methods.items():
            if method not in ("parameters", "head"):
                lines += ["", *_operation(method, operation, told)]
    return "\n".join(lines) + "\n"


def _schemes(told: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    schemes: dict[str, dict[str, Any]] = told["components"]["securitySchemes"]
    return schemes.items()


def _operation(method: str, operation: dict[str, Any], told: dict[str, Any]) -> Iterator[str]:
    yield f"### {method.upper()}"
    yield ""
    yield operation["summary"]
    parameters = [one for one in operation.get("parameters", ()) if one["in"] != "header"]
    headers = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"]
    if parameters:
        yield ""
        yield "| parameter | | meaning |"
        yield "|---|---|---|"
        for one in parameters:
            yield f"| `{one['name']}` | {'required' if one['required'] else ''} | {_cell(one['description'])} |"
    yield ""
    if headers:
        yield f"Headers: {', '.join(f'`{name}`' for name in headers)}."
    yield f"Answers: {_answers(operation['responses'])}."


def _answers(responses: dict[str, dict[str, Any]]) -> str:
    own = [f"{status} ({one['description'].rstrip('.')})" for status, one in responses.items() if "$ref" not in one]
    usual = [status for status, one in responses.items() if "$ref" in one]
    return "; ".join([*own, ", ".join(usual)] if usual else own)


def pages_page() -> str:
    """docs/reference/halaman.md: every page of the documents by its heading, so that none is out of reach."""
    lines = [
        "# Semua halaman",
        "",
        MADE,
        "",
        "Menurut peran: [dokumen](../README.md). *By role: [documents](../README.md).*",
    ]
    docs = words.ROOT / "docs"
    for title, folder in SHELVES:
        lines += ["", f"## {title}", ""]
        for path in sorted(set((docs / folder).glob("*.md")) - {FOLDER / "halaman.md"}):
            heading = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
            lines.append(f"- [{heading}](../{path.relative_to(docs).as_posix()})")
    return "\n".join(lines) + "\n"


#: The folders of docs, in the order of their readers.
SHELVES = (
    ("Umum / General", "."),
    ("Menurut peran / By role", "peran"),
    ("Cara / How-to", "how-to"),
    ("Acuan / Reference", "reference"),
    ("Sistem lain / Other systems", "systems"),
    ("Keputusan / Decisions", "decisions"),
)
PAGES = {"perintah.md": commands_page, "galat.md": errors_page, "http.md": http_page, "halaman.md": pages_page}


def main(folder: Path = FOLDER) -> None:
    """Writes the pages into `folder`."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
