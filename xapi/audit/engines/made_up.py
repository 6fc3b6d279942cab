"""A made-up nation as Parquet files: the ledgers of many institutions, for measuring; no statement is written.

DuckDB makes the rows from numbers, so that millions take seconds. The same seed gives the same nation with the same
version of DuckDB.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from xapi.audit.engines.duck import connect, sql_type
from xapi.audit.engines.export import export_parquet
from xapi.audit.engines.layout import LASTING, columns_of
from xapi.audit.engines.manifest import Parameters, ParquetPlace, Part, Share, exclusive, replace_shares
from xapi.audit.rule_set import RuleSet
from xapi.audit.store.ledger import Ledger
from xapi.database import migrate, open_database

Begin = Callable[[int], Callable[[int], object]]
PEOPLE_OF_ONE = 6_500  # employees of an institution, on average
MOST_INSTITUTIONS = 640
FORMS = ("e-learning",) * 9 + (
    "kursus", "seminar", "coaching", "belajar-mandiri", "komunitas-belajar", "pelatihan-teknis", "workshop",
    "bimbingan-teknis", "mentoring",
)  # fmt: skip
#: h(n) is a number from 0 to n - 1 that depends on the person, the credit and the place where it stands.
CREDIT = {
    "statement_id": "CAST(CAST(md5(i || '/' || p || '/' || k) AS UUID) AS VARCHAR)",
    "person": "md5(i || '/' || p)",
    "activity": "'https://contoh.go.id/kegiatan/' || CASE WHEN {h70} < 70 THEN {h3000} ELSE 10000 + {h1000000} END",
    "activity_title": "'Kegiatan ' || {h3000b}",
    "form": "list_extract($forms, 1 + CAST({forms} AS BIGINT))",
    "day": "year * 10000 + m * 100 + d",
    "month": "year * 100 + m",
    "quarter": "(m + 2) // 3",
    "year": "year",
    "days": "CASE WHEN {h100} < 88 THEN 1 ELSE 3 END",
    "cap_days": "CASE WHEN {h100} < 88 THEN 1 ELSE 3 END",
    "start_minute": "minute - 20 - {h200}",
    "end_minute": "minute",
    "end_second": "minute * 60 + {h60}",
    "stored_minute": "CASE WHEN {h3000} = 0 THEN minute - 5 ELSE minute + 30 END",
    "raw_jp": "list_extract([100, 200, 200, 200, 300, 400, 400, 800], 1 + CAST({h8} AS BIGINT))",
    "international": "CASE WHEN {h50} = 0 THEN 1 ELSE 0 END",
    "certificate": (
        "CASE WHEN {h3000} = 1 THEN 'S/' || {h1000000} WHEN {h5} = 0 THEN 'S/' || i || '/' || {h100000} END"
    ),
    "source": "CASE WHEN {h6} < 3 THEN 'launch' WHEN {h6} < 5 THEN 'lms_record' ELSE 'sheet' END",
    "evidence": "NULL",
    "review": "CASE WHEN {h20} = 0 THEN 'Ditinjau' WHEN {h20} = 1 THEN 'Ditolak' ELSE 'Disetujui' END",
    "lms_match": "CASE WHEN {h6} = 5 THEN 1 ELSE 0 END",
    "held": "0",
    "doubt": "CASE WHEN {h3000b} = 0 THEN 'duration' END",
}
EMPLOYEE = {
    "person": "md5(i || '/' || p)",
    "year": "year",
    "opd": "'Perangkat daerah ' || (p % 40)",
    "status": "CASE WHEN p % 10 < 7 THEN 'PNS' WHEN p % 10 < 9 THEN 'PPPK' ELSE 'CPNS' END",
    "grade": "'III/' || substr('abcd', 1 + CAST(p % 4 AS BIGINT), 1)",
    "position": "'Jabatan ' || (p % 25)",
    "unit_code": "''",
}


def sizes_of(asn: int) -> list[int]:
    """The employees of each institution: few large ones, many small ones, `asn` in all."""
    count = max(1, min(MOST_INSTITUTIONS, asn // PEOPLE_OF_ONE))
    weights = [1 / (place + 8) ** 0.7 for place in range(count)]
    sizes = [int(asn * weight / sum(weights)) for weight in weights]
    sizes[0] += asn - sum(sizes)
    return sizes


def make_up_nation(
    folder: Path,
    asn: int,
    year: int,
    *,
    rules: RuleSet,
    made_at: datetime,
    begin: Begin = lambda _people: lambda _done: None,
) -> int:
    """Writes the credits of `asn` made-up employees in `year` as an export of many institutions; returns how many.

    `begin` hears how many employees there are, and what it gives hears of each bit done. Raises AuditError when DuckDB
    is not installed, or another export into the folder is under way.
    """
    with exclusive(folder), tempfile.TemporaryDirectory(dir=folder, prefix=".part-") as scratch:
        lasting, parameters = _rules_of(Path(scratch), folder, year, rules, made_at)
        digest = hashlib.sha256(f"{rules.hash} {year}".encode()).hexdigest()
        tick = begin(asn)
        shares = {}
        for place, people in enumerate(sizes_of(asn)):
            institution = hashlib.md5(f"instansi {place}".encode(), usedforsecurity=False).hexdigest()
            parts = [*lasting, *_of_institution(Path(scratch), folder, institution, people=people, year=year)]
            shares[institution] = Share(made_at.isoformat(), 0, digest, {year: parameters}, parts)
            tick(people)
        replace_shares(folder, shares)
    return sum(part.rows for share in shares.values() for part in share.parts if part.name == "credit")


def _rules_of(
    scratch: Path, folder: Path, year: int, rules: RuleSet, made_at: datetime
) -> tuple[list[Part], Parameters]:
    """The tables of rules, which all institutions share, as an empty ledger exports them."""
    engine = open_database(scratch / "ledger.db", durability="NORMAL")
    try:
        migrate(engine, "xapi.audit")
        ledger = Ledger(engine, "0" * 32)
        with ledger.writing() as writer:
            writer.reset(rules)
            writer.employees(year, {}, rules)
        export_parquet(ledger, scratch / "rules", made_at=made_at, name="0" * 32)
    finally:
        engine.dispose()
    parts = []
    for part in ParquetPlace(scratch / "rules").manifest.institutions["0" * 32].parts:
        if part.name in LASTING:
            place = Path(part.name) / "made-up.parquet"
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(scratch / "rules" / part.path, folder / place)
            parts.append(msgspec.structs.replace(part, path=place.as_posix()))
    settings = rules.of_year(year).settings
    return parts, Parameters(settings.minutes_per_jp, settings.bulk_threshold)


def _of_institution(scratch: Path, folder: Path, institution: str, *, people: int, year: int) -> Iterator[Part]:
    duck = connect(scratch / "spill")
    for name, made, rows in (("employee", EMPLOYEE, _PEOPLE), ("credit", CREDIT, _CREDITS)):
        place = Path(name) / f"year={year}" / f"institution={institution}" / "made-up.parquet"
        draft = scratch / "rows.parquet"
        shown = ", ".join(f"CAST({_filled(made, c)} AS {sql_type(c)}) AS {c}" for c in columns_of(name))
        source = rows.format(institution=institution, people=people, year=year)
        order = "person" if name == "employee" else "person, day, start_minute, statement_id"
        at = str(draft).replace("'", "''")
        query = (
            f"COPY (SELECT {shown}, '{institution}' AS institution FROM ({source}) ORDER BY {order})"
            f" TO '{at}' (FORMAT parquet, COMPRESSION zstd)"
        )
        duck.execute(query.replace("$forms", str(list(FORMS))))
        (count,) = duck.execute(f"SELECT COUNT(*) FROM read_parquet('{at}')").fetchone()
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        draft.replace(folder / place)
        yield Part(name, year, place.as_posix(), count, (folder / place).stat().st_size)
    duck.close()


_PEOPLE = "SELECT '{institution}' AS i, range AS p, {year} AS year FROM range({people})"
#: Six in a hundred have no credit at all, the others 4 to 38.
_CREDITS = """
SELECT b.*, 1 + b.at // 28 AS m, 1 + b.at % 28 AS d,
       CAST((epoch(make_date(b.year, CAST(1 + b.at // 28 AS BIGINT), CAST(1 + b.at % 28 AS BIGINT))) // 60) AS BIGINT)
         + 480 + CAST(b.at % 400 AS BIGINT) AS minute
FROM (SELECT '{institution}' AS i, n.p AS p, k.range AS k, {year} AS year, hash(n.p, k.range) % 336 AS at
      FROM (SELECT range AS p, CASE WHEN hash(range, 1) % 100 < 6 THEN 0 ELSE 4 + hash(range, 2) % 35 END AS many
            FROM range({people})) n
      JOIN range(39) k ON k.range < n.many) b"""


def _filled(made: dict[str, str], column: str) -> str:
    """The expression of a column, its numbers filled in; a column that nobody made is empty."""
    expression = made.get(column, "NULL")
    places = {
        "h70": 100, "h3000": 3_000, "h3000b": 3_000, "h1000000": 1_000_000, "forms": len(FORMS), "h100": 100,
        "h200": 200, "h60": 60, "h8": 8, "h50": 50, "h5": 5, "h100000": 100_000, "h6": 6, "h20": 20,
    }  # fmt: skip
    numbers = {name: f"(hash(p, k, '{name}') % {size})" for name, size in places.items()}
    return expression.format(**numbers)
