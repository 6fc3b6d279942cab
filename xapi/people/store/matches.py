"""Proposed matches of an institution's people: listed, confirmed as a merge, refused for good, and undone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from xapi.clock import from_milliseconds, to_milliseconds
from xapi.database import insert_into, reading, writing
from xapi.errors import PeopleError
from xapi.people.matching import Known, Proposal, Rule, proposals
from xapi.people.store.identities import Identities
from xapi.people.store.merges import merge_people, unmerge
from xapi.people.store.subjects import note
from xapi.people.store.tables import account, alias, match_refused, nip, person, person_merge, waiting


@dataclass(frozen=True, slots=True)
class Merge:
    """Two persons that were made one: `old` follows `target`; `undone` says when they were made two again."""

    seq: int
    old: str
    target: str
    at: datetime
    decided_by: str
    rule: str
    undone: datetime | None


class MatchStore:
    """What the rules propose for the people of `institution`, and what people have decided."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def waiting(self) -> list[tuple[Proposal, Known, Known]]:
        """The proposals nobody has decided, each with who may be whom: the old person, and the target."""
        refused = select(match_refused.c.person, match_refused.c.other)
        with reading(self._engine) as connection:
            people = {one.person: one for one in self._people(Identities(connection, self._institution))}
            rows = connection.execute(refused.where(match_refused.c.institution == self._institution))
            decided = {frozenset(row) for row in rows}
        return [
            (one, people[one.old], people[one.target])
            for one in proposals(list(people.values()))
            if frozenset((one.old, one.target)) not in decided
        ]

    def confirm(self, proposal_id: str, now: datetime, *, decided_by: str) -> Proposal:
        """Makes the two persons of a proposal one. Raises PeopleError `people.no_match` when it is none any more."""
        one = self._find(proposal_id)
        self.merge(one.old, one.target, now, decided_by=decided_by, rule=one.rule)
        return one

    def refuse(self, proposal_id: str, now: datetime, *, decided_by: str) -> Proposal:
        """Says that the two are different people, so that no rule proposes them again."""
        one = self._find(proposal_id)
        values = {"institution": self._institution, "person": one.old, "other": one.target,
                  "at": to_milliseconds(now), "decided_by": decided_by}  # fmt: skip
        with writing(self._engine) as connection:
            connection.execute(insert_into(connection, match_refused).values(values).on_conflict_do_nothing())
            note(connection, self._institution, "match_refused", now, who=one.old, basis=one.rule,
                 decided_by=decided_by, detail=one.target)  # fmt: skip
        return one

    def merge(self, old: str, target: str, now: datetime, *, decided_by: str, rule: Rule | str) -> None:
        """Makes `old` and `target` one person; `undo` makes them two again."""
        with writing(self._engine) as connection:
            identities = Identities(connection, self._institution)
            merge_people(identities, old, target, now=to_milliseconds(now), decided_by=decided_by, rule=rule)
            note(connection, self._institution, "merge", now, who=target, basis=rule, decided_by=decided_by, detail=old)

    def undo(self, seq: int, now: datetime, *, decided_by: str) -> tuple[str, str]:
        """Makes two persons of one again, and returns them: who follows no longer, and who was followed."""
        with writing(self._engine) as connection:
            old, target = unmerge(Identities(connection, self._institution), seq, to_milliseconds(now))
            note(connection, self._institution, "unmerge", now, who=target, basis=str(seq), decided_by=decided_by,
                 detail=old)  # fmt: skip
        return old, target

    def merges(self, limit: int = 100) -> list[Merge]:
        """Who was made one with whom, the newest first."""
        query = select(person_merge).where(person_merge.c.institution == self._institution)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(person_merge.c.seq.desc()).limit(limit)).all()
        return [
            Merge(row.seq, row.old, row.target, from_milliseconds(row.at), row.decided_by, row.rule,
                  None if row.undone is None else from_milliseconds(row.undone))
            for row in rows
        ]  # fmt: skip

    def _find(self, proposal_id: str) -> Proposal:
        for one, _old, _target in self.waiting():
            if one.id == proposal_id:
                return one
        raise PeopleError("people.no_match", "no such proposal", id=proposal_id[:32])

    def _people(self, identities: Identities) -> list[Known]:
        """Everyone who is somebody: no aliases."""
        run, here = identities.connection.execute, self._institution
        numbers, usernames = defaultdict[str, list[str]](list), defaultdict[str, list[tuple[str, str]]](list)
        for row in run(select(nip.c.person, nip.c.nip).where(nip.c.institution == here).order_by(nip.c.seq)):
            numbers[row.person].append(row.nip)
        for row in run(select(account).where(account.c.institution == here)):
            usernames[row.person].append((row.issuer, row.subject))
        waits = set(run(select(waiting.c.person).where(waiting.c.institution == here)).scalars())
        aliases = select(alias.c.alias).where(alias.c.institution == here)
        everyone = select(person).where(person.c.institution == here, person.c.id.not_in(aliases))
        return [
            Known(row.id, row.name, row.id in waits, tuple(numbers[row.id]), tuple(usernames[row.id]))
            for row in run(everyone.order_by(person.c.name, person.c.id))
        ]
