"""A SIASN of one's own for tests and rehearsals: answers as the public SDKs show it, on this machine alone.

It keeps records in memory, writes a record twice when it is asked twice, and fails as told::

    with FakeSiasn(people={"198501012099031001": "A8ACA7A4"}) as siasn:
        SiasnPush().find(prepared, siasn.connection(push="ya"))
"""

import base64
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from adapters.remote import Connection
from adapters.siasn.references import KINDS
from xapi.sheet import SheetError, date_of

Answer = tuple[int, object]
INSTITUTION = "A5EB03E23C00F6A0E040640A0402BABE"
MOST_UPLOAD = 1024 * 1024
FAULTS = (
    "forbid",
    "drop",
    "drop_after",
    "html",
    "html_after",
    "busy",
    "busy_after",
    "slow_after",
    "refuse",
    "garbage_after",
)
"""What can go wrong: `forbid` answers 403, `drop` closes the connection, `busy` answers 503, `html` a page of a proxy,
`slow` waits, `refuse` says `success: false`, `garbage` says yes without a number; `…_after`: the request was carried
out first."""
_DATES = {"kursus": ("tanggalKursus", "tanggalSelesaiKursus"), "diklat": ("tanggal", "tanggalSelesai")}
_WHOLE = {"kursus": ("jumlahJam", "tahunKursus"), "diklat": ("jumlahJam", "tahun", "bobot")}
_NUMBER = {"kursus": "rwKursusId", "diklat": "rwDiklatId"}


class FakeSiasn:
    """The server. `people` are BKN's numbers by NIP; `clock` decides when a token ends, `lasts` is its life.

    `records` holds what was written, by "kursus" and "diklat", as rows that are read; `documents` what was uploaded.
    `fail("kursus/save", "drop_after")` lets the next request to that path fail. `asked` counts requests by path.
    """

    def __init__(
        self,
        *,
        people: Mapping[str, str],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lasts: timedelta = timedelta(hours=1),
    ) -> None:
        self.people = dict(people)
        self.clock = clock
        self.lasts = lasts
        self.secrets = {"consumer_key": "kunci-palsu", "consumer_secret": "rahasia-palsu", "sso_client_id": "client",
                        "sso_username": "198001012099011001", "sso_password": "sandi-palsu"}  # fmt: skip
        self.second_factor = False
        self.records: dict[str, dict[str, dict[str, Any]]] = {"kursus": {}, "diklat": {}}
        self.documents: list[dict[str, object]] = []
        self.asked: dict[str, int] = defaultdict(int)
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._faults: dict[str, list[str]] = defaultdict(list)
        self._last = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> "FakeSiasn":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def options(self) -> dict[str, str]:
        """The options of the adapter that lead here."""
        here = f"http://127.0.0.1:{self._server.server_address[1]}"
        return {
            "url": f"{here}/apisiasn/1.0",
            "wso_url": f"{here}/oauth2/token",
            "sso_url": f"{here}/auth/realms/public-siasn/protocol/openid-connect/token",
            "instansi_id": INSTITUTION,
            **self.secrets,
        }

    def connection(self, *, forms: Iterable[str] | None = None, **options: str) -> Connection:
        """A connection to this server in Jakarta's time, with further `options`; `forms` are all of BKN's."""
        known = frozenset(kind.form for kind in KINDS.values()) if forms is None else frozenset(forms)
        return Connection(
            institution="a" * 32,
            options={**self.options, **options},
            clock=self.clock,
            zone=ZoneInfo("Asia/Jakarta"),
            forms=known,
            sleep=lambda seconds: None,
            people=lambda: list(self.people),
        )

    def fail(self, path: str, *faults: str) -> None:
        """Lets the next requests to `path` fail, one fault each; "" is a request that does not."""
        unknown = set(faults) - {"", *FAULTS}
        if unknown:
            raise ValueError(f"no such fault: {unknown}")
        self._faults[path] += faults

    def forget_tokens(self) -> None:
        """Makes every token stale, as a restart of the gateway does."""
        self._tokens.clear()

    def put(self, record: str, nip: str, row: Mapping[str, Any]) -> str:
        """Adds a row that someone else wrote, as it is read; returns its number."""
        number = self._number()
        self.records[record][number] = {"id": number, "idPns": self.people[nip], "nipBaru": nip, **row}
        return number

    def fault(self, path: str) -> str:
        """The fault of this request, "" for none; counts the request."""
        self.asked[path] += 1
        waiting = self._faults.get(path)
        return waiting.pop(0) if waiting else ""

    def token(self, which: str, allowed: bool, error: str) -> Answer:
        """The answer of a token endpoint."""
        if not allowed:
            return 401, {"error": error, "error_description": "Invalid user credentials"}
        token = f"token-{which}-{self._number()}"
        self._tokens[which] = (token, self.clock() + self.lasts)
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": int(self.lasts.total_seconds())}

    def accepts(self, which: str, token: str) -> bool:
        """Whether `token` is the one given out last, and has not ended."""
        kept, ends = self._tokens.get(which, ("", self.clock()))
        return bool(token) and token == kept and self.clock() < ends

    def main_data(self, nip: str) -> Answer:
        """pns/data-utama."""
        if nip not in self.people:
            return 404, {"code": 0, "data": "Data tidak ditemukan", "message": ""}
        return 200, {"code": 1, "data": {"id": self.people[nip], "nipBaru": nip, "instansiIndukId": INSTITUTION}}

    def history(self, record: str, nip: str) -> Answer:
        """pns/rw-kursus, pns/rw-diklat."""
        rows = [row for row in self.records[record].values() if row["nipBaru"] == nip]
        if not rows:
            return 404, {"code": 0, "data": "Data tidak ditemukan", "message": ""}
        return 200, {"code": 1, "count": len(rows), "data": rows}

    def save(self, record: str, body: Mapping[str, Any]) -> Answer:
        """kursus/save, diklat/save: a record with an `id` is changed, one without is new."""
        nip = next((nip for nip, number in self.people.items() if number == body.get("pnsOrangId")), None)
        if nip is None:
            return 200, {"success": False, "message": "PNS tidak ditemukan", "mapData": None}
        if wrong := _wrong(record, body):
            return 200, {"success": False, "message": wrong, "mapData": None}
        number = body.get("id") or self._number()
        self.records[record][number] = {"id": number, "idPns": body["pnsOrangId"], "nipBaru": nip} | _as_read(
            record, body
        )
        return 200, {"success": True, "message": "success", "mapData": {_NUMBER[record]: number}}

    def upload(self, form: Mapping[str, object], content: bytes) -> Answer:
        """upload-dok and, with an `id_riwayat`, upload-dok-rw."""
        if len(content) > MOST_UPLOAD:
            return 413, {"code": 0, "data": None, "message": "Ukuran file melebihi batas"}
        if not content.startswith(b"%PDF-"):
            return 200, {"code": 0, "data": None, "message": "File harus PDF"}
        number = self._number()
        document = {"dok_id": form["id_ref_dokumen"], "dok_nama": "sertifikat", "dok_uri": f"peremajaan/{number}",
                    "object": f"peremajaan/{number}", "slug": form["id_ref_dokumen"]}  # fmt: skip
        self.documents.append({**document, "id_riwayat": form.get("id_riwayat"), "size": len(content)})
        for rows in self.records.values():
            if (row := rows.get(str(form.get("id_riwayat")))) is not None:
                row["path"] = {str(form["id_ref_dokumen"]): document}
        return 200, {"code": 1, "data": document, "message": "success"}

    def _number(self) -> str:
        self._last += 1
        return f"8ae48{self._last:03d}-0cbd-11ee-97bb-0a580a83003e"


