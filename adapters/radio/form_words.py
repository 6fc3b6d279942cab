"""What stands on a form, whether it is printed as PDF or from a browser."""

from collections.abc import Sequence
from datetime import timedelta

from adapters.radio.plan import Form
from adapters.remote import N_
from xapi.identity import Nip
from xapi.words import translate

HEADING = N_("Daftar hadir")
CODE = N_("Kode formulir")
COLUMNS = (N_("No"), N_("NIP (18 angka)"), N_("Nama"), N_("Jam datang"), N_("Tanda tangan"))
OFFICER = N_("Petugas di tempat (nama, tanggal, tanda tangan):")
DIGITS = 18
GROUPS = (8, 14, 15)
"""The boxes of a NIP after which the next part begins: birth date, month of appointment, sex, serial number."""


def say(text: str, language: str, **values: object) -> str:
    """A text of the form in `language`."""
    return translate("adapters", language, text, values)


def about(form: Form, language: str) -> Sequence[tuple[str, str]]:
    """The lines of the head: what they are, and what they say."""
    day = f"{form.start:%d/%m/%Y}" if language == "id" else f"{form.start:%Y-%m-%d}"
    jp = f"{form.jp / 100:g}"
    shown = jp.replace(".", ",") if language == "id" else jp
    return (
        (say(N_("Sesi"), language), f"{form.session}  {form.topic}".strip()),
        (say(N_("Waktu"), language), f"{day}, {form.start:%H:%M} – {form.end:%H:%M} {form.zone}"),
        (say(N_("Tempat"), language), form.place),
        (say(N_("Penyelenggara"), language), form.organiser),
        (say(N_("Bentuk dan JP"), language), f"{form.form.replace('-', ' ')}, {shown} JP"),
    )


def instructions(form: Form, language: str) -> Sequence[str]:
    """How the form is filled in, and what is done with it afterwards."""
    late = form.start + timedelta(minutes=form.tolerance)
    fill = N_("Satu orang satu baris, tanpa melompati baris; satu angka NIP satu kotak. Yang datang sesudah pukul "
              "%(late)s menulis jam datangnya.")  # fmt: skip
    keep = N_("Sesudah diisi: ketik di lembar dengan kode yang sama, dan foto formulir ini sebagai %(code)s.jpg "
              "(beberapa halaman: satu berkas %(code)s.pdf).")  # fmt: skip
    return say(fill, language, late=f"{late:%H:%M}"), say(keep, language, code=form.code)


def lines_of(form: Form) -> Sequence[tuple[int, str, str]]:
    """Each line: its number, and NIP and name of who is expected there ("" on the others)."""
    expected: list[tuple[Nip, str] | None] = [*form.people, *[None] * (form.lines - len(form.people))]
    return [(number, one[0].digits if one else "", one[1] if one else "") for number, one in enumerate(expected, 1)]


def page_number(page: int, pages: int, language: str) -> str:
    """The foot of a page."""
    return say(N_("halaman %(page)s dari %(pages)s"), language, page=page, pages=pages)
