"""The LRS benchmark measures what it says: statements, stores, rows and verdicts. No speed is asked for."""

import dataclasses
import json
from pathlib import Path

import msgspec
import pytest

from bench import _corpus as corpus
from bench._floor import Floor, measure_floor
from bench._measure import Measured, Plan, measure
from bench._rows import ROWS, Row, bodies_of
from bench._server import BenchError, serving
from bench._store import Stores, grow, require_space
from bench._table import Outcome, markdown
from bench._wrk import Run
from bench.lrs_http import main, put
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.audit.projector import rebuild
from xapi.validation import validate_statement

COUNT = 2_000
QUICK = Plan(seconds=1, repeats=1, warm=0, looks=3)


def row(name: str) -> Row:
    return next(row for row in ROWS if row.name == name)


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    return Stores(tmp_path_factory.mktemp("stores"), lambda _text: None)


def test_statements_are_valid_repeat_in_every_run_and_have_about_1396_bytes() -> None:
    some = [corpus.statement(number) for number in range(0, 5_000_000, 2_503)]
    for body in some:
        validate_statement(body)
    assert abs(sum(map(len, some)) / len(some) - 1_396) < 15
    assert corpus.statement_id(4_999_999) == "4270c8cb-7b91-433c-a3c0-d04d352d8a55"


def test_the_instructor_of_a_fifth_of_all_statements_never_has_the_verb_of_the_worst_case() -> None:
    some = [msgspec.json.decode(corpus.statement(number)) for number in range(4_000)]
    having = [one for one in some if one["context"]["instructor"]["account"]["name"] == corpus.EVERYWHERE.name]
    assert 0.15 < len(having) / len(some) < 0.25
    assert corpus.ANSWERED.id not in {one["verb"]["id"] for one in having}
    assert corpus.ANSWERED.id in {one["verb"]["id"] for one in some}


@pytest.mark.parametrize("name", ["post500", "post1"])
def test_what_is_posted_is_whole_json_around_the_ids_that_the_driver_fills_in(name: str) -> None:
    pieces = next(bodies_of(row(name), COUNT, 0, 1))
    ids = [f"00000000-0000-4000-8000-{number:012x}".encode() for number in range(len(pieces) - 1)]
    sent = msgspec.json.decode(b"".join(part for pair in zip(pieces, [*ids, b""], strict=True) for part in pair))
    statements = sent if isinstance(sent, list) else [sent]
    assert [one["id"].encode() for one in statements] == ids
    assert len(statements) == row(name).statements


def test_a_filled_store_is_that_of_an_installation_whose_worker_has_nothing_left_to_do(stores: Stores) -> None:
    with stores.copy(COUNT) as data, open_services(load_settings(data, {})) as services:
        assert services.bring_ledger_up_to_date().read == 0
        anew = rebuild(services.ledger, services.statements, services.people, services.rules)
        assert (anew.read, anew.credits, anew.findings, anew.people) == (COUNT, 0, 0, 0)


def test_a_larger_store_grows_from_a_smaller_one_and_is_the_same_as_one_filled_at_once(
    stores: Stores, tmp_path: Path
) -> None:
    def content(data: Path) -> list[tuple[int, str, str]]:
        with open_services(load_settings(data, {})) as services:
            found = services.statements.after(services.institution.id, 0, 10_000)
            return [(one.seq, one.id, one.stored) for one in found]

    assert grow(tmp_path / "whole", COUNT + 500, lambda _text: None) == 0
    with stores.copy(COUNT) as data:
        assert grow(data, COUNT + 500, lambda _text: None) == COUNT
        assert [one[:2] for one in content(data)] == [one[:2] for one in content(tmp_path / "whole")]


def test_too_little_space_is_said_before_anything_is_filled(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="GiB free"):
        require_space(tmp_path, 2**60)


