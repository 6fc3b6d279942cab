"""Seals a report: gathers the evidence from ledger and LRS, keeps the record of it, and signs."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from xapi.audit.report import Report
from xapi.audit.seal.evidence import Evidence, Statements, evidence
from xapi.audit.seal.form import (
    About,
    Seal,
    SealedFigures,
    SealedRoster,
    SealedRules,
    SealedStatements,
    key_part,
    sealed_file,
    signed_text,
    with_seal,
)
from xapi.audit.seal.keys import SealPrivateKey
from xapi.audit.seal.leaves import Set
from xapi.audit.seal.store import SealStore
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
    """A report with the evidence for it: any number of files can be sealed with it."""

    report: Report
    scope: dict[str, str]
    evidence: Evidence
    rules: str


def sealable(sealer: Sealer, report: Report, cursor: int, scope: dict[str, str] | None = None) -> Sealable:
    """The evidence for `report`, which was made when the ledger stood at `cursor`; what was sealed is kept.

    `scope` says how the report was narrowed. Raises AuditError `audit.seal_ledger_moved` when the ledger was projected
    further meanwhile (make the report again), `audit.seal_ledger_behind` when the LRS lacks a statement that counts.
    """
    basis = sealer.seals.basis(report.year)
    if basis.cursor != cursor:
        raise AuditError("audit.seal_ledger_moved", "projected further meanwhile")
    rules = sealer.ledger.rules()
    found = evidence(sealer.ledger.institution, sealer.statements, basis, rules, report)
    made = Sealable(report, scope or {}, found, sealer.seals.keep_rules(rules))
    for name, some in sets_of(made).items():
        sealer.seals.keep(name, some)
    return made


def sets_of(made: Sealable) -> dict[str, Set]:
    """The sets of a sealed report by the names under which they are kept."""
    names = set_names(About(made.report.year, made.report.by, made.scope))
    return dict(zip(names, (made.evidence.statements, made.evidence.roster, made.evidence.figures), strict=True))


def set_names(about: About) -> tuple[str, str, str]:
    """The names of the sets of statements, roster and figures."""
    narrowed = "".join(f"/{name}={value}" for name, value in sorted(about.scope.items()))
    return f"{about.year}/statements", f"{about.year}/roster", f"{about.year}/rows/{about.by}{narrowed}"[:200]


def seal_text(sealer: Sealer, made: Sealable, content: bytes, form: str, language: str) -> str:
    """The signed seal, as JSON, over the file with this `content`; `form` and `language` are those of its writer."""
    found, report = made.evidence, made.report
    statements = found.statements
    seal = Seal(
        institution=sealer.ledger.institution,
        name=sealer.key.public.name,
        made=sealer.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        release=sealer.release,
        report=About(report.year, report.by, made.scope),
        file=sealed_file(content, form, language),
        through=found.through,
        statements=SealedStatements(
            len(statements),
            statements.root(),
            statements.exact(),
            base64.b64encode(b"".join(statements.buckets())).decode(),
        ),
        rules=SealedRules(report.rules_version, found.rules, made.rules),
        roster=SealedRoster(f"{report.year}-12-31", len(found.roster), found.roster.root()),
        query=found.query,
        figures=SealedFigures(len(found.figures), found.figures.root()),
        key=key_part(sealer.key.public),
    )
    return signed_text(seal, sealer.key)


def sealed_json(sealer: Sealer, made: Sealable, report: str, language: str) -> str:
    """The JSON `report` with its seal inside."""
    content = report.encode()
    return with_seal(content, seal_text(sealer, made, content, "json", language)).decode()
