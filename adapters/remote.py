"""How an adapter meets a system that answers: its options, pages of records, records to send, and what a check says."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from adapters.errors import AdapterError
from adapters.recording import RefusedRecord
from adapters.records import LearningRecord
from xapi.errors import JampelError
from xapi.identity import looks_like_nip, parse_nip
from xapi.intake import Identity
from xapi.words import translate

if TYPE_CHECKING:
    from xapi.audit.rule_set import RuleSet


def N_(text: str) -> str:
    """Marks `text` for the catalogue."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A setting of an adapter, `[adapters.<system>]` in jampel.toml: its `name`, and what it is for (`text`, a message
    id of `package`). A `secret` is never shown, and may come as `<name>_file`."""

    name: str
    text: str
    secret: bool = False
    required: bool = False
    default: str = ""
    package: str = "adapters"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnModule:
    """A module of our library: its `iri`, `title`, JP in hundredths and `form`, a slug."""

    iri: str
    title: str
    jp: int
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A system as one institution (id) reaches it: its `options` by name, defaults filled in.

    `clock` tells the time, `zone` is the institution's, `forms` are the slugs its rules know, and `rules` the rules
    themselves (None: the published ones). `name` tells several connections of one system apart ("" where there is one),
    `sleep` waits some seconds, and `transport` carries HTTP requests in place of the network (`adapters.http`), in
    tests. `modules` are those of the library, by id and by IRI.

    `people` gives the NIPs (18 digits) of the institution's people, for a system that is asked person by person, and
    `pushed` the ids under which the system keeps what a push of ours wrote there.
    """

    institution: str
    options: Mapping[str, str] = field(repr=False)
    clock: Callable[[], datetime]
    zone: tzinfo
    forms: frozenset[str]
    name: str = ""
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    transport: Callable[[Any], Any] | None = field(default=None, repr=False)
    people: Callable[[], Iterable[str]] = field(default=tuple, repr=False)
    pushed: Callable[[], Collection[str]] = field(default=frozenset, repr=False)
    modules: Mapping[str, OwnModule] = field(default_factory=dict, repr=False)
    rules: "RuleSet | None" = None

    def option(self, name: str) -> str:
        """The value of an option; raises AdapterError `adapter.option_missing` when it has none."""
        value = self.options.get(name, "")
        if not value:
            raise AdapterError("adapter.option_missing", name, name=name)
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of what a system holds: `records`, what of it cannot be used (`refused`), and where to go on.

    `cursor` is the adapter's own text: once the page's records are kept, a run that begins with it reads what comes
    after them. `done` of `total` (None: not known) tells how far the run is.
    """

    records: Sequence[LearningRecord]
    cursor: str
    refused: Sequence[RefusedRecord] = ()
    done: int = 0
    total: int | None = None


class RecordPull(Protocol):
    """Reads the records of a system, page by page."""

    source: str
    """The source of evidence of all its records: `lms_record`, `sheet`, or `foreign` for records that always wait for a
    validator, whatever an LMS says (DESIGN 3.6)."""

    def pages(self, connection: Connection, cursor: str) -> Iterator[Page]:
        """What came since `cursor` ("": everything), in order; the last page's cursor is where the next run begins.

        Raises AdapterError when the system cannot be reached, refuses, or answers nonsense: the pages before stand.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedCredit:
    """A credit of the ledger that an institution accepted, for a system of record.

    `statement` is the id of its evidence; `nip` 18 digits; `form` a slug, `bkn` the id of BKN's jenisDiklat or None;
    `jp` accepted hundredths in `year`; `first` and `last` local days; `certificate` its number; `evidence` the
    SHA-256 of the certificate's file.
    """

    statement: str
    nip: str = field(repr=False)
    name: str = field(repr=False)
    title: str
    organiser: str
    form: str
    bkn: int | None
    jp: int
    year: int
    first: date
    last: date
    certificate: str = ""
    evidence: str = ""
    international: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A credit as the system wants it: its `body`, what the sender should know (`notes`, message ids with their
    values), and `key`, which stays the same however often the credit is prepared."""

    credit: AcceptedCredit
    key: str
    body: Mapping[str, object] = field(repr=False)
    notes: Sequence[tuple[str, Mapping[str, object]]] = ()
    package: str = "adapters"
    """The package whose catalogue has the notes."""


class RecordPush(Protocol):
    """Writes accepted credits into a system of record, each once."""

    def prepare(self, credit: AcceptedCredit, connection: Connection) -> Prepared:
        """What would be sent; asks nobody. Raises AdapterError when the credit cannot be sent, saying why."""
        ...

    def find(self, prepared: Prepared, connection: Connection) -> str | None:
        """The id under which the system holds this record already, whoever wrote it; None when it does not."""
        ...

    def send(self, prepared: Prepared, connection: Connection) -> str:
        """Writes the record and returns the id that the system gave it.

        Raises AdapterError: a code that begins with `remote.unsure` when the record may have been written all the
        same, so that it must be looked for before it is sent again; with `remote.written` when it was, under the id
        `remote` of the error's params, but something beside it (a certificate) could not be put there.
        """
        ...


@runtime_checkable
class RecordFiles(Protocol):
    """What a `RecordPush` may have besides: its records as files, for the institution's own system to send."""

    def record_for_file(self, prepared: Prepared) -> Mapping[str, object]:
        """The record for a program (JSON): the exact body, and what the system must know to send it."""
        ...

    def row_for_file(self, prepared: Prepared) -> Mapping[str, object]:
        """The record for people (a row of a sheet), by titles of columns; numbers that are long or begin with 0 are
        texts."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckLine:
    """One thing that a check found out: `ok`, `missing` (it lacks something that an admin can give), `failed`, or
    `unknown` (nobody outside can tell); with a sentence, `text`, a message id of `package` with its `params`."""

    state: str
    text: str
    params: Mapping[str, object] = field(default_factory=dict)
    package: str = "adapters"
    code: str = ""
    """The code of the error behind it, when one was."""
    about: str = ""
    """A name to put before the sentence, such as that of a door."""

    @classmethod
    def of(cls, error: JampelError, state: str = "failed") -> "CheckLine":
        """The line of what went wrong with `error`."""
        return cls(state=state, text=f"error:{error.code}", params=error.params, package=error.package, code=error.code)

    def sentence(self, language: str) -> str:
        """The sentence in `language`."""
        said = translate(self.package, language, self.text, self.params)
        return f"{self.about}: {said}" if self.about else said


STATES = ("ok", "missing", "failed", "unknown")


class SystemCheck(Protocol):
    """Finds out what works between Jampel and a system, and what is missing."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """One line for each thing, in the order an admin would mend them; never raises for what the system answers."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A way into a system: `name` ("LTI 1.3", "SCORM 1.2", "XLSX"), whether it is `confirmed` (`yes`: seen working or
    documented by the owner; `partly`: third parties say so; `no`: to be asked), and a sentence (`text`, a message id of
    `package`)."""

    name: str
    confirmed: str
    text: str
    package: str = "adapters"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityMapping:
    """How a system names people: the fields in which a NIP may stand, the first that looks like one wins, and the field
    of the account's name."""

    nip_fields: tuple[str, ...]
    account_field: str
    name_field: str = ""

    def identity(self, fields: Mapping[str, str], home_page: str) -> Identity:
        """Who the account with these `fields` at `home_page` is."""
        found = (fields.get(name, "") for name in self.nip_fields)
        nip = next((parse_nip(text) for text in found if looks_like_nip(text)), None)
        name = fields.get(self.name_field, "") or None
        return Identity(nip=nip, issuer=home_page, subject=fields.get(self.account_field, "") or None, name=name)


class StatementReader(Protocol):
    """Knows what the statements of a system that writes to our LRS itself are worth."""

    def completer(self, connection: Connection) -> Callable[[Mapping[str, object]], Mapping[str, object]]:
        """What is given a statement before it is stored, and returns the properties that are to stand in it instead;
        none for a statement of elsewhere, and for one that is worth nothing. Raises JampelError when a table that it
        needs cannot be read."""
        ...


Step = tuple[str, Mapping[str, object]]
"""Something to do, a message id of the package `adapters`, with its values."""


class UploadSteps(Protocol):
    """Tells a person how to put a package into a system."""

    def __call__(self, file: str, home: str) -> Sequence[Step]:
        """The steps, in their order, for the package `file` and the system at `home`."""
        ...
