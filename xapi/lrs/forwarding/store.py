"""The targets of one institution: leases, positions, and what was held back, in the database of the statements."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    SmallInteger,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from xapi.alphabet_database import Alphabetical
from xapi.clock import from_milliseconds, to_milliseconds
from xapi.database import insert_into, reading, writing
from xapi.errors import ForwardError
from xapi.identity import mask_nips_in
from xapi.list_database import SqlList
from xapi.lrs.forwarding.target import ON, PAUSED, STOPPED, Held, NewTarget, Target
from xapi.lrs.selection import Selection
from xapi.queue.job import KEPT_REASON

_metadata = MetaData()
_target = Table(
    "forward_target",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("institution", Text),
    *(Column(name, Text) for name in ("name", "endpoint", "version", "key", "state", "owner", "error")),
    *(Column(name, LargeBinary) for name in ("sealed", "selection", "error_params")),
    Column("attachments", SmallInteger),
    *(Column(name, Integer) for name in ("attempts", "lease")),
    *(Column(name, BigInteger) for name in ("position", "sent", "due", "leased_until", "success", "failed", "created")),
)
_held = Table(
    "forward_held",
    _metadata,
    Column("target", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    *(Column(name, Text) for name in ("institution", "statement", "reason", "state")),
    Column("changed", BigInteger),
)
_HELD, _AGAIN, _SKIPPED = "held", "again", "skipped"
_PARAMS = msgspec.json.Decoder(dict[str, object])
_SELECTION = msgspec.json.Decoder(Selection)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker did with a leased target.

    `refused` are (seq, statement id, reason), `through` the seqs of earlier refused ones that are settled now. With
    `error` the target is due again at `due`, or stops when that is None.
    """

    position: int
    taken: int = 0
    refused: Sequence[tuple[int, str, str]] = ()
    through: Sequence[int] = ()
    error: ForwardError | None = None
    due: datetime | None = None


