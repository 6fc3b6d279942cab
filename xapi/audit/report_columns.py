"""The columns, titles and SQL files of each report."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from xapi.audit.words import N_

Kind = Literal["text", "nip", "count", "jp", "percent", "met"]
RIGHT = frozenset({"count", "jp", "percent"})


class Column(msgspec.Struct, frozen=True):
    """One column: key in the rows, header (Indonesian, translated when written), and what it holds.

    `width` is how many characters a spreadsheet or a page should give it.
    """

    key: str
    header: str
    kind: Kind
    width: int = 12


JP = (
    Column("raw_jp", N_("JP asli"), "jp"),
    Column("converted", N_("JP konversi"), "jp"),
    Column("capped", N_("JP setelah batas"), "jp"),
    Column("accepted", N_("JP diterima"), "jp"),
    Column("pending", N_("JP ditinjau"), "jp"),
)
PEOPLE = (
    Column("employees", N_("Jumlah pegawai"), "count", 10),
    Column("met", N_("Terpenuhi"), "count", 10),
    Column("unmet", N_("Belum Terpenuhi"), "count", 10),
    Column("share_met", N_("Persentase"), "percent", 11),
)
AVERAGE = Column("average", N_("Rata-rata JP"), "jp")
PERIOD = (
    Column("people", N_("Pegawai dengan kegiatan"), "count"),
    Column("credits", N_("Kegiatan"), "count", 10),
    Column("counted", N_("Kegiatan dihitung"), "count", 10),
)
STATUS = Column("status", N_("Status"), "text", 10)
OPD = Column("opd", N_("Perangkat daerah"), "text", 34)
POSITION = Column("position", N_("Jabatan"), "text", 28)
GRADE = Column("grade", N_("Golongan"), "text", 9)
MET = Column("met", N_("Capaian"), "met", 11)
PERSON = (
    Column("nip", N_("NIP"), "nip", 20),
    Column("name", N_("Nama"), "text", 28),
    OPD,
    STATUS,
)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "pegawai": (
        *PERSON,
        POSITION,
        GRADE,
        *JP,
        Column("minimum", N_("Target JP"), "jp", 9),
        MET,
    ),
    "rencana": (
        *PERSON,
        Column("planned", N_("Rencana JP"), "jp"),
        Column("accepted", N_("Realisasi JP"), "jp"),
        Column("difference", N_("Selisih JP"), "jp"),
        Column("share_planned", N_("Realisasi terhadap rencana"), "percent", 13),
        Column("minimum", N_("Target JP"), "jp", 9),
        MET,
    ),
    "liga": (
        Column("rank", N_("Peringkat"), "text", 10),
        Column("institution", N_("Instansi"), "text", 34),
        *PEOPLE,
        Column("accepted", N_("JP diterima"), "jp"),
        AVERAGE,
        Column("rules", N_("Tabel aturan"), "text", 30),
    ),
    "opd": (OPD, *PEOPLE, *JP, AVERAGE),
    "instansi": (STATUS, *PEOPLE, *JP, AVERAGE),
    "status": (STATUS, *PEOPLE, *JP, AVERAGE),
    "golongan": (GRADE, *PEOPLE, *JP, AVERAGE),
    "jabatan": (POSITION, *PEOPLE, *JP, AVERAGE),
    "bentuk": (
        Column("title", N_("Bentuk"), "text", 34),
        Column("jalur", N_("Jalur"), "text", 12),
        Column("share", N_("Bagian 70-20-10"), "text", 16),
        *PERIOD,
        *JP,
    ),
    "triwulan": (Column("quarter", N_("Triwulan"), "text", 10), *PERIOD, *JP),
    "semester": (Column("semester", N_("Semester"), "text", 10), *PERIOD, *JP),
}
FILES = {
    "pegawai": "report_person",
    "rencana": "report_person",
    "opd": "report_opd",
    "instansi": "report_institution",
    "status": "report_institution",
    "golongan": "report_grade",
    "jabatan": "report_position",
    "bentuk": "report_form",
    "triwulan": "report_quarter",
    "semester": "report_semester",
}
TITLES: Mapping[str, str] = {
    "pegawai": N_("Capaian JP tahun %(year)s per pegawai"),
    "rencana": N_("Rencana dan realisasi JP tahun %(year)s per pegawai"),
    "liga": N_("Perbandingan capaian JP tahun %(year)s antarinstansi"),
    "opd": N_("Rekapitulasi JP tahun %(year)s per perangkat daerah"),
    "instansi": N_("Rekapitulasi JP tahun %(year)s seluruh instansi"),
    "status": N_("Rekapitulasi JP tahun %(year)s per status pegawai"),
    "golongan": N_("Rekapitulasi JP tahun %(year)s per golongan"),
    "jabatan": N_("Rekapitulasi JP tahun %(year)s per jabatan"),
    "bentuk": N_("Rekapitulasi JP tahun %(year)s per bentuk pengembangan kompetensi"),
    "triwulan": N_("Rekapitulasi JP tahun %(year)s per triwulan"),
    "semester": N_("Rekapitulasi JP tahun %(year)s per semester"),
}
SHARES: Mapping[str, str] = {
    "formal": N_("formal (10)"),
    "social": N_("sosial (20)"),
    "experiential": N_("pengalaman (70)"),
}
PERIODS = {"triwulan": ("quarter", ("I", "II", "III", "IV")), "semester": ("semester", ("I", "II"))}
#: Reports with a row for each person: they have names.
NAMED = frozenset({"pegawai", "rencana"})
#: Reports with a row for each group of employees: they have a share and an average.
GROUPS = frozenset({"opd", "instansi", "status", "golongan", "jabatan"})
#: Stands last where the processing of anybody's data is limited.
LIMITED = Column("limited", N_("Keterangan"), "text", 14)
MISSING = Column("missing", N_("Kekurangan JP"), "jp", 13)
SUMMED = ("employees", "met", "unmet", "credits", "counted", "missing", "planned", *(column.key for column in JP))
