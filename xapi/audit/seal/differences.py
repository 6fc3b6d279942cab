"""What verifying can find, each as a value with its sentence."""

from collections.abc import Mapping, Sequence

import msgspec

from xapi.audit.report_formats import one_line
from xapi.audit.words import N_
from xapi.words import translate

SENTENCES: Mapping[str, str] = {
    "seal_edited": N_("Segelnya sendiri diubah: tanda tangannya tidak cocok."),
    "wrong_key": N_("Segel ditandatangani kunci lain (%(id)s), bukan kunci instansi yang diketahui di sini."),
    "other_institution": N_("Segel ini milik instansi lain: %(id)s."),
    "file_changed": N_("Berkas laporan bukan lagi yang disegel."),
    "file_row": N_("Berkas laporan bukan lagi yang disegel; yang pertama berbeda: baris %(place)s (%(name)s)."),
    "file_line": N_("Berkas laporan bukan lagi yang disegel; yang pertama berbeda: baris %(place)s."),
    "file_cell": N_("Berkas laporan bukan lagi yang disegel; yang pertama berbeda: sel %(place)s (%(name)s)."),
    "other_rules": N_("Aturan tahun itu sekarang lain: disegel %(sealed)s, sekarang %(now)s."),
    "rules_unknown": N_("Aturan yang disegel (%(sealed)s) tidak tersimpan di sini; dihitung dengan aturan sekarang."),
    "other_roster": N_("Daftar pegawai sekarang lain: disegel %(sealed)s nama samaran, sekarang %(now)s."),
    "roster_removed": N_("Daftar pegawai sekarang lain: nama samaran %(id)s tidak ada lagi."),
    "roster_altered": N_("Daftar pegawai sekarang lain: OPD, status, atau jabatan nama samaran %(id)s berubah."),
    "roster_added": N_("Daftar pegawai sekarang lain: nama samaran %(id)s ditambahkan."),
    "roster_erased": N_("Nama samaran %(id)s dihapus menurut hukum pada %(day)s."),
    "removed": N_("Pernyataan %(id)s dihapus dari LRS."),
    "altered": N_("Pernyataan %(id)s di LRS diubah."),
    "added": N_("Pernyataan %(id)s ditambahkan ke LRS dengan waktu sebelum batas segel."),
    "moved": N_("Pernyataan %(id)s ada di LRS, tetapi tidak lagi pada waktu atau makna yang disegel."),
    "restamped": N_("Pada pernyataan %(id)s, waktu simpan atau otoritas yang ditulis LRS diubah."),
    "erased": N_("Pernyataan %(id)s dihapus menurut hukum pada %(day)s."),
    "erased_unrecorded": N_(
        "Pernyataan %(id)s ditandai dihapus menurut hukum pada %(day)s, tetapi catatan pemrosesan tidak memuatnya."
    ),
    "roster_unrecorded": N_(
        "Nama samaran %(id)s ditandai dihapus menurut hukum pada %(day)s, tetapi catatan pemrosesan tidak memuatnya."
    ),
    "broken": N_("Di LRS, baris nomor %(seq)s bukan pernyataan: basis datanya diubah atau rusak."),
    "statements": N_("Pernyataan di LRS lain: disegel %(sealed)s, sekarang %(now)s; bagian yang berbeda: %(parts)s."),
    "statements_stamped": N_("Waktu simpan atau otoritas yang ditulis LRS pada sebuah pernyataan diubah."),
    "other_query": N_("Disegel oleh rilis %(sealed)s dengan cara hitung lain; angkanya menurut rilis ini berbeda."),
    "query_note": N_("Disegel oleh rilis %(sealed)s dengan cara hitung lain; angkanya menurut rilis ini sama."),
    "figures": N_("Angka laporan tidak mengikuti pernyataan, aturan, dan daftar pegawai yang disegel."),
    "figure_row": N_("Angka laporan tidak mengikuti pernyataan yang disegel; baris yang berbeda: %(row)s."),
    "figure_summary": N_("Jumlah di bawah tabel tidak mengikuti pernyataan dan daftar pegawai yang disegel."),
    "figures_erased": N_("Karena penghapusan menurut hukum, %(rows)s baris tidak dapat dihitung ulang."),
}  # fmt: skip
#: What is told, and is no finding.
NOTES = frozenset({"roster_erased", "erased", "query_note", "figures_erased"})
MOST = 100
"""Differences of one kind that are told one by one."""


class Difference(msgspec.Struct, frozen=True):
    """One difference: its `kind` is a key of SENTENCES, `values` fill the sentence."""

    kind: str
    values: dict[str, object] = {}

    @property
    def is_note(self) -> bool:
        """Whether it only explains, such as an erasure by law."""
        return self.kind in NOTES

    def text(self, language: str) -> str:
        """The sentence, on one line: what stands in it may come from a file of anyone."""
        values = {name: one_line(value) for name, value in self.values.items()}
        return translate("xapi", language, SENTENCES[self.kind], values)


class Verdict(msgspec.Struct, frozen=True):
    """What verifying found. `checked` are names of the checks that were made, of CHECKS.

    `counts` says how many statements, pseudonyms and rows were compared.
    """

    differences: tuple[Difference, ...]
    checked: tuple[str, ...]
    counts: Mapping[str, int] = {}

    @property
    def findings(self) -> Sequence[Difference]:
        """The differences that are no notes, in the order in which one explains the next."""
        return [one for one in self.differences if not one.is_note]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


CHECKS: Mapping[str, str] = {
    "signature": N_("tanda tangan"),
    "file": N_("berkas"),
    "rules": N_("aturan"),
    "roster": N_("daftar pegawai"),
    "statements": N_("pernyataan"),
    "query": N_("cara hitung"),
    "figures": N_("angka"),
}


def names_of(checks: Sequence[str], language: str) -> str:
    """The checks in words."""
    return ", ".join(translate("xapi", language, CHECKS[one]) for one in checks)
