"""What the systems in the settings know about the statements that they send to our LRS themselves."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from adapters.errors import AdapterError

if TYPE_CHECKING:  # these are made with what is asked here
    from lti_tool.services import Services

AGAIN = timedelta(minutes=1)
Statement = Mapping[str, object]
Complete = Callable[[Statement], Statement]


class SentBySystems:
    """Asks the adapters of all connections what is to stand in a statement of an LMS (`accounts_intake`).

    They are read when the first statement comes, and again after AGAIN, because a table of courses grows. Until
    `services` is given nothing is known.
    """

    def __init__(self) -> None:
        self.services: Services | None = None
        self._known: tuple[Complete, ...] = ()
        self._read: datetime | None = None

    def __call__(self, statement: Statement) -> Statement:
        """The properties that are to stand in `statement`; none for no change.

        Raises JampelError when a table cannot be read.
        """
        for complete in self._completers():
            if found := complete(statement):
                return found
        return {}

    def _completers(self) -> tuple[Complete, ...]:
        if self.services is None:
            return ()
        now = self.services.clock()
        if self._read is None or now - self._read >= AGAIN:
            self._known = tuple(_of(self.services))
            self._read = now
        return self._known


def _of(services: "Services") -> Iterator[Complete]:
    from lti_tool.systems.connections import connection_of, names_of

    for system in services.settings.adapters.systems:
        try:
            adapter = services.adapters.get(system)
        except AdapterError:
            continue  # of a package that is not installed: `jampel adapter check` tells
        reader = getattr(adapter, "statements", None)
        if reader is not None:
            for name in names_of(services.settings, system):
                yield reader.completer(connection_of(services, adapter, name))
