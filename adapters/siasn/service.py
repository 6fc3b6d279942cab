"""The web service of SIASN: who someone is to BKN, what is on record, and putting a record there.

Paths, fields and answers are those of the public SDKs (docs/systems/siasn.md). Nothing unclear is ever read as "no
record": that would be a reason to write it again.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from adapters.errors import AdapterError
from adapters.http import SystemHttp
from adapters.remote import Connection
from adapters.said import plain_said
from adapters.siasn.options import SECRETS
from adapters.siasn.references import Record
from adapters.siasn.rows import ID
from adapters.siasn.tokens import Tokens
from adapters.wire_http import Reply

PAUSE = 0.2
"""Seconds between two requests: no limit is published, and there are other offices."""
MOST_HISTORIES = 500  # of persons, kept between two records of the same person
UPLOADS = 3  # tries: the same file twice is the same document
STALE = 401
NOT_FOUND = "tidak ditemukan"
Row = Mapping[str, Any]


class Siasn:
    """SIASN as `connection` reaches it, for one run: who is who and what is on record is asked once."""

    def __init__(self, connection: Connection) -> None:
        self._tokens = Tokens(connection)
        self._http = SystemHttp.of(connection, secrets=SECRETS, pause=PAUSE)
        self._persons: dict[str, str] = {}
        self._histories: OrderedDict[tuple[str, str], Sequence[Row]] = OrderedDict()

    @property
    def tokens(self) -> Tokens:
        """The tokens of this run."""
        return self._tokens

    def main_data(self, nip: str) -> Row:
        """The data utama of the person with `nip`; raises AdapterError `siasn.person_unknown`."""
        data = _data(self._read(f"pns/data-utama/{nip}"), self._said)
        if not isinstance(data, dict) or not data.get("id"):
            raise AdapterError("siasn.person_unknown", "no data utama")
        return data

    def person(self, nip: str) -> str:
        """BKN's number of the person (pnsOrangId); raises AdapterError `siasn.person_unknown`."""
        if nip not in self._persons:
            self._persons[nip] = str(self.main_data(nip)["id"])
        return self._persons[nip]

    def history(self, record: Record, nip: str) -> Sequence[Row]:
        """What is on record for the person: rows of rw-kursus or rw-diklat."""
        key = (record.name, nip)
        if key not in self._histories:
            data = _data(self._read(f"{record.history}{nip}"), self._said)
            if data is not None and not (isinstance(data, list) and all(isinstance(row, dict) for row in data)):
                raise AdapterError("siasn.answer", f"no rows of {record.name}", what=record.history)
            self._histories[key] = data or []
            if len(self._histories) > MOST_HISTORIES:
                self._histories.popitem(last=False)
        return self._histories[key]

    def save(self, record: Record, nip: str, body: Mapping[str, object]) -> str:
        """Writes `body` and returns the number that SIASN gave it.

        Raises AdapterError `siasn.refused` when SIASN says no, `remote.unsure` when nobody knows what became of it.
        """
        known = self._histories.pop((record.name, nip), None)  # until it is sure, it must be asked for again
        reply = self._call(lambda headers: self._http.post_json(record.save, body, headers=headers))
        answer = _object(reply, unsure=True)
        told = answer.get("mapData")
        number = told.get(record.reply) if isinstance(told, dict) else None
        if reply.ok and answer.get("success") is True and isinstance(number, str) and ID.fullmatch(number):
            if known is not None:
                self._histories[record.name, nip] = [*known, {**body, "id": number}]
            return number
        if reply.ok and answer.get("success") is True:
            raise AdapterError("remote.unsure", "a success without a number", host=reply.host)
        raise AdapterError("siasn.refused", f"HTTP {reply.status}", status=reply.status, said=self._said(answer))

    def upload(self, file: Path, document: str) -> Row:
        """Puts a certificate there (upload-dok) and returns what SIASN calls it, for the `path` of a record."""
        data = self._upload("upload-dok", file, {"id_ref_dokumen": document})
        if not isinstance(data, dict) or not data.get("dok_uri"):
            raise AdapterError("siasn.answer", "no dok_uri", what="upload-dok")
        return data

    def attach(self, file: Path, document: str, number: str) -> None:
        """Puts a certificate on the record `number` (upload-dok-rw)."""
        self._upload("upload-dok-rw", file, {"id_riwayat": number, "id_ref_dokumen": document})

    def reference(self) -> bool:
        """Asks for a list that needs the token of the gateway alone: False when there is none at this address.

        Raises AdapterError when the gateway refuses the token or cannot be reached.
        """
        headers = {"Authorization": f"Bearer {self._tokens.wso()}", "Accept": "application/json"}
        return self._http.get("/referensi_siasn/1/agama", headers=headers).ok

    def _upload(self, path: str, file: Path, form: Mapping[str, str]) -> object:
        for left in reversed(range(UPLOADS)):
            try:
                reply = self._call(lambda headers: self._http.upload(path, file, form=form, headers=headers))
            except AdapterError as error:
                if not left or not error.code.startswith("remote.unsure"):
                    raise
                continue
            answer = _object(reply, unsure=False)
            if not reply.ok or answer.get("success") is False or answer.get("code") == 0:
                raise AdapterError("siasn.refused", path, status=reply.status, said=self._said(answer))
            return answer.get("data")
        raise AssertionError("the last try returns or raises")

    def _read(self, path: str) -> Reply:
        return self._call(lambda headers: self._http.get(path, headers=headers))

    def _call(self, ask: Callable[[dict[str, str]], Reply]) -> Reply:
        """The reply to `ask`, with new tokens when those at hand have become stale.

        A 403 says that the tokens are good, but not for this question: it is about one person or record.
        """
        if (reply := _answered(ask, self._tokens.headers())) is not None:
            return reply
        self._tokens.forget()
        if (reply := _answered(ask, self._tokens.headers())) is not None:
            return reply
        if self._tokens.renewable:
            raise AdapterError("remote.siasn.not_allowed", "new tokens are refused", status=STALE)
        raise AdapterError("remote.siasn.sso_token_stale", "the token given is refused", status=STALE)

    def _said(self, answer: Row) -> str:
        """What SIASN says in `answer`, fit for an error."""
        texts = [answer.get(name) for name in ("message", "Message", "mapData", "data", "error_description")]
        found = next((text for text in texts if isinstance(text, str) and text.strip()), "")
        return plain_said(found, self._tokens.values)


