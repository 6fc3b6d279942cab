"""Takes the statements of an outbox to another place in a file, and the receipt back.

A stick gets lost: exporting changes nothing in the outbox. What was exported waits on, and may go by network or in the
next file as well, until the receipt of the other end comes back, or until `mark` says that the file itself is enough.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from xapi.errors import JampelError, RecorderError, XapiError
from xapi.intake import Identity
from xapi.recorder.exchange.form import Header
from xapi.recorder.exchange.keys import PrivateKey
from xapi.recorder.exchange.lines import (
    WEAKER,
    ReceiptLine,
    StatementLine,
    digest,
    open_identity,
    read_receipt,
    read_statement,
    seal_identity,
)
from xapi.recorder.exchange.read import ExchangeFile, open_file
from xapi.recorder.exchange.write import OPEN, Protection, write_file
from xapi.recorder.record import Recorder
from xapi.vocabulary import VOIDED

Admit = Callable[[dict[str, Any], Identity | None], dict[str, Any]]
Identify = Callable[[dict[str, Any]], Identity | None]
Step = Callable[[int], object]
TOGETHER = 200  # statements in one transaction
SHOWN = 1000  # refusals that are told one by one


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is written: the `institution` (id) and its `name`, the moment, and the tool with its version."""

    institution: str
    name: str
    now: datetime
    tool: str

    def header(self, kind: str, count: int, size: int, sha256: str, **more: str) -> Header:
        """The header of a file that is written here."""
        made = self.now.isoformat(timespec="seconds").replace("+00:00", "Z")
        values = {"institution": self.institution, "name": self.name, "made": made, "tool": self.tool, **more}
        return msgspec.convert({"kind": kind, "count": count, "bytes": size, "sha256": sha256, **values}, Header)


