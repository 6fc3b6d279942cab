"""One SQL, every engine: SQLite, PostgreSQL, DuckDB and a Spark cluster say what plain Python reckons, row for row."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from tests.contract.audit_reckoning import RECKONED, Year, across
from tests.unit.xapi.test_audit_sql import FORMS, SQL, reckon
from tools.spark_cluster import SMALL, SparkCluster
from xapi.audit.engines.duck import DuckDbEngine
from xapi.audit.engines.engine import FileEngine
from xapi.audit.engines.export import export_parquet
from xapi.audit.engines.manifest import MANIFEST, ParquetPlace
from xapi.audit.engines.nation import shared_certificates
from xapi.audit.engines.spark import SparkEngine, open_spark
from xapi.audit.projector import rebuild
from xapi.audit.report_scope import Scope
from xapi.audit.rules import load_rules
from xapi.audit.store.engine import SqlEngine
from xapi.audit.store.ledger import Ledger
from xapi.audit.testing import (
    INSTITUTION,
    ListedEmployee,
    ListedPeople,
    ListedStatements,
    credit,
    person_id,
    review,
    void,
)
from xapi.database import migrate, open_database, reading

RULES = load_rules()
YEAR = 2026
NOW = datetime(2026, 12, 31, 23, tzinfo=UTC)
NAMES = [path.stem for path in SQL]
ALL_FORMS = (*FORMS, "pelatihan-teknis", "bimbingan-teknis", "sosialisasi", "kursus")
STATUSES = ("PNS", "PNS", "PPPK", "CPNS", "Honorer")
OWN = ("days", "certificate", "international", "duration", "evidence", "home_page")
Rows = list[dict[str, object]]


def employees(count: int) -> list[ListedEmployee]:
    rng = random.Random(count)
    return [
        ListedEmployee(
            person_id(i),
            f"1985010120990310{i:02d}",
            f"Pegawai {i}",
            f"Dinas {i % 5}",
            rng.choice(STATUSES),
            position=f"Jabatan {i % 7}",
            grade=f"III/{i % 3}",
        )  # fmt: skip
        for i in range(1, count + 1)
    ]


def listed(specs: list[dict]) -> ListedStatements:
    """A statement for each spec, reviewed or voided as it says; `stored` is when it arrived."""
    statements = ListedStatements()
    for number, spec in enumerate(specs, start=1):
        own = {k: v for k, v in spec.items() if k in OWN}
        given = {
            **own, "at": spec["at"].isoformat().replace("+00:00", "Z"), "title": spec["title"],
            "activity": f"https://example.test/{spec['activity']}",
        }  # fmt: skip
        stored = spec.get("stored", NOW).isoformat().replace("+00:00", "Z")
        made = credit(number, spec["person"], spec["jp"], spec["bentuk"], **given)
        statements.add(made, spec["source"], stored=stored)
        if spec["review"]:
            statements.add(review(100_000 + number, number, spec["review"]), "review", stored=stored)
        if spec["voided"]:
            statements.add(void(200_000 + number, number), spec["voided"], stored=stored)
    return statements


def any_spec(rng: random.Random) -> dict:
    """A record as it may come: most are ordinary, every kind of oddity happens."""
    minutes = rng.choice([None, None, 1, 8, 30, 45, 90, 120, 480, 1500, 4000])
    activity = rng.randint(1, 40)
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(365 * 1440))
    at = at.replace(year=rng.choice([2026] * 9 + [2025]))
    return {
        "person": rng.randint(1, 45), "activity": activity,
        "title": rng.choice([f"Kegiatan {activity % 17}", "", "Ünï ☃ 'q'"]),
        "at": rng.choice([at, at, datetime(2026, 6, rng.randint(1, 5), rng.randint(0, 9), tzinfo=UTC)]),
        "jp": rng.choice([0, 3, 8, 100, 200, 200, 400, 400, 1500, 4500, minutes and minutes * 100 or 200, 900_000]),
        "bentuk": rng.choice(ALL_FORMS), "days": rng.choice([1, 1, 1, 1, 2, 5]),
        "certificate": rng.choice([None, None, None, f"S-{rng.randint(1, 150)}", "a\"b\\n;'é 中"]),
        "international": rng.random() < 0.1, "evidence": rng.choice([None, "ab" * 32]),
        "source": rng.choice(["launch", "launch", "lms_record", "lms_record", "package", "sheet", "foreign"]),
        "review": rng.choice([None] * 6 + ["Disetujui", "Disetujui", "Ditolak", "Perbaikan"]),
        "voided": rng.choice([None] * 30 + ["lms_record", "foreign"]),
        **({"home_page": "https://lain.test"} if rng.random() < 0.01 else {}),
        **({} if minutes is None else {"duration": f"PT{minutes}M"}),
        **({"stored": at - timedelta(hours=rng.choice([3, 30]))} if rng.random() < 0.02 else {}),
    }  # fmt: skip


def large_set() -> list[dict]:
    """Some thousand records, a crowd that finished in one second, and a module with a usual duration."""
    rng = random.Random(26)
    specs = [any_spec(rng) for _ in range(2500)]
    second = datetime(2026, 5, 4, 3, 0, 7, tzinfo=UTC)
    plain = {"jp": 200, "bentuk": "kursus", "days": 1, "review": None, "voided": None, "title": "Bersama"}
    for person in range(1, 26):
        specs.append({**plain, "person": person, "activity": "bersama", "at": second, "source": "launch"})
        specs.append({**plain, "person": person, "activity": "daftar", "at": second, "source": "sheet"})
        minutes = 60 + person if person % 8 else 9
        later = second + timedelta(days=person)
        specs.append(
            {
                **plain,
                "person": person,
                "activity": "modul",
                "at": later,
                "source": "launch",
                "duration": f"PT{minutes}M",
            }
        )
    return specs


def in_plain_python(engine: Engine, people: list[ListedEmployee], year: int = YEAR) -> dict[str, Rows]:
    """What every reckoned file should give, from the credits as projected."""
    with reading(engine) as connection:
        credits = [
            dict(r) for r in connection.execute(text("SELECT * FROM ledger_credit WHERE standing = 1")).mappings()
        ]
        found = "SELECT statement_id, reason, path, source, stored FROM ledger_finding"
        findings = [dict(r) for r in connection.execute(text(found)).mappings()]
        ignored = """SELECT v.statement_id, 'void_ignored' AS reason, '$.object.id' AS path, v.source, v.stored
            FROM ledger_void v JOIN ledger_credit c ON c.statement_id = v.target WHERE c.standing = 1"""
        findings += [dict(r) for r in connection.execute(text(ignored)).mappings()]
    years = {c["year"] for c in credits} | {year}
    made, sums = reckon(credits, people, years)
    known = Year(year, credits, {p.person: p for p in people}, made, sums, findings)
    return {name: reckoned(known) for name, reckoned in RECKONED.items()}


def in_order(rows: Rows) -> list[str]:
    return sorted(repr(sorted(row.items())) for row in rows)


def differences(said: Callable[[str], Rows], expected: dict[str, Rows]) -> dict[str, tuple[list[str], list[str]]]:
    """The first rows of each file that only one side has."""
    wrong = {}
    for name, rows in expected.items():
        ours, theirs = in_order(said(name)), in_order(rows)
        if ours != theirs:
            wrong[name] = ([r for r in ours if r not in theirs][:2], [r for r in theirs if r not in ours][:2])
    return wrong


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The large set, projected."""
    engine = open_database(tmp_path_factory.mktemp("mesin") / "uji.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    rebuild(Ledger(engine, INSTITUTION), listed(large_set()), ListedPeople(employees(40)), RULES)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def expected(sqlite: Engine) -> dict[str, Rows]:
    return in_plain_python(sqlite, employees(40))


@pytest.fixture(scope="module")
def exported(sqlite: Engine, tmp_path_factory: pytest.TempPathFactory) -> ParquetPlace:
    folder = tmp_path_factory.mktemp("parquet")
    export_parquet(Ledger(sqlite, INSTITUTION), folder, made_at=NOW, name="ab" * 16)
    return ParquetPlace(folder)


@pytest.fixture(scope="module")
def duckdb(exported: ParquetPlace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FileEngine]:
    with DuckDbEngine(exported, YEAR, [INSTITUTION], spill=tmp_path_factory.mktemp("spill"), threads=1) as engine:
        yield engine


@pytest.fixture(scope="module")
def spark(exported: ParquetPlace, require: Callable[[str], str]) -> Iterator[FileEngine]:
    """A real cluster: a master and two workers, each in a process of its own, as the executors are."""
    folder = Path(tempfile.mkdtemp(prefix="jampel-spark-"))
    cluster = SparkCluster(Path(require("spark")), folder)
    session = None
    try:
        session = open_spark(cluster.master, settings=SMALL)
        with SparkEngine(session, exported, YEAR, [INSTITUTION]) as engine:
            yield engine
    finally:
        if session is not None:
            session.stop()
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> tuple[ParquetPlace, Rows]:
    """Three institutions of other rules each, and what plain Python reckons of their certificates."""
    folder, rng = tmp_path_factory.mktemp("negeri"), random.Random(3)
    engine = open_database(folder / "uji.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    known = {}
    for place, institution in enumerate(("c" * 32, "a" * 32, "b" * 32)):
        specs = [{**any_spec(rng), "person": 10 * place + rng.randint(1, 9)} for _ in range(150)]
        statements, ledger = listed(specs), Ledger(engine, institution)
        own = lambda _institution, seq, limit, held=statements: held.after(INSTITUTION, seq, limit)  # noqa: E731
        rebuild(ledger, own, ListedPeople(employees(40)), RULES)
        export_parquet(ledger, folder / "parquet", made_at=NOW, name=institution)
        query = "SELECT * FROM ledger_credit WHERE standing = 1 AND institution = :institution"
        with reading(engine) as connection:
            found = connection.execute(text(query), {"institution": institution}).mappings()
            known[institution] = [dict(row) for row in found]
    engine.dispose()
    manifest = folder / "parquet" / MANIFEST
    rules = ParquetPlace(folder / "parquet").rules("a" * 32)
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(rules, "f" * 64, 1), encoding="utf-8")
    return ParquetPlace(folder / "parquet"), across(known, YEAR)


def test_the_large_set_shows_every_anomaly(expected: dict[str, Rows]) -> None:
    assert [name for name in expected if not expected[name]] == []
    assert {str(row["mark"]) for row in expected["anomaly_wrong_unit"]} == {"fixed", "minutes", "hundredth"}
    assert {str(row["mark"]) for row in expected["anomaly_double_entry"]} == {"activity", "day", "title"}
    reasons = {str(row["mark"]) for row in expected["anomaly_unusable"]}
    assert "void_ignored" in reasons


def test_every_anomaly_and_every_report_is_reckoned() -> None:
    assert {name for name in NAMES if name.startswith(("anomaly_", "report_"))} <= set(RECKONED)


def test_sqlite_says_what_plain_python_reckons(sqlite: Engine, expected: dict[str, Rows]) -> None:
    rows = Ledger(sqlite, INSTITUTION).rows(list(expected), YEAR)
    assert differences(rows.__getitem__, expected) == {}


def test_counting_gives_the_number_of_rows(sqlite: Engine, duckdb: FileEngine, expected: dict[str, Rows]) -> None:
    numbers = {name: len(rows) for name, rows in expected.items()}
    assert Ledger(sqlite, INSTITUTION).how_many(list(expected), YEAR) == numbers
    assert {name: duckdb.how_many(name) for name in expected} == numbers


def test_postgresql_says_what_plain_python_reckons(postgres, expected: dict[str, Rows]) -> None:
    engine = open_database(postgres.new_database(), durability="NORMAL")
    migrate(engine, "xapi.audit")
    ledger = Ledger(engine, INSTITUTION)
    rebuild(ledger, listed(large_set()), ListedPeople(employees(40)), RULES)
    rows = ledger.rows(list(expected), YEAR)
    assert ledger.how_many(list(expected), YEAR) == {name: len(found) for name, found in rows.items()}
    engine.dispose()
    assert differences(rows.__getitem__, expected) == {}


def test_duckdb_says_what_plain_python_reckons(duckdb: FileEngine, expected: dict[str, Rows]) -> None:
    assert differences(duckdb.rows, expected) == {}


def test_duckdb_says_what_sqlite_says_of_every_file(sqlite: Engine, duckdb: FileEngine) -> None:
    with reading(sqlite) as connection:
        engine = SqlEngine(connection, INSTITUTION)
        engine.parameters(YEAR, 45, 20)
        said = {name: [row for row in engine.rows(name) if row.get("year", YEAR) == YEAR] for name in NAMES}
    assert differences(duckdb.rows, said) == {}


def test_duckdb_finds_certificates_of_several_institutions_as_plain_python_does(nation, tmp_path: Path) -> None:
    place, reckoned = nation
    assert {row["institution"] for row in reckoned} == {"a" * 32, "b" * 32, "c" * 32}
    assert {row["amount"] for row in reckoned} == {2, 3}

    def opened(institutions):
        return DuckDbEngine(place, YEAR, institutions, spill=tmp_path / "spill", threads=1, any_rules=True)

    assert in_order(shared_certificates(place, YEAR, opened)) == in_order(reckoned)
    assert shared_certificates(place, 1999, opened) == []


SCOPES = [
    Scope(opd="Dinas 1"),
    Scope(status="PNS", quarter=2),
    Scope(grade="III/1", met=False),
    Scope(position="Jabatan 3", quarter=4),
    Scope(opd="it's \\n"),
]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.words("en") or "everyone")
def test_duckdb_narrows_a_report_as_sqlite_does(sqlite: Engine, duckdb: FileEngine, scope: Scope) -> None:
    ledger = Ledger(sqlite, INSTITUTION)
    names = ["report_person", "report_opd", "report_quarter", "report_grade", "overview"]
    said = dict(zip(names, ledger.scoped_rows([(name, scope) for name in names], YEAR), strict=True))
    assert differences(lambda name: duckdb.scoped_rows(name, scope), said) == {}


