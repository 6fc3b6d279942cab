"""The evidence that a participant carried out the plan (rancangan revolusi cara kerja), and who validated it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from adapters.errors import AdapterError
from adapters.evidence import hash_of
from adapters.lan_elearning.participants import ACCOUNT, NAME, NIP, Participant
from adapters.lan_elearning.traces import Reading
from adapters.tables import any_words_of, one_of, read_table, words_of
from xapi.sheet import Cell, Column, date_of
from xapi.sheet_rows import RefusedCell, RowReader

APPROVED = "Disetujui"
STATUSES = ("Ditinjau", APPROVED, "Ditolak", "Perbaikan")
COLUMNS = (
    NIP,
    ACCOUNT,
    NAME,
    Column("plan", "Judul rancangan", ("Rancangan", "Judul", "Plan")),
    Column("day", "Tanggal implementasi", ("Tanggal", "Selesai", "Date")),
    Column("file", "Berkas bukti", ("Bukti", "Nama berkas", "Evidence"), required=False),
    Column("status", "Status validasi", ("Status", "Validasi")),
    Column("role", "Peran validator", ("Validator", "Divalidasi oleh", "Role"), required=False),
    Column("decided", "Tanggal validasi", ("Tgl validasi", "Validated on"), required=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementation:
    """A plan carried out by `who`: its `plan` (title), the `day` it was, and the SHA-256 of its evidence ("": none).

    `status` is one of `STATUSES`; when it is Disetujui, somebody in the `role` validated it on `decided`.
    """

    who: Participant
    plan: str
    day: date
    evidence: str
    status: str
    role: str
    decided: date | None

    @property
    def validated(self) -> bool:
        """Whether it releases the pass."""
        return self.status == APPROVED


def read_implementations(
    files: Sequence[Path], folder: Path | None, reading: Reading, refused: list[RefusedCell]
) -> dict[str, Implementation]:
    """What the tables `files` say, by the digits of the NIP; the evidence lies in `folder`."""
    found: dict[str, tuple[int, Implementation]] = {}
    for path in files:
        for row in read_table(path, COLUMNS, refused):
            one = _implementation(row, folder, reading)
            if one is None:
                continue
            digits = one.who.nip.digits
            if digits in found:
                row.refuse("plan", AdapterError("lan.implementation_of_one", "twice", row=found[digits][0]))
            else:
                found[digits] = row.number, one
    return {digits: one for digits, (_row, one) in found.items()}


def _implementation(row: RowReader, folder: Path | None, reading: Reading) -> Implementation | None:
    who = reading.people.of(row)
    plan, day = row.cell("plan", words_of), row.cell("day", lambda cell: _day(cell, reading))
    evidence, status = row.cell("file", lambda cell: hash_of(cell, folder)), row.cell("status", one_of(STATUSES))
    role, decided = row.cell("role", any_words_of), row.cell("decided", date_of)
    if who is None or day is None or not row.good:
        return None
    one = Implementation(who=who, plan=plan or "", day=day, evidence=evidence or "", status=status or "",
                         role=role or "", decided=decided)  # fmt: skip
    if one.validated:
        _check_validation(row, one, reading)
    return one if row.good else None


def _check_validation(row: RowReader, one: Implementation, reading: Reading) -> None:
    """A validation has evidence, a validator and a day on which it can have been."""
    if not one.evidence:
        row.refuse("file", AdapterError("lan.no_evidence", "validated without evidence"))
    if not one.role:
        row.refuse("role", AdapterError("lan.no_validator", "validated by nobody"))
    today = reading.now.astimezone(reading.schedule.course.zone).date()
    if one.decided is None or not one.day <= one.decided <= today:
        row.refuse("decided", AdapterError("lan.validated_when", "no such day"))


def _day(cell: Cell, reading: Reading) -> date:
    day = date_of(cell)
    if day is None:
        raise AdapterError("cell.empty", "an empty cell")
    if day > reading.now.astimezone(reading.schedule.course.zone).date():
        raise AdapterError("lan.in_future", "not yet")
    if day < reading.schedule.course.first:
        first = reading.schedule.course.first.isoformat()
        raise AdapterError("lan.before_course", "before the course", first=first)
    return day
