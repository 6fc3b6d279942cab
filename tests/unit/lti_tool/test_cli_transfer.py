"""`jampel lrs export` and `import`: files out and in, a report of what was not taken, and going on after a break."""

import json
import uuid

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.lrs.transfer.run import ImportNote, Position
from xapi.testing import encoded, make_statement


@pytest.fixture
def run(tmp_path):
    runner = CliRunner()

    def call(*arguments: str, data: str = "data", language: str = "id", **more):
        environment = {"JAMPEL_DATA": str(tmp_path / data), "JAMPEL_LANG": language}
        return runner.invoke(main, ["lrs", *arguments], env=environment, **more)

    return call


def lines(count: int) -> bytes:
    return b"".join(encoded(make_statement(id=str(uuid.uuid4()))) + b"\n" for _ in range(count))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pernyataan.jsonl"
    path.write_bytes(lines(3))
    return path


def test_statements_go_out_and_in_and_the_numbers_are_told(run, file, tmp_path):
    taken = run("import", str(file), "--json")
    assert taken.exit_code == 0, taken.output
    assert json.loads(taken.stdout)["new"] == 3
    out = tmp_path / "ekspor.jsonl.gz"
    written = run("export", str(out), "--json")
    assert (written.exit_code, json.loads(written.stdout)["statements"]) == (0, 3)
    again = run("import", str(out), "--as-is", "--keep-sources", "--json", data="lain")
    assert json.loads(again.stdout)["new"] == 3
    assert oct(out.stat().st_mode)[-3:] == "600"


def test_an_export_to_standard_output_is_read_from_standard_input(run, file):
    run("import", str(file))
    written = run("export", "-", "--plain")
    assert len(written.stdout_bytes.splitlines()) == 3
    taken = run("import", "-", "--as-is", data="lain", input=written.stdout_bytes)
    assert taken.exit_code == 0, taken.output
    assert "3 baru" in taken.stderr
    assert "3 new" not in taken.stderr


def test_what_is_refused_is_told_and_written_and_the_rest_is_stored(run, file, tmp_path):
    file.write_bytes(lines(1) + b"rusak\n" + encoded(make_statement(verb={"id": "x"})) + b"\n" + lines(1))
    rejects = tmp_path / "ditolak.jsonl"
    taken = run("import", str(file), "--rejects", str(rejects), "--json")
    assert taken.exit_code == 1
    found = json.loads(taken.stdout)
    assert (found["new"], found["refused"], found["read"]) == (2, 2, 4)
    written = [json.loads(line) for line in rejects.read_text(encoding="utf-8").splitlines()]
    assert [(one["line"], one["path"], one["code"]) for one in written] == [
        (2, "$", "statement.json"),
        (3, "$.verb.id", "statement.iri"),
    ]
    assert written[1]["clause"] == "Data 2.4.3"
    assert "Baris 2" in taken.stderr
    assert "Line 2" in run("import", str(file), language="en").stderr


def test_strict_stops_at_the_first_refusal(run, file):
    file.write_bytes(b"rusak\n" + lines(1))
    taken = run("import", str(file), "--strict", "--json")
    assert taken.exit_code == 1
    assert json.loads(taken.stdout)["new"] == 0


def test_an_import_that_was_broken_off_goes_on_after_the_last_line_it_settled(run, file, tmp_path):
    run("import", str(file), data="lain")
    with open_services(load_settings(tmp_path / "data", {})) as services:
        options = f"{services.institution.id} foreign False False"
        ImportNote(services.settings.data / "imports", file, options).write(Position(line=2))
    taken = run("import", str(file), "--json")
    assert json.loads(taken.stdout)["new"] == 1
    assert "sesudah baris 2" in taken.stderr
    assert json.loads(run("import", str(file), "--json").stdout)["new"] == 2
    assert json.loads(run("import", str(file), "--from-start", "--json").stdout)["already"] == 3


def test_refusals_of_lines_that_are_read_again_are_not_written_twice(run, file, tmp_path):
    file.write_bytes(b"rusak\n" + lines(1) + b"rusak lagi\n")
    rejects = tmp_path / "ditolak.jsonl"
    run("import", str(file), "--rejects", str(rejects))
    with open_services(load_settings(tmp_path / "data", {})) as services:
        options = f"{services.institution.id} foreign False False"
        ImportNote(services.settings.data / "imports", file, options).write(Position(line=2))
    run("import", str(file), "--rejects", str(rejects))
    assert [json.loads(line)["line"] for line in rejects.read_text(encoding="utf-8").splitlines()] == [1, 3]


@pytest.mark.parametrize(
    "wrong", [("--since", "kemarin"), ("--verb", "x"), ("--agent", "{"), ("--resume",), ("--until", "2026")]
)
@pytest.mark.usefixtures("prepared")
def test_what_is_wrong_with_an_export_is_a_sentence_and_leaves_no_file(run, tmp_path, wrong):
    answer = run("export", str(tmp_path / "e.jsonl"), *wrong)
    assert answer.exit_code == 1
    assert "Traceback" not in answer.output
    assert list(tmp_path.glob("e.jsonl*")) == []


@pytest.mark.usefixtures("prepared")
def test_an_export_does_not_overwrite(run, file, tmp_path):
    kept = file.read_bytes()
    assert run("export", str(file)).exit_code == 1
    assert file.read_bytes() == kept


def test_no_nip_in_a_broken_statement_reaches_the_screen_or_the_file(run, file, tmp_path):
    nip = "198501012099031001"
    body = encoded(make_statement(context={"extensions": {"https://a.go.id/x": 1}}))
    file.write_bytes(body.replace(b'"https://a.go.id/x":1', f'"{nip}":1,"{nip}":2'.encode()))
    rejects = tmp_path / "ditolak.jsonl"
    taken = run("import", str(file), "--rejects", str(rejects))
    assert taken.exit_code == 1
    assert nip not in taken.output + rejects.read_text(encoding="utf-8")
