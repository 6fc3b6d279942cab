"""Reads SIMPEG Contoh over HTTP, page by page: `GET api/riwayat?sesudah=<id>` gives what came after that number."""

from collections.abc import Iterator

import msgspec

from adapters.http import SystemHttp
from adapters.recording import RefusedRecord
from adapters.records import LearningRecord
from adapters.remote import Connection, Page
from simpeg_contoh.errors import ContohError
from simpeg_contoh.training import Training, record_of
from xapi.errors import JampelError

PATH = "api/riwayat"
MOST = 200


class Answer(msgspec.Struct):
    """A page of the API: its rows, and how many there are in all."""

    data: list[object]
    jumlah: int


class ContohPull:
    """The cursor is the number of the last row: whatever was entered later has a higher one."""

    source = "lms_record"

    def pages(self, connection: Connection, cursor: str) -> Iterator[Page]:
        """As in `RecordPull`."""
        http = open_http(connection)
        last, done = number_of(cursor), 0
        while True:
            answer = ask(http, connection, last)
            if not answer.data:
                return
            following = last
            records: list[LearningRecord] = []
            refused: list[RefusedRecord] = []
            for raw in answer.data:
                number = _number(raw)
                following = max(following, number)
                try:
                    records.append(_record(raw, number, connection))
                except JampelError as error:
                    refused.append(RefusedRecord(f"id {number}", error))
            if following <= last:
                raise ContohError("contoh.no_progress", "the same page again")
            last, done = following, done + len(answer.data)
            yield Page(records=records, refused=refused, cursor=str(last), done=done, total=answer.jumlah)


def open_http(connection: Connection) -> SystemHttp:
    """The client: secrets are named, so that no error ever shows them."""
    return SystemHttp.of(connection, secrets=("token",), pause=0.2)


def ask(http: SystemHttp, connection: Connection, last: int, most: int = MOST) -> Answer:
    """At most `most` rows after the number `last`; raises AdapterError when the answer is no page."""
    headers = {"Authorization": f"Bearer {connection.option('token')}"}
    reply = http.get(PATH, query={"sesudah": str(last), "batas": str(most)}, headers=headers)
    try:
        return msgspec.convert(reply.json(), Answer)
    except msgspec.ValidationError as cause:
        raise ContohError("contoh.other_answer", "the answer is no page") from cause


def number_of(cursor: str) -> int:
    """The number in a cursor; 0 at the beginning, and for one that is none of ours: then all is read again."""
    return int(cursor) if cursor.isascii() and cursor.isdigit() else 0


def _number(raw: object) -> int:
    number = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(number, int) or isinstance(number, bool):
        raise ContohError("contoh.other_answer", "a row without a number")
    return number


def _record(raw: object, number: int, connection: Connection) -> LearningRecord:
    try:
        training = msgspec.convert(raw, Training)
    except msgspec.ValidationError as cause:
        raise ContohError("contoh.other_row", "a row of another shape") from cause
    return record_of(training, place=f"id {number}", zone=connection.zone, forms=connection.forms)
