"""The LRS without the web: who may do what with statements and state documents, by the rules of the standard."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import UNSET

from xapi.errors import LrsError, StatementError
from xapi.lrs.access import READ_STATEMENTS, WRITE_STATEMENTS, own_authority, require_no_nip, require_scope
from xapi.lrs.attachments import Content, described, page_that_fits
from xapi.lrs.compare import same_statement
from xapi.lrs.known import Known
from xapi.lrs.pace import MODULE_PER_MINUTE, Pace
from xapi.lrs.prepare import (
    NO_CONTENTS,
    Batch,
    Contents,
    Ids,
    Prepared,
    Version,
    bodies_of,
    parsed_batch,
    prepare_batch,
    prepare_body,
)
from xapi.lrs.present import activities_in, present
from xapi.lrs.principal import Principal
from xapi.lrs.profiles import open_activity_profiles, open_agent_profiles
from xapi.lrs.query import (
    StatementQuery,
    StatementResult,
    check_filter_agent,
    filter_of,
    more_token,
    page_size,
    read_token,
)
from xapi.lrs.states import open_states
from xapi.lrs.store import StatementStore, StoredStatement
from xapi.lrs.store.times import uuid_bytes
from xapi.validation.facts import ParsedStatement
from xapi.validation.formats import require_uuid
from xapi.validation.parse import validate_text
from xapi.validation.strict_json import require_text

Clock = Callable[[], datetime]
PrepareBody = Callable[[Principal, bytes, Version, Ids], Prepared]
Admit = Callable[[Principal, Batch], Batch]
LARGE = 64 * 1024
"""Bytes of a body from which on preparing it takes longer than handing it to somebody else."""


class Lrs:
    """The Learning Record Store of all institutions; each call acts within the institution of its principal.

    Parameters: `store` keeps the statements and documents, `clock` gives aware UTC, `ids` the ids of statements sent
    without one; `module_per_minute` is how many statements the credential of a module may send. `states`,
    `agent_profiles` and `activity_profiles` are the documents, `known` what the statements say of agents and
    activities. `prepare_large` does what `prepare_body` does with bodies of more than LARGE bytes. All methods raise
    StatementError for malformed input and LrsError, with its HTTP status, for the rest.
    `admit` is given what the credential of a module or an LMS sends, and returns what is stored in its place
    (`accounts_intake`).
    """

    def __init__(
        self,
        store: StatementStore,
        clock: Clock,
        ids: Ids,
        *,
        module_per_minute: int = MODULE_PER_MINUTE,
        prepare_large: PrepareBody = prepare_body,
        admit: Admit | None = None,
    ) -> None:
        self._prepare_large = prepare_large
        self._admit = admit
        self.states = open_states(store.documents, clock)
        self.agent_profiles = open_agent_profiles(store.documents, clock)
        self.activity_profiles = open_activity_profiles(store.documents, clock)
        self.known = Known(store, clock)
        self._pace = Pace(store.rates, clock, module_per_minute)
        self._store = store
        self._clock = clock
        self._ids = ids

    def put_statement(
        self,
        principal: Principal,
        statement_id: str,
        body: bytes,
        *,
        version: Version = "1.0.0",
        contents: Contents = NO_CONTENTS,
    ) -> None:
        """Stores the one statement in `body` under `statement_id` (Communication 2.1.1); a repeat is harmless.

        `contents` are those of its attachments, by their SHA-2 in hex, lower case; the caller has checked the SHA-2.
        """
        require_scope(principal, WRITE_STATEMENTS, self._clock())
        require_uuid(statement_id, "statementId", "Communication 2.1.1")
        self._pace.require(principal, 1, len(body))
        require_text(body)
        parsed = validate_text(body)
        if parsed.id is not UNSET and parsed.id.lower() != statement_id.lower():
            raise StatementError("statement.other_id", "not the statementId", path="$.id", clause="Communication 2.1.1")
        self._add(principal, self._admitted(principal, [(parsed, statement_id)]), version, contents)

    def post_statements(
        self, principal: Principal, body: bytes, *, version: Version = "1.0.0", contents: Contents = NO_CONTENTS
    ) -> list[str]:
        """Stores the statement or the list of statements in `body`, all or none, and returns their ids (2.1.2).

        `contents` as in `put_statement`.
        """
        require_scope(principal, WRITE_STATEMENTS, self._clock())
        if len(body) > LARGE and not contents and not (self._admit and principal.names_accounts):
            prepared = self._prepare_large(principal, body, version, self._ids)
        else:
            bodies, several = bodies_of(body)
            self._pace.require(principal, len(bodies), len(body))
            batch = self._admitted(principal, parsed_batch(bodies, self._ids, several=several))
            prepared = prepare_batch(principal, batch, version, contents, several=several)
        self._store_prepared(principal, prepared, contents)
        return prepared.ids

    def add_parsed(
        self,
        principal: Principal,
        batch: Sequence[tuple[ParsedStatement, str]],
        *,
        version: Version = "1.0.0",
        contents: Contents = NO_CONTENTS,
    ) -> None:
        """Stores statements that are validated already, each with its id, all or none, as `post_statements` does.

        The ids must differ from each other.
        """
        require_scope(principal, WRITE_STATEMENTS, self._clock())
        self._add(principal, batch, version, contents)

    def get_statement(self, principal: Principal, statement_id: str, voided: bool = False) -> bytes:
        """The JSON of the statement with this id, voided or not as asked; LrsError 404 when there is none."""
        return self.find_statement(principal, statement_id, voided=voided).body

    def find_statement(self, principal: Principal, statement_id: str, *, voided: bool = False) -> StoredStatement:
        """`get_statement` with the time it was stored."""
        require_scope(principal, READ_STATEMENTS, self._clock())
        require_uuid(statement_id, "voidedStatementId" if voided else "statementId", "Communication 2.1.3")
        mine = own_authority(principal)
        found = self._store.get(principal.institution, uuid_bytes(statement_id), voided=voided, authority=mine)
        if found is None:
            raise LrsError("lrs.no_statement", "no such statement", status=404)
        return found

    def query(self, principal: Principal, query: StatementQuery) -> StatementResult:
        """The first page of the statements that match (Communication 2.1.3), newest first unless `ascending`."""
        return self._page(principal, query, None)

    def more(self, principal: Principal, token: str) -> StatementResult:
        """The page that the `more` of the page before names, whatever was stored meanwhile."""
        page = read_token(token)
        return self._page(principal, page.query, page.last)

    def consistent_through(self) -> datetime:
        """A moment up to which a read that begins now sees everything stored; ask before the read (2.1.3)."""
        return self._store.consistent_through(self._clock)

    def _page(self, principal: Principal, query: StatementQuery, last: int | None) -> StatementResult:
        require_scope(principal, READ_STATEMENTS, self._clock())
        if query.agent is not None:
            require_no_nip(check_filter_agent(query.agent).nip, principal)
        wanted = filter_of(query, last)._replace(authority=own_authority(principal))
        found = self._store.search(principal.institution, wanted)
        size = page_size(query)
        if query.attachments:
            attached = list(described(one.body for one in found[:size]))
            sizes = self._store.content_sizes(principal.institution, {sha2 for one in attached for sha2 in one})
            size = page_that_fits(attached, sizes)
        more = more_token(query, found[size - 1].seq) if len(found) > size else ""
        bodies = [one.body for one in found[:size]]
        contents = self.contents(principal, bodies) if query.attachments else None
        return StatementResult(self.presented(principal, bodies, query.format, query.language), more, contents)

    def presented(self, principal: Principal, bodies: list[bytes], form: str, language: str) -> list[bytes]:
        """Stored `bodies` in the format `form`; for canonical, `language` is an Accept-Language header."""
        if form == "exact":
            return bodies
        definitions: Mapping[str, bytes] = {}
        if form == "canonical":
            definitions = self._store.definitions(principal.institution, activities_in(bodies))
        return [present(body, form, language, definitions) for body in bodies]

    def contents(self, principal: Principal, bodies: Sequence[bytes]) -> list[Content]:
        """The contents of the attachments of stored `bodies`, each once; none of those that are only elsewhere."""
        types: dict[str, str] = {}
        for one in described(bodies):
            types |= one
        found = self._store.contents(principal.institution, types)
        return [Content(sha2, types[sha2], found[sha2]) for sha2 in types if sha2 in found]

    def _admitted(self, principal: Principal, batch: Batch) -> Batch:
        """`batch` with the people in it as they are known here; modules and LMSs name them otherwise."""
        return self._admit(principal, batch) if self._admit and principal.names_accounts else batch

    def _add(self, principal: Principal, batch: Batch, version: Version, contents: Contents) -> None:
        self._store_prepared(principal, prepare_batch(principal, batch, version, contents), contents)

    def _store_prepared(self, principal: Principal, prepared: Prepared, contents: Contents) -> None:
        if prepared.statements:
            self._store.add(principal.institution, prepared.statements, self._clock, same_statement, contents)
