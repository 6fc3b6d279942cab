"""Makes two persons one inside a transaction, and two again: what either had is kept until it is undone or erased."""

import json
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from xapi.errors import PeopleError
from xapi.people.store.employments import histories, write_history
from xapi.people.store.identities import Identities
from xapi.people.store.tables import account, alias, frozen, nip, person_merge, waiting
from xapi.people.timeline import Period, joined


def merge_people(
    identities: Identities, old: str, target: str, *, now: int, decided_by: str, rule: str
) -> None:  # fmt: skip
    """`old` is `target`: its accounts, numbers, employment and aliases follow, its id becomes an alias; `now` in
    milliseconds. Raises PeopleError `people.same_person` or `people.unknown_person`."""
    connection, here = identities.connection, identities.institution
    old, target = identities.canonical(old), identities.canonical(target)
    if old == target:
        raise PeopleError("people.same_person", "a person cannot be linked to itself")
    if identities.name_of(old) is None or identities.name_of(target) is None:
        raise PeopleError("people.unknown_person", "no such person")
    known = histories(connection, here, [old, target])
    mine, theirs = known.get(old, []), known.get(target, [])
    together = joined(theirs, mine)
    before = _had(identities, old) | {"periods": mine, "target": theirs, "joined": together}
    identities.merge(old, into=target)
    write_history(connection, here, known, {old: [], target: together})
    _move_freeze(connection, here, old, target)
    connection.execute(
        insert(person_merge).values(
            institution=here, old=old, target=target, at=now, decided_by=decided_by, rule=rule,
            before=json.dumps(before),
        )
    )  # fmt: skip


def _had(identities: Identities, old: str) -> dict[str, Any]:
    run, here = identities.connection.execute, identities.institution
    accounts = select(account.c.issuer, account.c.subject).where(account.c.institution == here, account.c.person == old)
    aliases = select(alias.c.alias).where(alias.c.institution == here, alias.c.person == old)
    waited = run(select(waiting).where(waiting.c.institution == here, waiting.c.person == old)).mappings().first()
    return {
        "nips": identities.nips_of(old),
        "accounts": [list(row) for row in run(accounts)],
        "aliases": list(run(aliases).scalars()),
        "waiting": dict(waited) if waited else None,
    }


def _move_freeze(connection: Connection, here: str, old: str, target: str) -> None:
    """Who was frozen stays so under the other name."""
    mine = frozen.c.institution == here
    already = connection.execute(select(frozen.c.person).where(mine, frozen.c.person == target)).first()
    if already is None:
        connection.execute(update(frozen).where(mine, frozen.c.person == old).values(person=target))
    connection.execute(delete(frozen).where(mine, frozen.c.person == old))


def unmerge(identities: Identities, seq: int, now: int) -> tuple[str, str]:
    """Makes two persons of one again, and returns them; what came to the one since then stays with the target.

    Raises PeopleError `people.no_merge` when there is no such merge, or it was undone.
    """
    connection, here = identities.connection, identities.institution
    mine = (person_merge.c.institution == here, person_merge.c.seq == seq, person_merge.c.undone.is_(None))
    row = connection.execute(select(person_merge).where(*mine)).one_or_none()
    if row is None:
        raise PeopleError("people.no_merge", "no such merge, or it was undone", seq=seq)
    before, target = json.loads(row.before), identities.canonical(row.target)
    connection.execute(delete(alias).where(alias.c.institution == here, alias.c.alias == row.old))
    for table, column, values in ((nip, "nip", before["nips"]), (alias, "alias", before["aliases"])):
        moved = table.c[column].in_(values) & (table.c.person == target)
        connection.execute(update(table).where(table.c.institution == here, moved).values(person=row.old))
    for issuer, subject in before["accounts"]:
        place = (account.c.institution == here, account.c.issuer == issuer, account.c.subject == subject)
        connection.execute(update(account).where(*place, account.c.person == target).values(person=row.old))
    if before["waiting"]:
        connection.execute(insert(waiting).values(**before["waiting"]))
    _part_history(connection, here, row.old, target, before)
    connection.execute(update(person_merge).where(*mine).values(undone=now))
    return row.old, target


def _part_history(connection: Connection, here: str, old: str, target: str, before: dict[str, Any]) -> None:
    own, theirs, together = ([Period(*one) for one in before[name]] for name in ("periods", "target", "joined"))
    known = histories(connection, here, [old, target])
    now = known.get(target, [])
    if now == together:
        left = theirs
    else:  # it has grown since: what came from the other goes, the rest stays as it is
        came = {(one.start, one.work) for one in own} - {(one.start, one.work) for one in theirs}
        left = [one for one in now if (one.start, one.work) not in came]
    write_history(connection, here, known, {old: own, target: left})
