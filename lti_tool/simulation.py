"""Fills a data folder with made-up people and a year of their records, for trials; never beside real ones."""

from collections.abc import Callable, Sequence

from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.worker import Work
from xapi.audit.simulate import simulate_year, synthetic_roster
from xapi.people import Employee

SEED = 20
GROUP = 500  # people whose records are made and recorded together
OFFICES = 35
MADE_UP = "2099"  # the year of appointment in every made-up NIP

Step = Callable[[int], None]


def simulate(services: Services, asn: int, year: int, step: Step = lambda _done: None) -> int:
    """Records `year` of `asn` made-up employees through the recorder, and counts it; returns the number of new records.

    The same call again adds nothing; a larger `asn` adds people. `step` is told how many people were done, each time.
    Raises ToolError `simulate.real_people` in a folder that holds anything but made-up people.
    """
    _refuse_real_people(services, year)
    employees = _people(services, asn, year)
    work = Work(services)
    new = 0
    for start in range(0, len(employees), GROUP):
        group = employees[start : start + GROUP]
        for source, statements in _records(services, group, year, SEED + start).items():
            new += sum(one.new for one in services.recorder.record_all(statements, source))
        while work.run_once():
            pass
        step(len(group))
    services.bring_ledger_up_to_date()
    return new


def _refuse_real_people(services: Services, year: int) -> None:
    found = services.people.roster(services.today)
    made_up = all(one.nip[8:12] == MADE_UP for one in found)
    if not made_up or (not found and services.statements.after(services.institution.id, 0, 1)):
        raise ToolError("simulate.real_people", "the folder holds records of real people", year=year)


def _people(services: Services, asn: int, year: int) -> list[Employee]:
    """The first `asn` made-up employees, in the order in which they are made up."""
    entries = synthetic_roster(asn, OFFICES, SEED)
    first = services.today.replace(year=year, month=1, day=1)
    services.people.apply_roster(entries, first, keep_good=False)
    by_nip = {one.nip: one for one in services.people.roster(services.today)}
    return [by_nip[entry.nip.digits] for entry in entries if entry.nip.digits in by_nip]


def _records(services: Services, group: Sequence[Employee], year: int, seed: int) -> dict[str, list[dict[str, object]]]:
    """The records of the group by their source; they depend on nothing that may be another at the next call."""
    by_source: dict[str, list[dict[str, object]]] = {}
    now = services.clock().astimezone(services.zone)
    for statement, source in simulate_year(group, year, seed, [], home_page=services.people.home_page, today=now):
        by_source.setdefault(source, []).append(statement)
    return by_source
