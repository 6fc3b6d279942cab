"""The audit SQL says the same as a reckoning in plain Python that shares no code with it, row for row."""

import random
import re
import tomllib
from collections import defaultdict
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from xapi.audit.projector import project, rebuild
from xapi.audit.rules import load_rules
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

SQL = sorted((Path(str(resources.files("xapi.audit"))) / "sql").glob("*.sql"))
TABLE = Path(str(resources.files("xapi.audit"))) / "tables" / "lan-10-2018-1.1.0.toml"
FORMS = (
    "e-learning", "coaching", "mentoring", "belajar-mandiri", "seminar", "workshop", "kursus", "detasering",
    "bimbingan-di-tempat-kerja", "magang", "webinar", "tugas-belajar", "komunitas-belajar",
)  # fmt: skip


def reckon(  # noqa: C901 - one long reckoning, so that it shares nothing with the SQL
    credits: list[dict], people: list[ListedEmployee], years: set[int]
) -> tuple[dict[str, tuple], dict[tuple[str, int], tuple]]:
    """Every credit's (converted, capped, accepted, pending, fate), and every person-year's sums and verdict."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    forms, targets = table["bentuk"], table["target"]
    status = {person.person: person.status for person in people}
    made: dict[str, tuple] = {}
    for (person, _year), mine in _grouped(credits, "person", "year").items():
        converted = {c["statement_id"]: _converted(c, forms[c["form"]]) for c in mine}
        approved = [c for c in mine if c["review"] == "Disetujui"]
        seen_activities: set[str] = set()
        seen_certificates: set[str] = set()
        fates: dict[str, str] = {}
        for c in sorted(approved, key=lambda c: (c["day"], c["statement_id"])):
            if c["activity"] in seen_activities:
                fates[c["statement_id"]] = "same activity"
            seen_activities.add(c["activity"])
        for c in sorted(approved, key=lambda c: (c["day"], c["statement_id"])):
            if c["statement_id"] in fates or c["certificate"] is None:
                continue
            if c["certificate"] in seen_certificates:
                fates[c["statement_id"]] = "same certificate"
            seen_certificates.add(c["certificate"])
        events: dict[tuple, int] = defaultdict(int)
        spent: dict[tuple, int] = defaultdict(int)
        capped: dict[str, int] = {}
        for c in sorted(approved, key=lambda c: (c["day"], c["start_minute"], c["statement_id"])):
            key, form = c["statement_id"], forms[c["form"]]
            if key in fates:
                capped[key] = 0
                continue
            value = converted[key]
            before = spent[c["form"], c["day"]]
            spent[c["form"], c["day"]] += value
            events[c["form"], c["month"]] += 1
            capped[key] = value
            if "day_cap" in form:
                limit = form["day_cap"]["jp"] * 100 * c["days"]
                if before + value > limit:
                    fates[key] = "day cap"
                    capped[key] = max(0, limit - before)
            if "month_cap" in form and events[c["form"], c["month"]] > form["month_cap"]["kali"]:
                fates[key] = "month cap"
                capped[key] = 0
        most = targets.get(status.get(person, ""), {}).get("maximum", {}).get("jp")
        room = None if most is None else most * 100
        for c in sorted(approved, key=lambda c: (c["day"], c["start_minute"], c["statement_id"])):
            key = c["statement_id"]
            accepted = capped[key] if room is None else min(capped[key], room)
            room = None if room is None else room - accepted
            if accepted < capped[key]:
                fates.setdefault(key, "year cap")
            made[key] = (converted[key], capped[key], accepted, 0, fates.get(key, "counted"))
        on_record = {c["activity"] for c in approved if c["source"] == "lms_record"}
        for c in mine:
            if c["review"] == "Disetujui":
                continue
            matched = c["source"] in {"package", "sheet"} and c["activity"] in on_record and c["review"] != "Ditolak"
            waits = c["review"] != "Ditolak" and not matched
            pending = converted[c["statement_id"]] if waits else 0
            made[c["statement_id"]] = (
                converted[c["statement_id"]], 0, 0, pending, "matched" if matched else "not approved"
            )  # fmt: skip
    sums = {}
    for employee in people:
        for year in years:
            mine = [c for c in credits if c["person"] == employee.person and c["year"] == year]
            rows = [made[c["statement_id"]] for c in mine]
            accepted = sum(row[2] for row in rows)
            minimum = targets.get(employee.status, targets["LAINNYA"])["minimum"]["jp"] * 100
            sums[employee.person, year] = (
                len(mine), sum(c["raw_jp"] for c in mine), sum(row[0] for row in rows), sum(row[1] for row in rows),
                accepted, sum(row[3] for row in rows), int(accepted >= minimum),
            )  # fmt: skip
    return made, sums


def _converted(c: dict, form: dict) -> int:
    cell = form["international" if c["international"] else "national"]
    unit = cell.get("unit", form["unit"])
    if "jp" in cell:
        return cell["jp"] * 100 * (c["days"] if unit in {"hari", "semester"} else 1)
    if form["unit"] != "jp":  # a percentage of the fixed national value
        national = form["national"]["jp"] * 100
        return national + national * cell["percent"] // 100
    return c["raw_jp"] + c["raw_jp"] * cell.get("percent", 0) // 100


def _grouped(rows: list[dict], *keys: str) -> dict[tuple, list[dict]]:
    groups = defaultdict(list)
    for row in rows:
        groups[tuple(row[key] for key in keys)].append(row)
    return groups


def said_by_sql(engine: Engine) -> tuple[list[dict], dict[str, tuple], dict[tuple[str, int], tuple]]:
    with reading(engine) as connection:
        credits = connection.execute(text("SELECT * FROM ledger_credit")).mappings().all()
        accepted = connection.execute(text("SELECT * FROM ledger_accepted")).mappings().all()
        years = connection.execute(text("SELECT * FROM ledger_person_year")).mappings().all()
    made = {r["statement_id"]: (r["converted"], r["capped"], r["accepted"], r["pending"], r["fate"]) for r in accepted}
    columns = ("credits", "raw_jp", "converted", "capped", "accepted", "pending", "met")
    return [dict(c) for c in credits], made, {(r["person"], r["year"]): tuple(r[c] for c in columns) for r in years}


RULES = load_rules()
PEOPLE = [
    ListedEmployee(person_id(1), "198501012099031001", "Ni Made Ayu", status="PNS"),
    ListedEmployee(person_id(2), "198501012099031002", "Yohanis Wanma", status="PPPK"),
    ListedEmployee(person_id(3), "198501012099031003", "Teuku Rizal", status="Honorer"),
]
SPEC = st.fixed_dictionaries(
    {
        "person": st.integers(1, 4),
        "jp": st.integers(0, 1500),
        "bentuk": st.sampled_from(FORMS),
        "activity": st.integers(1, 6),
        "day": st.dates(date(2025, 12, 29), date(2026, 1, 6)),
        "hour": st.integers(0, 23),
        "days": st.sampled_from([1, 1, 1, 2, 5]),
        "certificate": st.sampled_from([None, None, "A-1", "a-1", " B  2 "]),
        "international": st.booleans(),
        "source": st.sampled_from(["launch", "lms_record", "package", "sheet", "foreign"]),
        "review": st.sampled_from([None, None, None, "Ditinjau", "Disetujui", "Ditolak", "Perbaikan"]),
        "voided": st.sampled_from([False, False, False, False, True]),
    }
)


def listed(specs: list[dict]) -> ListedStatements:
    statements = ListedStatements()
    for number, spec in enumerate(specs, start=1):
        at = f"{spec['day'].isoformat()}T{spec['hour']:02d}:00:00Z"
        own = {k: spec[k] for k in ("days", "certificate", "international")}
        activity = f"https://example.test/{spec['activity']}"
        statements.add(
            credit(number, spec["person"], spec["jp"], spec["bentuk"], at=at, activity=activity, **own), spec["source"]
        )
        if spec["review"]:
            statements.add(review(100_000 + number, number, spec["review"]), "review")
        if spec["voided"]:
            statements.add(void(200_000 + number, number), "lms_record")
    return statements


@pytest.fixture(scope="module")
def shared(lasting_place: Path | str):
    engine = open_database(lasting_place, durability="NORMAL")
    migrate(engine, "xapi.audit")
    yield engine, Ledger(engine, INSTITUTION)
    engine.dispose()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(specs=st.lists(SPEC, max_size=25))
def test_sql_and_plain_python_agree_on_any_credits(shared, specs: list[dict]) -> None:
    engine, ledger = shared
    rebuild(ledger, listed(specs), ListedPeople(PEOPLE), RULES)
    credits, made, years = said_by_sql(engine)
    expected, sums = reckon([c for c in credits if c["standing"]], PEOPLE, {c["year"] for c in credits})
    assert made == expected
    assert years == sums


def test_sql_and_plain_python_agree_on_thousands_of_credits(place: Path | str) -> None:
    rng = random.Random(20)
    statuses = ("PNS", "PNS", "PPPK", "CPNS", "PPPK Paruh Waktu")
    people = [
        ListedEmployee(person_id(i), f"1985010120990310{i:02d}", f"Pegawai {i}", status=rng.choice(statuses))
        for i in range(1, 61)
    ]
    specs = [
        {
            "person": rng.randint(1, 60), "jp": rng.randint(0, 900), "bentuk": rng.choice(FORMS),
            "activity": rng.randint(1, 60), "day": date(2026, rng.randint(1, 12), rng.randint(1, 28)),
            "hour": rng.randint(0, 23), "days": rng.choice([1, 1, 1, 3]),
            "certificate": rng.choice([None, None, None, f"S-{rng.randint(1, 400)}"]),
            "international": rng.random() < 0.1,
            "source": rng.choice(["launch", "launch", "launch", "lms_record", "package", "sheet", "foreign"]),
            "review": rng.choice([None] * 8 + ["Disetujui", "Ditolak", "Perbaikan"]), "voided": rng.random() < 0.03,
        }
        for _ in range(6000)
    ]  # fmt: skip
    engine = open_database(place, durability="NORMAL")
    migrate(engine, "xapi.audit")
    ledger = Ledger(engine, INSTITUTION)
    project(ledger, listed(specs), ListedPeople(people), RULES)
    credits, made, years = said_by_sql(engine)
    expected, sums = reckon([c for c in credits if c["standing"]], people, {c["year"] for c in credits})
    assert len(made) > 5500
    assert {fate for *_, fate in made.values()} == {
        "counted", "same activity", "same certificate", "month cap", "day cap", "year cap", "not approved", "matched",
    }  # fmt: skip
    assert made == expected
    assert years == sums
    engine.dispose()


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_a_sql_file_is_one_select_with_name_and_doc(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    lines = written.splitlines()
    assert lines[0] == f"-- name: {path.stem}"
    assert lines[1].startswith("-- doc: ")
    body = "\n".join(line for line in lines if not line.startswith("--"))
    assert body.lstrip().startswith(("SELECT", "WITH"))
    assert ";" not in written


NOT_PORTABLE = {
    "double quotes": r'"',
    "bind or native marker": r"[:$?][A-Za-z1-9]",
    "division without CAST": r"(?<!100\) )/(?! (100|COUNT\(\*\)|\w\.minutes_per_jp) AS BIGINT\))",
    "AVG": r"\bAVG\b",
    "LEAST, GREATEST, iif": r"\b(LEAST|GREATEST|IIF|IF)\s*\(",
    "QUALIFY or GROUP BY ALL": r"\bQUALIFY\b|GROUP BY ALL",
    "materialised hint": r"\bMATERIALIZED\b",
    "LIKE": r"\bLIKE\b",
    "DATE literal": r"\bDATE\s*'",
    "backslash": r"\\",
    "TEXT type": r"\bAS (TEXT|VARCHAR)\b(?!\()",
    "text building": r"\|\|",
}


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
@pytest.mark.parametrize("rule", NOT_PORTABLE)
def test_a_sql_file_keeps_to_the_portable_subset(path: Path, rule: str) -> None:
    body = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
    assert not re.search(NOT_PORTABLE[rule], body)


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_sums_are_cast_to_bigint(path: Path) -> None:
    """PostgreSQL's SUM(bigint) is numeric and would reach Python as Decimal."""
    body = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
    for match in re.finditer(r"SUM\(", body):
        before = body[: match.start()].rstrip()
        assert "CAST(" in before[-120:], body[match.start() : match.start() + 60]
