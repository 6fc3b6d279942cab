"""What click itself says — headings of a help page, refused options — in the language of the command.

Click asks gettext for each of its sentences, with the catalogues of the machine's locale; the language of our commands
is a setting of its own. So while one of our commands runs, click's modules ask here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from lti_tool.settings import preferred_language
from xapi.words import translate


def N_(text: str) -> str:
    """Marks `text` for the catalogues."""
    return text


MODULES = (
    click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.termui, click.types,
)  # fmt: skip
#: Click's sentences, and ours for them. What click fills in stands between braces; ours may leave some of it out.
TEXTS = {
    "Usage:": N_("Pemakaian:"),
    "Options": N_("Opsi"),
    "Commands": N_("Perintah"),
    "Show this message and exit.": N_("Tampilkan bantuan ini."),
    "Show the version and exit.": N_("Tampilkan versi."),
    "default: {default}": N_("bawaan: {default}"),
    "required": N_("wajib"),
    "Aborted!": N_("Dibatalkan."),
    "Error: {message}": N_("Kesalahan: {message}"),
    "Error: The two entered values do not match.": N_("Keduanya tidak sama. Ketik lagi."),
    "Repeat for confirmation": N_("Sekali lagi"),
    "Try '{command} {option}' for help.": N_("Bantuan: {command} {option}"),
    "Missing command.": N_("Perintahnya belum disebut."),
    "Missing argument": N_("Belum disebut:"),
    "Missing option": N_("Opsi ini wajib:"),
    "Missing parameter": N_("Belum disebut:"),
    "Choose from:\n\t{choices}": N_("Pilih:\n\t{choices}"),
    "Invalid value: {message}": N_("Nilai salah: {message}"),
    "Invalid value for {param_hint}: {message}": N_("Nilai untuk {param_hint} salah: {message}"),
    "No such option {name!r}.": N_("Opsi {name} tidak ada."),
    "No such command {name!r}.": N_("Perintah {name} tidak ada."),
    "Option {name!r} does not take a value.": N_("Opsi {name} tidak memakai nilai."),
    "unknown error": N_("sebabnya tidak diketahui"),
    "Could not open file {filename!r}: {message}": N_("Berkas {filename} tidak dapat dibuka: {message}"),
    "{name} {filename!r} does not exist.": N_("{filename} tidak ada."),
    "{name} {filename!r} is a file.": N_("{filename} adalah berkas, bukan folder."),
    "{name} {filename!r} is a directory.": N_("{filename} adalah folder, bukan berkas."),
    "{name} {filename!r} is not readable.": N_("{filename} tidak dapat dibaca."),
    "{name} {filename!r} is not writable.": N_("{filename} tidak dapat ditulis."),
    "{value!r} is not a valid {number_type}.": N_("{value} bukan bilangan yang benar."),
    "{value} is not in the range {range}.": N_("{value} di luar batas {range}."),
    "{value!r} is not a valid UUID.": N_("{value} bukan UUID."),
    "{value!r} is not a valid boolean. Recognized values: {states}": N_("{value} bukan ya atau tidak. Pilih: {states}"),
}
#: The same for sentences about one thing or several, which Indonesian does not tell apart.
COUNTED = {
    "Did you mean {possibility}?": N_("Maksud Anda {possibility}?"),
    "Got unexpected extra argument ({args})": N_("Terlalu banyak: {args}"),
    "Option {name!r} requires an argument.": N_("Opsi {name} memerlukan nilai."),
    "{value!r} is not {choice}.": N_("{value} bukan salah satu dari {choice}."),
    "{value!r} does not match the format {format}.": N_("{value} tidak tertulis seperti {format}."),
    "Takes {nargs} values but 1 was given.": N_("Perlu {nargs} nilai."),
}
#: What stands for options and commands in the line of usage.
METAVARS = {"[OPTIONS]": N_("[OPSI]"), "COMMAND [ARGS]...": N_("PERINTAH [ARGUMEN]...")}


def said(text: str) -> str:
    """Click's `text` in the language of this command."""
    known = TEXTS.get(text) or COUNTED.get(text) or METAVARS.get(text)
    return translate("lti_tool", preferred_language(), known) if known else text


def said_of(one: str, many: str, number: int) -> str:
    """The same where click tells one from many; English has click's own words for many."""
    return many if number != 1 and preferred_language() == "en" else said(one)


@contextmanager
def spoken() -> Iterator[None]:
    """Within it click speaks as our commands do; afterwards it asks gettext again."""
    kept = [(module, name, getattr(module, name)) for module in MODULES for name in ("_", "ngettext")
            if hasattr(module, name)]  # fmt: skip
    for module, name, _asks in kept:
        setattr(module, name, said if name == "_" else said_of)
    try:
        yield
    finally:
        for module, name, asks in kept:
            setattr(module, name, asks)
