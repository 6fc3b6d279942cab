"""`jampel subject export|freeze|unfreeze|correct|refuse|erase`: the rights of a person over their data (UU 27/2022)."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from lti_tool.cli.installation import open_existing
from lti_tool.cli.operators import operator_name
from lti_tool.cli.subject_many import affected, log, reapply, record, retention
from lti_tool.console import N_, Group, option, say, settings_option, words, working
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from lti_tool.subject import rights
from lti_tool.subject.erase import erase_subject
from lti_tool.subject.export import gather, write_export
from xapi.people.changes import read_changes

CONFIRMATION = "HAPUS"
ERASE_BASIS = "UU 27/2022 pasal 8"


@click.group(cls=Group, help=N_("Hak subjek data (UU 27/2022): salinan, penundaan, pembetulan, penghapusan, retensi."))
def subject() -> None:
    """The rights of data subjects."""


for _command in (affected, log, reapply, record, retention):
    subject.add_command(_command)


def reason_option(required: bool) -> Callable[[Any], Any]:
    """`--reason TEXT`, which the record of processing keeps."""
    return option("--reason", required=required, default="", metavar="TEKS",
                  help=N_("Alasan atau dasarnya, untuk catatan pemrosesan; jangan tulis nama atau NIP."))  # fmt: skip


@subject.command(
    "export",
    help=N_(
        "Salinan semua data satu orang: JSON, halaman HTML, dan lampiran dalam satu zip.\n\n"
        "Contoh: jampel subject export 198501012099031001 -o salinan.zip"
    ),
)
@click.argument("nip")
@option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", required=True,
        help=N_("Zip yang ditulis; hanya pemilik berkas yang dapat membacanya."))  # fmt: skip
@reason_option(required=False)
@settings_option
def export(settings: Settings, nip: str, output: Path, reason: str) -> None:
    """Writes a person's copy; what is about others is left out."""
    with open_existing(settings) as services, working(N_("Mengumpulkan data …")):
        person = services.people.person_of(nip)
        services.bring_ledger_up_to_date()
        made, contents = gather(services, person)
        write_export(output, made, contents, preferred_language())
        basis = rights.basis_of(rights.COPY, reason)
        services.people.subjects.note("export", services.clock(), person_id=person, basis=basis,
                                      decided_by=operator_name())  # fmt: skip
    say("%(file)s tersimpan: %(n)s pernyataan, %(k)s kredit.", file=output.name, n=len(made["statements"]),
        k=len(made["credits"]))  # fmt: skip
    say("Sampaikan lewat jalan yang aman, dalam 3 x 24 jam sejak permintaan (pasal 32).")


@subject.command(
    "freeze",
    help=N_(
        "Tunda pemrosesan data seseorang: tidak ada lagi yang dicatat sampai unfreeze.\n\n"
        "Contoh: jampel subject freeze 198501012099031001 --reason 'permintaan 12/2026'"
    ),
)
@click.argument("nip")
@reason_option(required=True)
@settings_option
def freeze(settings: Settings, nip: str, reason: str) -> None:
    """Suspends the processing of a person's data, and ends what their open pages may write."""
    with open_existing(settings) as services:
        person = services.people.person_of(nip)
        done = rights.suspend(services, person, reason=reason, decided_by=operator_name())
    if done:
        say("Pemrosesan ditunda.")
    else:
        say("Pemrosesan sudah ditunda sebelumnya.")


@subject.command(
    "unfreeze",
    help=N_(
        "Lanjutkan pemrosesan data seseorang.\n\n"
        "Contoh: jampel subject unfreeze 198501012099031001 --reason 'permintaan dicabut'"
    ),
)
@click.argument("nip")
@reason_option(required=True)
@settings_option
def unfreeze(settings: Settings, nip: str, reason: str) -> None:
    """Ends the suspension."""
    with open_existing(settings) as services:
        person = services.people.person_of(nip)
        done = rights.resume(services, person, reason=reason, decided_by=operator_name())
    if done:
        say("Pemrosesan dilanjutkan.")
    else:
        say("Pemrosesan tidak sedang ditunda.")