@dataclass(slots=True)
class Imported:
    """What became of the statements of a file: how many are `new`, `known`, refused, and why (id and error)."""

    new: int = 0
    known: int = 0
    refused: int = 0
    reasons: list[tuple[str, JampelError]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a receipt says: `delivered` statements of ours that waited, `known` ones that did not, `refused` there."""

    delivered: int
    known: int
    refused: int


def export_outbox(
    recorder: Recorder,
    path: Path,
    place: Place,
    *,
    protection: Protection = OPEN,
    identify: Identify | None = None,
    mark: bool = False,
    step: Step = lambda number: None,
) -> Header:
    """Writes everything that waits in the outbox of `recorder` to the new file `path`; returns its header.

    With `identify`, and a file that is sealed to a key, each actor whose NIP it knows goes along sealed. `mark` counts
    what was written as delivered, so that it is not sent again. `step(1)` is called for each statement. Raises as
    `write_file`, and RecorderError `exchange.nothing` when nothing waits.
    """
    exported: list[str] = []

    def lines() -> Iterator[bytes]:
        for waiting in recorder.undelivered():
            sealed = waiting.sealed or _sealed(waiting.body, protection, identify)
            exported.append(waiting.id)
            step(1)
            yield msgspec.json.encode(StatementLine(waiting.source, msgspec.Raw(waiting.body), sealed))

    def header(count: int, size: int, sha256: str) -> Header:
        if not count:
            raise RecorderError("exchange.nothing", "the outbox is empty")
        return place.header("statements", count, size, sha256)

    written = write_file(path, header, lines(), protection)
    if mark:
        recorder.acknowledge(exported, {"by": path.name, "how": "exported", "file": written.sha256})
    return written


def import_statements(
    file: ExchangeFile,
    recorder: Recorder,
    admit: Admit,
    *,
    key: PrivateKey | None = None,
    trusted: bool = False,
    step: Step = lambda number: None,
) -> tuple[Imported, list[ReceiptLine]]:
    """Records the statements of `file`; a second time it finds them known. Returns what became of them, and a receipt.

    `admit` is the intake: actors become pseudonyms, those that came sealed to `key` by their NIP. Sources that count by
    themselves are made weaker, unless the file is `trusted`: signed by someone we know. A statement that is refused is
    told and left out; it does not stop the others.
    """
    for line in file.lines():
        read_statement(line)  # all of them before the first is recorded
    done, receipt = Imported(), []
    waiting: list[tuple[StatementLine, dict[str, Any]]] = []
    for line in file.lines():
        waiting.append(read_statement(line))
        if len(waiting) == TOGETHER:
            receipt += _record(waiting, done, recorder, admit, key, trusted)
            step(len(waiting))
            waiting = []
    receipt += _record(waiting, done, recorder, admit, key, trusted)
    step(len(waiting))
    return done, receipt


def write_receipt(path: Path, lines: list[ReceiptLine], answered: Header, place: Place, signer: PrivateKey) -> None:
    """Writes the receipt for the file `answered`; it belongs to the institution that wrote that file."""

    def header(count: int, size: int, sha256: str) -> Header:
        made = place.header("receipt", count, size, sha256, about=answered.sha256)
        return msgspec.structs.replace(made, institution=answered.institution)

    _remove_earlier(path, answered)
    write_file(path, header, map(msgspec.json.encode, lines), Protection(signer=signer))


def _remove_earlier(path: Path, answered: Header) -> None:
    """Makes room where the receipt of an earlier import of the same file lies; anything else stays."""
    with suppress(RecorderError, OSError), open_file(path) as earlier:
        if (earlier.header.kind, earlier.header.about) == ("receipt", answered.sha256):
            path.unlink()


def import_receipt(file: ExchangeFile, recorder: Recorder, institution: str) -> Acknowledged:
    """Counts as delivered what the receipt `file` proves to have been read at the other end.

    Only a statement whose digest is ours is believed. Raises RecorderError `exchange.other_institution`.
    """
    if file.header.institution != institution:
        raise RecorderError("exchange.other_institution", "a receipt for another institution", name=file.header.name)
    read = [read_receipt(line) for line in file.lines()]
    taken = {line.id.lower(): line.sha256 for line in read if line.state != "refused"}
    ours = [number for number, sha256 in taken.items() if _is_ours(recorder, number, sha256)]
    text = {"by": file.header.name, "how": "exchange", "file": file.header.about}
    delivered = recorder.acknowledge(ours, text)
    return Acknowledged(delivered, len(ours) - delivered, len(read) - len(taken))


def _is_ours(recorder: Recorder, statement_id: str, sha256: str) -> bool:
    body = recorder.recorded(statement_id)
    return body is not None and digest(body) == sha256


def _sealed(body: bytes, protection: Protection, identify: Identify | None) -> str:
    """The actor's NIP sealed to the receiver, when the file is for one and the NIP is known here."""
    if identify is None or protection.to is None:
        return ""
    identity = identify(msgspec.json.decode(body, type=dict[str, Any]))
    return "" if identity is None else seal_identity(identity, protection.to, protection.random)


def _record(
    lines: list[tuple[StatementLine, dict[str, Any]]],
    done: Imported,
    recorder: Recorder,
    admit: Admit,
    key: PrivateKey | None,
    trusted: bool,
) -> list[ReceiptLine]:
    """Records some statements one source at a time, together, or one by one when one of them cannot be."""
    receipt = []
    by_source: dict[str, list[tuple[StatementLine, dict[str, Any]]]] = {}
    for line, statement in lines:
        source = line.source if trusted else WEAKER.get(line.source, line.source)
        try:
            _refuse_void(statement, trusted)
            admitted = admit(statement, open_identity(line.sealed, key))
        except XapiError as error:
            receipt.append(_refused(line, str(statement["id"]), error, done))
        else:
            by_source.setdefault(source, []).append((line, admitted))
    for source, group in by_source.items():
        receipt += _record_source(group, source, done, recorder)
    return receipt


def _refuse_void(statement: dict[str, Any], trusted: bool) -> None:
    """A voiding statement hides another (xAPI 1.0.3 Data 2.3.2): only someone we know may do that."""
    verb = statement.get("verb")
    if not trusted and isinstance(verb, dict) and verb.get("id") == VOIDED:
        raise RecorderError("exchange.void_unsigned", "a voiding statement in a file whose signer was not checked")


def _record_source(
    group: list[tuple[StatementLine, dict[str, Any]]], source: str, done: Imported, recorder: Recorder
) -> list[ReceiptLine]:
    try:
        recorded = recorder.record_all([statement for _line, statement in group], source)
    except XapiError as error:
        if len(group) > 1:
            return [kept for one in group for kept in _record_source([one], source, done, recorder)]
        line, statement = group[0]
        if _is_recorded(recorder, statement):  # with another source, as when the file was not signed the first time
            done.known += 1
            return [ReceiptLine(str(statement["id"]), digest(line.statement), "known")]
        return [_refused(line, str(statement["id"]), error, done)]
    receipt = []
    for (line, _statement), one in zip(group, recorded, strict=True):
        done.new += one.new
        done.known += not one.new
        receipt.append(ReceiptLine(one.id, digest(line.statement), "new" if one.new else "known"))
    return receipt


def _is_recorded(recorder: Recorder, statement: dict[str, Any]) -> bool:
    body = recorder.recorded(str(statement["id"]))
    return body is not None and msgspec.json.decode(body) == statement


def _refused(line: StatementLine, statement_id: str, error: XapiError, done: Imported) -> ReceiptLine:
    done.refused += 1
    if len(done.reasons) < SHOWN:
        done.reasons.append((statement_id, error))
    return ReceiptLine(statement_id, digest(line.statement), "refused", error.code)
