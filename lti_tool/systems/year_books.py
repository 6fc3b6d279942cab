"""The year of the institution as plain values for an adapter that hands it on."""

from adapters.yearly import YearBook, YearPerson
from lti_tool.services import Services
from lti_tool.systems.credits import accepted_credits
from xapi.audit.people import status_of
from xapi.audit.report import report
from xapi.audit.rule_set import without_zone


def year_book(services: Services, year: int) -> YearBook:
    """The people, OPDs and accepted credits of `year`, from the ledger as last projected.

    Whose processing is limited (UU 27/2022 art. 41) is counted, without name, NIP and credits.
    """
    rules = services.ledger.rules()
    edition = rules.of_year(year)
    people = [
        YearPerson(
            nip="" if row["limited"] else str(row["nip"]),
            name="" if row["limited"] else str(row["name"]),
            opd=str(row["opd"]),
            status=status_of(str(row["status"]), edition),
            jp=int(str(row["accepted"])),
            target=int(str(row["minimum"])),
            met=bool(row["met"]),
        )
        for row in report(services.ledger, services.people, year, "pegawai").rows
    ]
    return YearBook(
        institution=services.institution.name,
        year=year,
        rules_version=edition.version,
        rules_hash=without_zone(rules),
        people=people,
        credits=[given.credit for given in accepted_credits(services, year) if given.credit is not None],
    )
