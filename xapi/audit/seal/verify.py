"""Proves that a sealed report follows from the LRS: makes ledger and report anew as of the cut-off, and compares."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from xapi.audit.people import People
from xapi.audit.projector import rebuild
from xapi.audit.report import Report
from xapi.audit.rule_set import RuleSet
from xapi.audit.seal.compare import (
    Erasures,
    roster_differences,
    row_differences,
    stamp_differences,
    statement_differences,
)
from xapi.audit.seal.differences import Difference, Verdict
from xapi.audit.seal.evidence import Evidence, Statements, evidence, rules_of_year
from xapi.audit.seal.form import About, OpenedSeal, Seal, SealedFile, key_part, sealed_file
from xapi.audit.seal.keys import SealPublicKey
from xapi.audit.seal.leaves import NAMES, Kept, Set, key_of_text, of_statement, row_name
from xapi.audit.seal.make import set_names
from xapi.audit.seal.store import SealStore, scratch_ledger
from xapi.audit.store.ledger import Ledger

Remake = Callable[[Ledger, About], Report]
"""Makes the report that a seal is about from a ledger."""


class FullStatements(Statements, Protocol):
    """A statement store in which a single statement can be looked up; `xapi.lrs.store.StatementStore` is one."""

    def get(self, institution: str, statement_id: bytes, *, voided: bool = False) -> Kept | None:
        """The statement with the id of 16 bytes, voided or not as asked."""
        ...


class Proof(NamedTuple):
    """What a proof needs: the LRS, people and present rules of `institution`, the record of seals, what was erased, and
    how a report is made.

    `moved` is for an LRS into which the statements were imported: the moment (as `stored` is written) until which it
    holds what was there when the report was sealed. Then what an LRS sets itself is not compared.
    """

    institution: str
    statements: FullStatements
    people: People
    rules: RuleSet
    seals: SealStore
    erasures: Erasures
    remake: Remake
    moved: str | None = None


class Remade(NamedTuple):
    """The report as it follows now, with its evidence."""

    report: Report
    evidence: Evidence


def check_file(
    opened: OpenedSeal, keys: Iterable[SealPublicKey], content: bytes, *, place: tuple[str, str] | None = None
) -> Verdict:
    """Whether a key among `keys` signed the seal, over a file with this `content`: all that an outsider can check.

    `place` says where a changed file differs first, if that is known: its row or cell, and what names the row.
    """
    seal = opened.seal
    if not opened.intact:
        return Verdict((Difference("seal_edited"),), ("signature",))
    if all(key_part(key) != seal.key for key in keys):
        return Verdict((Difference("wrong_key", {"id": seal.key.id}),), ("signature",))
    same = is_same_file(seal.file, content)
    return Verdict(() if same else (_changed(place),), ("signature", "file"))


def _changed(place: tuple[str, str] | None) -> Difference:
    if place is None:
        return Difference("file_changed")
    where, name = place
    if not name and "!" not in where:
        return Difference("file_line", {"place": where})
    return Difference("file_cell" if "!" in where else "file_row", {"place": where, "name": name or "-"})


def is_same_file(sealed: SealedFile, content: bytes) -> bool:
    """Whether `content` is, byte by byte, what was sealed."""
    return sealed_file(content, sealed.form, sealed.language) == sealed


def prove(proof: Proof, seal: Seal, tell: Callable[[int], object] = lambda _: None) -> tuple[Verdict, Remade | None]:
    """Compares the seal with what follows now from LRS, rules and roster as of its cut-off; also returns the report.

    `tell` hears of each page of statements how many it has. The seal must be intact (`check_file`). Nothing is changed
    anywhere.
    """
    if seal.institution != proof.institution:
        return Verdict((Difference("other_institution", {"id": seal.institution}),), ()), None
    rules, found = _rules(proof, seal)
    made = remade(proof, seal, rules, tell)
    statements, roster, rows = _recorded(proof, seal)
    now = made.evidence
    found += roster_differences(seal.roster, roster, now.roster, proof.erasures)
    erased = {key_of_text(str(one.values["id"])) for one in found if one.kind == "roster_erased"}
    found += statement_differences(seal.statements, statements, now.statements, _look(proof), proof.erasures)
    if proof.moved is None:
        found += stamp_differences(seal.statements, statements, now.statements)
    figures = []
    if seal.figures.root != now.figures.root():
        explained = any(one.kind == "erased" for one in found) and all(one.is_note for one in found)
        names = _row_names(made.report)
        figures = list(row_differences(rows, now.figures, names, erased, explained=explained))
    if seal.query != now.query:
        kind = "other_query" if figures and not found else "query_note"
        found.append(Difference(kind, {"sealed": seal.release}))
    verdict = Verdict(
        tuple(found + figures),
        ("rules", "roster", "statements", "query", "figures"),
        {"statements": len(now.statements), "roster": len(now.roster), "rows": len(made.report.rows)},
    )
    return verdict, made


def remade(proof: Proof, seal: Seal, rules: RuleSet, tell: Callable[[int], object] = lambda _: None) -> Remade:
    """Ledger and report made anew in a database of their own, from the statements stored up to the cut-off."""
    until = UpTo(proof.statements, proof.moved or seal.through.stored, tell)
    with scratch_ledger(proof.institution) as (ledger, seals):
        rebuild(ledger, until.after, proof.people, rules)
        report = proof.remake(ledger, seal.report)
        basis = seals.basis(seal.report.year)
        return Remade(report, evidence(proof.institution, until, basis, rules, report))


class UpTo:
    """The statements that were stored at `stored` or earlier, wherever they stand."""

    def __init__(self, statements: Statements, stored: str, tell: Callable[[int], object]) -> None:
        self._statements = statements
        self._stored = stored
        self._tell = tell

    def after(self, institution: str, seq: int, limit: int) -> Sequence[Kept]:
        """The next ones; none when the log ends."""
        while page := self._statements.after(institution, seq, max(limit, 1)):
            self._tell(len(page))
            if wanted := [one for one in page if one.stored <= self._stored]:
                return wanted
            seq = page[-1].seq
        return []

    def at(self, institution: str, seqs: Sequence[int]) -> Sequence[Kept]:
        """Those that stand at `seqs`."""
        return self._statements.at(institution, seqs)


def _rules(proof: Proof, seal: Seal) -> tuple[RuleSet, list[Difference]]:
    """The rules to reckon with: those that were sealed, if they are kept; and how the present ones differ."""
    year = seal.report.year
    if rules_of_year(proof.rules, year) == seal.rules.hash:
        return proof.rules, []
    now = proof.rules.of_year(year).version
    found = [Difference("other_rules", {"sealed": seal.rules.version, "now": now})]
    kept = proof.seals.rules(seal.rules.set)
    if kept is None or rules_of_year(kept, year) != seal.rules.hash:
        return proof.rules, [*found, Difference("rules_unknown", {"sealed": seal.rules.version})]
    return kept, found


def _recorded(proof: Proof, seal: Seal) -> tuple[Set | None, ...]:
    """The sets that were sealed, as far as they were kept here."""
    roots = (seal.statements.root, seal.roster.root, seal.figures.root)
    return tuple(proof.seals.recall(name, root) for name, root in zip(set_names(seal.report), roots, strict=True))


def _look(proof: Proof) -> Callable[[str], bytes | None]:
    def look(statement_id: str) -> bytes | None:
        for voided in (False, True):
            found = proof.statements.get(proof.institution, UUID(statement_id).bytes, voided=voided)
            if found is not None:
                return of_statement(found)
        return None

    return look


def _row_names(report: Report) -> Mapping[bytes, str]:
    """What people call each row, by its key: a person by their pseudonym."""
    return {key_of_text(row_name(row)): _called(row) for row in report.rows}


def _called(row: Mapping[str, object]) -> str:
    for name in NAMES:
        if row.get(name):
            return str(row[name])
    return "-"
