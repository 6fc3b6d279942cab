"""The databases of an installation: their names, whose tables are in each, and where they are by the settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from lti_tool.errors import SettingsError
from lti_tool.settings import Settings, tables_are_kept
from lti_tool.watch.store import WatchedDatabase
from xapi.database import Durability, is_behind, is_server, migrate, open_database


class Database(NamedTuple):
    """One database: a file `<name>.db` of the data folder, or the schema `jampel_<name>` of a PostgreSQL database.

    `stores` are the packages whose tables it holds. `lasting` is false for what is worth nothing in a copy.
    """

    name: str
    stores: tuple[str, ...]
    durability: Durability = "FULL"
    lasting: bool = True

    @property
    def schema(self) -> str:
        """Its schema on PostgreSQL."""
        return f"jampel_{self.name}"


HOUSE = Database("house", ("lti_tool.house", "lti_tool.store"))
FLOW = Database("flow", ("lti_tool.flow", "lti_tool.watch", "lti_tool.tasks"), durability="NORMAL", lasting=False)
LEDGER = Database("ledger", ("xapi.audit",))
QUEUE = Database("queue", ("xapi.queue",))
LRS = Database("lrs", ("xapi.lrs",))
PEOPLE = Database("people", ("xapi.people",))
#: In the order in which a copy must look at them: none may have seen more than those after it. The household remembers
#: how far it has read the LRS and what it has put into the queue, the ledger how far it has read the LRS; the queue
#: may forget a statement only when the LRS has it; and whoever is in a statement must be among the people. Seen too
#: early, a database only repeats what is harmless when repeated; seen too late, something would be lost.
DATABASES = (HOUSE, FLOW, LEDGER, QUEUE, LRS, PEOPLE)


#: While this file is in a data folder, a restore is under way there or was interrupted.
UNFINISHED = "restore.unfinished"


def place_of(database: Database, settings: Settings) -> Path | str:
    """The file of `database`, or the URL of the PostgreSQL database that holds it."""
    chosen = settings.database
    url = (chosen.people_url or chosen.url) if database is PEOPLE else chosen.url
    return url or settings.data / f"{database.name}.db"


class OpenDatabases:
    """Opens the databases of one installation, each migrated, and remembers them.

    `before_upgrade` is called once, before the first table of an older release is changed. A process that a server has
    started changes none: others serve with the tables as they are (decision 0030).
    """

    def __init__(self, settings: Settings, before_upgrade: Callable[[], object] = lambda: None) -> None:
        self._settings = settings
        self._before_upgrade = before_upgrade
        self._is_upgrading = False
        self.engines: list[Any] = []
        self.opened: list[WatchedDatabase] = []

    def open(self, database: Database) -> Any:
        """The engine of `database`.

        Raises DatabaseError when it cannot be reached or upgraded, SettingsError `upgrade.restart_needed`.
        """
        where = place_of(database, self._settings)
        is_new = isinstance(where, Path) and not where.exists()
        engine = open_database(where, durability=database.durability, schema=database.schema)
        self.engines.append(engine)
        if not is_new and not self._is_upgrading and any(is_behind(engine, store) for store in database.stores):
            if tables_are_kept():
                raise SettingsError("upgrade.restart_needed", database.name)
            self._is_upgrading = True
            self._before_upgrade()
        for store in database.stores:
            migrate(engine, store)
        path = where if isinstance(where, Path) else None
        self.opened.append(WatchedDatabase(database.name, engine, database.stores, path))
        return engine

    def close(self) -> None:
        """Closes what was opened."""
        for engine in self.engines:
            engine.dispose()


def check_finished(settings: Settings) -> None:
    """Raises SettingsError when a restore into the data folder was interrupted: what is there may be half."""
    if (settings.data / UNFINISHED).exists():
        raise SettingsError("restore.unfinished", str(settings.data), data=settings.data)


def servers(settings: Settings) -> list[str]:
    """The URLs of the PostgreSQL databases in use, each once; none when everything is in files."""
    places = (place_of(database, settings) for database in DATABASES)
    return list(dict.fromkeys(place for place in places if isinstance(place, str) and is_server(place)))
