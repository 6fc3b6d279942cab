"""Puts all parts together for one installation: opens the databases, keeps the first keys, hands out the services."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Protocol
from zoneinfo import ZoneInfo

from adapters.registry import Registry, load_adapters
from lti_tool.anomaly_counts import AnomalyCounts
from lti_tool.competency_sums import CompetencySums
from lti_tool.databases import FLOW, HOUSE, LEDGER, LRS, PEOPLE, QUEUE, OpenDatabases, check_finished
from lti_tool.flow import FlowStore
from lti_tool.house.model import Institution
from lti_tool.house.store import House
from lti_tool.library import Library
from lti_tool.package_desk import PackageDesk
from lti_tool.roster_upload.desk import FOLDER as ROSTERS
from lti_tool.roster_upload.desk import RosterDesk
from lti_tool.rule_desk import rules_of
from lti_tool.secret_files import secret
from lti_tool.settings import Settings
from lti_tool.store import LtiStore
from lti_tool.systems.statements import SentBySystems
from lti_tool.tasks.desk import FOLDER as EXPORTS
from lti_tool.tasks.desk import TaskDesk
from lti_tool.tasks.store import TaskStore
from lti_tool.uploads import FOLDER as UPLOADS
from lti_tool.uploads import Uploads
from lti_tool.version import VERSION
from lti_tool.watch.store import Heartbeats, WatchedDatabase
from lti_tool.wiring import LtiParts, profiles_of, wire_lti
from xapi.audit.projector import ProjectionSummary, project
from xapi.audit.rule_set import RuleSet
from xapi.audit.store.ledger import Ledger
from xapi.clock import Clock, Ids, random_ids, system_clock
from xapi.errors import AuditError
from xapi.intake import Intake
from xapi.lrs.accounts_intake import accounts_intake
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.forwarding import ForwardDesk, Forwarder, ForwardStore, Sealer
from xapi.lrs.forwarding.client import connect_http
from xapi.lrs.prepare import prepare_body
from xapi.lrs.principal import Principal
from xapi.lrs.service import Lrs, PrepareBody
from xapi.lrs.store import StatementStore
from xapi.lrs.store.references import References
from xapi.lrs.store.subjects import SubjectRecords
from xapi.people import PeopleStore
from xapi.queue import Backoff, Queue
from xapi.recorder import Recorder


class _Engine(Protocol):
    """A database that can be closed."""

    def dispose(self) -> None: ...


@dataclass(kw_only=True)
class Services:
    """Everything a page, a command or the worker needs, for one institution. Close it when done, or use `with`."""

    settings: Settings
    clock: Clock
    ids: Ids
    institution: Institution
    house: House
    lti: LtiStore
    lti_parts: LtiParts
    flow: FlowStore
    statements: StatementStore
    lrs: Lrs
    credentials: CredentialStore
    forward_store: ForwardStore
    forward_sealer: Sealer
    people: PeopleStore
    intake: Intake
    queue: Queue
    recorder: Recorder
    ledger: Ledger
    rules: RuleSet
    library: Library
    uploads: Uploads
    packages: PackageDesk
    tasks: TaskDesk
    rosters: RosterDesk
    adapters: Registry
    references: References
    subject_records: SubjectRecords
    heartbeats: Heartbeats
    databases: tuple[WatchedDatabase, ...] = ()
    anomaly_counts: AnomalyCounts = field(init=False, repr=False)
    competency_sums: CompetencySums = field(init=False, repr=False)
    _engines: list[_Engine] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        self.anomaly_counts = AnomalyCounts(self.ledger, self.clock)
        self.competency_sums = CompetencySums(self.clock)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the institution: its days are local days."""
        return ZoneInfo(self.institution.time_zone)

    @property
    def today(self) -> date:
        """The day it is where the institution is."""
        return self.clock().astimezone(self.zone).date()

    def principal(self, source: str) -> Principal:
        """Our own program as a client of the embedded LRS, for statements whose source of evidence is `source`."""
        account = {"homePage": self.people.home_page, "name": f"jampel-{source}"}
        authority: dict[str, object] = {"objectType": "Agent", "account": account}
        return Principal(self.institution.id, authority, frozenset({"all"}), source)

    @property
    def forwards(self) -> ForwardDesk:
        """The other LRSs that statements are forwarded to."""
        return ForwardDesk(self.forward_store, self.statements, self.forward_sealer, self.clock, self.ids)

    def forwarder(self, owner: str, backoff: Backoff) -> Forwarder:
        """Forwarding for the worker named `owner`."""
        return Forwarder(
            self.forward_store,
            self.statements,
            self.forward_sealer,
            connect_http,
            clock=self.clock,
            owner=owner,
            backoff=backoff,
        )

    def bring_ledger_up_to_date(self) -> ProjectionSummary:
        """Projects what is new into the ledger, by the rule layers as they are on the disk.

        A process that has been running for long meets a ledger of other rules than its own when someone changed a layer
        and looked at the result with a command: it then takes the new rules over, or the two would undo each other's
        ledger for ever. A layer that cannot be read at that moment changes nothing.
        """
        if not self.ledger.is_made_by(self.rules):
            with suppress(AuditError):
                self.rules = rules_of(self.settings)
        return project(self.ledger, self.statements, self.people, self.rules)

    def close(self) -> None:
        """Closes the databases."""
        for engine in self._engines:
            engine.dispose()

    def __enter__(self) -> "Services":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_services(
    settings: Settings, clock: Clock = system_clock, ids: Ids = random_ids, *, prepare_large: PrepareBody = prepare_body
) -> Services:
    """The services of the data folder in `settings`: makes it at the first run, migrates every store.

    `prepare_large` is what the LRS does with large batches.

    Raises DatabaseError when a store cannot be upgraded, SettingsError or AuditError when a rule layer is wrong.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_finished(settings)
    rules = rules_of(settings)
    databases = OpenDatabases(settings, lambda: _before_upgrade(settings, clock))
    house_engine, flow_engine = databases.open(HOUSE), databases.open(FLOW)
    lrs_engine, people_engine = databases.open(LRS), databases.open(PEOPLE)
    queue_engine, ledger_engine = databases.open(QUEUE), databases.open(LEDGER)

    institution = _institution(House(house_engine, ""), settings, clock, ids)
    house = House(house_engine, institution.id)
    adapters = load_adapters()
    lti, flow = LtiStore(house_engine, institution.id), FlowStore(flow_engine, institution.id)
    lti_parts = wire_lti(
        lti,
        flow,
        secret=secret(settings.data / "secrets", "lti.key"),
        base_url=settings.base_url,
        private_hosts=settings.lti.private_hosts,
        profiles=profiles_of(adapters),
        clock=clock,
        ids=ids,
    )
    statements = StatementStore(lrs_engine)
    people = PeopleStore(people_engine, institution.id, ids)
    queue = Queue(queue_engine, clock)
    intake = Intake(people, clock)
    library = Library(house, settings.data / "library", clock, ids, release=VERSION, tool_url=settings.base_url)
    sent = SentBySystems()
    services = Services(
        settings=settings,
        clock=clock,
        ids=ids,
        institution=institution,
        house=house,
        lti=lti,
        lti_parts=lti_parts,
        flow=flow,
        statements=statements,
        lrs=Lrs(
            statements,
            clock,
            ids,
            module_per_minute=settings.limits.module_statements_per_minute,
            prepare_large=prepare_large,
            admit=accounts_intake(intake, institution.id, sent),
        ),
        credentials=CredentialStore(lrs_engine, clock, statements.sessions),
        forward_store=ForwardStore(lrs_engine, institution.id),
        forward_sealer=Sealer(secret(settings.data / "secrets", "forward.key")),
        people=people,
        intake=intake,
        queue=queue,
        recorder=Recorder(queue, institution.id, clock, ids),
        ledger=Ledger(ledger_engine, institution.id),
        rules=rules,
        library=library,
        uploads=Uploads(house, library, queue, settings.data / UPLOADS, clock=clock, ids=ids),
        packages=PackageDesk(library, queue, institution.id, clock=clock, ids=ids),
        tasks=TaskDesk(TaskStore(flow_engine, institution.id), queue, settings.data / EXPORTS, clock=clock, ids=ids),
        rosters=RosterDesk(settings.data / ROSTERS, institution.id, clock=clock, ids=ids),
        adapters=adapters,
        references=References(lrs_engine),
        subject_records=SubjectRecords(lrs_engine, institution.id),
        heartbeats=Heartbeats(flow_engine, institution.id),
        databases=tuple(databases.opened),
        _engines=list(databases.engines),
    )
    sent.services = services
    return services


def _before_upgrade(settings: Settings, clock: Clock) -> None:
    """A backup, unless the operator makes them otherwise."""
    if settings.database.backup_before_upgrade:
        from lti_tool.backup.upgrade import back_up_before_upgrade  # seldom needed

        back_up_before_upgrade(settings, clock)


def _institution(house: House, settings: Settings, clock: Clock, ids: Ids) -> Institution:
    """The institution of the settings; made at the first run."""
    wanted = settings.institution
    return house.institutions.ensure(
        id=ids().hex, slug=wanted.slug, name=wanted.name, time_zone=wanted.time_zone, now=clock()
    )
