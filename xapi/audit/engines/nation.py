"""The sums of very many people: institutions are reckoned in batches, so that memory does not grow with the nation."""

from collections.abc import Callable, Iterator, Sequence

from xapi.audit.engines.engine import FileEngine, Row
from xapi.audit.engines.manifest import ParquetPlace

BATCH = 1_500_000  # credits, about what fits into a gigabyte
FILE = "sum_institution"
CERTIFICATES = "nation_certificate"
Opener = Callable[[Sequence[str]], FileEngine]


def batches(place: ParquetPlace, year: int, *, most: int = BATCH) -> Iterator[list[str]]:
    """The institutions of `year` in groups of one rule set with at most `most` credits; a larger one is alone."""
    group: list[str] = []
    credits = 0
    for institution in sorted(place.institutions(year), key=lambda one: (place.rules(one), one)):
        rows = place.rows("credit", institution, year)
        if group and (credits + rows > most or place.rules(group[0]) != place.rules(institution)):
            yield group
            group, credits = [], 0
        group.append(institution)
        credits += rows
    if group:
        yield group


def institution_sums(place: ParquetPlace, year: int, opened: Opener, *, most: int = BATCH) -> Iterator[list[Row]]:
    """The rows of `sum_institution` of each batch, in turn; `opened` gives the engine of a batch.

    A person's year is reckoned by sums (`person_year_lean`). A person is an employee of one institution in a year.
    """
    for institutions in batches(place, year, most=most):
        with opened(institutions) as engine:
            engine.table("person_year", by="person_year_lean")
            yield engine.rows(FILE)


def shared_certificates(place: ParquetPlace, year: int, opened: Opener) -> list[Row]:
    """The rows of `nation_certificate`: certificate numbers of `year` that people of several institutions have.

    All institutions are read at once, whatever their rules and whichever years they exported, so `opened` must give an
    engine of `any_rules`. No rows when no institution exported `year`.
    """
    of_year = place.institutions(year)
    if not of_year:
        return []
    others = sorted(place.manifest.institutions.keys() - set(of_year))
    with opened([*of_year, *others]) as engine:
        return engine.rows(CERTIFICATES)
