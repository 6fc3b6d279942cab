"""Reads a system page by page into the outbox: records first, then the cursor, so that a crash loses nothing."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from adapters.base import Adapter, Desk
from adapters.errors import AdapterError
from adapters.recording import take_each
from adapters.remote import Connection, Page
from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.systems.problems import refusal_of
from lti_tool.systems.runs import LiveRun
from xapi.errors import JampelError


class Reach(NamedTuple):
    """How far a pull is: records `done` of `total`, None where nobody knows."""

    done: int
    total: int | None


Told = Callable[[Reach], None]


def desk_of(services: Services) -> Desk:
    """Where records are put in this institution."""
    return Desk(institution=services.institution.id, intake=services.intake, recorder=services.recorder)


def pull_into(adapter: Adapter, connection: Connection, desk: Desk, run: LiveRun, told: Told) -> None:
    """Takes every page that came since the cursor of `run`; what was taken before an error stands.

    Raises AdapterError as the adapter does, and ToolError `adapter.crashed` for an adapter that breaks its promise.
    """
    source = adapter.pull.source if adapter.pull else ""
    for page in pages_of(adapter, connection, run.began_at):
        taken = take_each(page.records, desk, source)
        refused = [*page.refused, *taken.refused]
        counts = {
            "pages": 1,
            "read": len(page.records) + len(page.refused),
            "recorded": taken.recorded,
            "unchanged": taken.unchanged,
            "refused": len(refused),
        }
        run.advance(counts, refused=[refusal_of(one) for one in refused], cursor=page.cursor)
        told(Reach(page.done or run.counts["read"], page.total))


def pages_of(adapter: Adapter, connection: Connection, cursor: str) -> Iterator[Page]:
    """The pages of a system; an adapter's own fault becomes an error with a sentence."""
    if adapter.pull is None:
        raise AdapterError("adapter.reads_no_system", adapter.name, system=adapter.name)
    try:
        yield from adapter.pull.pages(connection, cursor)
    except JampelError:
        raise
    except Exception as cause:
        raise crashed(adapter, cause) from cause


def crashed(adapter: Adapter, cause: Exception) -> ToolError:
    """The error for a fault in the code of `adapter`: its text may hold anything, so only its kind is told."""
    return ToolError("adapter.crashed", type(cause).__name__, system=adapter.name, reason=type(cause).__name__)
