"""Exchange files: what went in comes out, once; what is damaged, forged or hostile changes nothing."""

import base64
import hashlib
import json
import uuid
import zlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xapi.clock import random_ids
from xapi.database import migrate, open_database
from xapi.errors import RecorderError
from xapi.intake import Identity, Intake
from xapi.people import PeopleStore
from xapi.queue import Queue
from xapi.recorder import Recorder
from xapi.recorder.exchange import (
    Header,
    Place,
    PrivateKey,
    Protection,
    export_outbox,
    import_receipt,
    import_statements,
    open_file,
    open_identity,
    parse_key,
    read_key,
    seal_identity,
    write_file,
    write_key,
    write_receipt,
)
from xapi.recorder.exchange import read as reader
from xapi.recorder.exchange import write as writer
from xapi.recorder.exchange.cipher import CHUNK

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
VILLAGE, PROVINCE = "d" * 32, "e" * 32
NIP = "198501012099031001"
LOCAL = "https://w3id.org/jampel/instansi/" + VILLAGE
VILLAGE_KEY, PROVINCE_KEY, STRANGER = (PrivateKey(bytes([number]) * 32, "uji") for number in (1, 2, 3))


def statement(name: str = "b" * 32, **more: object) -> dict[str, object]:
    return {
        "actor": {"account": {"homePage": LOCAL, "name": name}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/attended"},
        "object": {"id": "https://example.go.id/kegiatan/kelas-radio"},
        **more,
    }


class House:
    """One end: a recorder on a database of its own, with a people store."""

    def __init__(self, folder: Path, institution: str, key: PrivateKey) -> None:
        folder.mkdir()
        self.institution, self.key = institution, key
        engine, people = open_database(folder / "queue.db"), open_database(folder / "people.db")
        migrate(engine, "xapi.queue")
        migrate(people, "xapi.people")
        self.engines = [engine, people]
        self.queue = Queue(engine, lambda: NOON)
        self.recorder = Recorder(self.queue, institution, lambda: NOON)
        self.people = PeopleStore(people, institution, random_ids)
        self.intake = Intake(self.people, lambda: NOON)
        self.place = Place(institution, "Kantor " + institution[0], NOON, "jampel uji")

    def export(self, path: Path, **more) -> Header:
        return export_outbox(self.recorder, path, self.place, **more)

    def take(self, path: Path, *, trusted: bool = False, **more):
        with open_file(path, key=self.key, **more) as file:
            return import_statements(file, self.recorder, self.intake.admit, key=self.key, trusted=trusted)

    def sources(self) -> list[str]:
        return sorted(one.source for one in self.recorder.undelivered())


@pytest.fixture
def village(tmp_path):
    made = House(tmp_path / "desa", VILLAGE, VILLAGE_KEY)
    yield made
    for engine in made.engines:
        engine.dispose()


@pytest.fixture
def province(tmp_path):
    made = House(tmp_path / "provinsi", PROVINCE, PROVINCE_KEY)
    yield made
    for engine in made.engines:
        engine.dispose()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kelas.jampel"


PROTECTIONS = {
    "open": Protection(),
    "signed": Protection(signer=VILLAGE_KEY),
    "passphrase": Protection(passphrase="ikan laut biru dalam"),
    "sealed": Protection(to=PROVINCE_KEY.public),
    "sealed and signed": Protection(to=PROVINCE_KEY.public, signer=VILLAGE_KEY),
}


@pytest.mark.parametrize("protection", PROTECTIONS.values(), ids=PROTECTIONS)
def test_what_was_recorded_there_is_recorded_here_once(village, province, path, protection):
    ids = {one.id for one in village.recorder.record_all([statement()] * 450, "sheet")}
    header = village.export(path, protection=protection)
    first, _ = province.take(path, passphrase=lambda: "ikan laut biru dalam")
    again, _ = province.take(path, passphrase=lambda: "ikan laut biru dalam")
    assert header.count == 450
    assert (first.new, first.known, first.refused) == (450, 0, 0)
    assert (again.new, again.known, again.refused) == (0, 450, 0)
    assert {one.id for one in province.recorder.undelivered()} == ids


def test_actors_are_pseudonyms_of_the_receiver(village, province, path):
    village.recorder.record(statement(), "sheet")
    village.export(path)
    province.take(path)
    (one,) = province.recorder.undelivered()
    account = json.loads(one.body)["actor"]["account"]
    assert account["homePage"] == province.people.home_page
    assert account["name"] == province.people.by_account(LOCAL, "b" * 32)


def test_nothing_of_a_sealed_file_can_be_read_on_the_way(village, path):
    village.recorder.record(statement(result={"response": "rahasia sekali"}), "sheet")
    village.export(path, protection=PROTECTIONS["sealed"])
    raw = path.read_bytes()
    assert b"rahasia" not in raw
    assert b"\x1f\x8b" not in raw[:2000].split(b"\n", 2)[2][:2]
    assert path.stat().st_mode & 0o077 == 0


def test_exporting_changes_nothing_until_the_receipt_comes_back(village, province, path, tmp_path):
    ids = [village.recorder.record(statement(), "sheet") for _ in range(3)]
    village.export(path)
    assert village.recorder.status()["waiting"] == 3
    with open_file(path) as file:
        _, lines = import_statements(file, province.recorder, province.intake.admit)
        write_receipt(tmp_path / "tanda", lines, file.header, province.place, PROVINCE_KEY)
    with open_file(tmp_path / "tanda", signed_by=PROVINCE_KEY.public) as receipt:
        told = import_receipt(receipt, village.recorder, VILLAGE)
        again = import_receipt(receipt, village.recorder, VILLAGE)
    assert (told.delivered, again.delivered, again.known) == (3, 0, 3)
    assert village.recorder.status() == {"waiting": 0, "leased": 0, "done": 3, "quarantined": 0}
    said = json.loads(village.recorder.receipts(ids[0])[0].receipt)
    assert (said["by"], said["how"]) == ("Kantor e", "exchange")


def test_what_was_recorded_after_the_export_stays(village, province, path, tmp_path):
    village.recorder.record(statement(), "sheet")
    village.export(path)
    late = village.recorder.record(statement(), "sheet")
    with open_file(path) as file:
        _, lines = import_statements(file, province.recorder, province.intake.admit)
        write_receipt(tmp_path / "tanda", lines, file.header, province.place, PROVINCE_KEY)
    with open_file(tmp_path / "tanda") as receipt:
        import_receipt(receipt, village.recorder, VILLAGE)
    assert [one.id for one in village.recorder.undelivered()] == [late]


def test_a_marked_export_counts_as_delivered(village, path):
    given = village.recorder.record(statement(), "sheet")
    village.export(path, mark=True)
    assert village.recorder.status()["done"] == 1
    assert json.loads(village.recorder.receipts(given)[0].receipt)["how"] == "exported"


def test_a_receipt_that_never_read_the_statement_delivers_nothing(village, path, tmp_path):
    given = village.recorder.record(statement(), "sheet")
    line = msgspec.json.encode({"id": given, "sha256": "0" * 64, "state": "new"})
    write_file(tmp_path / "tanda", lambda n, b, s: village.place.header("receipt", n, b, s), [line])
    with open_file(tmp_path / "tanda") as receipt:
        assert import_receipt(receipt, village.recorder, VILLAGE).delivered == 0
    assert village.recorder.status()["waiting"] == 1


def test_a_receipt_of_another_institution_is_refused(village, province, path, tmp_path):
    village.recorder.record(statement(), "sheet")
    village.export(path)
    with open_file(path) as file:
        _, lines = import_statements(file, province.recorder, province.intake.admit)
        write_receipt(tmp_path / "tanda", lines, file.header, province.place, PROVINCE_KEY)
    with open_file(tmp_path / "tanda") as receipt:
        with pytest.raises(RecorderError) as caught:
            import_receipt(receipt, province.recorder, PROVINCE)
    assert caught.value.code == "exchange.other_institution"


def test_a_statement_that_was_refused_there_stays_here(village, province, path, tmp_path):
    village.recorder.record(statement(), "sheet")
    village.recorder.record(statement(result={"response": f"NIP {NIP}"}), "sheet")
    village.export(path)
    with open_file(path) as file:
        done, lines = import_statements(file, province.recorder, province.intake.admit)
        write_receipt(tmp_path / "tanda", lines, file.header, province.place, PROVINCE_KEY)
    assert (done.new, done.refused) == (1, 1)
    assert done.reasons[0][1].code == "intake.nip_left"
    assert NIP not in f"{done.reasons}"
    with open_file(tmp_path / "tanda") as receipt:
        assert import_receipt(receipt, village.recorder, VILLAGE).refused == 1
    assert village.recorder.status() == {"waiting": 1, "leased": 0, "done": 1, "quarantined": 0}


@pytest.mark.parametrize(
    ("source", "unsigned"),
    [("launch", "package"), ("lms_record", "package"), ("review", "foreign"), ("sheet", "sheet"),
     ("package", "package"), ("foreign", "foreign")],
)  # fmt: skip
def test_a_file_that_anyone_could_write_brings_no_credit_that_counts_by_itself(
    village, province, path, source, unsigned
):
    village.recorder.record(statement(), source)
    village.export(path, protection=Protection(signer=VILLAGE_KEY))
    province.take(path)
    assert province.sources() == [unsigned]


def test_a_file_signed_by_someone_we_know_keeps_its_sources(village, province, path):
    village.recorder.record(statement(), "launch")
    village.export(path, protection=Protection(signer=VILLAGE_KEY))
    province.take(path, signed_by=VILLAGE_KEY.public, trusted=True)
    assert province.sources() == ["launch"]


def test_importing_again_with_the_signature_checked_finds_it_known(village, province, path):
    village.recorder.record(statement(), "launch")
    village.export(path, protection=Protection(signer=VILLAGE_KEY))
    province.take(path)
    done, _ = province.take(path, signed_by=VILLAGE_KEY.public, trusted=True)
    assert (done.new, done.known, done.refused) == (0, 1, 0)
    assert province.sources() == ["package"]


@pytest.mark.parametrize("signer", [None, STRANGER], ids=["nobody", "a stranger"])
def test_a_file_of_another_signer_is_refused_when_one_is_demanded(village, path, signer):
    village.recorder.record(statement(), "launch")
    village.export(path, protection=Protection(signer=signer))
    with pytest.raises(RecorderError) as caught:
        open_file(path, signed_by=VILLAGE_KEY.public)
    assert caught.value.code == "exchange.not_signed_by"


def test_a_stranger_who_names_our_signer_in_the_header_is_refused(village, path):
    village.recorder.record(statement(), "launch")
    village.export(path, protection=Protection(signer=STRANGER))
    raw = path.read_bytes()[:-32]
    ours, theirs = (base64.b64encode(key.public.sign) for key in (VILLAGE_KEY, STRANGER))
    raw = raw.replace(theirs, ours)
    path.write_bytes(raw + hashlib.sha256(raw).digest())
    with pytest.raises(RecorderError) as caught:
        open_file(path, signed_by=VILLAGE_KEY.public)
    assert caught.value.code == "exchange.not_signed_by"


def test_people_known_here_only_by_a_local_id_are_resolved_by_their_sealed_nip(village, province, path):
    known = province.people.ensure_nip(NIP, "Siti Contoh")
    sealed = seal_identity(Identity(nip=NIP, name="Siti Contoh"), PROVINCE_KEY.public)
    village.recorder.record(statement("7"), "sheet", sealed=sealed)
    village.export(path)
    done, _ = province.take(path)
    (one,) = province.recorder.undelivered()
    assert done.new == 1
    assert json.loads(one.body)["actor"]["account"]["name"] == known


def test_a_sealed_nip_is_nowhere_in_clear(village, path, tmp_path):
    sealed = seal_identity(Identity(nip=NIP, name="Siti Contoh"), PROVINCE_KEY.public)
    village.recorder.record(statement("7"), "sheet", sealed=sealed)
    village.export(path)
    body = zlib.decompress(path.read_bytes().split(b"\n", 2)[2][:-32], wbits=31)
    for raw in (body, (tmp_path / "desa" / "queue.db").read_bytes()):
        assert NIP.encode() not in raw
        assert b"Siti" not in raw


def test_recording_again_with_a_new_seal_is_the_same_record(village):
    own = statement(id=str(uuid.uuid4()))
    for _ in range(2):
        village.recorder.record(
            own, "sheet", sealed=seal_identity(Identity(nip=NIP), PROVINCE_KEY.public)
        )  # fmt: skip
    assert village.recorder.status()["waiting"] == 1


@pytest.mark.parametrize("sealed", ["a b", "a\nb", "é", "{}"])
def test_a_seal_that_is_none_is_refused(village, sealed):
    with pytest.raises(RecorderError) as caught:
        village.recorder.record(statement(), "sheet", sealed=sealed)
    assert caught.value.code == "recorder.bad_seal"


def test_an_identity_sealed_to_another_key_refuses_that_statement_alone(village, province, path):
    village.recorder.record(statement("7"), "sheet", sealed=seal_identity(Identity(nip=NIP), STRANGER.public))
    village.recorder.record(statement("8"), "sheet")
    village.export(path)
    done, _ = province.take(path)
    assert (done.new, done.refused) == (1, 1)
    assert done.reasons[0][1].code == "exchange.sealed_to_another"


def test_a_nip_known_at_the_origin_goes_along_sealed_and_only_in_a_sealed_file(village, province, path, tmp_path):
    village.recorder.record(statement(), "sheet")
    identify = lambda _statement: Identity(nip=NIP, name="Siti Contoh")  # noqa: E731
    village.export(path, identify=identify)
    village.export(tmp_path / "segel", protection=PROTECTIONS["sealed"], identify=identify)
    known = province.people.ensure_nip(NIP, "Siti Contoh")
    province.take(tmp_path / "segel")
    (one,) = province.recorder.undelivered()
    assert json.loads(one.body)["actor"]["account"]["name"] == known
    assert b"sealed" not in zlib.decompress(path.read_bytes().split(b"\n", 2)[2][:-32], wbits=31)


def opened(raw: bytes, path: Path, **more):
    path.write_bytes(raw)
    with open_file(path, key=PROVINCE_KEY, **more) as file:
        return list(file.lines())


@pytest.mark.parametrize("protection", PROTECTIONS.values(), ids=PROTECTIONS)
def test_a_flipped_bit_anywhere_is_noticed(village, path, protection):
    village.recorder.record(statement(), "sheet")
    village.export(path, protection=protection)
    raw = path.read_bytes()
    for place in range(0, len(raw), 7):
        changed = bytearray(raw)
        changed[place] ^= 1 << place % 8
        with pytest.raises(RecorderError) as caught:
            opened(bytes(changed), path)
        assert caught.value.code.startswith("exchange.")


@pytest.mark.parametrize("protection", PROTECTIONS.values(), ids=PROTECTIONS)
def test_a_file_that_was_cut_off_is_noticed(village, path, protection):
    village.recorder.record(statement(), "sheet")
    village.export(path, protection=protection)
    raw = path.read_bytes()
    for length in range(0, len(raw), 11):
        with pytest.raises(RecorderError):
            opened(raw[:length], path)


def test_a_wrong_passphrase_opens_nothing(village, path):
    village.recorder.record(statement(), "sheet")
    village.export(path, protection=PROTECTIONS["passphrase"])
    with pytest.raises(RecorderError) as caught:
        open_file(path, passphrase=lambda: "ikan laut biru dalaM")
    assert caught.value.code == "exchange.wrong_key"
    assert "dalaM" not in f"{caught.value}{caught.value.params}"


def test_without_a_passphrase_it_is_asked_for(village, path):
    village.recorder.record(statement(), "sheet")
    village.export(path, protection=PROTECTIONS["passphrase"])
    with pytest.raises(RecorderError) as caught:
        open_file(path)
    assert caught.value.code == "exchange.needs_passphrase"


@pytest.mark.parametrize("key", [STRANGER, None], ids=["another", "none"])
def test_a_file_sealed_to_another_key_is_not_opened(village, path, key):
    village.recorder.record(statement(), "sheet")
    village.export(path, protection=PROTECTIONS["sealed"])
    with pytest.raises(RecorderError) as caught:
        open_file(path, key=key)
    assert caught.value.code == "exchange.sealed_to_another"


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_bodies_of_every_length_come_back_whole(path, size):
    noise = base64.b64encode(hashlib.shake_128(b"x").digest(size)) if size else b""  # hardly compresses
    lines = [noise, b"b"]
    place = Place(VILLAGE, "Desa", NOON, "uji")
    protection = Protection(to=PROVINCE_KEY.public)
    write_file(path, lambda n, b, s: place.header("statements", n, b, s), lines, protection)
    with open_file(path, key=PROVINCE_KEY) as file:
        assert list(file.lines()) == lines


def test_a_chunk_that_was_cut_off_with_its_checksum_made_new_is_noticed(path):
    """Whoever can make the checksum again still cannot shorten an encrypted body: its last chunk is marked."""
    place = Place(VILLAGE, "Desa", NOON, "uji")
    noise = base64.b64encode(hashlib.shake_128(b"x").digest(4 * CHUNK))
    protection = Protection(to=PROVINCE_KEY.public)
    write_file(path, lambda n, b, s: place.header("statements", n, b, s), [noise], protection)
    raw = path.read_bytes()
    start = raw.index(b"\n", raw.index(b"\n") + 1) + 1
    for body in (raw[start : start + CHUNK + 16], raw[start + CHUNK + 16 : -32], raw[start:-32] + b"x" * 30):
        changed = raw[:start] + body
        with pytest.raises(RecorderError):
            opened(changed + hashlib.sha256(changed).digest(), path)


def forged(
    lines: bytes, *, gzip: bytes | None = None, magic: bytes = b"JAMPEL-EXCHANGE 1\n", **header: object
) -> bytes:
    """A file as a forger writes it: everything but what a test is about is right."""
    press = zlib.compressobj(wbits=31)
    packed = gzip if gzip is not None else press.compress(lines) + press.flush()
    head = {
        "kind": "statements", "institution": VILLAGE, "count": lines.count(b"\n"), "bytes": len(lines),
        "sha256": hashlib.sha256(lines).hexdigest(), **header,
    }  # fmt: skip
    raw = magic + json.dumps(head).encode() + b"\n" + packed
    return raw + hashlib.sha256(raw).digest()


LINE = b'{"source":"sheet","statement":{"id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee"}}\n'
BOMB = zlib.compress(b"\n" * 50_000_000, 9, wbits=31)
HOSTILE = {
    "another kind of file": (b"PK\x03\x04" + b"x" * 100, "exchange.not_one"),
    "an empty file": (b"", "exchange.not_one"),
    "a later version": (forged(LINE, magic=b"JAMPEL-EXCHANGE 2\n"), "exchange.newer"),
    "a huge header": (b"JAMPEL-EXCHANGE 1\n" + b"{" * 20_000, "exchange.damaged"),
    "a deep header": (b"JAMPEL-EXCHANGE 1\n" + b"[" * 10_000 + b"\n" + b"x" * 64, "exchange.damaged"),
    "a header of another shape": (b'JAMPEL-EXCHANGE 1\n{"kind":"x"}\n' + b"x" * 64, "exchange.damaged"),
    "a zip bomb": (forged(LINE, gzip=BOMB), "exchange.damaged"),
    "a zip bomb that says so": (forged(LINE, gzip=BOMB, bytes=2**40, count=2**40), "exchange.too_large"),
    "fewer lines than it says": (forged(LINE, count=2), "exchange.damaged"),
    "more lines than it says": (forged(LINE * 3, count=1), "exchange.damaged"),
    "other lines than it says": (forged(LINE, sha256="0" * 64), "exchange.damaged"),
    "a last line without an end": (forged(LINE[:-1], count=1), "exchange.damaged"),
    "no gzip": (forged(LINE, gzip=b"hello"), "exchange.damaged"),
    "two gzips": (forged(LINE, gzip=zlib.compress(LINE, wbits=31) * 2), "exchange.damaged"),
    "half a gzip": (forged(LINE, gzip=zlib.compress(LINE, wbits=31)[:-4]), "exchange.damaged"),
    "a broken lock": (forged(LINE, lock={"salt": "zzz"}), "exchange.damaged"),
    "a lock without a point": (
        forged(LINE, lock={"to": PROVINCE_KEY.public.id, "ephemeral": base64.b64encode(bytes(32)).decode()}),
        "exchange.sealed_to_another",
    ),
}


@pytest.mark.parametrize(("raw", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(path, raw, code):
    with pytest.raises(RecorderError) as caught:
        opened(raw, path, passphrase=lambda: "x")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "line",
    [b"x\n", b"[]\n", b'{"source":"sheet"}\n', b'{"source":"own","statement":{"id":"x"}}\n',
     b'{"source":"sheet","statement":[]}\n', b'{"source":"sheet","statement":{}}\n', b"\xff\n",
     b'{"source":"sheet","statement":' + b"[" * 100_000 + b"}\n"],
)  # fmt: skip
def test_a_line_that_is_no_statement_stops_the_import_before_anything_is_recorded(province, path, line):
    good = b"".join(
        json.dumps({"source": "sheet", "statement": statement(id=str(uuid.uuid4()))}).encode() + b"\n"
        for _ in range(250)
    )
    path.write_bytes(forged(good + line))
    with pytest.raises(RecorderError) as caught:
        province.take(path)
    assert caught.value.code == "exchange.damaged"
    assert province.recorder.status()["waiting"] == 0


def test_a_statement_that_stands_twice_is_recorded_once(province, village, path):
    village.recorder.record(statement(), "sheet")
    village.export(path)
    with open_file(path) as file:
        (line,) = file.lines()
    path.write_bytes(forged(line + b"\n" + line + b"\n"))
    done, _ = province.take(path)
    assert (done.new, done.known) == (1, 1)


def test_two_statements_under_one_id_are_told(province, path):
    number = str(uuid.uuid4())
    bodies = [statement(id=number, timestamp="2026-01-01T00:00:00Z", result={"success": yes}) for yes in (True, False)]
    path.write_bytes(forged(b"".join(json.dumps({"source": "sheet", "statement": b}).encode() + b"\n" for b in bodies)))
    done, _ = province.take(path)
    assert (done.new, done.refused) == (1, 1)
    assert done.reasons[0][1].code == "recorder.id_taken"


def test_an_existing_file_is_never_overwritten(village, path):
    village.recorder.record(statement(), "sheet")
    path.write_bytes(b"dokumen penting")
    with pytest.raises(RecorderError) as caught:
        village.export(path)
    assert caught.value.code == "exchange.exists"
    assert path.read_bytes() == b"dokumen penting"
    assert [one.name for one in path.parent.iterdir() if one.is_file()] == [path.name]


def test_the_receipt_of_an_earlier_import_is_renewed_but_nothing_else_is_replaced(village, province, path, tmp_path):
    village.recorder.record(statement(), "sheet")
    village.export(path)
    other = tmp_path / "laporan"
    other.write_bytes(b"dokumen penting")
    with open_file(path) as file:
        for _ in range(2):
            _, lines = import_statements(file, province.recorder, province.intake.admit)
            write_receipt(tmp_path / "tanda", lines, file.header, province.place, PROVINCE_KEY)
        with pytest.raises(RecorderError):
            write_receipt(other, lines, file.header, province.place, PROVINCE_KEY)
    assert other.read_bytes() == b"dokumen penting"
    assert lines[0].state == "known"


def test_an_empty_outbox_writes_no_file(village, path):
    with pytest.raises(RecorderError) as caught:
        village.export(path)
    assert caught.value.code == "exchange.nothing"
    assert [one.name for one in path.parent.iterdir() if one.is_file()] == []


def test_a_stick_that_says_something_else_the_second_time_is_read_only_once(village, path, monkeypatch):
    village.recorder.record(statement(), "sheet")
    village.export(path)
    with open_file(path) as file:
        before = list(file.lines())
        path.write_bytes(b"x" * path.stat().st_size)
        assert list(file.lines()) == before


def test_a_file_larger_than_may_be_is_not_even_copied(path, monkeypatch):
    monkeypatch.setattr(reader, "MOST_BYTES", 100)
    path.write_bytes(b"x" * 200)
    with pytest.raises(RecorderError) as caught:
        open_file(path)
    assert caught.value.code == "exchange.too_large"


def test_a_public_key_survives_being_written_and_read(tmp_path):
    write_key(tmp_path / "a.key", PROVINCE_KEY.public)
    assert read_key(tmp_path / "a.key") == PROVINCE_KEY.public
    with pytest.raises(RecorderError):
        write_key(tmp_path / "a.key", STRANGER.public)


@pytest.mark.parametrize(
    "text", ["", "jampel-key1", "jampel-key1 AAAA", "jampel-key2 " + "A" * 88, "jampel-key1 ????", "x" * 5000]
)
def test_a_text_that_is_no_key_is_refused(text):
    with pytest.raises(RecorderError) as caught:
        parse_key(text)
    assert caught.value.code == "exchange.bad_key"


def test_a_key_that_everybody_could_know_the_secret_of_is_refused():
    weak = parse_key("jampel-key1 " + base64.b64encode(bytes(64)).decode())
    with pytest.raises(RecorderError) as caught:
        weak.seal(b"x")
    assert caught.value.code == "exchange.bad_key"


def test_a_private_key_shows_nothing_of_itself():
    assert "01" * 8 not in repr(PrivateKey(b"\x01" * 32))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_random_bytes_are_never_more_than_a_refusal(tmp_path, junk):
    for raw in (junk, b"JAMPEL-EXCHANGE 1\n" + junk):
        with pytest.raises(RecorderError):
            opened(raw, tmp_path / "acak")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_a_random_seal_is_never_more_than_a_refusal(junk):
    with pytest.raises(RecorderError):
        open_identity(base64.b64encode(junk).decode() or "AA==", PROVINCE_KEY)


def test_a_file_that_anyone_could_write_takes_nothing_back(village, province, path):
    """A voiding statement hides another in the LRS: that is for those we know."""
    target = {"objectType": "StatementRef", "id": str(uuid.uuid4())}
    voiding = statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=target)
    village.recorder.record(voiding, "sheet")
    village.export(path, protection=Protection(signer=VILLAGE_KEY))
    done, _ = province.take(path)
    assert (done.new, done.refused) == (0, 1)
    assert done.reasons[0][1].code == "exchange.void_unsigned"
    done, _ = province.take(path, signed_by=VILLAGE_KEY.public, trusted=True)
    assert (done.new, done.refused) == (1, 0)


def test_nothing_unencrypted_is_ever_written_beside_an_encrypted_file(village, path, monkeypatch):
    """A stick remembers what was deleted from it."""
    village.recorder.record(statement(result={"response": "rahasia sekali"}), "sheet")
    seen = []
    real = writer._assemble

    def look(*arguments):
        seen.extend(one.read_bytes() for one in path.parent.iterdir() if one.is_file())
        return real(*arguments)

    monkeypatch.setattr(writer, "_assemble", look)
    village.export(path, protection=PROTECTIONS["sealed"])
    assert all(b"\x1f\x8b" not in raw[:2] and b"rahasia" not in raw for raw in seen)
    assert seen == [b""]
