"""What the audit looks for beside the sums: each kind of anomaly with its rule, its severity and how a row reads.

A kind is the file `sql/anomaly_<id>.sql`; all of them have the same columns. An anomaly is a question to a person: it
changes no JP and removes nothing.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from xapi.audit.words import N_, REASONS, SOURCES, number, whole, word
from xapi.words import translate

Severity = Literal["high", "medium", "low"]
SEVERITIES: Mapping[str, str] = {"high": N_("berat"), "medium": N_("sedang"), "low": N_("ringan")}
#: The columns of every `anomaly_*.sql`, in order.
COLUMNS = ("person", "statement_id", "day", "other_id", "amount", "bound", "mark")


class Kind(msgspec.Struct, frozen=True):
    """One kind: `title` and `rule` for people, and the sentence of a row.

    `row` may name %(amount)s, %(bound)s and %(mark)s; `unit` says what amount and bound count: hundredths of a JP, or
    whole numbers.
    """

    id: str
    severity: Severity
    title: str
    rule: str
    row: str
    unit: Literal["jp", "count"] = "count"

    @property
    def file(self) -> str:
        """The name of its SQL file."""
        return f"anomaly_{self.id}"

    def sentence(self, row: Mapping[str, object], language: str) -> str:
        """What is odd about `row`, in words."""
        show = number if self.unit == "jp" else _count
        say = {name: show(int(str(row[name])), language) for name in ("amount", "bound") if row[name] is not None}
        return translate("xapi", language, _form_of(self, row), {**say, "mark": _mark(row["mark"], language)})


MARKS: Mapping[str, str] = {
    "activity": N_("kegiatannya sama"),
    "title": N_("judulnya sama"),
    "day": N_("bentuk, JP, dan harinya sama"),
    "fixed": N_("bentuk ini bernilai tetap"),
    "minutes": N_("setiap menit ditulis sebagai satu JP"),
    "hundredth": N_("JP utuh ditulis sebagai perseratus"),
}
AHEAD = N_("Waktunya %(amount)s menit lebih maju daripada saat diterima (sumber: %(mark)s).")
KINDS: Mapping[str, Kind] = {
    kind.id: kind
    for kind in (
        Kind(
            "clock", "high", N_("JP melebihi waktu belajar"),
            N_("JP yang dinyatakan lebih banyak daripada lamanya belajar dibagi menit per JP."),
            N_("%(amount)s JP dinyatakan; waktu yang tercatat cukup untuk %(bound)s JP."), "jp",
        ),
        Kind(
            "day_hours", "high", N_("Lebih dari 24 jam sehari"),
            N_("Jumlah JP yang dinyatakan untuk satu hari melebihi 24 jam."),
            N_("%(amount)s JP dinyatakan; waktunya hanya memuat %(bound)s JP."), "jp",
        ),
        Kind(
            "bulk", "high", N_("Selesai bersamaan pada detik yang sama"),
            N_("Satu kegiatan diselesaikan pada detik yang sama oleh lebih banyak orang daripada ambang aturan."),
            N_("%(amount)s penyelesaian pada detik yang sama; ambangnya %(bound)s."),
        ),
        Kind(
            "certificate_people", "high", N_("Sertifikat dipakai beberapa orang"),
            N_("Satu nomor sertifikat ada pada dua orang atau lebih."),
            N_("Nomor %(mark)s dipakai %(amount)s orang."),
        ),
        Kind(
            "future", "high", N_("Waktu di masa depan"),
            N_("Waktu kegiatan lebih baru daripada waktu pernyataannya diterima."),
            N_("Waktunya lebih dari sehari di depan saat diterima (sumber: %(mark)s); tidak menjadi kredit."),
        ),
        Kind(
            "unknown_person", "high", N_("Pelaku tidak dikenal"),
            N_("Pernyataan memberi JP kepada pelaku yang bukan pegawai instansi ini."),
            N_("Pelakunya bukan pegawai yang dikenal (sumber: %(mark)s); tidak menjadi kredit."),
        ),
        Kind(
            "overlap", "medium", N_("Dua kegiatan pada waktu yang sama"),
            N_("Kegiatan dimulai sebelum kegiatan lain orang yang sama selesai."),
            N_("%(amount)s menit bersamaan dengan kegiatan lain."),
        ),
        Kind(
            "two_places", "medium", N_("Hadir di dua tempat"),
            N_("Dua kegiatan klasikal, salah satunya lebih dari sehari, berlangsung pada hari yang sama."),
            N_("Dimulai %(amount)s menit sebelum kegiatan klasikal lain selesai."),
        ),
        Kind(
            "certificate_twice", "medium", N_("Sertifikat dipakai dua kali setahun"),
            N_("Satu nomor sertifikat dipakai orang yang sama untuk dua kegiatan dalam setahun."),
            N_("Nomor %(mark)s sudah dipakai untuk kegiatan lain tahun ini."),
        ),
        Kind(
            "certificate_years", "medium", N_("Sertifikat tahun lain"),
            N_("Nomor sertifikat sudah dipakai orang yang sama pada tahun sebelumnya."),
            N_("Nomor %(mark)s sudah dipakai pada tahun sebelumnya."),
        ),
        Kind(
            "double_entry", "medium", N_("Tercatat dua kali: LMS dan luar LMS"),
            N_("Kegiatan dari daftar hadir atau sistem lain sudah tercatat di LMS untuk orang dan tahun yang sama."),
            N_("Sudah ada catatan LMS: %(mark)s."),
        ),
        Kind(
            "wrong_unit", "medium", N_("Satuan JP keliru"),
            N_("JP yang dinyatakan tidak sesuai satuan bentuknya: nilai tetap, menit, atau perseratus."),
            N_("%(amount)s JP dinyatakan, seharusnya %(bound)s JP: %(mark)s."), "jp",
        ),
        Kind(
            "evidence", "medium", N_("Tanpa bukti"),
            N_("Kegiatan dari luar LMS disetujui tanpa nomor sertifikat dan tanpa berkas bukti."),
            N_("%(amount)s JP tanpa bukti (sumber: %(mark)s)."), "jp",
        ),
        Kind(
            "outside_roster", "medium", N_("Di luar daftar pegawai"),
            N_("Orangnya tidak ada dalam daftar pegawai tahun itu."),
            N_("%(amount)s JP milik orang di luar daftar pegawai."), "jp",
        ),
        Kind(
            "pace", "low", N_("Jauh lebih cepat daripada yang lain"),
            N_("Lamanya belajar kurang dari seperempat median modulnya (mulai sepuluh penyelesaian)."),
            N_("Selesai dalam %(amount)s menit; median modul ini %(bound)s menit."),
        ),
        Kind(
            "unusable", "low", N_("Pernyataan tidak dapat dipakai"),
            N_("Pernyataan tidak dapat memberi, meninjau, atau mencabut kredit, atau isinya meragukan."),
            "%(mark)s",
        ),
    )
}  # fmt: skip


def _form_of(kind: Kind, row: Mapping[str, object]) -> str:
    return AHEAD if kind.id == "future" and row["amount"] is not None else kind.row


def _mark(mark: object, language: str) -> str:
    """A word of ours in the reader's language, anything else as it is."""
    key = str(mark or "")
    for table in (MARKS, REASONS, SOURCES):
        if key in table:
            return word(table, key, language)
    return " ".join(key.split())


def _count(value: int, language: str) -> str:
    return whole(value, language)