def test_years_by_sums_are_the_years_by_the_trail(duckdb: FileEngine) -> None:
    said = {"person_year_lean": duckdb.rows("person_year")}
    assert differences(duckdb.rows, said) == {}


@pytest.mark.thorough
def test_a_spark_cluster_narrows_a_report_as_duckdb_does(spark: FileEngine, duckdb: FileEngine) -> None:
    said = {"report_person": duckdb.scoped_rows("report_person", SCOPES[1])}
    assert differences(lambda name: spark.scoped_rows(name, SCOPES[1]), said) == {}


@pytest.mark.thorough
def test_a_spark_cluster_finds_certificates_of_several_institutions(spark: FileEngine, nation) -> None:
    place, reckoned = nation
    session = spark._spark.newSession()  # with names of its own on the same cluster

    def opened(institutions):
        return SparkEngine(session, place, YEAR, institutions, any_rules=True)

    assert in_order(shared_certificates(place, YEAR, opened)) == in_order(reckoned)


@pytest.mark.thorough
def test_a_spark_cluster_says_what_plain_python_reckons(spark: FileEngine, expected: dict[str, Rows]) -> None:
    assert differences(spark.rows, expected) == {}


@pytest.mark.thorough
def test_a_spark_cluster_says_what_duckdb_says_of_the_rest(spark: FileEngine, duckdb: FileEngine) -> None:
    rest = {name: duckdb.rows(name) for name in NAMES if name not in RECKONED}
    assert differences(spark.rows, rest) == {}


