"""Proves that a sealed report follows from the LRS: makes ledger and report anew as of the cut-off, and compares."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from xapi.audit.people import People
from xapi.audit.projector import rebuild
from xapi.audit.rule_set import RuleSet
from xapi.audit.seal.compare import (
    Erasures,
    roster_differences,
    row_differences,
    stamp_differences,
    statement_differences,
)
from xapi.audit.seal.differences import Difference, Verdict
from xapi.audit.seal.evidence import Evidence, Footing, Statements, evidence, footing_of, rules_of_year
from xapi.audit.seal.figures import Figures
from xapi.audit.seal.form import About, Member, OpenedSeal, Seal, SealedFile, key_part, sealed_file
from xapi.audit.seal.keys import SealPublicKey
from xapi.audit.seal.leaves import Kept, key_of_text, of_statement, row_called, row_name
from xapi.audit.seal.make import set_names
from xapi.audit.seal.store import SealStore, rules_name, scratch_ledger
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError


class Subject(NamedTuple):
    """What was sealed, made anew: the report (or findings, or transcript) that a file is written from, and figures."""

    value: object
    figures: Figures


CHECKED = ("rules", "roster", "statements", "query", "figures")
Remake = Callable[[Ledger, About], Subject]
"""Makes what a seal is about from a ledger, which has those of the other institutions beside it."""


class FullStatements(Statements, Protocol):
    """A statement store in which a single statement can be looked up; `xapi.lrs.store.StatementStore` is one."""

    def get(self, institution: str, statement_id: bytes, *, voided: bool = False) -> Kept | None:
        """The statement with the id of 16 bytes, voided or not as asked."""
        ...


class Proof(NamedTuple):
    """What a proof needs: the LRS, people and present rules of `institution`, the record of seals, what was erased, and
    how a report is made.

    `others` gives what a proof needs of another institution, for a league.

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
    others: "Callable[[str], Proof] | None" = None


class Remade(NamedTuple):
    """What was sealed as it follows now, with its evidence."""

    subject: Subject
    evidence: Evidence


class _Part(NamedTuple):
    """The share of one institution in a seal, and what proves it; `rules` are those to reckon with."""

    proof: Proof
    sealed: Seal | Member
    rules: RuleSet


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
    about = seal.report
    parts, found = list[_Part](), list[Difference]()
    for whose, sealed in _shares(proof, seal):
        rules, other = _rules(whose, sealed, about.year)
        parts.append(_Part(whose, sealed, rules))
        found += other
    made = remade(parts, about, tell)
    now = made.evidence
    erased = set[bytes]()
    for part, footing in zip(parts, (now.footing, *now.others.values()), strict=True):
        differences = _part_differences(part, footing, about)
        erased |= {key_of_text(str(one.values["id"])) for one in differences if one.kind == "roster_erased"}
        found += differences
    figures = []
    if seal.figures.root != now.figures.root():
        person = made.subject.figures.person
        gone = any(one.kind == "erased" or (person and one.values.get("id") == person) for one in found)
        explained = gone and all(one.is_note for one in found)
        names = {key_of_text(row_name(row)): row_called(row) for row in made.subject.figures.rows}
        rows = proof.seals.recall(set_names(about).rows, seal.figures.root)
        figures = list(row_differences(rows, now.figures, names, erased, explained=explained))
    if seal.query != now.query:
        kind = "other_query" if figures and not found else "query_note"
        found.append(Difference(kind, {"sealed": seal.release}))
    return Verdict(tuple(found + figures), CHECKED, _counts(made)), made


def _shares(proof: Proof, seal: Seal) -> Iterator[tuple[Proof, Seal | Member]]:
    """The share of each institution in the seal, our own first, with what proves it."""
    yield proof, seal
    for one in seal.members:
        if proof.others is None:
            raise AuditError("audit.seal_unreadable", "a seal of several institutions")
        yield proof.others(one.institution), one


def remade(parts: Sequence[_Part], about: About, tell: Callable[[int], object] = lambda _: None) -> Remade:
    """Ledgers and figures made anew in a database of their own, from the statements stored up to the cut-offs."""
    own, *others = parts
    with scratch_ledger(own.proof.institution) as (ledger, _):
        logs = {}
        for part in parts:
            one = part.proof.institution
            logs[one] = UpTo(part.proof.statements, part.proof.moved or part.sealed.through.stored, tell)
            rebuild(ledger.of(one), logs[one].after, part.proof.people, part.rules)
        subject = own.proof.remake(ledger, about)

        def footing(part: _Part) -> Footing:
            one = part.proof.institution
            basis = SealStore.beside(ledger.of(one)).basis(about.year, subject.figures.person)
            return footing_of(one, logs[one], basis, part.rules)

        more = {part.proof.institution: footing(part) for part in others}
        return Remade(subject, evidence(subject.figures, footing(own), more))


def _part_differences(part: _Part, now: Footing, about: About) -> list[Difference]:
    """How roster and statements of one institution differ from what was sealed."""
    proof, sealed, names = part.proof, part.sealed, set_names(about)
    roster = proof.seals.recall(names.roster, sealed.roster.root)
    statements = proof.seals.recall(names.statements, sealed.statements.root)
    found = list(roster_differences(sealed.roster, roster, now.roster, proof.erasures))
    found += statement_differences(sealed.statements, statements, now.statements, _look(proof), proof.erasures)
    if proof.moved is None:
        found += stamp_differences(sealed.statements, statements, now.statements)
    return found


def _counts(made: Remade) -> dict[str, int]:
    footings = (made.evidence.footing, *made.evidence.others.values())
    return {
        "statements": sum(len(one.statements) for one in footings),
        "roster": sum(len(one.roster) for one in footings),
        "rows": len(made.subject.figures.rows),
    }


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


def _rules(proof: Proof, sealed: Seal | Member, year: int) -> tuple[RuleSet, list[Difference]]:
    """The rules to reckon with: those that were sealed, if they are kept; and how the present ones differ."""
    if rules_name(proof.rules) == sealed.rules.set:
        return proof.rules, []
    kept = proof.seals.rules(sealed.rules.set)
    if kept is not None and rules_of_year(kept, year) != sealed.rules.hash:
        kept = None
    if rules_of_year(proof.rules, year) == sealed.rules.hash:
        return kept or proof.rules, []
    now = proof.rules.of_year(year).version
    found = [Difference("other_rules", {"sealed": sealed.rules.version, "now": now})]
    if kept is None:
        return proof.rules, [*found, Difference("rules_unknown", {"sealed": sealed.rules.version})]
    return kept, found


def _look(proof: Proof) -> Callable[[str], bytes | None]:
    def look(statement_id: str) -> bytes | None:
        for voided in (False, True):
            found = proof.statements.get(proof.institution, UUID(statement_id).bytes, voided=voided)
            if found is not None:
                return of_statement(found)
        return None

    return look
