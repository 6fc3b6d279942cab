"""Files of statements: what goes out comes in again the same, and what is wrong is refused in its place, never more."""

import base64
import gzip
import hashlib
import io
import json
import random
import uuid

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xapi.clock import random_ids
from xapi.database import migrate, open_database
from xapi.errors import TransferError
from xapi.intake import Intake
from xapi.lrs.compare import same_bodies
from xapi.lrs.selection import Selection, selection_of, stored_text
from xapi.lrs.transfer.admission import Admission
from xapi.lrs.transfer.export import Export
from xapi.lrs.transfer.file import ExportFile, ExportStream, Progress
from xapi.lrs.transfer.importer import Importer
from xapi.lrs.transfer.reader import Line, Lines, entries
from xapi.lrs.transfer.run import ImportNote, ImportRun, Position
from xapi.people import PeopleStore
from xapi.testing import INSTITUTION, embedded_lrs, encoded, make_agent, make_principal, make_statement
from xapi.vocabulary import VOIDED

NIP = "198501012099031001"
SHA2 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
ATTACHED = {
    "usageType": "https://w3id.org/jampel/attachments/sertifikat",
    "display": {"id": "Sertifikat"},
    "contentType": "text/plain",
    "length": 3,
    "sha2": SHA2,
}


class Place:
    """An LRS with exports and imports."""

    def __init__(self, where, folder) -> None:
        self.parts = embedded_lrs(where, ids=random_ids)
        folder.mkdir(exist_ok=True)
        self.folder = folder
        engine = open_database(folder / "people.db", durability="NORMAL")
        migrate(engine, "xapi.people")
        self.people = PeopleStore(engine, INSTITUTION, random_ids)
        self.heard = []

    def record(self, source="launch", contents=None, **changes) -> str:
        body = encoded(make_statement(**changes))
        principal = make_principal(source=source)
        return self.parts.lrs.post_statements(principal, body, version="2.0.0", contents=contents or {})[0]

    def export(self, name="ekspor.jsonl", selection=None, plain=False, resume=False, stop_after=None):
        """Exports into a file; `stop_after` breaks it off after so many pieces, as a kill would."""
        path = self.folder / name
        now = stored_text(self.parts.clock())
        chosen = selection or Selection(until="9" if not resume else "")
        file = ExportFile(path, Progress(selection=chosen, plain=plain), resume=resume)
        source = Export(self.parts.statements, INSTITUTION, file.progress.selection, plain=plain)
        if not file.progress.size:
            file.append(source.head(now))
        for place, piece in enumerate(source.pieces(file.progress.seq or source.start())):
            if place == stop_after:
                return path
            file.append(piece)
            if stop_after is not None:
                file._mark()
        file.finish()
        return path

    def importer(self, *, as_is=False, source="foreign", counts=None) -> Importer:
        return Importer(
            self.parts.lrs, self.parts.statements, lambda source: make_principal(source=source),
            admission=None if as_is else Admission(Intake(self.people, self.parts.clock)),
            source=source, hear=self.heard.append, counts=counts,
        )  # fmt: skip

    def take(self, data: bytes, *, after=0, **options) -> Importer:
        """Imports `data` and returns the importer; refusals are in `heard`."""
        importer = self.importer(**options)
        importer.run(Lines(io.BytesIO(data)), after, lambda _number: True)
        return importer

    def all(self):
        return self.parts.statements.after(INSTITUTION, 0, 100_000)

    def codes(self) -> list[tuple[int, str, str]]:
        return [(one.line, one.path, one.error.code) for one in self.heard]


@pytest.fixture
def here(tmp_path):
    return Place(tmp_path / "uji.db", tmp_path / "sini")


@pytest.fixture
def there(tmp_path):
    return Place(tmp_path / "lain.db", tmp_path / "sana")


def lines(*statements) -> bytes:
    return b"".join(encoded(one) + b"\n" for one in statements)


