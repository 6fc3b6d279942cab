"""Seals the reports of an installation, and proves them: puts services, keys and record together for the command."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from lti_tool.seal_keys import SealKeys
from lti_tool.services import Services
from lti_tool.version import VERSION
from xapi.audit.report import Report, report
from xapi.audit.seal.compare import NoErasures
from xapi.audit.seal.form import About, with_seal
from xapi.audit.seal.make import Sealable, Sealer, seal_text, sealable
from xapi.audit.seal.store import SealStore
from xapi.audit.seal.verify import Proof
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError

TRIES = 5


def keys_of(services: Services) -> SealKeys:
    """The keys for seals of the institution."""
    return SealKeys(services.settings.data / "secrets", services.institution.id, services.institution.slug)


def sealer_of(services: Services) -> Sealer:
    """What sealing needs of the installation."""
    return Sealer(
        services.ledger,
        SealStore.beside(services.ledger),
        services.statements,
        keys_of(services).signing(),
        services.clock,
        f"jampel {VERSION}",
    )


def sealed_report(services: Services, make: Callable[[], Report], scope: Mapping[str, str]) -> tuple[Sealer, Sealable]:
    """The report that `make` gives, with its evidence; made again when the ledger is projected further meanwhile."""
    sealer = sealer_of(services)
    for left in reversed(range(TRIES)):
        cursor = services.ledger.cursor()
        made = make()
        try:
            return sealer, sealable(sealer, made, cursor, dict(scope))
        except AuditError as error:
            if error.code != "audit.seal_ledger_moved" or not left:
                raise
    raise AssertionError("unreachable")


def proof_of(services: Services) -> Proof:
    """What a proof needs of the installation."""

    def remake(ledger: Ledger, about: About) -> Report:
        return report(ledger, services.people, about.year, about.by, opd=about.scope.get("opd"))

    return Proof(
        institution=services.institution.id,
        statements=services.statements,
        people=services.people,
        rules=services.rules,
        seals=SealStore.beside(services.ledger),
        erasures=NoErasures(),
        remake=remake,
    )


class Written(NamedTuple):
    """A report as written, and the seal for beside it; None when it is inside, or nothing was sealed."""

    report: Report
    content: bytes
    seal: str | None = None


def write_sealed(
    services: Services, make: Callable[[], Report], write: Callable[[Report], bytes], form: str, language: str,
    scope: Mapping[str, str],
) -> Written:  # fmt: skip
    """The report that `make` gives, written by `write` in `form` and `language`, and sealed.

    `scope` says how it is narrowed. Raises AuditError as `sealable` does.
    """
    sealer, made = sealed_report(services, make, scope)
    content = write(made.report)
    seal = seal_text(sealer, made, content, form, language)
    if form == "json":
        return Written(made.report, with_seal(content, seal))
    return Written(made.report, content, seal + "\n")