def _wrong(record: str, body: Mapping[str, Any]) -> str:
    """What is wrong with a body, "" for nothing."""
    for name in _WHOLE[record]:
        if type(body.get(name)) is not int:
            return f"{name} harus bilangan bulat"
    for name in _DATES[record]:
        text = str(body.get(name))
        try:
            day = date_of(text)
        except SheetError:
            return f"{name} bukan tanggal"
        if day is None or text != f"{day:%d-%m-%Y}":
            return f"{name} harus d-m-Y"
    if record == "kursus" and body.get("instansiId") != INSTITUTION:
        return "instansiId tidak dikenal"
    return "" if body["jumlahJam"] > 0 else "jumlahJam harus lebih dari 0"


def _as_read(record: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The row that is read of a `body` that was written: some fields are spelled otherwise."""
    if record == "diklat":
        same = (
            "institusiPenyelenggara",
            "jumlahJam",
            "latihanStrukturalId",
            "nomor",
            "path",
            "tanggal",
            "tanggalSelesai",
        )
        named = {"latihanStrukturalNama": f"LATIHAN {body.get('latihanStrukturalId')}", "tahun": str(body["tahun"])}
        return {name: body.get(name) for name in same} | named
    same = (
        "institusiPenyelenggara",
        "jumlahJam",
        "namaKursus",
        "path",
        "tanggalKursus",
        "tanggalSelesaiKursus",
        "jenisDiklatId",
    )
    return {name: body.get(name) for name in same} | {
        "noSertipikat": body.get("nomorSertipikat"),
        "jenisKursusSertifikat": body.get("jenisKursusSertipikat"),
        "jenisKursusNama": None,
        "jenisKursusId": body.get("jenisKursus") or None,
        "tahunKursus": str(body["tahunKursus"]),
    }


def _handler(siasn: FakeSiasn) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"siasn": siasn})


class _Handler(BaseHTTPRequestHandler):
    siasn: FakeSiasn
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer in one piece: in two, each waits for the other side's delayed ACK

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: addresses hold NIPs."""

    def do_GET(self) -> None:
        """The reads."""
        self._answer(self._read)

    def do_POST(self) -> None:
        """Tokens and writes."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(lambda: self._write(body))

    def _answer(self, act: Callable[[], Answer]) -> None:
        fault = self.siasn.fault(self._path())
        kind, _under, after = fault.partition("_")
        if not fault or after:
            status, answer = act()
        if kind == "drop":
            self.close_connection = True
        elif kind == "forbid":
            self._send_json(403, {"fault": {"code": 900908, "message": "Resource forbidden"}})
        elif kind == "busy":
            self._send(503, b'{"message": "Service Unavailable"}', "application/json")
        elif kind == "html":
            self._send(502 if after else 200, b"<html><body><h1>Gateway</h1></body></html>", "text/html")
        elif kind == "refuse":
            self._send_json(200, {"success": False, "message": "Data 198501012099031001 ditolak", "mapData": None})
        elif kind == "garbage":
            self._send_json(200, {"success": True, "message": "success", "mapData": {}})
        else:
            if kind == "slow":
                time.sleep(1.0)
            self._send_json(status, answer)

    def _path(self) -> str:
        """The path below the API, without the NIP of a person."""
        path = self.path.removeprefix("/apisiasn/1.0/").strip("/")
        return path.rpartition("/")[0] if path.startswith("pns/") else path

    def _read(self) -> Answer:
        if (refused := self._refused(both=not self.path.startswith("/referensi_siasn/"))) is not None:
            return refused
        if self.path.startswith("/referensi_siasn/"):
            return 200, {"code": 1, "data": [{"id": "1", "nama": "Islam"}]}
        nip = self.path.rpartition("/")[2]
        known: dict[str, Callable[[], Answer]] = {
            "pns/data-utama": lambda: self.siasn.main_data(nip),
            "pns/rw-kursus": lambda: self.siasn.history("kursus", nip),
            "pns/rw-diklat": lambda: self.siasn.history("diklat", nip),
        }
        return known.get(self._path(), lambda: (404, {"message": "No matching resource"}))()

    def _write(self, body: bytes) -> Answer:
        path = self._path()
        if path.endswith("token"):
            return self._token(path, {name: values[0] for name, values in parse_qs(body.decode()).items()})
        if (refused := self._refused(both=True)) is not None:
            return refused
        if path in ("kursus/save", "diklat/save"):
            return self.siasn.save(path.partition("/")[0], json.loads(body))
        if path in ("upload-dok", "upload-dok-rw"):
            form, content = _multipart(self.headers["Content-Type"], body)
            return self.siasn.upload(form, content)
        return 404, {"message": "No matching resource"}

    def _token(self, path: str, form: Mapping[str, str]) -> Answer:
        kept = self.siasn.secrets
        if path == "oauth2/token":
            given = f"{kept['consumer_key']}:{kept['consumer_secret']}".encode()
            basic = f"Basic {base64.b64encode(given).decode()}"
            right = self.headers.get("Authorization") == basic and form.get("grant_type") == "client_credentials"
            return self.siasn.token("wso", right, "invalid_client")
        wanted = {"client_id": "sso_client_id", "username": "sso_username", "password": "sso_password"}
        right = all(form.get(name) == kept[option] for name, option in wanted.items())
        right = right and form.get("grant_type") == "password" and not self.siasn.second_factor
        return self.siasn.token("sso", right, "invalid_grant")

    def _refused(self, *, both: bool) -> Answer | None:
        """The 401 of a request without the right tokens: by the gateway (WSO2 900901) or by the service behind it."""
        if not self.siasn.accepts("wso", self.headers.get("Authorization", "").removeprefix("Bearer ")):
            return 401, {"fault": {"code": 900901, "message": "Invalid Credentials"}}
        if both and not self.siasn.accepts("sso", self.headers.get("Auth", "").removeprefix("bearer ")):
            return 401, {"Error": True, "Message": "token sso tidak berlaku"}
        return None

    def _send_json(self, status: int, answer: object) -> None:
        self._send(status, json.dumps(answer).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _multipart(content_type: str, body: bytes) -> tuple[dict[str, object], bytes]:
    """The fields of a form, and the content of its file."""
    form: dict[str, object] = {}
    content = b""
    message: Message = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = message.get_payload()
    for part in (one for one in parts if isinstance(one, Message)) if isinstance(parts, list) else ():
        name = str(part.get_param("name", header="content-disposition"))
        payload = part.get_payload(decode=True)
        found = payload if isinstance(payload, bytes) else b""
        if part.get_filename():
            content = found
        else:
            form[name] = found.decode()
    return form, content
