"""Accepted credits into SIASN: prepared without asking anyone, looked for, and written once."""

from collections.abc import Mapping

from adapters.errors import AdapterError
from adapters.remote import AcceptedCredit, Connection, Prepared
from adapters.siasn.bodies import prepare
from adapters.siasn.evidence import certificate
from adapters.siasn.files import record_for_file, row_for_file
from adapters.siasn.options import Choices, choices_of
from adapters.siasn.references import DIKLAT, KURSUS, STRUCTURAL, Record, record_of
from adapters.siasn.rows import Held, find_same, held_of
from adapters.siasn.service import Siasn


class SiasnPush:
    """Writes riwayat kursus and riwayat diklat; see `RecordPush`.

    SIASN has no key against repeats: a record written twice is two records. So a record is looked for by number, name
    and dates before it is written, whoever wrote it.
    """

    def __init__(self) -> None:
        self._run: tuple[Connection, Siasn] | None = None

    def prepare(self, credit: AcceptedCredit, connection: Connection) -> Prepared:
        """As in `RecordPush`; raises what `bodies.prepare` raises, and `siasn.setting_value`."""
        return prepare(credit, choices_of(connection))

    def record_for_file(self, prepared: Prepared) -> Mapping[str, object]:
        """As in `RecordFiles`: the exact body, the NIP and the path."""
        return record_for_file(prepared)

    def row_for_file(self, prepared: Prepared) -> Mapping[str, object]:
        """As in `RecordFiles`: the columns in Indonesian, the NIP as text."""
        return row_for_file(prepared)

    def find(self, prepared: Prepared, connection: Connection) -> str | None:
        """As in `RecordPush`: two of number, name and dates agree. Raises AdapterError when SIASN does not say.

        Structural training is sought among the courses too, where some have it under its title.
        """
        siasn, credit = self._siasn(connection), prepared.credit
        record = record_of(credit.bkn)
        found = find_same(siasn.history(record, credit.nip), record, held_of(prepared.body, record))
        if found is None and record is DIKLAT:
            titled = Held("", credit.title, credit.certificate, credit.first, credit.last, STRUCTURAL)
            found = find_same(siasn.history(KURSUS, credit.nip), KURSUS, titled)
        return found

    def send(self, prepared: Prepared, connection: Connection) -> str:
        """As in `RecordPush`.

        Raises AdapterError: `siasn.push_off` while the option `push` is not "ya", `siasn.person_unknown`,
        `siasn.refused`, `siasn.certificate_not_sent` when the record was written but its certificate could not be put
        there, and codes that begin with `remote.siasn` when no record can be sent at all.
        """
        choices = choices_of(connection)
        record = record_of(prepared.credit.bkn)
        if not choices.push:
            raise AdapterError("siasn.push_off", "the option push is off")
        if record is KURSUS and not choices.instansi_id:
            raise AdapterError("remote.siasn.no_institution", "the option instansi_id is empty")
        siasn = self._siasn(connection)
        credit = prepared.credit
        body = {**prepared.body, "pnsOrangId": siasn.person(credit.nip)}
        sent = _Certificate(siasn, record, choices, credit.evidence)
        body["path"] = sent.before()
        number = siasn.save(record, credit.nip, body)
        sent.after(number)
        return number

    def _siasn(self, connection: Connection) -> Siasn:
        """The service of this run: one for each connection, so that tokens and persons are asked for once."""
        if self._run is None or self._run[0] is not connection:
            self._run = (connection, Siasn(connection))
        return self._run[1]


class _Certificate:
    """The certificate of one record, if its file is at hand, put there before or after the record as chosen."""

    def __init__(self, siasn: Siasn, record: Record, choices: Choices, digest: str) -> None:
        wanted = bool(digest) and choices.upload != "off"
        self._file = certificate(choices.evidence_folder, digest, choices.most_bytes).path if wanted else None
        self._siasn = siasn
        self._record = record
        self._when = choices.upload

    def before(self) -> list[object]:
        """The `path` of the record: a certificate that is there before it, or none."""
        if self._file is None or self._when != "before":
            return []
        return [dict(self._siasn.upload(self._file, self._record.document))]

    def after(self, number: str) -> None:
        """Puts the certificate on the record `number`, when that is its turn."""
        if self._file is None or self._when != "after":
            return
        try:
            self._siasn.attach(self._file, self._record.document, number)
        except AdapterError as error:
            why = error.params.get("said") or error.detail or error.code
            raise AdapterError("siasn.certificate_not_sent", error.code, number=number, why=why) from error