@subject.command(
    "correct",
    help=N_(
        "Betulkan data seseorang: nama, nomor, atau jabatan terakhirnya.\n\n"
        "Contoh: jampel subject correct 198501012099031001 --set name='Siti Aminah' --reason 'salah ketik'"
    ),
)
@click.argument("nip")
@option("--set", "fields", multiple=True, required=True, metavar="ISI=NILAI",
        help=N_("name, nip, opd, status, position, grade, unit, atau unit_code."))  # fmt: skip
@reason_option(required=True)
@settings_option
def correct(settings: Settings, nip: str, fields: Sequence[str], reason: str) -> None:
    """Sets right what is wrong; the record keeps which fields, and not what they said."""
    changes = read_changes(fields)
    with open_existing(settings) as services:
        person = services.people.person_of(nip)
        rights.correct(services, person, changes, reason=reason, decided_by=operator_name())
    say("Dibetulkan: %(fields)s.", fields=", ".join(sorted(changes)))


@subject.command(
    "refuse",
    help=N_(
        "Catat penolakan sebuah permintaan beserta alasannya (pasal 15 atau 33).\n\n"
        "Contoh: jampel subject refuse 198501012099031001 --request erase --reason 'pasal 15 ayat (1) huruf c'"
    ),
)
@click.argument("nip")
@option("--request", type=click.Choice(rights.REQUESTS), required=True,
        help=N_("Yang diminta."))  # fmt: skip
@reason_option(required=True)
@settings_option
def refuse(settings: Settings, nip: str, request: str, reason: str) -> None:
    """Writes a refusal to the record of processing."""
    with open_existing(settings) as services:
        person = services.people.person_of(nip)
        rights.refuse(services, person, request, reason=reason, decided_by=operator_name())
    say("Penolakan dicatat. Beri tahu orangnya, dengan alasannya.")


@subject.command(
    "erase",
    help=N_(
        "Hapus seseorang: siapa dia tidak dapat diketahui lagi. Tidak dapat dibatalkan.\n\n"
        "Contoh: jampel subject erase 198501012099031001 --reason 'permintaan 7/2027'"
    ),
)
@click.argument("nip")
@reason_option(required=True)
@option("--although-employed", is_flag=True,
        help=N_("Juga bila masih bekerja; tanpa ini permintaannya ditolak dan dicatat (pasal 15)."))  # fmt: skip
@option("--yes", is_flag=True, help=N_("Jangan minta ketikan konfirmasi."))
@settings_option
def erase(settings: Settings, nip: str, reason: str, although_employed: bool, yes: bool) -> None:
    """Erases a person after a confirmation that is typed."""
    with open_existing(settings) as services:
        person = services.people.person_of(nip)
        if not yes:
            _confirm(services, person)
        with working(N_("Menghapus …")):
            basis = rights.basis_of(ERASE_BASIS, reason)
            erased = erase_subject(services, person, basis=basis, decided_by=operator_name(),
                                   although_employed=although_employed)  # fmt: skip
        kept = not services.settings.privacy.erase_statements
    say("Dihapus: %(links)s tautan LMS, %(documents)s dokumen, %(attachments)s lampiran.", links=erased.links,
        documents=erased.records.documents, attachments=erased.records.attachments)  # fmt: skip
    if kept:
        say("%(n)s pernyataan tinggal dengan nama samaran yang bukan milik siapa pun.", n=erased.marked)
    else:
        say("%(n)s pernyataan dihapus; %(kept)s tinggal: tentang pernyataan orang lain, atau yang terakhir di LRS.",
            n=erased.records.statements, kept=erased.records.kept)  # fmt: skip
    say("Cadangan lama masih memuatnya: pemulihan akan menghapusnya lagi dari berkas erasures.jsonl di folder data. "
        "Salin berkas itu bersama cadangan.")  # fmt: skip


def _confirm(services: Services, person: str) -> None:
    employee = services.people.employee(person)
    say("Yang akan dihapus: %(name)s, %(opd)s.", name=(employee.name if employee else "") or "–",
        opd=(employee.opd if employee else "") or "–")  # fmt: skip
    typed = click.prompt(words("Ketik %(word)s untuk menghapus", word=CONFIRMATION), default="", show_default=False,
                         err=True)  # fmt: skip
    if typed.strip() != CONFIRMATION:
        raise click.Abort
