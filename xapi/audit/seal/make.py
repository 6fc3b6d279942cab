"""Seals figures: gathers the evidence from ledger and LRS, keeps the record of it, and signs."""

import base64
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from xapi.audit.seal.evidence import Evidence, Footing, Statements, evidence, footing_of, rules_of_year
from xapi.audit.seal.figures import LEAGUE, Figures
from xapi.audit.seal.form import (
    About,
    Member,
    Seal,
    SealedFigures,
    SealedRoster,
    SealedRules,
    SealedStatements,
    key_part,
    sealed_file,
    signed_text,
)
from xapi.audit.seal.keys import SealPrivateKey
from xapi.audit.seal.store import SealStore, rules_name
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError


class Sealer(NamedTuple):
    """What sealing needs: the ledger and its seals, the LRS, the key, and who and when. `release` is the program's."""

    ledger: Ledger
    seals: SealStore
    statements: Statements
    key: SealPrivateKey
    clock: Callable[[], datetime]
    release: str


class Sealable(NamedTuple):
    """Figures with the evidence for them: any number of files can be sealed with it."""

    figures: Figures
    evidence: Evidence


class SetNames(NamedTuple):
    """The names under which the sets of a seal are kept."""

    statements: str
    roster: str
    rows: str


def sealable(sealer: Sealer, figures: Figures, cursor: int, others: Mapping[str, int] | None = None) -> Sealable:
    """The evidence for `figures`, which were made when the ledger stood at `cursor`; what was sealed is kept.

    `others` are the further institutions that are in the figures, and where their ledgers stood. Raises AuditError
    `audit.seal_ledger_moved` when a ledger was projected further meanwhile (make the report again),
    `audit.seal_ledger_behind` when the LRS lacks a statement that counts.
    """
    if figures.rules.hash != sealer.ledger.rules().hash:
        raise AuditError("audit.seal_ledger_moved", "projected by other rules meanwhile")
    footing = _footing(sealer, sealer.ledger, figures, cursor)
    more = {one: _footing(sealer, sealer.ledger.of(one), figures, at) for one, at in (others or {}).items()}
    return sealable_on(sealer, figures, footing, more)


def sealable_on(
    sealer: Sealer, figures: Figures, footing: Footing, others: Mapping[str, Footing] | None = None
) -> Sealable:
    """As `sealable`, with footings that are known."""
    made = Sealable(figures, evidence(figures, footing, others))
    about = About(figures.year, figures.by, figures.scope)
    keep_footing(sealer.seals, about, footing)
    for institution, other in made.evidence.others.items():
        keep_footing(SealStore.beside(sealer.ledger.of(institution)), about, other)
    sealer.seals.keep(set_names(about).rows, made.evidence.figures)
    return made


def keep_footing(seals: SealStore, about: About, footing: Footing) -> None:
    """Keeps what a seal about this rests on, so that a proof can name each difference."""
    names = set_names(about)
    seals.keep_rules(footing.rules)
    seals.keep(names.statements, footing.statements)
    seals.keep(names.roster, footing.roster)


def set_names(about: About) -> SetNames:
    """The names of the sets of statements, roster and rows. A transcript has statements and roster of its own."""
    whose = f"/{about.scope['person']}" if "person" in about.scope else ""
    scope = {} if about.by == LEAGUE else about.scope  # a league's are institutions: too many for a name
    narrowed = "".join(f"/{name}={value}" for name, value in sorted(scope.items()))
    rows = f"{about.year}/rows/{about.by}{narrowed}"[:200]
    return SetNames(f"{about.year}{whose}/statements", f"{about.year}{whose}/roster", rows)


def seal_text(sealer: Sealer, made: Sealable, content: bytes, form: str, language: str) -> str:
    """The signed seal, as JSON, over the file with this `content`; `form` and `language` are those of its writer."""
    found, figures = made.evidence, made.figures
    seal = Seal(
        institution=sealer.ledger.institution,
        name=sealer.key.public.name,
        made=sealer.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        release=sealer.release,
        report=About(figures.year, figures.by, figures.scope),
        file=sealed_file(content, form, language),
        through=found.footing.through,
        statements=_statements(found.footing),
        rules=_rules(found.footing, figures.year),
        roster=_roster(found.footing, figures.year),
        query=found.query,
        figures=SealedFigures(len(found.figures), found.figures.root()),
        key=key_part(sealer.key.public),
        members=tuple(_member(one, footing, figures.year) for one, footing in found.others.items()),
    )
    return signed_text(seal, sealer.key)


def _footing(sealer: Sealer, ledger: Ledger, figures: Figures, cursor: int) -> Footing:
    basis = SealStore.beside(ledger).basis(figures.year, figures.person)
    if basis.cursor != cursor:
        raise AuditError("audit.seal_ledger_moved", "projected further meanwhile")
    return footing_of(ledger.institution, sealer.statements, basis, ledger.rules())


def _member(institution: str, footing: Footing, year: int) -> Member:
    return Member(
        institution=institution,
        through=footing.through,
        statements=_statements(footing),
        rules=_rules(footing, year),
        roster=_roster(footing, year),
    )


def _statements(footing: Footing) -> SealedStatements:
    found = footing.statements
    parts = base64.b64encode(b"".join(found.buckets())).decode()
    return SealedStatements(len(found), found.root(), found.exact(), parts)


def _rules(footing: Footing, year: int) -> SealedRules:
    rules = footing.rules
    return SealedRules(rules.of_year(year).version, rules_of_year(rules, year), rules_name(rules))


def _roster(footing: Footing, year: int) -> SealedRoster:
    return SealedRoster(f"{year}-12-31", len(footing.roster), footing.roster.root())
