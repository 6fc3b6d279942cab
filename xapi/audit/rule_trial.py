"""What would change: projects past statements under other rules into a ledger of its own, and compares the year.

The ledger in use is neither written nor read: both sides are made anew, of the same statements, in a scratch folder.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from xapi.alphabet import person_order
from xapi.audit.meanings import Stored
from xapi.audit.people import Employee, People, roster_of
from xapi.audit.projector import After, Statements, project, refresh_roster
from xapi.audit.report_columns import Column
from xapi.audit.report_formats import csv_of
from xapi.audit.rule_set import RuleSet
from xapi.audit.store.ledger import Ledger
from xapi.audit.words import N_
from xapi.database import migrate, open_database
from xapi.words import DEFAULT_LANGUAGE

PEOPLE = (
    Column("nip", N_("NIP"), "nip"),
    Column("name", N_("Nama"), "text"),
    Column("opd", N_("Perangkat daerah"), "text"),
    Column("status", N_("Status"), "text"),
    Column("before", N_("JP sebelum"), "jp"),
    Column("after", N_("JP sesudah"), "jp"),
    Column("met_before", N_("Capaian sebelum"), "met"),
    Column("met_after", N_("Capaian sesudah"), "met"),
)
OPDS = (
    Column("opd", N_("Perangkat daerah"), "text"),
    Column("employees", N_("Jumlah pegawai"), "count"),
    Column("changed", N_("Pegawai yang berubah"), "count"),
    Column("met_before", N_("Terpenuhi sebelum"), "count"),
    Column("met_after", N_("Terpenuhi sesudah"), "count"),
    Column("before", N_("JP sebelum"), "jp"),
    Column("after", N_("JP sesudah"), "jp"),
)
Row = Mapping[str, object]


class PersonChange(msgspec.Struct, frozen=True):
    """An employee whose accepted JP (hundredths) or verdict would change."""

    person: str
    nip: str
    name: str
    opd: str
    status: str
    before: int
    after: int
    met_before: bool
    met_after: bool


class OpdChange(msgspec.Struct, frozen=True):
    """One OPD before and after: how many meet the target, and accepted JP in hundredths."""

    opd: str
    employees: int
    changed: int
    met_before: int
    met_after: int
    before: int
    after: int


class Side(msgspec.Struct, frozen=True):
    """One side of the trial: the rules, and what the ledger made of the statements says of the whole year."""

    version: str
    hash: str
    met: int
    accepted: int
    pending: int
    findings: int


class Trial(msgspec.Struct, frozen=True):
    """What other rules would change in `year`, over the first `statements` statements."""

    year: int
    statements: int
    employees: int
    before: Side
    after: Side
    people: tuple[PersonChange, ...]
    opds: tuple[OpdChange, ...]

    def json(self) -> str:
        """The trial as JSON, JP in hundredths."""
        return msgspec.json.format(msgspec.json.encode(self), indent=2).decode() + "\n"

    def csv(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The people who change as CSV, headers in `language`."""
        return csv_of(PEOPLE, self.person_rows(), language)

    def person_rows(self) -> list[dict[str, object]]:
        """The people who change, by the keys of `PEOPLE`."""
        return [msgspec.structs.asdict(one) for one in self.people]

    def opd_rows(self) -> list[dict[str, object]]:
        """The OPDs, by the keys of `OPDS`."""
        return [msgspec.structs.asdict(one) for one in self.opds]


def try_rules(
    before: RuleSet,
    after: RuleSet,
    year: int,
    *,
    sources: tuple[str, Statements | After, People],
    scratch: Path,
) -> Trial:
    """What `after` would change in `year` against `before`.

    `sources` are the institution, its statements and its people; `scratch` is an empty folder for two databases, which
    the caller removes. Statements that arrive meanwhile count on neither side.
    """
    institution, statements, people = sources
    read: After = statements.after if hasattr(statements, "after") else statements
    roster = roster_of(people, year)
    old, last = _side(before, year, (institution, read, people), scratch / "sebelum.db")
    new, _ = _side(after, year, (institution, _up_to(read, last), people), scratch / "sesudah.db")
    changed = [
        _change(old.rows[one], new.rows[one], roster.get(one))
        for one in old.rows.keys() & new.rows.keys()
        if _differs(old, new, one)
    ]
    return Trial(
        year=year,
        statements=old.read,
        employees=len(old.rows),
        before=_summed(before, year, old),
        after=_summed(after, year, new),
        people=tuple(sorted(changed, key=lambda one: person_order(one.opd, one.name, one.nip))),
        opds=tuple(_opds(old.rows, new.rows, {one.person for one in changed})),
    )


class _Year(msgspec.Struct):
    """The year of every employee under one rule set, by person."""

    rows: Mapping[str, Row]
    read: int
    findings: int


def _side(rules: RuleSet, year: int, sources: tuple[str, After, People], file: Path) -> tuple[_Year, int]:
    """The year under `rules`, and the last statement that was read."""
    institution, read, people = sources
    engine = open_database(file, durability="NORMAL")
    try:
        migrate(engine, "xapi.audit")
        ledger = Ledger(engine, institution)
        summary = project(ledger, read, people, rules)
        refresh_roster(ledger, people, year)
        rows = {str(row["person"]): row for row in ledger.rows(["report_person"], year)["report_person"]}
        return _Year(rows, summary.read, len(ledger.findings())), ledger.cursor()
    finally:
        engine.dispose()


def _up_to(read: After, last: int) -> Callable[[str, int, int], Sequence[Stored]]:
    """`read`, without what was stored after `last`."""
    return lambda institution, seq, limit: [one for one in read(institution, seq, limit) if one.seq <= last]


def _differs(old: _Year, new: _Year, person: str) -> bool:
    keys = ("accepted", "met")
    return any(old.rows[person][key] != new.rows[person][key] for key in keys)


def _change(old: Row, new: Row, employee: Employee | None) -> PersonChange:
    nip = employee.nip if employee else ""
    return PersonChange(
        person=str(old["person"]),
        nip=str(getattr(nip, "digits", nip or "")),
        name=(employee.name if employee else "") or "",
        opd=str(old["opd"]),
        status=(employee.status if employee else "") or "",
        before=_whole(old, "accepted"),
        after=_whole(new, "accepted"),
        met_before=bool(old["met"]),
        met_after=bool(new["met"]),
    )


def _summed(rules: RuleSet, year: int, side: _Year) -> Side:
    return Side(
        version=rules.of_year(year).version,
        hash=rules.hash,
        met=sum(_whole(row, "met") for row in side.rows.values()),
        accepted=sum(_whole(row, "accepted") for row in side.rows.values()),
        pending=sum(_whole(row, "pending") for row in side.rows.values()),
        findings=side.findings,
    )


def _opds(old: Mapping[str, Row], new: Mapping[str, Row], changed: set[str]) -> list[OpdChange]:
    groups: dict[str, list[str]] = {}
    for person, row in old.items():
        groups.setdefault(str(row["opd"]), []).append(person)
    return [
        OpdChange(
            opd=opd,
            employees=len(people),
            changed=sum(person in changed for person in people),
            met_before=sum(_whole(old[person], "met") for person in people),
            met_after=sum(_whole(new[person], "met") for person in people),
            before=sum(_whole(old[person], "accepted") for person in people),
            after=sum(_whole(new[person], "accepted") for person in people),
        )
        for opd, people in sorted(groups.items())
    ]


def _whole(row: Row, key: str) -> int:
    return int(str(row[key]))