SPEC = st.fixed_dictionaries(
    {
        "person": st.integers(1, 3),
        "activity": st.integers(1, 4),
        "title": st.sampled_from(["", "A", "B"]),
        "at": st.dates(date(2025, 12, 30), date(2026, 1, 4)).flatmap(
            lambda day: st.integers(0, 1439).map(
                lambda minute: datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=UTC)
            )
        ),
        "jp": st.sampled_from([0, 8, 200, 400, 3300, 9000, 1_000_000]),
        "bentuk": st.sampled_from(ALL_FORMS),
        "days": st.sampled_from([1, 1, 1, 3]),
        "certificate": st.sampled_from([None, "A-1", "a-1", "\u0000x'\"\\"]),
        "international": st.booleans(),
        "evidence": st.sampled_from([None, "cd" * 32]),
        "duration": st.sampled_from(["", "PT8M", "PT90M", "PT20H", "P3D"]),
        "source": st.sampled_from(["launch", "lms_record", "package", "sheet", "foreign"]),
        "review": st.sampled_from([None, None, "Disetujui", "Disetujui", "Ditolak"]),
        "voided": st.sampled_from([None, None, None, "lms_record", "foreign"]),
    }
)


ORDINARY = {
    "person": 2, "activity": 9, "title": "", "at": datetime(2026, 2, 2, 2, tzinfo=UTC), "jp": 200, "bentuk": "kursus",
    "source": "launch", "review": None, "voided": None,
}  # fmt: skip
"""A record of the year, so that there is a roster."""


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Path]]:
    folder = tmp_path_factory.mktemp("apa-saja")
    engine = open_database(folder / "uji.db", durability="NORMAL")
    migrate(engine, "xapi.audit")
    yield engine, folder
    engine.dispose()


@settings(max_examples=10, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(specs=st.lists(SPEC, max_size=25))
def test_sqlite_and_duckdb_say_what_plain_python_reckons_of_any_records(emptied, specs: list[dict]) -> None:
    engine, folder = emptied
    ledger = Ledger(engine, INSTITUTION)
    rebuild(ledger, listed([*specs, ORDINARY]), ListedPeople(employees(2)), RULES)
    said = in_plain_python(engine, employees(2))
    rows = ledger.rows(list(said), YEAR)
    assert differences(rows.__getitem__, said) == {}
    export_parquet(ledger, folder / "parquet", made_at=NOW, name="cd" * 16)
    with DuckDbEngine(ParquetPlace(folder / "parquet"), YEAR, [INSTITUTION], spill=folder / "spill", threads=1) as duck:
        assert differences(duck.rows, {**said, "person_year_lean": duck.rows("person_year")}) == {}
