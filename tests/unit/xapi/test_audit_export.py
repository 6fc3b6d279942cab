"""An export counts only when it is whole, is replaced in one step, and is never taken from a manifest that lies."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xapi.audit.engines.duck import DuckDbEngine
from xapi.audit.engines.export import export_parquet
from xapi.audit.engines.made_up import make_up_nation, sizes_of
from xapi.audit.engines.manifest import MANIFEST, ParquetPlace, exclusive
from xapi.audit.engines.nation import batches, institution_sums
from xapi.audit.projector import project
from xapi.audit.rules import load_rules
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import INSTITUTION, ListedEmployee, ListedPeople, ListedStatements, credit, person_id
from xapi.database import migrate, open_database
from xapi.errors import AuditError

NOW = datetime(2026, 12, 31, tzinfo=UTC)
RULES = load_rules()
PEOPLE = ListedPeople([ListedEmployee(person_id(1), "198501012099031001", "Ni Made Ayu")])


@pytest.fixture
def statements() -> ListedStatements:
    made = ListedStatements()
    made.add(credit(1, 1, 400, "seminar"))
    return made


@pytest.fixture
def ledger(tmp_path: Path, statements: ListedStatements):
    engine = open_database(tmp_path / "uji.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    found = Ledger(engine, INSTITUTION)
    project(found, statements, PEOPLE, RULES)
    yield found
    engine.dispose()


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.parquet")}


def accepted(folder: Path) -> int:
    place = ParquetPlace(folder)
    with DuckDbEngine(place, 2026, [INSTITUTION], spill=folder / "spill", threads=1) as duck:
        return sum(int(str(row["accepted"])) for row in duck.rows("report_opd"))


def test_a_new_export_takes_the_place_of_the_last_with_all_its_files(tmp_path: Path, ledger, statements) -> None:
    folder = tmp_path / "parquet"
    export_parquet(ledger, folder, made_at=NOW, name="a" * 32)
    first = files(folder)
    statements.add(credit(2, 1, 300, "kursus"))
    project(ledger, statements, PEOPLE, RULES)
    done = export_parquet(ledger, folder, made_at=NOW, name="b" * 32)
    assert (done.credits, done.employees, done.years) == (2, 1, (2026,))
    assert not first & files(folder)
    assert files(folder) == {part.path for part in ParquetPlace(folder).manifest.institutions[INSTITUTION].parts}
    assert accepted(folder) == 700


def test_an_export_that_breaks_off_leaves_the_last_one_and_nothing_of_itself(
    tmp_path: Path, ledger, statements
) -> None:
    folder = tmp_path / "parquet"
    export_parquet(ledger, folder, made_at=NOW, name="a" * 32)
    before, listed = files(folder), (folder / MANIFEST).read_bytes()
    statements.add(credit(2, 1, 300, "kursus"))
    project(ledger, statements, PEOPLE, RULES)

    def break_off(rows: int):
        def tick(done: int) -> None:
            raise OSError("disk")

        return tick

    with pytest.raises(OSError, match="disk"):
        export_parquet(ledger, folder, made_at=NOW, name="b" * 32, begin=break_off)
    assert (files(folder), (folder / MANIFEST).read_bytes()) == (before, listed)
    assert accepted(folder) == 400
    assert not list(folder.glob(".part-*"))


def test_two_exports_into_one_folder_do_not_meet(tmp_path: Path, ledger) -> None:
    with exclusive(tmp_path / "parquet"), pytest.raises(AuditError) as refused:
        export_parquet(ledger, tmp_path / "parquet", made_at=NOW, name="a" * 32)
    assert refused.value.code == "audit.parquet_busy"


@pytest.mark.parametrize(
    "change",
    [
        lambda found: {**found, "format": "another"},
        lambda found: {**found, "version": 2},
        lambda found: {**found, "more": 1},
        lambda found: _with_path(found, "../../etc/passwd.parquet"),
        lambda found: _with_path(found, "/etc/passwd.parquet"),
        lambda found: _with_path(found, "credit/a'b.parquet"),
        lambda found: {**found, "institutions": {"x": next(iter(found["institutions"].values()))}},
        lambda found: [],
    ],
)
def test_a_manifest_that_is_none_or_leads_outside_is_refused(tmp_path: Path, ledger, change) -> None:
    export_parquet(ledger, tmp_path / "parquet", made_at=NOW, name="a" * 32)
    manifest = tmp_path / "parquet" / MANIFEST
    manifest.write_text(json.dumps(change(json.loads(manifest.read_text()))))
    with pytest.raises(AuditError) as refused:
        ParquetPlace(tmp_path / "parquet")
    assert refused.value.code == "audit.parquet_damaged"


def _with_path(found: dict, path: str) -> dict:
    next(iter(found["institutions"].values()))["parts"][0]["path"] = path
    return found


@pytest.mark.parametrize(
    ("damage", "code"), [(Path.unlink, "changed"), (lambda p: p.write_bytes(b"x" * 99), "damaged")]
)
def test_a_file_that_is_gone_or_damaged_is_said(tmp_path: Path, ledger, damage, code: str) -> None:
    export_parquet(ledger, tmp_path / "parquet", made_at=NOW, name="a" * 32)
    damage(next((tmp_path / "parquet").rglob("credit/**/*.parquet")))
    with pytest.raises(AuditError) as refused:
        accepted(tmp_path / "parquet")
    assert refused.value.code == f"audit.parquet_{code}"


def test_an_empty_folder_and_a_year_without_export_are_said(tmp_path: Path, ledger) -> None:
    with pytest.raises(AuditError) as refused:
        ParquetPlace(tmp_path / "parquet")
    assert refused.value.code == "audit.parquet_missing"
    export_parquet(ledger, tmp_path / "parquet", made_at=NOW, name="a" * 32)
    with pytest.raises(AuditError) as refused:
        DuckDbEngine(ParquetPlace(tmp_path / "parquet"), 2031, [INSTITUTION], spill=tmp_path / "spill")
    assert refused.value.code == "audit.parquet_year"


def test_a_nation_in_batches_is_the_sum_of_its_institutions(tmp_path: Path) -> None:
    folder = tmp_path / "negeri"
    credits = make_up_nation(folder, 13_100, 2026, rules=RULES, made_at=NOW)
    place = ParquetPlace(folder)
    institutions = place.institutions(2026)

    def opened(group):
        return DuckDbEngine(place, 2026, group, spill=tmp_path / "spill", threads=1)

    together = [row for rows in institution_sums(place, 2026, opened) for row in rows]
    alone = []
    for institution in institutions:
        with opened([institution]) as duck:
            alone += duck.rows("sum_institution")  # by the trail
    assert together == sorted(alone, key=lambda row: str(row["institution"]))
    assert sum(int(str(row["credits"])) for row in together) == credits
    assert len(list(batches(place, 2026, most=1))) == len(institutions) == 2


@pytest.mark.parametrize("asn", [1, 40, 6_500, 100_000, 4_168_118])
def test_the_institutions_of_a_made_up_nation_hold_everybody(asn: int) -> None:
    sizes = sizes_of(asn)
    assert sum(sizes) == asn
    assert min(sizes) > 0