def _answered(ask: Callable[[dict[str, str]], Reply], headers: dict[str, str]) -> Reply | None:
    """The reply to `ask`, None when the tokens in `headers` are refused; raises AdapterError `siasn.forbidden`."""
    try:
        return ask(headers)
    except AdapterError as error:
        if error.code != "remote.refused":
            raise
        if error.params["status"] == STALE:
            return None
        raise AdapterError("siasn.forbidden", error.detail) from error


def _object(reply: Reply, *, unsure: bool) -> Row:
    """The JSON object of `reply`, whatever its status."""
    answer = reply.json(any_status=True)
    if isinstance(answer, dict):
        return answer
    code = "remote.unsure" if unsure and reply.ok else "remote.broken_answer"
    raise AdapterError(code, "no object", host=reply.host, status=reply.status)


def _data(reply: Reply, said: Callable[[Row], str]) -> object:
    """The `data` of an answer to a read; None when SIASN says that there is none."""
    answer = _object(reply, unsure=False)
    data = answer.get("data")
    if reply.status in (200, 404) and isinstance(data, str) and NOT_FOUND in data.casefold():
        return None
    if not reply.ok or isinstance(data, str) or answer.get("code") == 0 or "Error" in answer or "data" not in answer:
        raise AdapterError("siasn.refused", f"HTTP {reply.status}", status=reply.status, said=said(answer))
    return data
