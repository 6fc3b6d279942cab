"""Measures the audit's pages and files in CPU seconds, beside one plain GROUP BY over the same credits in the same run.

    python -m bench.audit_pages                                    # 2,000 people, 40,000 credits
    python -m bench.audit_pages --people 23000 --credits 460000    # a province

The first page must take at most 200 ms at the size of a province. The others are shown beside it.
"""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import text

from bench.audit_report import records
from lti_tool.web.testing import Site
from xapi.audit.projector import rebuild
from xapi.audit.simulate import synthetic_roster
from xapi.audit.testing import ListedStatement, ListedStatements
from xapi.database import open_database, reading

TARGET = 0.2  # CPU seconds of the first page, at the size of a province
PAGES = (
    "/audit/?tahun=2026",
    "/audit/?tahun=2026&status=PNS&triwulan=2",
    "/audit/pegawai?tahun=2026&capaian=0",
    "/audit/tinjauan?tahun=2026",
    "/audit/unduh/opd.xlsx?tahun=2026",
    "/audit/unduh/pegawai.xlsx?tahun=2026",
    "/audit/unduh/pegawai.pdf?tahun=2026&opd=Inspektorat%201",
)
FLOOR = (
    "SELECT person, SUM(raw_jp), COUNT(*) FROM ledger_credit WHERE institution = :i AND year = 2026 AND standing = 1"
    " GROUP BY person"
)


class _Everyones(ListedStatements):
    """Statements in memory, of whichever institution asks."""

    def after(self, institution: str, seq: int, limit: int) -> list[ListedStatement]:
        return self.listed[seq : seq + limit]


def main() -> int:
    """Fills a new site, asks for each page, and prints CPU seconds; 1 when the first page is too slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--credits", type=int, default=40_000)
    parser.add_argument("--repeats", type=int, default=5)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder) / "data")
        try:
            fill(site, wanted.people, wanted.credits)
            return measure(site, wanted.repeats)
        finally:
            site.close()


def fill(site: Site, people: int, credits: int) -> None:
    """A roster in 40 OPDs, and credits of random people in order of arrival."""
    services = site.services
    services.people.apply_roster(synthetic_roster(people, 40), date(2026, 1, 1), keep_good=False)
    persons = [employee.person for employee in services.people.roster(date(2026, 12, 31))]
    statements = _Everyones()
    for statement, source in records(people, credits):
        account = statement["actor"]["account"]  # type: ignore[index]
        statement["actor"] = services.people.actor(persons[int(account["name"], 16) - 1])
        statements.add(statement, source)
    taken = cpu(lambda: rebuild(services.ledger, statements, services.people, services.rules), 1)
    print(f"{people} people, {credits} credits; the whole ledger anew {taken:.1f} s CPU")


def measure(site: Site, repeats: int) -> int:
    """Prints the floor and every page; 1 when the first is slower than its target."""
    engine = open_database(site.data / "ledger.db")

    def scan() -> None:
        with reading(engine) as connection:
            connection.execute(text(FLOOR), {"i": site.services.institution.id}).all()

    floor = cpu(scan, repeats)
    engine.dispose()
    print(f"floor: one GROUP BY {floor:8.3f} s CPU")
    browser = site.staff("auditor")
    found = {}
    for page in PAGES:
        found[page] = cpu(lambda page=page: browser.get(page).get_data(), repeats)  # type: ignore[misc]
        print(f"{found[page]:8.3f} s CPU  ratio {found[page] / floor:5.2f}  {page}")
    return 1 if found[PAGES[0]] > TARGET else 0


def cpu(work: Callable[[], object], repeats: int) -> float:
    """The median of the CPU seconds that `work` takes in this process."""
    taken = []
    for _ in range(repeats):
        before = resource.getrusage(resource.RUSAGE_SELF)
        work()
        after = resource.getrusage(resource.RUSAGE_SELF)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return sorted(taken)[len(taken) // 2]


if __name__ == "__main__":
    sys.exit(main())
