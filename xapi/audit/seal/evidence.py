"""What a seal says of a report: statements, rules, roster, query and figures, each as one hash. Sealing and verifying
reckon it the same way."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from operator import itemgetter
from typing import NamedTuple, Protocol

import msgspec

from xapi.audit.rule_set import RuleSet
from xapi.audit.seal.figures import Figures
from xapi.audit.seal.form import Through
from xapi.audit.seal.leaves import Kept, Set, as_set, canonical, key_of_id, of_statement
from xapi.audit.seal.store import Basis
from xapi.audit.store.engine import sql_file
from xapi.audit.store.ledger import FINDINGS
from xapi.audit.store.writer import recipe
from xapi.errors import AuditError

BATCH = 500  # statements: few enough to be gone before the garbage collector looks twice
ROSTER = ("opd", "status", "grade", "position", "unit_code")
_NO_RULES = RuleSet(editions=(), sources={})


class Statements(Protocol):
    """A statement store: `xapi.lrs.store.StatementStore` is one."""

    def after(self, institution: str, seq: int, limit: int) -> Sequence[Kept]:
        """The statements stored after `seq`, in order, at most `limit`."""
        ...

    def at(self, institution: str, seqs: Sequence[int]) -> Sequence[Kept]:
        """The statements that stand at `seqs`."""
        ...


class Footing(NamedTuple):
    """What the figures of one institution rest on: the cut-off (`through`), statements, roster, and the rules."""

    through: Through
    statements: Set
    roster: Set
    rules: RuleSet


class Evidence(NamedTuple):
    """The sets and hashes of what is sealed: the footing of the institution, of `others` by id, query and figures."""

    footing: Footing
    query: str
    figures: Set
    others: dict[str, Footing]


def evidence(figures: Figures, footing: Footing, others: Mapping[str, Footing] | None = None) -> Evidence:
    """The evidence for `figures`, made from a ledger with this `footing`."""
    return Evidence(footing, query_of(figures.files), figures.set(), dict(others or {}))


def footing_of(institution: str, statements: Statements, basis: Basis, rules: RuleSet) -> Footing:
    """The footing of a ledger that has the `basis` and was projected by `rules`.

    Raises AuditError `audit.seal_ledger_behind` when the LRS has not what the ledger rests on.
    """
    return Footing(
        through=_through(institution, statements, basis),
        statements=Set(statement_leaves(institution, statements, basis.statements)),
        roster=roster_set(basis),
        rules=rules,
    )


def statement_leaves(institution: str, statements: Statements, wanted: Mapping[str, int]) -> dict[bytes, bytes]:
    """The leaves of the statements with these ids, which the LRS must have at the places (`seq`) that are given."""
    leaves: dict[bytes, bytes] = {}
    for some in _batches(sorted(wanted.items(), key=itemgetter(1))):
        found = {one.key: of_statement(one) for one in statements.at(institution, [seq for _, seq in some])}
        keys = {key_of_id(number): number for number, _ in some}
        if gone := keys.keys() - found.keys():
            number = min(keys[key] for key in gone)
            raise AuditError("audit.seal_ledger_behind", "the ledger rests on a statement that is gone", id=number)
        leaves |= found
    return leaves


def roster_set(basis: Basis) -> Set:
    """A leaf for each pseudonym: where it stands on the roster, and whose credits were sent under it."""
    rows = [
        (person, canonical([person, {name: row[name] for name in ROSTER if name in row}]))
        for person, row in basis.employees.items()
    ]
    links = [(actor, canonical([actor, {"is": person}])) for actor, person in basis.links]
    return as_set([*rows, *links])


def rules_of_year(rules: RuleSet, year: int) -> str:
    """SHA-256 (hex) of the rules as they hold in `year`: values and names of the tables, not where they come from."""
    first, last = year * 10000 + 101, year * 10000 + 1231
    within = [one for one in rules.editions if one.valid_from <= last and one.valid_to >= first]
    clipped = []
    for edition in within or [rules.of_year(year)]:
        targets = {status: {year: some[year]} for status, some in edition.targets_of_year.items() if year in some}
        clipped.append(
            msgspec.structs.replace(
                edition,
                valid_from=max(edition.valid_from, first),
                valid_to=min(edition.valid_to, last),
                targets_of_year=targets,
                cells=(),
            )
        )
    return sha256(msgspec.json.encode(clipped, order="deterministic")).hexdigest()


def query_of(files: Sequence[str]) -> str:
    """SHA-256 (hex) of all that makes figures out of statements but the rules: how they are read, and the SQL."""
    texts = [recipe(_NO_RULES), FINDINGS, *(_without_comments(sql_file(name)) for name in files)]
    return sha256("\n".join(texts).encode()).hexdigest()


def _through(institution: str, statements: Statements, basis: Basis) -> Through:
    """The cut-off at the last statement seen; when that one is gone since, at the last one that counts."""
    last = max(basis.statements.values(), default=0)
    found = list(statements.at(institution, [basis.cursor])) or list(statements.at(institution, [last]))
    return Through(basis.cursor, found[0].stored if found else "")


def _batches(items: Sequence[tuple[str, int]]) -> Iterable[Sequence[tuple[str, int]]]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))


def _without_comments(sql: str) -> str:
    return "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