@pytest.mark.e2e
@pytest.mark.thorough
def test_the_whole_bench_measures_reads_and_writes_beside_the_floor(require, stores: Stores, tmp_path: Path) -> None:
    require("wrk")
    require("postgresql")
    folder, told, table = stores.ready(COUNT).parent, tmp_path / "told.json", tmp_path / "table.md"
    wanted = "id@2k,recent@2k,agents-never@2k,post500@2k,post500-pg1@0"
    code = main(
        ["--folder", str(folder), "--sizes", "0,2k", "--rows", wanted, "--seconds", "1", "--repeats", "1",
         "--floor", "1000", "--skip-ralph", "--json", str(told), "--markdown", str(table)]
    )  # fmt: skip
    found = json.loads(told.read_text())
    rows = {one["row"]: one for one in found["rows"]}
    assert code == 0
    assert list(rows) == ["post500-pg1", "id", "recent", "agents-never", "post500"]
    assert all(one["values"][0] > 0 and not one["problems"] for one in rows.values())
    assert 0 < rows["id"]["of_floor"] < 1
    assert rows["post500"]["peak_mb"]["web"] > 10
    assert rows["post500"]["driver_cores"][0] < 1
    assert set(found["floor"]) == {"chain", "chain by the clock", "commit", "id", "recent", "page"}
    assert "POST batches of 500" in table.read_text()
    assert [path.name for path in folder.iterdir()] == [stores.ready(COUNT).name]


@pytest.mark.e2e
def test_a_refused_request_or_an_answer_of_the_wrong_length_makes_a_row_invalid(
    require, stores: Stores, tmp_path: Path
) -> None:
    require("wrk")
    with serving(stores.ready(COUNT)) as server:
        stranger = dataclasses.replace(server, secret="lain")
        refused = measure(row("post1"), "2k", COUNT, stranger, QUICK, tmp_path)
        short = measure(row("activity"), "2k", COUNT, server, QUICK, tmp_path)
    assert refused.acknowledged == 0
    assert "refused" in refused.problems[0]
    assert "instead of 100" in short.problems[0]
    assert "INVALID" in markdown(Outcome("", [refused, short]))


def test_the_table_goes_between_the_marks_of_a_page_and_leaves_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- lrs_http -->\nold\n<!-- /lrs_http -->\nafter\n")
    put("new\n", page)
    assert page.read_text() == "before\n<!-- lrs_http -->\nnew\n<!-- /lrs_http -->\nafter\n"


def one_run(rate: float, p99: float = 1.0) -> Run:
    return Run(requests=100, seconds=100 / rate, broken=0, refused=0, p50=1.0, p99=p99, size=1.0, driver=0.1)


@pytest.mark.parametrize(
    ("chain", "rate", "verdict"),
    [(19_800, 16_000, "aim"), (19_800, 9_999, "missed"), (9_900, 5_000, "at least"), (99_000, 10_000, "at least")],
)
def test_a_target_falls_with_the_floor_of_a_slower_machine_and_does_not_rise_on_a_faster_one(
    chain: float, rate: float, verdict: str
) -> None:
    floor = Floor({"chain": [chain]})
    found = Measured(row("post500"), "0", [one_run(rate / 500)])
    assert Outcome("", floor=floor).verdict(found) == verdict


@pytest.mark.parametrize(("p99", "verdict"), [(19.0, "aim"), (49.0, "at least"), (51.0, "missed")])
def test_a_worst_case_is_judged_by_its_p99(p99: float, verdict: str) -> None:
    found = Measured(row("agents-never"), "5m", [one_run(1_000, p99)])
    assert Outcome("").verdict(found) == verdict


def test_a_row_that_ralph_answers_wrongly_stands_in_brackets_and_does_not_count() -> None:
    ours = Measured(row("recent"), "100k", [one_run(1_000)])
    right = Measured(row("recent"), "100k", [one_run(100)])
    wrong = dataclasses.replace(right, problems=["answers without any statement"])
    assert "| 10 |" in markdown(Outcome("", [ours], {"recent": right}))
    said = markdown(Outcome("", [ours], {"recent": wrong}))
    assert "| (10) |" in said
    assert "Least against Ralph" not in said


def test_postgresql_is_judged_beside_sqlite_and_two_processes_beside_one() -> None:
    rates = {"post500": 9_000, "post500-pg1": 6_001, "post500-pg2": 5_999}
    said = markdown(Outcome("", [Measured(row(name), "0", [one_run(rate / 500)]) for name, rate in rates.items()]))
    assert "beside SQLite, batches of 500: 0.67 × (at least 0.67: kept)" in said
    assert "two server processes beside one: 1.00 × (at least 1.00: MISSED)" in said


def test_the_floor_stores_and_reads_every_statement_it_counts(tmp_path: Path) -> None:
    floor = Floor()
    measure_floor(floor, tmp_path, repeats=1, stored=1_000, seconds=0.05)
    assert all(value > 0 for values in floor.values.values() for value in values)
    assert list(tmp_path.iterdir()) == []