def fill(place: Place) -> list[str]:
    """Statements of every kind, two of them voided, one before it came."""
    early = str(uuid.uuid4())
    reference = {"objectType": "StatementRef", "id": early}
    ids = [
        place.record(attachments=[ATTACHED], contents={SHA2: b"abc"}),
        place.record("sheet", attachments=[ATTACHED], contents={SHA2: b"abc"}),
        place.record(verb={"id": VOIDED}, object=reference),
        place.record(id=early),
        place.record(result={"score": {"scaled": 0.12345678901234567}, "extensions": {"https://a.go.id/x": 1e3}}),
        place.record(context={"contextAgents": [{"objectType": "contextAgent", "agent": make_agent("c" * 32)}]}),
        place.record("review", object=reference, timestamp="2026-03-02T08:00:00.123456789+07:00"),
    ]
    gone = place.record("foreign")
    return [*ids, gone, place.record(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": gone})]


def require_equal(mine: Place, theirs: Place) -> None:
    ours, others = {one.id: one for one in mine.all()}, {one.id: one for one in theirs.all()}
    assert ours.keys() == others.keys()
    assert all(same_bodies(ours[number].body, others[number].body) for number in ours)
    for number in ours:
        key = uuid.UUID(number).bytes
        found = [place.parts.statements.get(INSTITUTION, key, voided=True) is not None for place in (mine, theirs)]
        assert found[0] == found[1]
    stored = [place.parts.statements.contents(INSTITUTION, {SHA2}) for place in (mine, theirs)]
    assert stored[0] == stored[1] != {}


@pytest.mark.parametrize("way", ["to postgresql", "to sqlite"])
@pytest.mark.parametrize("name", ["ekspor.jsonl", "ekspor.jsonl.gz"])
def test_a_round_trip_to_the_other_database_gives_the_same_statements(postgres, tmp_path, way, name):
    wheres = [tmp_path / "uji.db", postgres.new_database()]
    first, second = wheres if way == "to postgresql" else wheres[::-1]
    here, there = Place(first, tmp_path / "sini"), Place(second, tmp_path / "sana")
    ids = fill(here)
    counts = there.take(here.export(name).read_bytes(), source=None).counts
    assert (counts.new, counts.sound, there.heard) == (len(ids), True, [])
    require_equal(here, there)
    assert {one.id: one.source for one in here.all()} == {one.id: one.source for one in there.all()}


def test_a_second_import_of_the_same_file_changes_nothing(here, there):
    ids = fill(here)
    data = here.export().read_bytes()
    there.take(data)
    counts = there.take(data).counts
    assert (counts.new, counts.already, counts.sound) == (0, len(ids), True)
    assert len(there.all()) == len(ids)


def test_the_source_is_the_one_of_the_import_unless_the_file_is_trusted(here, there):
    here.record("launch")
    there.take(here.export().read_bytes())
    assert [one.source for one in there.all()] == ["foreign"]


def test_every_statement_is_the_stored_bytes_on_one_line(here):
    body = b'{\r\n "actor": {"mbox": "mailto:a@b.go.id"},\n "verb": {"id": "http://a.go.id/v"},\n'
    body += b' "object": {"id": "http://a.go.id/o"}, "result": {"score": {"raw": 1.500}}\n}'
    here.parts.lrs.post_statements(make_principal(), body)
    (stored,) = here.all()
    assert b"\n" in stored.body
    written = here.export(plain=True).read_bytes()
    assert written.count(b"\n") == 1
    assert written == stored.body.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"


def test_a_plain_export_has_statements_only_and_a_checksum_beside(here):
    fill(here)
    path = here.export("polos.jsonl.gz", plain=True)
    found = gzip.decompress(path.read_bytes()).splitlines()
    assert all("actor" in json.loads(line) for line in found)
    named, name = (path.parent / "polos.jsonl.gz.sha256").read_text().split()
    assert (named, name) == (hashlib.sha256(path.read_bytes()).hexdigest(), "polos.jsonl.gz")


def test_a_selection_is_kept_and_its_end_is_exact(here):
    first = here.record("launch")
    here.record("foreign")
    here.parts.clock.advance(minutes=1)
    moment = stored_text(here.parts.clock())
    here.parts.clock.advance(minutes=1)
    second = here.record("launch")

    def ids(until="9999-01-01T00:00:00Z", since="") -> list[str]:
        chosen = selection_of(sources=["launch"], since=since, until=until)
        path = here.export(f"{uuid.uuid4()}.jsonl", selection=chosen, plain=True)
        return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]

    assert ids() == [first, second]
    assert ids(until=moment) == [first]
    assert ids(since=moment) == [second]


@pytest.mark.parametrize("name", ["ekspor.jsonl", "ekspor.jsonl.gz"])
@pytest.mark.parametrize("plain", [False, True])
def test_a_broken_off_export_goes_on_and_is_the_same_as_an_unbroken_one(here, there, monkeypatch, name, plain):
    monkeypatch.setattr("xapi.lrs.log.PAGE", 3)
    monkeypatch.setattr("xapi.lrs.transfer.export.pages.__defaults__", (0, 3))
    ids = fill(here)
    path = here.export(name, plain=plain, stop_after=1)
    assert not path.exists()
    part = path.with_name(path.name + ".part")
    with part.open("ab") as file:
        file.write(b'{"actor": half a li')  # what a kill leaves behind
    here.export(name, plain=plain, resume=True)
    assert sorted(one.name for one in path.parent.iterdir() if "part" in one.name) == []
    data = path.read_bytes()
    text = gzip.decompress(data) if name.endswith(".gz") else data
    assert [json.loads(line)["id"] for line in text.splitlines() if b"jampel:" not in line[:10]] == ids
    if not plain:
        assert there.take(data).counts.sound


def test_an_export_never_overwrites_and_resumes_only_its_own(here):
    here.record()
    path = here.export()
    with pytest.raises(TransferError, match=r"transfer\.exists"):
        here.export()
    with pytest.raises(TransferError, match=r"transfer\.nothing_to_resume"):
        here.export("lain.jsonl", resume=True)
    here.export("beda.jsonl", stop_after=0)
    other = Progress(selection=selection_of(sources=["launch"]), plain=False)
    with pytest.raises(TransferError, match=r"transfer\.other_selection"):
        ExportFile(path.with_name("beda.jsonl"), other, resume=True)


def test_an_export_to_a_stream_has_its_end_too(here, there):
    fill(here)
    stream = io.BytesIO()
    source = Export(here.parts.statements, INSTITUTION, Selection(until="9"))
    sink = ExportStream(stream, plain=False)
    sink.append(source.head("2026"))
    source.run(sink, 0, lambda _piece: None)
    assert there.take(stream.getvalue()).counts.sound


@pytest.mark.parametrize("zipped", [False, True])
def test_a_file_that_is_cut_off_is_noticed_and_what_could_be_read_is_kept(here, there, zipped):
    ids = fill(here)
    data = here.export("e.jsonl.gz" if zipped else "e.jsonl").read_bytes()
    counts = there.take(data[:-30]).counts
    assert not counts.sound
    assert there.codes()[-1][2] == "transfer.cut_off"
    if not zipped:
        assert counts.new == len(ids)


def test_a_file_that_was_altered_is_noticed(here, there):
    here.record(result={"score": {"raw": 10}})
    data = here.export().read_bytes().replace(b'"raw":10', b'"raw":90')
    counts = there.take(data).counts
    assert [code for _, _, code in there.codes()] == ["transfer.altered"]
    assert counts.new == 1


def test_a_damaged_zip_is_a_sentence_not_a_crash(here, there):
    for _ in range(50):
        here.record()
    data = bytearray(here.export("e.jsonl.gz").read_bytes())
    data[len(data) // 2 : len(data) // 2 + 8] = b"\x00" * 8
    there.take(bytes(data))
    assert there.codes()[-1][2] in ("transfer.damaged", "transfer.cut_off", "transfer.altered")


def test_a_zip_made_to_fill_the_memory_is_stopped(there, monkeypatch):
    monkeypatch.setattr("xapi.lrs.transfer.reader._SURE", 1024 * 1024)
    there.take(gzip.compress(b" " * 20_000_000))
    assert there.codes()[-1][2] == "transfer.bomb"


def test_a_line_that_is_too_long_is_passed_over_and_the_next_is_read(there):
    good = lines(make_statement(id=str(uuid.uuid4())))
    found = list(Lines(io.BytesIO(b"x" * 5000 + b"\n" + good), most=4096))
    assert [(one.number, one.body is None) for one in found] == [(1, True), (2, False)]


def test_lists_pages_and_single_statements_of_other_lrss_are_read(there):
    one, two, three, four = (make_statement(id=str(uuid.uuid4())) for _ in range(4))
    data = b"\xef\xbb\xbf" + encoded(one) + b"\r\n\n" + encoded([two]) + b"\n"
    data += encoded({"statements": [three, four], "more": "/xapi/statements/more/1"})
    counts = there.take(data).counts
    assert (counts.new, counts.sound) == (4, True)
    assert [one.id for one in there.all()] == [found["id"] for found in (one, two, three, four)]


def test_bad_lines_are_refused_with_line_path_and_clause_and_the_rest_goes_in(there):
    good = [make_statement(id=str(uuid.uuid4())) for _ in range(3)]
    twice = encoded(good[0]).replace(b'"verb":', b'"verb":{"id":"http://a.go.id/x"},"verb":')
    data = b"\n".join(
        [
            encoded(good[0]),
            b"not json",
            b'{"actor": "\xff"}',
            twice,
            encoded([good[1], make_statement(verb={"id": "no iri"})]),
            encoded({"statements": [make_statement(actor={"objectType": "Agent"})]}),
            b'{"statements": [], "statements": [%b]}' % encoded(good[2]),
            b"42",
            b"[[]]",
            b"[" * 5000,
            encoded(good[2]),
        ]
    )
    counts = there.take(data).counts
    assert counts.new == 3
    places = {(line, path) for line, path, _ in there.codes()}
    assert {line for line, _ in places} == {2, 3, 4, 5, 6, 7, 8, 9, 10}
    assert (5, "$[1].verb.id") in places
    assert (6, "$.statements[0].actor") in places
    found = next(one for one in there.heard if one.line == 5)
    assert found.clause == "Data 2.4.3"


def test_another_statement_under_a_known_id_is_a_conflict_and_changes_nothing(there):
    number = str(uuid.uuid4())
    first, other = make_statement(id=number), make_statement(id=number, verb={"id": "http://a.go.id/v"})
    counts = there.take(lines(first, other, first)).counts
    assert (counts.new, counts.already, counts.conflicts) == (1, 1, 1)
    assert [(one.line, one.statement) for one in there.heard] == [(2, number)]
    assert json.loads(there.all()[0].body)["verb"] == first["verb"]


def test_statements_without_an_id_get_the_same_one_at_each_import(there):
    data = lines(make_statement(), make_statement())
    assert there.take(data).counts.new == 2
    assert there.take(data).counts.already == 2


def test_statements_of_both_versions_of_xapi_come_in_together_with_their_version(there):
    both = [make_statement(id=str(uuid.uuid4()), version=version) for version in ("2.0.0", "1.0.3", None, "2.0.0")]
    assert there.take(lines(*both)).counts.sound
    found = {one.id: json.loads(one.body)["version"] for one in there.all()}
    assert [found[one["id"]] for one in both] == ["2.0.0", "1.0.3", "1.0.0", "2.0.0"]


def test_people_become_pseudonyms_and_nothing_else_changes(there):
    sent = make_statement(
        id=str(uuid.uuid4()),
        actor={"account": {"homePage": "https://lms.example.go.id", "name": NIP}, "name": "Siti Contoh"},
        result={"score": {"scaled": 0.5}},
        context={
            "instructor": {"mbox": "mailto:guru@example.go.id"},
            "platform": "LMS",
            "extensions": {"https://a.go.id/n": 7},
        },
        timestamp="2026-03-02T08:00:00.123456789+07:00",
    )
    data = encoded(sent).replace(b'"scaled":0.5', b'"scaled":0.50000000000000000000')
    assert there.take(data).counts.sound
    (stored,) = there.all()
    assert b"0.50000000000000000000" in stored.body
    body = json.loads(stored.body)
    assert body["actor"] == there.people.actor(there.people.by_nip(NIP))
    assert body["context"]["instructor"]["account"]["homePage"] == there.people.home_page
    assert body["context"]["platform"] == "LMS"
    assert body["context"]["extensions"] == {"https://a.go.id/n": 7}
    assert body["timestamp"] == sent["timestamp"]
    assert NIP.encode() not in stored.body
    assert b"Siti" not in stored.body


def test_people_inside_a_substatement_become_pseudonyms_with_every_digit_kept(there):
    inner = {
        "objectType": "SubStatement",
        "actor": {"mbox": "mailto:a@example.go.id"},
        "verb": {"id": "http://a.go.id/v"},
        "object": {"objectType": "Agent", "mbox": "mailto:b@example.go.id"},
        "result": {"score": {"raw": 2.0}},
    }
    data = encoded(make_statement(object=inner)).replace(b'"raw":2.0', b'"raw":2.000')
    assert there.take(data).counts.sound
    assert b"example.go.id" not in there.all()[0].body
    assert b'"raw":2.000' in there.all()[0].body


@pytest.mark.parametrize("as_is", [False, True])
@pytest.mark.parametrize(
    "hidden",
    [
        NIP,
        "1985 0101 2099 03 1 001",
        "1985\\u00200101.209903-1001",
        "\\u0031985010120990310\\u00301",
        "１９８５０１０１２０９９０３１００１",
    ],
)
def test_a_nip_anywhere_in_a_statement_is_refused_however_it_is_written(there, as_is, hidden):
    body = encoded(make_statement(id=str(uuid.uuid4()), context={"platform": "ISI"})).replace(
        b"ISI", f"nip {hidden}".encode()
    )
    counts = there.take(body, as_is=as_is).counts
    assert counts.refused == 1
    assert there.codes() == [(1, "$.context.platform", "intake.nip_left")]
    assert there.all() == []


def test_nobody_is_made_for_a_statement_that_is_refused(there):
    bad = make_statement(actor={"mbox": "mailto:a@example.go.id"}, verb={"id": "x"})
    there.take(encoded(bad))
    assert there.people.waiting() == []


def content_line(data: bytes, sha2: str = SHA2) -> bytes:
    content = {"sha2": sha2, "contentType": "text/plain", "data": base64.b64encode(data).decode()}
    return encoded({"jampel:content": content}) + b"\n"


def test_a_content_with_another_sha2_is_refused_and_so_is_the_statement_that_needs_it(there):
    good = make_statement(id=str(uuid.uuid4()))
    data = content_line(b"abd") + lines(make_statement(attachments=[ATTACHED])) + lines(good)
    counts = there.take(data).counts
    assert [code for _, _, code in there.codes()] == ["transfer.content_hash", "statement.attachment"]
    assert (counts.new, counts.refused) == (1, 1)


def test_a_content_serves_all_statements_after_it_over_batches(there, monkeypatch):
    monkeypatch.setattr("xapi.lrs.transfer.importer.BATCH", 2)
    many = [make_statement(id=str(uuid.uuid4()), attachments=[ATTACHED]) for _ in range(5)]
    counts = there.take(content_line(b"abc") + lines(*many)).counts
    assert (counts.new, counts.sound) == (5, True)


def test_contents_stay_with_their_statement_when_memory_is_short(there, monkeypatch):
    monkeypatch.setattr("xapi.lrs.transfer.importer.MOST_CONTENT", 4)
    other = hashlib.sha256(b"xyz").hexdigest()
    both = [ATTACHED, {**ATTACHED, "sha2": other}]
    data = lines(make_statement(id=str(uuid.uuid4())))
    for _ in range(3):
        data += content_line(b"abc") + content_line(b"xyz", other)
        data += lines(make_statement(id=str(uuid.uuid4()), attachments=both))
    counts = there.take(data).counts
    assert (counts.new, counts.sound) == (4, True)


def test_a_content_too_many_is_refused_before_it_fills_the_memory(there, monkeypatch):
    monkeypatch.setattr("xapi.lrs.transfer.importer.MOST_UPCOMING", 5)
    there.take(content_line(b"abc") * 1 + content_line(b"xyz", hashlib.sha256(b"xyz").hexdigest()))
    assert there.codes() == [(2, "$", "transfer.contents")]


def test_an_unknown_format_stops_at_once(there):
    head = encoded({"jampel:export": {"format": 99, "made": "2030", "institution": "x"}}) + b"\n"
    there.take(head + lines(make_statement()))
    assert [code for _, _, code in there.codes()] == ["transfer.format"]
    assert there.all() == []


class Killed(Exception):
    """The process ends here."""


def dies_after(lines_more: int):
    """Hears of each line and ends the process after so many."""
    heard = []

    def tell(number: int) -> bool:
        heard.append(number)
        if len(heard) > lines_more:
            raise Killed
        return True

    return tell


@pytest.mark.parametrize("batch", [1, 3, 500])
@pytest.mark.parametrize("seed", range(3))
def test_an_import_that_dies_at_any_line_goes_on_and_loses_and_doubles_nothing(here, there, monkeypatch, batch, seed):
    ids = fill(here)
    data = here.export().read_bytes()
    monkeypatch.setattr("xapi.lrs.transfer.importer.BATCH", batch)
    rng = random.Random(seed)
    after, counts = 0, None
    for _ in range(10):
        importer = there.importer(source=None, counts=counts)
        with pytest.raises(Killed):
            importer.run(Lines(io.BytesIO(data)), after, dies_after(min(after + rng.randrange(1, 5), len(ids) - 1)))
        after, counts = importer.settled if importer.settled[0] else (after, counts)
    total = there.take(data, source=None, after=after, counts=counts).counts
    assert (total.new + total.already, total.read) == (len(ids), len(ids))
    assert there.heard == []
    require_equal(here, there)


def test_a_note_is_found_again_until_the_file_changes(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    note = ImportNote(tmp_path / "catatan", path, "x")
    note.write(Position(line=7))
    assert ImportNote(tmp_path / "catatan", path, "x").read().line == 7
    assert ImportNote(tmp_path / "catatan", path, "y").read().line == 0
    path.write_bytes(b"{ }\n")
    assert ImportNote(tmp_path / "catatan", path, "x").read().line == 0


def test_a_run_keeps_its_place_and_forgets_it_at_the_end(there, tmp_path, monkeypatch):
    monkeypatch.setattr("xapi.lrs.transfer.importer.BATCH", 2)
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(*(make_statement(id=str(uuid.uuid4())) for _ in range(9))))
    note = ImportNote(tmp_path / "catatan", path, "")
    kept = []

    def tell(_read: int) -> bool:
        there.parts.clock.advance(seconds=2)
        kept.append(note.read().line)
        return True

    importer = there.importer(as_is=True)
    with path.open("rb") as stream:
        ImportRun(importer, stream, note, there.parts.clock, tell=tell).run(0)
    assert kept == [0, 2, 2, 4, 4, 6, 6, 8, 8]
    assert note.read().line == 0
    assert importer.counts.new == 9


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


LINES = st.lists(st.binary(max_size=60).map(lambda raw: raw.replace(b"\n", b"")), max_size=6)


@settings(max_examples=300)
@given(LINES, st.integers(4, 40), st.booleans())
def test_the_reader_gives_every_line_once_whatever_is_in_it(bodies, most, zipped):
    data = b"\n".join(bodies)
    found = list(Lines(io.BytesIO(gzip.compress(data) if zipped else data), most=most))
    expected = list(io.BytesIO(data))
    if not zipped and data[:2] == b"\x1f\x8b":
        return
    assert [one.number for one in found] == list(range(1, len(expected) + 1))
    assert [one.body for one in found] == [part if len(part) <= most else None for part in expected]


@settings(max_examples=300)
@given(st.binary(max_size=80) | JSON.map(msgspec.json.encode))
def test_any_line_is_read_or_refused_and_never_crashes(there_forever, body):
    there_forever.heard.clear()
    line = body.replace(b"\n", b" ")
    before = there_forever.parts.statements.after(INSTITUTION, 0, 10)
    counts = there_forever.take(line).counts
    assert counts.read == counts.refused
    assert there_forever.parts.statements.after(INSTITUTION, 0, 10) == before
    if line.strip(b" \t\r\n") in (b"", b"[]"):
        assert there_forever.heard == []
    elif not line.startswith(b"\x1f\x8b") and not line.startswith(b"\xef\xbb\xbf"):
        assert there_forever.heard


@pytest.fixture(scope="module")
def there_forever(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sana")
    return Place(folder / "uji.db", folder / "p")


@given(st.lists(JSON, max_size=4), st.text(max_size=5))
def test_a_page_gives_its_statements_in_order(values, more):
    page = msgspec.json.encode({"statements": values, "more": more})
    found = entries(Line(2, page))
    assert [one.path for one in found] == [f"$.statements[{place}]" for place in range(len(values))]
    assert [msgspec.json.decode(one.body) for one in found] == msgspec.json.decode(msgspec.json.encode(values))
