"""BKN's own lists, as far as records of training need them: the kinds of training, and which document proves one.

As the public SDKs have them (`black-coffee04/ws-siasn-php`, `kanekescom/laravel-siasn-referensi`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

STRUCTURAL = 1
"""The one kind that is kept as riwayat diklat; every other is a riwayat kursus."""
COURSE = 11


@dataclass(frozen=True, slots=True)
class Kind:
    """A jenisDiklat: its `name`, the code of its certificate (jenisKursusSertipikat), and the `form` (bentuk, a slug)
    of the published rule table that has it as its number."""

    name: str
    certificate: str
    form: str


KINDS: Mapping[int, Kind] = {
    1: Kind("Diklat Struktural", "T", "pelatihan-struktural-kepemimpinan"),
    2: Kind("Diklat Fungsional", "F", "pelatihan-fungsional"),
    3: Kind("Diklat Teknis", "T", "pelatihan-teknis"),
    4: Kind("Workshop", "P", "workshop"),
    5: Kind("Pelatihan Manajerial", "T", "pelatihan-manajerial"),
    6: Kind("Pelatihan Sosial Kultural", "T", "pelatihan-sosial-kultural"),
    7: Kind("Sosialisasi", "P", "sosialisasi"),
    8: Kind("Bimbingan Teknis", "T", "bimbingan-teknis"),
    9: Kind("Seminar", "P", "seminar"),
    10: Kind("Magang", "T", "magang"),
    11: Kind("Kursus", "T", "kursus"),
    12: Kind("Penataran", "T", "penataran"),
    13: Kind("Pelatihan klasikal lainnya", "T", "klasikal-lainnya"),
    14: Kind("Coaching", "T", "coaching"),
    15: Kind("Mentoring", "T", "mentoring"),
    16: Kind("E-Learning", "T", "e-learning"),
    17: Kind("Pelatihan Jarak Jauh", "T", "pelatihan-jarak-jauh"),
    18: Kind("Detasering", "T", "detasering"),
    19: Kind("Pembelajaran Alam Terbuka (Outbond)", "T", "outbond"),
    20: Kind("Patok Banding", "T", "patok-banding"),
    21: Kind("Pertukaran PNS dengan pegawai swasta/BUMN/BUMD", "T", "pertukaran"),
    22: Kind("Belajar Mandiri", "T", "belajar-mandiri"),
    23: Kind("Komunitas Belajar", "T", "komunitas-belajar"),
    24: Kind("Bimbingan Di Tempat Kerja", "T", "bimbingan-di-tempat-kerja"),
    25: Kind("Pelatihan nonklasikal lainnya", "T", "nonklasikal-lainnya"),
}

STRUCTURAL_TRAINING: Mapping[str, str] = {
    "1": "SEPADA",
    "2": "SEPALA/ADUM/DIKLAT PIM TK. IV",
    "3": "SEPADYA/SPAMA/DIKLAT PIM TK. III",
    "4": "SPAMEN/SESPA/SESPANAS/DIKLAT PIM TK. II",
    "5": "SEPATI/DIKLAT PIM TK. I",
    "6": "SESPIM",
    "7": "SESPATI",
    "8": "Diklat Struktural Lainnya",
}
"""latihanStruktural, by id."""


@dataclass(frozen=True, slots=True)
class Record:
    """One of the two records of training: `save` and `history` are paths, `reply` the field of mapData with the new id,
    `document` the number of its certificate (id_ref_dokumen)."""

    name: str
    save: str
    history: str
    reply: str
    document: str


KURSUS = Record("kursus", "kursus/save", "pns/rw-kursus/", "rwKursusId", "881")
DIKLAT = Record("diklat", "diklat/save", "pns/rw-diklat/", "rwDiklatId", "874")


def record_of(bkn: int | None) -> Record:
    """The record in which a training of the kind `bkn` is kept."""
    return DIKLAT if bkn == STRUCTURAL else KURSUS
