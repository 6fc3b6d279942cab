"""What stands in the files that Moodle exports, in English and in Indonesian, and how it is told apart.

Read in Moodle 4.5 (`report/completion`, `report/progress`, `grade/export`) and in its Indonesian language packs 3.9 and
5.0. The packs of older sites leave some of these texts in English, so both languages may stand in one file.
"""

import re
from collections.abc import Mapping, Sequence

from adapters.errors import AdapterError
from xapi.sheet import Cell, plain_name, text_of

COMPLETION, ACTIVITIES, GRADES = "penyelesaian", "aktivitas", "nilai"
DONE, PASSED, FAILED = "done", "passed", "failed"
PEOPLE: Mapping[str, str] = {
    plain_name(text): field
    for field, texts in {
        "idnumber": ("ID number", "Nomor ID", "Nomor identitas", "idnumber", "NIP"),
        "username": ("Username", "Nama pengguna", "Nama pengenal"),
        "fullname": ("Name", "Nama", "Full name", "Nama lengkap"),
        "firstname": ("First name", "Nama depan"),
        "lastname": ("Last name", "Nama belakang", "Nama akhir", "Surname"),
        "email": ("Email address", "Alamat email", "Alamat surel", "Email", "Surel"),
    }.items()
    for text in texts
}
_COMPLETE = {plain_name(text) for text in ("Course complete", "Kursus selesai", "Kursus lengkap")}
_DATE_OF = tuple(plain_name(text) for text in ("Completion date", "Tanggal penyelesaian", "Tanggal selesai"))
_EXPORTED = {plain_name(text) for text in ("Last downloaded from this course", "Terakhir diunduh dari kursus ini")}
_TOTAL = {plain_name(text) for text in ("Course total", "Nilai akhir", "Total kursus", "Total Kursus")}
_KINDS = {plain_name("Real"): "real", plain_name("Riil"): "real", plain_name("Nyata"): "real",
          plain_name("Percentage"): "percentage", plain_name("Persentase"): "percentage"}  # fmt: skip
_GRADE = re.compile(r"(?P<name>.+?)\s*\((?P<kind>[^()]+)\)")
_EXPECTED = re.compile(r"\d{4}-\d{2}-\d{2}")
_NOT_DONE = ("not completed", "tidak selesai", "belum selesai")
_FAILING = ("did not achieve", "tidak mencapai", "belum mencapai")
_PASSING = ("achieved pass", "mencapai nilai")


def heading(cells: Sequence[Cell]) -> list[Cell]:
    """A first row without the empty cells that a workbook has at its end; but an activity report ends with the day on
    which its last activity is expected, which may be empty."""
    last = max((at for at, cell in enumerate(cells) if cell is not None and cell != ""), default=-1)
    found = list(cells[: last + 1])
    return [*found, None] if found and not found[0] and not _is_day(found[-1]) else found


def kind_of(header: Sequence[Cell]) -> str:
    """Which export a first row begins: `COMPLETION`, `ACTIVITIES`, `GRADES`, or "" for none of them."""
    names = [plain_name(cell or "") for cell in header]
    known = set(PEOPLE) & set(names)
    if names and names[-1] in _EXPORTED:
        return GRADES
    if known and names[-1] in _COMPLETE:
        return COMPLETION
    # the column of names has no heading, and every activity has one more with the day on which it is expected
    return ACTIVITIES if len(names) > 2 and names[0] == "" and known else ""


def people_of(header: Sequence[Cell]) -> dict[int, str]:
    """Which positions say who a row is about, as fields of `PEOPLE`."""
    found = {at: PEOPLE[plain_name(cell)] for at, cell in enumerate(header) if cell and plain_name(cell) in PEOPLE}
    return found | ({0: "fullname"} if header and not header[0] else {})


def activities_of(header: Sequence[Cell], kind: str) -> list[tuple[str, int, int]]:
    """The activities: title, position of their state, position of their date."""
    if kind == ACTIVITIES:
        return _pairs(header)
    plain = [plain_name(cell or "") for cell in header]
    return [
        (text_of(header[at]), at, at + 1)
        for at in range(len(header) - 1)
        if plain[at] and any(plain[at + 1] == f"{plain[at]} {date}" for date in _DATE_OF)
    ]


def total_of(header: Sequence[Cell]) -> dict[str, int]:
    """The positions of the total of the course, by how it is shown: `real`, `percentage`."""
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        grade = _GRADE.fullmatch(text_of(cell)) if cell else None
        if grade and plain_name(grade["name"]) in _TOTAL and plain_name(grade["kind"]) in _KINDS:
            found.setdefault(_KINDS[plain_name(grade["kind"])], at)
    return found


def state_of(cell: Cell) -> str:
    """`DONE`, `PASSED`, `FAILED`, "" when an activity is not done; raises AdapterError `asn.state` for other words."""
    text = text_of(cell).casefold()
    if not text or text.startswith(_NOT_DONE):
        return ""
    if not text.startswith(("completed", "selesai")):
        raise AdapterError("asn.state", "no state", value=text[:40])
    if any(words in text for words in _FAILING):
        return FAILED
    return PASSED if any(words in text for words in _PASSING) else DONE


def _pairs(header: Sequence[Cell]) -> list[tuple[str, int, int]]:
    """The activities of an activity report, from the right: each title is followed by nothing, or by the day on which
    the activity is expected, and before them stand whatever fields the site shows of a person."""
    found: list[tuple[str, int, int]] = []
    at = len(header) - 2
    while at > 0 and header[at] and _is_day(header[at + 1]):
        found.append((text_of(header[at]), at, at + 1))
        at -= 2
    return found[::-1]


def _is_day(cell: Cell) -> bool:
    return not isinstance(cell, str) or _EXPECTED.match(cell) is not None
