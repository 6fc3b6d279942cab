"""What stands in the lines of an exchange file: statements with their source, or what became of them."""

import base64
import hashlib
import secrets
from typing import Any, Literal

import msgspec

from xapi.errors import PeopleError, RecorderError
from xapi.identity import parse_nip
from xapi.intake import Identity
from xapi.lrs.principal import SOURCES
from xapi.recorder.exchange.keys import PrivateKey, PublicKey, RandomBytes

#: What a file that anyone could have written may claim: a record that counts by itself becomes one that is reviewed.
WEAKER = {"launch": "package", "lms_record": "package", "review": "foreign"}


class StatementLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One statement: its `source`, who its actor is (`sealed` to the receiver, base64), and its JSON as recorded."""

    source: str
    statement: msgspec.Raw
    sealed: str = ""


class ReceiptLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one statement; `sha256` is of its JSON as it stood in the file, `reason` the code of a refusal."""

    id: str
    sha256: str
    state: Literal["new", "known", "refused"]
    reason: str = ""


class _Person(msgspec.Struct, frozen=True, omit_defaults=True):
    nip: str
    name: str = ""


def read_statement(line: bytes) -> tuple[StatementLine, dict[str, Any]]:
    """A line and its statement as a dict; raises RecorderError `exchange.damaged` for anything else."""
    try:
        read = msgspec.json.decode(line, type=StatementLine)
        statement = msgspec.json.decode(read.statement, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise RecorderError("exchange.damaged", "a line is no statement") from cause
    if read.source not in SOURCES or not isinstance(statement.get("id"), str):
        raise RecorderError("exchange.damaged", "a statement without a source or an id")
    return read, statement


def read_receipt(line: bytes) -> ReceiptLine:
    """A line of a receipt; raises RecorderError `exchange.damaged` for anything else."""
    try:
        return msgspec.json.decode(line, type=ReceiptLine)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise RecorderError("exchange.damaged", "a line is no receipt") from cause


def digest(body: bytes | msgspec.Raw) -> str:
    """SHA-256 of the JSON of a statement: who names it has read the statement."""
    return hashlib.sha256(bytes(body)).hexdigest()


def seal_identity(identity: Identity, key: PublicKey, random: RandomBytes = secrets.token_bytes) -> str:
    """The NIP and name of `identity`, sealed to `key`: the outbox holds a number that nobody on the way can read.

    Raises PeopleError when there is no NIP or it is none.
    """
    if identity.nip is None:
        raise PeopleError("people.no_identity", "only a NIP can be sealed")
    person = _Person(parse_nip(identity.nip).digits, identity.name or "")
    return base64.b64encode(key.seal(msgspec.json.encode(person), random)).decode()


def open_identity(sealed: str, key: PrivateKey | None) -> Identity | None:
    """The identity behind `sealed`, or None when there is none; raises RecorderError `exchange.sealed_to_another`."""
    if not sealed:
        return None
    if key is None:
        raise RecorderError("exchange.sealed_to_another", "there is no key to open it")
    try:
        person = msgspec.json.decode(key.open(base64.b64decode(sealed, validate=True)), type=_Person)
    except (ValueError, msgspec.DecodeError) as cause:
        raise RecorderError("exchange.damaged", "a sealed identity cannot be read") from cause
    return Identity(nip=person.nip, name=person.name or None)
