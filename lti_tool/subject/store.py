"""Applies erasures to the databases of a restored backup, before anybody can see them."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from lti_tool.databases import HOUSE, LRS, PEOPLE, Database
from lti_tool.store.adapter_pushes import forget_pushes
from lti_tool.store.subject import Account, erase_accounts
from lti_tool.subject.actors import agents_of
from xapi.lrs.store.subjects import erase_records, statement_ids
from xapi.people.store.erasures import add_marks, erasures_in, remember_erasures
from xapi.people.store.subjects import forget, note, record_of
from xapi.people.subject import Erasure


class Changing(Protocol):
    """Gives a write transaction on the tables of a database."""

    def change(self, database: Database) -> AbstractContextManager[Connection]: ...


def erase_again(
    tables: Changing, held: Iterable[Database], erasures: Iterable[Erasure], *, statements: bool
) -> list[tuple[str, list[str]]]:
    """Erases in the databases `held` by a backup whoever `erasures` name and the backup still knows or has not noted as
    erased; returns for each their institution and the ids of their statements. With `statements` those go too."""
    databases, wanted = set(held), {(one.institution, one.person): one for one in erasures}
    if PEOPLE in databases:
        with tables.change(PEOPLE) as people:
            for one in erasures_in(people):
                wanted.pop((one.institution, one.person), None)
    return [(one.institution, _erase_one(tables, databases, one, statements=statements)) for one in wanted.values()]


def _erase_one(tables: Changing, databases: set[Database], one: Erasure, *, statements: bool) -> list[str]:
    pseudonyms, accounts = _who(tables, databases, one)
    agents, ids = agents_of(one.institution, pseudonyms), list[str]()
    if LRS in databases:
        with tables.change(LRS) as lrs:
            ids = statement_ids(lrs, one.institution, agents)
            erase_records(lrs, one.institution, agents, statements=statements)
    if HOUSE in databases:
        with tables.change(HOUSE) as house:
            erase_accounts(house, one.institution, accounts)
            forget_pushes(house, one.institution, ids)
    if PEOPLE in databases:
        with tables.change(PEOPLE) as people:
            forget(people, one.institution, pseudonyms)
            remember_erasures(people, one, pseudonyms)
            add_marks(people, one.institution, ids, one.erased)
            note(people, one.institution, "restore", one.erased, who=one.person, basis=one.basis,
                 decided_by=one.decided_by, detail="erased again")  # fmt: skip
    return ids


def _who(tables: Changing, databases: set[Database], one: Erasure) -> tuple[tuple[str, ...], list[Account]]:
    """The pseudonyms and LMS accounts that the backup still has of an erased person."""
    if PEOPLE not in databases:
        return (one.person,), []
    with tables.change(PEOPLE) as people:
        record = record_of(people, one.institution, one.person)
    if record is None:
        return (one.person,), []
    return record.pseudonyms, [(issuer, subject) for issuer, subject, _seen in record.accounts]
