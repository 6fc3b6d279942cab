"""Seals the reports of an installation and proves them: puts services, keys, record and writers together."""

from datetime import datetime
from io import BytesIO
from typing import NamedTuple

import msgspec

from lti_tool.report_dress import dress_of
from lti_tool.seal_keys import SealKeys
from lti_tool.services import Services
from lti_tool.version import VERSION
from xapi.audit.report import Report, report
from xapi.audit.report_dress import Dress
from xapi.audit.report_scope import Scope
from xapi.audit.report_write import Form, Progress, write_report
from xapi.audit.seal.form import About, Seal, with_seal
from xapi.audit.seal.make import Sealable, Sealer, seal_text, sealable
from xapi.audit.seal.scope import scope_of, scope_words
from xapi.audit.seal.store import SealStore
from xapi.audit.seal.verify import Proof
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError

TRIES = 5


class Written(NamedTuple):
    """A file as written, and the seal for beside it; None when it is inside."""

    content: bytes
    seal: bytes | None


class SealDesk:
    """Seals reports of `services`, all at one moment."""

    def __init__(self, services: Services) -> None:
        self._services = services
        now = services.clock()
        self.dress = msgspec.structs.replace(dress_of(services), made_at=now.astimezone(services.zone))
        self._sealer = Sealer(
            services.ledger,
            SealStore.beside(services.ledger),
            services.statements,
            keys_of(services).signing(),
            lambda: now,
            f"jampel {VERSION}",
        )

    def report(self, year: int, by: str, scope: Scope) -> Sealable:
        """The report with its evidence, made again when the ledger is projected further meanwhile.

        Raises AuditError as `report` and `sealable` do.
        """
        services = self._services
        for left in reversed(range(TRIES)):
            cursor = services.ledger.cursor()
            made = report(services.ledger, services.people, year, by, scope=scope)
            try:
                return sealable(self._sealer, made, cursor, scope_words(scope))
            except AuditError as error:
                if error.code != "audit.seal_ledger_moved" or not left:
                    raise
        raise AssertionError("the last try returns or raises")

    def write(self, made: Sealable, form: Form, language: str, progress: Progress = lambda done: None) -> Written:
        """The report as a file in `form` and `language`, sealed."""
        content = written(made.report, form, language, self.dress, progress)
        seal = seal_text(self._sealer, made, content, form, language)
        return Written(with_seal(content, seal), None) if form == "json" else Written(content, f"{seal}\n".encode())


def keys_of(services: Services) -> SealKeys:
    """The keys for seals of the institution."""
    return SealKeys(services.settings.data / "secrets", services.institution.id, services.institution.slug)


def proof_of(services: Services, moved: str | None = None) -> Proof:
    """What a proof needs of the installation; `moved` is as in `Proof`."""

    def remake(ledger: Ledger, about: About) -> Report:
        if about.by == "rencana":  # plans are no statements: a changed one shows as a row that differs
            ledger.plans.set(about.year, services.ledger.plans.of_year(about.year))
        return report(ledger, services.people, about.year, about.by, scope=scope_of(about.scope))

    return Proof(
        institution=services.institution.id,
        statements=services.statements,
        people=services.people,
        rules=services.rules,
        seals=SealStore.beside(services.ledger),
        erasures=services.people.erasures,
        remake=remake,
        moved=moved,
    )


def written_again(services: Services, made: Report, seal: Seal) -> bytes:
    """The report as it would have been written when it was sealed, with the letterhead of now."""
    at = datetime.fromisoformat(seal.made).astimezone(services.zone)
    dress = msgspec.structs.replace(dress_of(services), made_at=at)
    return written(made, msgspec.convert(seal.file.form, Form), seal.file.language, dress)


def written(
    made: Report, form: Form, language: str, dress: Dress, progress: Progress = lambda done: None
) -> bytes:  # fmt: skip
    """The bytes of a report's file."""
    body = BytesIO()
    write_report(made, form, body, dress, language=language, progress=progress)
    return body.getvalue()
