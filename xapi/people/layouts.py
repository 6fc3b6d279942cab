"""The layout of a roster: which of its columns is the NIP, the name, the OPD …, guessed, chosen or remembered."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from xapi.errors import PeopleError
from xapi.sheet import Head, plain_name, text_of
from xapi.sheet_tables import Line

#: What a roster can say, with the headers that offices give it, the best first (BPS, Sleman, Kaltim, SIASN, Excel).
NAMES: dict[str, tuple[str, ...]] = {
    "nip": ("NIP", "NIP Baru", "NIP/NI PPPK", "NIP/NIPPPK", "NIP / NI PPPK", "NIP Peserta", "NIP Pegawai", "NI PPPK",
            "NIPPPK", "No NIP", "Nomor Induk Pegawai", "Employee Number", "Employee ID"),
    "name": ("Nama", "Nama Lengkap", "Nama Pegawai", "Nama ASN", "Nama Peserta", "Name", "Full Name"),
    "opd": ("OPD", "Perangkat Daerah", "Nama OPD", "SKPD", "Nama SKPD", "Unit Kerja", "Satuan Kerja", "Satker",
            "Unit Organisasi", "Unor", "Nama Unor", "Instansi Kerja", "Satuan Organisasi", "Agency", "Unit",
            "Nama Unit Eselon 2", "Unit Eselon 2", "Kode Unit Eselon 2"),
    "status": ("Status", "Status Pegawai", "Status Kepegawaian", "Status ASN", "Jenis ASN", "Jenis Pegawai",
               "Kedudukan Pegawai", "Employment Status"),
    "position": ("Jabatan", "Nama Jabatan", "Position", "Job Title"),
    "grade": ("Golongan", "Gol", "Gol/Ruang", "Golongan/Ruang", "Gol. Ruang", "Pangkat/Golongan", "Pangkat Gol",
              "Pangkat/Gol.Ruang", "Golongan Terakhir", "Grade"),
    "unit": ("Sub Satuan Organisasi", "Bidang", "Bagian", "Seksi", "Subbidang", "Sub Bidang", "Nama Unit Eselon 3",
             "Sub Unit", "Division"),
    "unit_code": ("Kode Unit Eselon 3", "Kode Unit Eselon 2", "Kode Unit", "Kode Unit Kerja", "Kode OPD", "Kode SKPD",
                  "Kode Satker", "Kode Unor", "Unit Code"),
    "start": ("Tanggal mulai", "Mulai", "TMT", "TMT Jabatan", "TMT Golongan", "Berlaku Mulai", "Start Date",
              "Valid From", "Start"),
    "end": ("Tanggal selesai", "Selesai", "Berlaku Sampai", "Sampai", "Tanggal Berhenti", "End Date", "Valid To",
            "End"),
}  # fmt: skip
TITLES = {
    "nip": "NIP", "name": "Nama", "opd": "OPD", "status": "Status", "position": "Jabatan", "grade": "Golongan",
    "unit": "Unit", "unit_code": "Kode unit", "start": "Tanggal mulai", "end": "Tanggal selesai",
}  # fmt: skip
REQUIRED = ("nip", "name", "opd", "status")
LEAST_HEADERS = 2  # a row with fewer texts is a title
SETTABLE = ("opd", "status", "position", "grade", "unit", "unit_code")
#: Instead of a status: what the shape of the NIP suggests, where it suggests something.
BY_NIP = "NIP"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a roster is to be read: the header of the column of a field (`columns`), and what holds for every row of a
    file that has no column for it (`fixed`)."""

    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)

    def over(self, other: "Layout") -> "Layout":
        """`other`, with what this one says instead."""
        columns = {name: head for name, head in other.columns.items() if name not in self.fixed}
        fixed = {name: value for name, value in other.fixed.items() if name not in self.columns}
        return Layout(columns | dict(self.columns), fixed | dict(self.fixed))


def read_layout(columns: Sequence[str], fixed: Sequence[str]) -> Layout:
    """The layout of `FIELD=HEADER` and `FIELD=VALUE`, as they are typed; raises PeopleError for any other field."""
    return Layout(read_pairs(columns, tuple(NAMES)), read_pairs(fixed, SETTABLE))


def read_pairs(texts: Sequence[str], known: Sequence[str]) -> dict[str, str]:
    """What `FIELD=VALUE` say, by field; one of `known`, by its own name or its title. Raises PeopleError otherwise."""
    by_title = {plain_name(name): one for one in known for name in (one, TITLES[one])}
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        one = by_title.get(plain_name(name))
        if not equals or one is None or not value.strip():
            raise PeopleError("people.layout", "not FIELD=VALUE", text=name[:40], known=", ".join(known))
        found[one] = value.strip()
    return found


def find_head(lines: Sequence[Line], layout: Layout) -> Head:
    """The header among the first `lines` of a table: the row that names most, by `layout` and by the names we know.

    Of several columns that could be the same field, the name that stands first in NAMES wins. Raises PeopleError when
    a header that the layout names, or the best of a required field, stands twice.
    """
    best = Head(0, {}, tuple(TITLES[name] for name in REQUIRED if name not in layout.fixed))
    for index, (_number, cells) in enumerate(lines):
        heads = {at: plain_name(cell) for at, cell in enumerate(cells) if isinstance(cell, str) and plain_name(cell)}
        if len(heads) < LEAST_HEADERS or (best.fields and len(heads) < len(best.fields)):
            continue
        fields = _fields(heads, layout)
        missing = _missing(fields, layout)
        if "nip" in fields.values() and (len(missing), -len(fields)) < (len(best.missing), -len(best.fields)):
            best = Head(index, fields, missing)
    return best


def _missing(fields: Mapping[int, str], layout: Layout) -> tuple[str, ...]:
    there = {*fields.values(), *layout.fixed}
    chosen = [f"{TITLES[name]} ({header})" for name, header in layout.columns.items() if name not in there]
    return tuple([TITLES[name] for name in REQUIRED if name not in there and name not in layout.columns] + chosen)


def _fields(heads: Mapping[int, str], layout: Layout) -> dict[int, str]:
    found: dict[int, str] = {}
    for name, names in NAMES.items():
        if name in layout.fixed:
            continue
        wanted = [layout.columns[name]] if name in layout.columns else [TITLES[name], name, *names]
        at = _first(heads, wanted, taken=found)
        if at is not None:
            found[at] = name
    return found


def _first(heads: Mapping[int, str], wanted: Sequence[str], taken: Mapping[int, str]) -> int | None:
    for header in map(plain_name, wanted):
        places = [at for at, head in heads.items() if head == header and at not in taken]
        if len(places) > 1:
            raise PeopleError("people.column_twice", "a header stands twice", column=header)
        if places:
            return places[0]
    return None


def mark_of(headers: Sequence[str]) -> str:
    """By what a layout is remembered: the headers of the file, in any order."""
    plain = sorted(plain_name(header) for header in headers)
    return hashlib.sha256("\n".join(plain).encode("utf-8", "surrogatepass")).hexdigest()


def headers_of(headers: Mapping[int, str], head: Head) -> dict[str, str]:
    """The header of each field that was found."""
    return {name: text_of(headers.get(at, "")) for at, name in sorted(head.fields.items())}


def encode_layout(layout: Layout) -> str:
    """`layout` as JSON."""
    return msgspec.json.encode({"columns": dict(layout.columns), "fixed": dict(layout.fixed)}).decode()


def decode_layout(text: str) -> Layout:
    """What `encode_layout` gave."""
    kept = msgspec.json.decode(text, type=dict[str, dict[str, str]])
    return Layout(kept["columns"], kept["fixed"])
