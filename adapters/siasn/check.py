"""What works between Jampel and SIASN, and what an admin must still get or set, in the order they would mend it."""

from collections.abc import Callable, Iterator

from adapters.errors import AdapterError
from adapters.remote import N_, CheckLine, Connection
from adapters.siasn.options import Choices, choices_of
from adapters.siasn.service import Row, Siasn
from xapi.errors import JampelError
from xapi.identity import looks_like_nip, parse_nip

AGREEMENT = N_(
    "Perjanjian pemakaian data dengan BKN, langganan API, dan alamat IP yang diizinkan hanya diketahui BKN; "
    "tanyakan bila token diterima tetapi permintaan ditolak."
)

UNKNOWN = "siasn.person_unknown"


class SiasnCheck:
    """As in `SystemCheck`: first what is set, then the two tokens one by one, then a question that needs both."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`; sends nothing but questions."""
        try:
            choices = choices_of(connection)
            siasn = Siasn(connection)
        except AdapterError as error:
            yield _failed(error)
            return
        yield from _settings(connection, choices)
        application = _tried(siasn.tokens.wso, N_("Token APIM (WSO2) didapat."))
        yield application
        if application.state == "ok":
            yield from _gateway(siasn)
        person = _tried(siasn.tokens.sso, _sso_text(siasn))
        yield person
        if application.state == person.state == "ok":
            yield from _questions(connection, choices, siasn)
        yield CheckLine(state="unknown", text=AGREEMENT)


def _settings(connection: Connection, choices: Choices) -> Iterator[CheckLine]:
    if choices.instansi_id:
        yield CheckLine(state="ok", text=N_("instansi_id sudah diisi."))
    else:
        yield CheckLine(state="missing", text=N_("instansi_id belum diisi; tanpa itu riwayat kursus tidak dikirim."))
    if not choices.structural:
        yield CheckLine(
            state="missing",
            text=N_("structural belum diisi; tanpa itu pelatihan struktural kepemimpinan tidak dikirim."),
        )
    if choices.upload == "off":
        return
    if choices.evidence_folder is None:
        yield CheckLine(
            state="missing", text=N_("evidence_folder belum diisi; riwayat dikirim tanpa berkas sertifikat.")
        )
    elif not choices.evidence_folder.is_dir():
        yield CheckLine(
            state="failed", text=N_("Folder bukti %(name)s tidak ada."), params={"name": choices.evidence_folder.name}
        )


def _gateway(siasn: Siasn) -> Iterator[CheckLine]:
    """Whether the gateway takes its own token, without the other one."""
    try:
        if siasn.reference():
            yield CheckLine(state="ok", text=N_("APIM menerima token itu: daftar acuan terbaca."))
    except AdapterError as error:
        yield _failed(error)


def _sso_text(siasn: Siasn) -> str:
    if siasn.tokens.renewable:
        return N_("Token SSO didapat.")
    return N_("Token SSO diambil dari pengaturan sso_token; berlaku terbatas dan harus diganti sendiri.")


def _questions(connection: Connection, choices: Choices, siasn: Siasn) -> Iterator[CheckLine]:
    """A question about someone known: the person who logs in, or else the first of the institution's people."""
    username = connection.options.get("sso_username", "")
    own = parse_nip(username).digits if looks_like_nip(username) else None
    nip = own or next(iter(connection.people()), None)
    if nip is None:
        yield CheckLine(
            state="unknown", text=N_("Belum ada pegawai untuk ditanyakan: data utama dan riwayat belum dicoba.")
        )
        return
    try:
        data: Row = siasn.main_data(nip)
    except JampelError as error:
        if error.code != UNKNOWN:
            yield _failed(error)
            return
        data = {}  # an answer all the same: the officer may belong to no institution
    yield CheckLine(state="ok", text=N_("Kedua token diterima: SIASN menjawab pertanyaan tentang data utama."))
    theirs = {str(data.get(name) or "") for name in ("instansiIndukId", "instansiKerjaId")} - {""}
    if choices.instansi_id and theirs and choices.instansi_id not in theirs:
        yield CheckLine(
            state="failed", text=N_("instansi_id bukan instansi pegawai yang ditanyakan. Periksa ID instansi dari BKN.")
        )


def _tried(ask: Callable[[], object], text: str) -> CheckLine:
    try:
        ask()
    except JampelError as error:
        return _failed(error)
    return CheckLine(state="ok", text=text)


def _failed(error: JampelError) -> CheckLine:
    """The line of an error: an option that is not set is missing, all else failed."""
    missing = error.code in ("adapter.option_missing", "remote.siasn.sso_missing")
    return CheckLine.of(error, "missing" if missing else "failed")
