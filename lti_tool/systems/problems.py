"""Errors as receipts keep them: code and values without NIPs, explained later in the language of whoever reads them."""

from adapters.recording import RefusedRecord
from adapters.said import plain_said
from lti_tool.store.adapter_runs import Problem, Refusal
from xapi.errors import JampelError
from xapi.identity import mask_nips_in
from xapi.local_times import with_days_again
from xapi.sheet_rows import RefusedCell
from xapi.words import explain

MOST_KEPT = 200  # characters of a place


def problem_of(error: JampelError) -> Problem:
    """`error` as it is kept."""
    params = {name: _plain(value) for name, value in error.params.items()}
    return Problem(error.code, error.package, params)


def refusal_of(refused: RefusedRecord) -> Refusal:
    """A refused record as it is kept."""
    return Refusal(_short(refused.place), problem_of(refused.error))


def refusal_of_cell(refused: RefusedCell) -> Refusal:
    """A refused cell as it is kept."""
    place = " ".join(filter(None, (refused.file, str(refused.row), refused.column)))
    return Refusal(_short(place), problem_of(refused.error))


def sentence(problem: Problem, language: str) -> str:
    """What went wrong, in `language`."""
    error = JampelError(problem.code, "", **with_days_again(problem.params))
    error.package = problem.package
    try:
        return explain(error, language)
    except (ModuleNotFoundError, KeyError, ValueError):  # a package that has been removed since, or other words
        return problem.code


def _plain(value: object) -> str | int | float | None:
    if value is None or isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**8):
        return value
    return plain_said(str(value))


def _short(text: str) -> str:
    """A place without NIPs; other numbers in it are how people find it."""
    return mask_nips_in(text)[:MOST_KEPT]
