"""The maps of competencies of people of the institution, from its job standards, its roster and its ledger."""

from collections.abc import Iterable, Iterator
from datetime import date

from lti_tool.services import Services
from xapi.audit.competencies import PersonMap, Policy, maps_of
from xapi.people.person import Employee

_AT_ONCE = 1_000  # people whose evidence is held at a time


def policy_of(services: Services) -> Policy:
    """What counts as evidence here, by the settings."""
    wanted = services.settings.competency
    return Policy(wanted.valid_years, wanted.credits)


def map_of_person(services: Services, person: str) -> PersonMap | None:
    """The map of `person` (id) as of today; None for someone on no roster."""
    employee = services.people.employee(person, services.today) or services.people.employee(person)
    return next(iter(_maps(services, [employee], services.today)), None) if employee is not None else None


def maps_of_opd(services: Services, opd: str | None) -> Iterator[PersonMap]:
    """The maps of everyone employed today, or of those of one OPD ("": those without), by OPD and name."""
    everyone = services.people.roster(services.today)
    return _maps(services, [one for one in everyone if opd in (None, one.opd)], services.today)


def _maps(services: Services, people: Iterable[Employee], today: date) -> Iterator[PersonMap]:
    lines, policy, wanted = services.people.standards.lines(), policy_of(services), list(people)
    for first in range(0, len(wanted), _AT_ONCE):
        part = wanted[first : first + _AT_ONCE]
        proofs = services.ledger.proofs.of([one.person for one in part])
        yield from maps_of(part, lines, proofs, today, policy)
