"""Keeps what is published or drafted in the module library; the files lie beside the database, by digest."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Engine, Select, bindparam, delete, exists, insert, select, update

from lti_tool.house.model import Module
from lti_tool.house.store.tables import MODULE, instant, moment
from xapi.database import reading, writing
from xapi.quick_database import Quick

#: Two versions published in the same instant have an order too.
NEWEST_FIRST = (MODULE.c.published_at.desc(), MODULE.c.id)
# asked for at every launch, so they are made once
_MINE = select(MODULE).where(MODULE.c.institution == bindparam("institution"))
_BY_DIGEST = _MINE.where(MODULE.c.digest == bindparam("digest")).limit(1)
_COLUMNS = tuple(MODULE.columns.keys())
_NEWEST = (
    f"SELECT {', '.join(_COLUMNS)} FROM module WHERE institution = :institution AND course_id = :course"
    " AND withdrawn IS NULL AND NOT draft ORDER BY published_at DESC, id LIMIT 1"
)


class ModuleStore:
    """The modules of one institution: published versions and drafts."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._institution = institution

    def add(self, module: Module) -> Module:
        """Stores a version; one whose digest is there already is published again, no longer withdrawn or a draft."""
        values = self._values(module)
        with writing(self._engine) as connection:
            row = connection.execute(self._all().where(MODULE.c.digest == module.digest)).first()
            if row is None:
                connection.execute(insert(MODULE).values(values))
                return module
            kept = ("published_at", "published_by", "notes")
            renewed = {name: values[name] for name in kept} | {"withdrawn": None, "draft": False}
            connection.execute(update(MODULE).where(*self._mine(row.id)).values(renewed))
            row = connection.execute(self._all().where(MODULE.c.id == row.id)).one()
        return _module(row._asdict())

    def add_draft(self, module: Module) -> Module:
        """Stores a draft; a version with the same digest that is there already stays as it is and is returned."""
        with writing(self._engine) as connection:
            row = connection.execute(self._all().where(MODULE.c.digest == module.digest)).first()
            if row is not None:
                return _module(row._asdict())
            connection.execute(insert(MODULE).values(self._values(module)))
        return module

    def discard(self, module_id: str) -> bool:
        """Deletes a draft; False when there is none with this id: what was published once stays."""
        with writing(self._engine) as connection:
            gone = delete(MODULE).where(*self._mine(module_id), MODULE.c.draft)
            return connection.execute(gone).rowcount == 1

    def is_anybodys(self, digest: str) -> bool:
        """Whether any institution of this installation has the digest: then its files must stay."""
        with reading(self._engine) as connection:
            return bool(connection.scalar(select(exists().where(MODULE.c.digest == digest))))

    def _values(self, module: Module) -> dict[str, Any]:
        values = {**msgspec.structs.asdict(module), "institution": self._institution, "withdrawn": None}
        values["published_at"] = instant(module.published_at)
        return values

    def list(self) -> list[Module]:
        """All versions, newest first, also withdrawn ones and drafts."""
        with reading(self._engine) as connection:
            rows = connection.execute(self._all().order_by(*NEWEST_FIRST)).all()
        return [_module(row._asdict()) for row in rows]

    def get(self, module_id: str) -> Module | None:
        """The version with this id."""
        return self._first(self._all().where(MODULE.c.id == module_id).limit(1))

    def by_digest(self, digest: str) -> Module | None:
        """The version with this digest, also a withdrawn one or a draft."""
        return self._first(_BY_DIGEST, digest=digest)

    def newest(self, course_id: str) -> Module | None:
        """The version of a module that learners get: the one published last and not withdrawn."""
        row = self._quick.first(_NEWEST, {"institution": self._institution, "course": course_id})
        return _known_module(row) if row else None

    def withdraw(self, module_id: str, now: datetime | None) -> None:
        """Takes a version out of the library; with None puts it back."""
        with writing(self._engine) as connection:
            connection.execute(
                update(MODULE).where(*self._mine(module_id)).values(withdrawn=instant(now) if now else None)
            )

    def _mine(self, module_id: str) -> tuple:
        return MODULE.c.institution == self._institution, MODULE.c.id == module_id

    def _all(self) -> Select:
        return select(MODULE).where(MODULE.c.institution == self._institution)

    def _first(self, query: Select, **values: str) -> Module | None:
        parameters = {**values, "institution": self._institution} if values else {}
        with reading(self._engine) as connection:
            row = connection.execute(query, parameters).first()
        return _module(row._asdict()) if row else None


@lru_cache(maxsize=64)
def _known_module(row: tuple[Any, ...]) -> Module:
    """The module of `row`, one and the same object for the same row: it cannot be changed, and a class asks for one."""
    return _module(dict(zip(_COLUMNS, row, strict=True)))


def _module(row: Mapping[str, Any]) -> Module:
    values = dict(row)
    values.pop("institution")
    values["published_at"] = moment(values["published_at"])
    values["withdrawn"] = moment(values["withdrawn"]) if values["withdrawn"] else None
    values["draft"] = bool(values["draft"])  # the driver of SQLite knows numbers only
    return Module(**values)