class ForwardStore:
    """The targets of `institution`; migrate first with `migrate(engine, "xapi.lrs")`."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self.institution = institution

    def add(self, target_id: str, new: NewTarget, sealed: bytes, now: datetime) -> Target:
        """Keeps a target; ForwardError `forward.name_taken` when the institution has one of its name."""
        moment = to_milliseconds(now)
        row = {
            "id": target_id, "institution": self.institution, "name": new.name, "endpoint": new.endpoint,
            "version": new.version, "key": new.key, "sealed": sealed, "selection": msgspec.json.encode(new.selection),
            "attachments": int(new.attachments), "state": ON, "position": new.position, "sent": 0, "attempts": 0,
            "due": moment, "owner": "", "lease": 0, "leased_until": 0, "success": None, "error": "",
            "error_params": b"{}", "failed": None, "created": moment,
        }  # fmt: skip
        with writing(self._engine) as connection:
            if self._of_name(connection, new.name) is not None:
                raise ForwardError("forward.name_taken", "another target has this name", name=new.name)
            connection.execute(insert(_target), row)
            return self._one(connection, target_id)

    def all(self) -> list[Target]:
        """All targets by name."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(_target).where(self._ours()).order_by(Alphabetical(_target.c.name)))
            return [_read(row) for row in rows]

    def named(self, name: str) -> Target:
        """The target with this name or id; ForwardError `forward.unknown` when there is none."""
        with reading(self._engine) as connection:
            found = self._of_name(connection, name)
            return found if found is not None else self._one(connection, name)

    def pause(self, target_id: str) -> None:
        """Stops forwarding to a target until `resume`; what a worker has under way ends by itself."""
        self._set(target_id, {"state": PAUSED})

    def resume(self, target_id: str, now: datetime, credential: tuple[str, bytes] | None = None) -> None:
        """Forwards again, at once, with another key and sealed secret when there are any."""
        values: dict[str, object] = {"state": ON, "attempts": 0, "due": to_milliseconds(now), "error": ""}
        if credential is not None:
            values |= {"key": credential[0], "sealed": credential[1]}
        self._set(target_id, values)

    def remove(self, target_id: str) -> None:
        """Forgets a target with its position and what it refused; the statements stay."""
        with writing(self._engine) as connection:
            self._one(connection, target_id)
            connection.execute(delete(_held).where(self._held_of(target_id)))
            connection.execute(delete(_target).where(self._ours(), _target.c.id == target_id))

    def due(self, now: datetime) -> list[Target]:
        """The targets that are on, due, and with no worker, those that wait longest first."""
        moment = to_milliseconds(now)
        with reading(self._engine) as connection:
            rows = connection.execute(select(_target).where(*self._free(moment)).order_by(_target.c.due, _target.c.id))
            return [_read(row) for row in rows]

    def lease(self, target_id: str, owner: str, now: datetime, seconds: float) -> Target | None:
        """The target, for `owner` alone for `seconds`; None when another worker or a person was faster."""
        moment, until = to_milliseconds(now), to_milliseconds(now + timedelta(seconds=seconds))
        wanted = [*self._free(moment), _target.c.id == target_id]
        values = {"owner": owner, "leased_until": until, "lease": _target.c.lease + 1}
        with writing(self._engine) as connection:
            taken = connection.execute(update(_target).where(*wanted).values(values)).rowcount
            return self._one(connection, target_id) if taken else None

    def settle(self, leased: Target, result: Result, now: datetime) -> bool:
        """Writes what became of a leased target in one transaction; False when the lease went to another meanwhile."""
        moment = to_milliseconds(now)
        mine = [self._ours(), _target.c.id == leased.id, _target.c.lease == leased.lease]
        mine += [_target.c.owner == leased.owner, _target.c.owner != ""]
        with writing(self._engine) as connection:
            if not connection.execute(update(_target).where(*mine).values(_outcome(leased, result, moment))).rowcount:
                return False
            if result.error is not None and result.due is None:
                on = [self._ours(), _target.c.id == leased.id, _target.c.state == ON]
                connection.execute(update(_target).where(*on).values(state=STOPPED))
            self._hold(connection, leased.id, result, moment)
            return True

    def held(self, target_id: str, limit: int = 100) -> list[Held]:
        """The statements that a target refused and nobody has skipped, the latest first."""
        where = [self._held_of(target_id), _held.c.state != _SKIPPED]
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(_held).where(*where).order_by(_held.c.changed.desc(), _held.c.seq.desc()).limit(limit)
            )
            return [
                Held(row.seq, row.statement, row.reason, row.state == _AGAIN, from_milliseconds(row.changed))
                for row in rows
            ]

    def held_list(self, target_id: str) -> SqlList:
        """The same for a page: rows with `seq`, `statement`, `reason`, `state` (`held` or `again`) and `changed`."""
        query = select(_held).where(self._held_of(target_id), _held.c.state != _SKIPPED)
        newest = ("changed", "seq")
        return SqlList(self._engine, query, searched=("statement", "reason"), newest=newest, read=_held_row)

    def held_count(self, target_id: str) -> int:
        """How many statements a target refused that nobody has skipped."""
        counted = select(func.count()).where(self._held_of(target_id), _held.c.state != _SKIPPED)
        with reading(self._engine) as connection:
            return int(connection.execute(counted).scalar_one())

    def asked_again(self, target_id: str, limit: int) -> list[tuple[int, str]]:
        """(seq, id) of refused statements that are to be tried again, in order."""
        where = [self._held_of(target_id), _held.c.state == _AGAIN]
        with reading(self._engine) as connection:
            rows = connection.execute(select(_held).where(*where).order_by(_held.c.seq).limit(limit))
            return [(row.seq, row.statement) for row in rows]

    def retry(self, target_id: str, now: datetime, seq: int | None = None) -> int:
        """Has refused statements of a target (one, or all) tried again; returns how many."""
        return self._turn(target_id, seq, _HELD, _AGAIN, now)

    def skip(self, target_id: str, now: datetime, seq: int) -> int:
        """Gives up a refused statement of a target for good; returns 0 when there was none."""
        return self._turn(target_id, seq, _HELD, _SKIPPED, now) or self._turn(target_id, seq, _AGAIN, _SKIPPED, now)

    def _turn(self, target_id: str, seq: int | None, before: str, after: str, now: datetime) -> int:
        where = [self._held_of(target_id), _held.c.state == before]
        where += [_held.c.seq == seq] if seq is not None else []
        values = {"state": after, "changed": to_milliseconds(now)}
        with writing(self._engine) as connection:
            return connection.execute(update(_held).where(*where).values(values)).rowcount

    def _hold(self, connection: Connection, target_id: str, result: Result, moment: int) -> None:
        """Keeps what was refused; what was refused before and is settled now goes."""
        if result.through:
            connection.execute(delete(_held).where(self._held_of(target_id), _held.c.seq.in_(list(result.through))))
        for seq, statement, reason in result.refused:
            row = {
                "target": target_id, "seq": seq, "institution": self.institution, "statement": statement,
                "reason": mask_nips_in(reason)[:KEPT_REASON], "state": _HELD, "changed": moment,
            }  # fmt: skip
            connection.execute(insert_into(connection, _held).values(row).on_conflict_do_nothing())

    def _set(self, target_id: str, values: Mapping[str, object]) -> None:
        with writing(self._engine) as connection:
            self._one(connection, target_id)
            connection.execute(update(_target).where(self._ours(), _target.c.id == target_id).values(values))

    def _of_name(self, connection: Connection, name: str) -> Target | None:
        row = connection.execute(select(_target).where(self._ours(), _target.c.name == name)).one_or_none()
        return None if row is None else _read(row)

    def _one(self, connection: Connection, target_id: str) -> Target:
        row = connection.execute(select(_target).where(self._ours(), _target.c.id == target_id)).one_or_none()
        if row is None:
            raise ForwardError("forward.unknown", "no such target", name=target_id[:120])
        return _read(row)

    def _free(self, moment: int) -> Iterable[Any]:
        column = _target.c
        return (self._ours(), column.state == ON, column.due <= moment, column.leased_until <= moment)

    def _ours(self) -> Any:
        return _target.c.institution == self.institution

    def _held_of(self, target_id: str) -> Any:
        return (_held.c.institution == self.institution) & (_held.c.target == target_id)


def _outcome(leased: Target, result: Result, moment: int) -> dict[str, object]:
    values: dict[str, object] = {
        "position": result.position, "sent": _target.c.sent + result.taken, "owner": "", "leased_until": 0,
        "attempts": 0, "due": moment, "error": "",
    }  # fmt: skip
    if result.taken:
        values["success"] = moment
    if result.error is not None:
        values |= {
            "attempts": leased.attempts + 1,
            "due": moment if result.due is None else to_milliseconds(result.due),
            "error": result.error.code,
            "error_params": msgspec.json.encode(result.error.params),
            "failed": moment,
        }
    return values


def _read(row: Row[Any]) -> Target:
    kept = dict(row._mapping)
    for name in ("institution", "leased_until"):
        kept.pop(name)
    for name in ("due", "created", "success", "failed"):
        kept[name] = None if kept[name] is None else from_milliseconds(kept[name])
    kept["selection"] = _SELECTION.decode(kept["selection"])
    kept["error_params"] = _PARAMS.decode(kept["error_params"])
    return Target(**kept | {"attachments": bool(kept["attachments"])})


def _held_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "changed": from_milliseconds(row["changed"])}
