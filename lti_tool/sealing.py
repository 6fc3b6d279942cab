"""Seals the reports of an installation and proves them: puts services, keys, record and writers together."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from lti_tool.report_dress import dress_of
from lti_tool.seal_keys import SealKeys
from lti_tool.seal_subjects import about_league, made_from, written
from lti_tool.services import Services
from lti_tool.version import VERSION
from xapi.audit.engines.ledger import EngineLedger
from xapi.audit.projector import project
from xapi.audit.report_write import Progress
from xapi.audit.seal.exports import exported_footing
from xapi.audit.seal.figures import nothing_of
from xapi.audit.seal.form import About, Seal, with_seal
from xapi.audit.seal.make import Sealable, Sealer, seal_text, sealable, sealable_on
from xapi.audit.seal.store import SealStore
from xapi.audit.seal.verify import Proof, Subject
from xapi.audit.store.ledger import Ledger
from xapi.errors import AuditError

TRIES = 5


class Draft(NamedTuple):
    """What is sealed, made at one moment, with its evidence; any number of files can be written of it."""

    value: object
    made: Sealable

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.made.figures.rows)


class Written(NamedTuple):
    """A file as written, and the seal for beside it; None when it is inside."""

    content: bytes
    seal: bytes | None


class SealDesk:
    """Seals what is made of the ledger of `services`, all at one moment."""

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

    def draft(self, about: About) -> Draft:
        """What a seal says this `about`, with its evidence; made again when the ledger is projected further meanwhile.

        Raises AuditError as reports and `sealable` do.
        """
        for left in reversed(range(TRIES)):
            cursor = self._services.ledger.cursor()
            subject = made_from(self._services, self._services.ledger, about)
            try:
                return Draft(subject.value, sealable(self._sealer, subject.figures, cursor))
            except AuditError as error:
                if error.code != "audit.seal_ledger_moved" or not left:
                    raise
        raise AssertionError("the last try returns or raises")

    def league(self, year: int) -> Draft:
        """The league of all institutions here. One that was ever counted is brought up to date by its own rules.

        Raises AuditError as `draft` does.
        """
        about = about_league(self._services, year)
        for left in reversed(range(TRIES)):
            own, *_ = cursors = self._cursors(about)
            subject = made_from(self._services, self._services.ledger, about)
            others = {one: cursor for one, cursor in cursors.items() if one != own}
            try:
                return Draft(subject.value, sealable(self._sealer, subject.figures, cursors[own], others))
            except AuditError as error:
                if error.code != "audit.seal_ledger_moved" or not left:
                    raise
        raise AssertionError("the last try returns or raises")

    def draft_from(self, ledger: EngineLedger, about: About) -> Draft:
        """As `draft`, reckoned by another engine from an export, sealed as the ledger was when it was exported.

        Raises AuditError `audit.seal_export_bare`, `audit.seal_export_foreign` or `audit.seal_export_roster` when the
        export cannot be sealed, besides what reports raise.
        """
        subject = made_from(self._services, ledger, about)  # which compares the roster with the ledger's
        footing = exported_footing(ledger, self._services.ledger, about.year)
        return Draft(subject.value, sealable_on(self._sealer, subject.figures, footing))

    def write(self, draft: Draft, form: str, language: str, progress: Progress = lambda done: None) -> Written:
        """The draft as a file in `form` and `language`, sealed."""
        content = written(draft.value, form, language, self.dress, progress)
        seal = seal_text(self._sealer, draft.made, content, form, language)
        return Written(with_seal(content, seal), None) if form == "json" else Written(content, f"{seal}\n".encode())

    def _cursors(self, about: About) -> Mapping[str, int]:
        """Where the ledgers stand, our own first; one that nobody has counted is not among them."""
        services = self._services
        found = {services.institution.id: services.ledger.cursor()}
        for one in about.scope:
            ledger = services.ledger.of(one)
            if one in found or not ledger.is_projected():
                continue
            project(ledger, services.statements, services.people.of(one), ledger.rules())
            found[one] = ledger.cursor()
        return found


def keys_of(services: Services) -> SealKeys:
    """The keys for seals of the institution."""
    return SealKeys(services.settings.data / "secrets", services.institution.id, services.institution.slug)


def proof_of(services: Services, moved: str | None = None) -> Proof:
    """What a proof needs of the installation; `moved` is as in `Proof`."""

    def remake(ledger: Ledger, about: About) -> Subject:
        if about.by == "rencana":  # plans are no statements: a changed one shows as a row that differs
            ledger.plans.set(about.year, services.ledger.plans.of_year(about.year))
        try:
            return made_from(services, ledger, about)
        except AuditError as error:  # of a transcript, whose person may have been erased by law since
            if error.code != "audit.person_unknown":
                raise
            return Subject(None, nothing_of(about, ledger.rules()))

    def proof(institution: str) -> Proof:
        people, ledger = services.people.of(institution), services.ledger.of(institution)
        own = institution == services.institution.id
        return Proof(
            institution=institution,
            statements=services.statements,
            people=people,
            rules=services.rules if own or not ledger.is_projected() else ledger.rules(),
            seals=SealStore.beside(ledger),
            erasures=people.erasures,
            remake=remake,
            moved=moved,
            others=proof,
        )

    return proof(services.institution.id)


def written_again(services: Services, value: object, seal: Seal) -> bytes:
    """The file as it would have been written when it was sealed, with the letterhead of now."""
    at = datetime.fromisoformat(seal.made).astimezone(services.zone)
    dress = msgspec.structs.replace(dress_of(services), made_at=at)
    return written(value, seal.file.form, seal.file.language, dress)
