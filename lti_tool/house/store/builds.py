"""Keeps what becomes of uploaded modules, so that a page can tell it after any restart."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, Select, delete, insert, select, update

from lti_tool.errors import ToolError
from lti_tool.house.model import Build, BuildState
from lti_tool.house.store.tables import MODULE_BUILD, instant, moment
from xapi.database import reading, writing

ENDED = ("done", "failed")


class BuildStore:
    """The uploads of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def add(self, build: Build) -> None:
        """Stores a new upload. Raises ToolError `upload.busy` while another one of the same account is under way."""
        values = {**msgspec.structs.asdict(build), "institution": self._institution}
        values |= {"created": instant(build.created), "changed": instant(build.changed)}
        under_way = self._all().where(MODULE_BUILD.c.account == build.account, MODULE_BUILD.c.state.not_in(ENDED))
        with writing(self._engine) as connection:
            if connection.execute(under_way.limit(1)).first() is not None:
                raise ToolError("upload.busy", "one upload at a time")
            connection.execute(insert(MODULE_BUILD).values(values))

    def step(self, build_id: str, state: BuildState, now: datetime, **values: str | int) -> None:
        """Moves an upload that has not ended on to `state`; `values` are `problem`, `findings`, `digest`, `files`."""
        changed = {"state": state, "changed": instant(now), **values}
        with writing(self._engine) as connection:
            mine = (MODULE_BUILD.c.institution == self._institution, MODULE_BUILD.c.id == build_id)
            connection.execute(update(MODULE_BUILD).where(*mine, MODULE_BUILD.c.state.not_in(ENDED)).values(changed))

    def get(self, build_id: str) -> Build | None:
        """The upload with this id."""
        with reading(self._engine) as connection:
            row = connection.execute(self._all().where(MODULE_BUILD.c.id == build_id)).first()
        return _build(row._asdict()) if row else None

    def of(self, account: str, limit: int = 10) -> list[Build]:
        """The last uploads of an account, the newest first."""
        query = self._all().where(MODULE_BUILD.c.account == account)
        return self._list(query.order_by(MODULE_BUILD.c.created.desc(), MODULE_BUILD.c.id).limit(limit))

    def under_way(self) -> list[Build]:
        """All that have not ended, the oldest first."""
        query = self._all().where(MODULE_BUILD.c.state.not_in(ENDED))
        return self._list(query.order_by(MODULE_BUILD.c.created, MODULE_BUILD.c.id))

    def forget(self, before: datetime) -> int:
        """Deletes what ended before `before`; returns how many."""
        old = MODULE_BUILD.c.state.in_(ENDED) & (MODULE_BUILD.c.changed < instant(before))
        with writing(self._engine) as connection:
            mine = MODULE_BUILD.c.institution == self._institution
            return connection.execute(delete(MODULE_BUILD).where(mine, old)).rowcount

    def _all(self) -> Select:
        return select(MODULE_BUILD).where(MODULE_BUILD.c.institution == self._institution)

    def _list(self, query: Select) -> list[Build]:
        with reading(self._engine) as connection:
            return [_build(row._asdict()) for row in connection.execute(query)]


def _build(row: Mapping[str, Any]) -> Build:
    values = dict(row)
    values.pop("institution")
    values |= {"created": moment(values["created"]), "changed": moment(values["changed"])}
    return Build(**values)
