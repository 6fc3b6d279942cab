"""What the adapter does with its files: the forms of a plan, and the records of the sheets that come back."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from adapters.attendance import Notes
from adapters.base import FileRecords
from adapters.errors import AdapterError
from adapters.evidence import MOST_BYTES, hash_of_file
from adapters.forms import FormFile
from adapters.radio.codes import read_code
from adapters.radio.form_page import page_of
from adapters.radio.form_paper import paper_of
from adapters.radio.form_sheet import table_of, workbook_of
from adapters.radio.plan import Form, plan_beside, read_plan
from adapters.radio.sheet import TITLES, Present, read_lines
from adapters.records import LearningRecord
from adapters.remote import Connection
from adapters.table_files import TableHeld
from xapi.intake import Identity
from xapi.sheet_rows import RefusedCell
from xapi.vocabulary import ATTENDED, JAMPEL, TYPE_EVENT

WRITERS: Mapping[str, Callable[[Form, str], bytes]] = {
    "pdf": paper_of, "html": page_of, "xlsx": workbook_of, "csv": table_of,
}  # fmt: skip
SCANS = frozenset({".pdf", ".jpg", ".jpeg", ".png", ".webp", ".heic"})
_DIGITS = 24


class RadioExchange:
    """Reads sheets of forms, one or many in a file. The same sheet twice, also at two desks, counts once."""

    extensions: tuple[str, ...] = (".csv", ".xlsx", ".ods")
    source = "sheet"
    form_kinds: tuple[str, ...] = tuple(WRITERS)

    def forms(
        self, path: Path, connection: Connection, kinds: Sequence[str], language: str
    ) -> tuple[Sequence[FormFile], Sequence[RefusedCell]]:
        """As in `FormPrinter`."""
        refused: list[RefusedCell] = []
        plan = read_plan(path, connection.forms, refused)
        if refused:
            return (), refused
        return [FormFile(f"{_name(form)}.{kind}", WRITERS[kind](form, language)) for form in plan for kind in kinds], ()

    def read(self, path: Path, connection: Connection) -> FileRecords:
        """As in `Exchange`; raises AdapterError `radio.no_plan` without a plan of the classes."""
        refused: list[RefusedCell] = []
        notes = Notes()
        plan = read_plan(plan_beside(path.parent, connection), connection.forms, refused)
        if refused:  # without its form, every line would be refused too
            return FileRecords((), refused)
        found = read_lines(path, {form.code: form for form in plan}, refused, notes)
        scans = _scans(path.parent, refused)
        for one in found:
            if one.form.end > connection.clock():
                error = AdapterError("radio.in_future", "not yet")
                refused.append(RefusedCell(one.row, TITLES["code"], error.code, error))
        if not found and not refused:
            raise AdapterError("radio.nobody", "nobody was there", file=path.name)
        first = {one.form.code: one.row for one in reversed(found)}
        for code in sorted(first.keys() - scans.keys(), key=lambda code: first[code]):
            notes.add(first[code], TITLES["code"], AdapterError("radio.no_scan", "no photo", form=code))
        records = [_record(one, scans.get(one.form.code, "")) for one in found]
        return TableHeld(records, sorted(refused, key=lambda bad: bad.row), notes=notes)


def session_iri(form: Form) -> str:
    """The IRI of a session: the same at every place and desk, so that what is typed twice is counted once."""
    digest = hashlib.sha256("\n".join(form.session_key).encode()).hexdigest()[:_DIGITS]
    return f"{JAMPEL}kegiatan/radio/{digest}"


def _record(one: Present, evidence: str) -> LearningRecord:
    form, counts = one.form, one.form.late_counts or not one.late
    iri = session_iri(form)
    topic = f", {form.topic}" if form.topic else ""
    return LearningRecord(
        key=(iri, "hadir"),
        who=Identity(nip=one.nip, name=one.name or None),
        place=str(one.row),
        verb=ATTENDED,
        activity=iri,
        activity_type=TYPE_EVENT,
        title=f"{form.title} ({form.session})",
        description=f"{form.organiser}{topic}, {form.start:%Y-%m-%d %H:%M} – {form.end:%H:%M} {form.zone}",
        at=form.end,
        lasted=form.end - one.came,
        completed=counts,
        jp=form.jp if counts else None,
        form=form.form if counts else "",
        evidence=evidence,
        organiser=form.organiser,
        zone=form.zone,
    )


def _scans(folder: Path, refused: list[RefusedCell]) -> dict[str, str]:
    """The SHA-256 of the photo or scan of each form, by the code in the name of its file."""
    found: dict[str, str] = {}
    names: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        code = _code_in(path) if path.suffix.lower() in SCANS and path.is_file() else None
        if code is None or path.stat().st_size > MOST_BYTES:
            continue
        digest = hash_of_file(path, path.name)
        if code in found and found[code] != digest:
            error = AdapterError("radio.scan_twice", "two scans", form=code, first=names[code], second=path.name)
            refused.append(RefusedCell(0, "", error.code, error))
        found.setdefault(code, digest)
        names.setdefault(code, path.name)
    return found


def _code_in(path: Path) -> str | None:
    """The code that a photo is named by, `7K3M-Q9TX.jpg`: the form as it was printed is no evidence of anything."""
    return read_code(path.stem)


def _name(form: Form) -> str:
    """The name of the files of a form; a photo is told from them by having the code alone."""
    return f"formulir-{form.session}-{form.code}"
